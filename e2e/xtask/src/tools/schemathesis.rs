//! schemathesis, in a Python environment of its own.

use std::path::{Path, PathBuf};

use super::toolbox::{Toolbox, version_of};
use crate::process::{Job, ProcessError};

const VERSION: &str = "4.32.5";

impl Toolbox {
    /// The program.
    pub fn schemathesis(&self) -> PathBuf {
        self.environment().join("bin/schemathesis")
    }

    fn environment(&self) -> PathBuf {
        self.root.join("schemathesis")
    }
}

pub(super) async fn is_there(tools: &Toolbox) -> bool {
    let version = version_of(&tools.schemathesis()).await;
    version.is_some_and(|version| version.ends_with(VERSION))
}

/// Needs Python with `venv` (Debian: `python3-venv`).
pub(super) async fn install(tools: &Toolbox, log: &Path) -> Result<(), ProcessError> {
    let environment = tools.environment().display().to_string();
    Job::new("python3", ["-m", "venv", "--clear", &environment]).run_logged(log).await?;
    let pip = tools.environment().join("bin/pip");
    let package = format!("schemathesis=={VERSION}");
    Job::new(pip, ["install", "--disable-pip-version-check", &package]).run_logged(log).await
}
