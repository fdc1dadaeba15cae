//! cargo-cyclonedx, which writes bills of materials.

use std::path::{Path, PathBuf};

use super::toolbox::Toolbox;
use crate::process::{Job, ProcessError};

const VERSION: &str = "0.5.9";

impl Toolbox {
    /// Makes a document for each crate of the workspace and a target, this machine's if none is named: `{name}.json` in
    /// its folder, without what only builds need. To be run once [`Tool::CargoCyclonedx`](super::tool::Tool::CargoCyclonedx) is there.
    pub(crate) fn cargo_cyclonedx(&self, name: &str, target: Option<&str>) -> Job {
        let args = ["cyclonedx", "--quiet", "--format", "json", "--spec-version", "1.5", "--no-build-deps"];
        let job =
            Job::new(program(self), args).folder(&self.workspace).arguments(["--override-filename", name]);
        match target {
            Some(target) => job.arguments(["--target", target]),
            None => job,
        }
    }
}

fn program(tools: &Toolbox) -> PathBuf {
    tools.bin().join("cargo-cyclonedx")
}

pub(super) async fn is_there(tools: &Toolbox) -> bool {
    let version = Job::new(program(tools), ["cyclonedx", "--version"]).output().await;
    version.is_ok_and(|text| text.trim().ends_with(VERSION))
}

pub(super) async fn install(tools: &Toolbox, log: &Path) -> Result<(), ProcessError> {
    tools.cargo_install("cargo-cyclonedx", VERSION, &["--locked"]).run_logged(log).await
}
