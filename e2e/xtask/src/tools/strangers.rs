//! Clients that nobody here wrote, Okta's SDKs among them: from PyPI and npm at the versions that `e2e/strangers` names,
//! in `target/tools/strangers`.

use std::path::{Path, PathBuf};

use super::error::ToolError;
use super::node_packages::NodePackages;
use super::registry::{ask, copy, same};
use super::toolbox::Toolbox;
use crate::process::{Job, ProcessError};

impl Toolbox {
    /// The Python that has Okta's SDK.
    pub fn strangers_python(&self) -> PathBuf {
        self.environment_of_strangers().join("bin/python")
    }

    /// The folder whose scripts find the packages of npm.
    pub fn strangers_node(&self) -> PathBuf {
        self.strangers().folder
    }

    pub(super) fn strangers(&self) -> NodePackages {
        let source = self.strangers_source().join("node");
        NodePackages { source, folder: self.root.join("strangers/node"), compiled: &[] }
    }

    /// Where the scripts and the versions stand.
    pub fn strangers_source(&self) -> PathBuf {
        self.workspace.join("e2e/strangers")
    }

    fn environment_of_strangers(&self) -> PathBuf {
        self.root.join("strangers/python")
    }

    fn requirements(&self) -> PathBuf {
        self.strangers_source().join("python/requirements.txt")
    }

    /// What was installed when all of it was.
    fn installed_requirements(&self) -> PathBuf {
        self.environment_of_strangers().join("requirements.txt")
    }
}

pub(super) fn has_python(tools: &Toolbox) -> bool {
    same(&tools.requirements(), &tools.installed_requirements()) && tools.strangers_python().exists()
}

/// Needs Python with `venv` (Debian: `python3-venv`).
pub(super) async fn install_python(
    tools: &Toolbox,
    log: &Path,
) -> Result<Result<(), ProcessError>, ToolError> {
    let environment = tools.environment_of_strangers();
    let made = Job::new("python3", ["-m", "venv", "--clear"]).argument(&environment).run_logged(log).await;
    if let Err(error) = made {
        return Ok(Err(error));
    }
    let pip = |args: &[&str]| {
        Job::new(tools.strangers_python(), ["-m", "pip", "--disable-pip-version-check", "install"])
            .arguments(args)
            .argument("--requirement")
            .argument(tools.requirements())
    };
    let probe = pip(&["--dry-run", "--no-deps", "--timeout=5", "--retries=1"]);
    ask("PyPI", probe, log).await?;
    let done = pip(&[]).run_logged(log).await;
    Ok(done.and_then(|()| copy(&tools.requirements(), &tools.installed_requirements())))
}
