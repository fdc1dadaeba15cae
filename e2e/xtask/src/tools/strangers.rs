//! Clients that nobody here wrote, Okta's SDKs among them: from PyPI and npm at the versions that `e2e/strangers` names,
//! in `target/tools/strangers`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::timeout;

use super::error::ToolError;
use super::failure;
use super::toolbox::Toolbox;
use crate::process::{Job, ProcessError};

/// How long a registry may take to say that it is there.
const TIME_LIMIT: Duration = Duration::from_secs(30);

impl Toolbox {
    /// The Python that has Okta's SDK.
    pub fn strangers_python(&self) -> PathBuf {
        self.environment_of_strangers().join("bin/python")
    }

    /// The folder whose scripts find the packages of npm.
    pub fn strangers_node(&self) -> PathBuf {
        self.root.join("strangers/node")
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

/// npm writes the second file when everything is there.
pub(super) fn has_node(tools: &Toolbox) -> bool {
    let lock = "package-lock.json";
    let (source, folder) = (tools.strangers_source().join("node"), tools.strangers_node());
    same(&source.join(lock), &folder.join(lock)) && folder.join("node_modules/.package-lock.json").exists()
}

fn same(one: &Path, other: &Path) -> bool {
    matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
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

/// Scripts of the packages are not run.
pub(super) async fn install_node(tools: &Toolbox, log: &Path) -> Result<Result<(), ProcessError>, ToolError> {
    let (source, folder) = (tools.strangers_source().join("node"), tools.strangers_node());
    for name in ["package.json", "package-lock.json"] {
        if let Err(error) = copy(&source.join(name), &folder.join(name)) {
            return Ok(Err(error));
        }
    }
    let npm = |args: &[&str]| Job::new("npm", args).folder(&folder);
    let probe = npm(&["view", "openid-client", "name", "--fetch-timeout=5000", "--fetch-retries=0"]);
    ask("npm", probe, log).await?;
    Ok(npm(&["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).run_logged(log).await)
}

/// Asks a registry for something. Whatever else is wrong than the way there, the installation says better.
async fn ask(registry: &'static str, probe: Job, log: &Path) -> Result<(), ToolError> {
    match timeout(TIME_LIMIT, probe.run_logged(log)).await {
        Ok(Err(ProcessError::Failed { .. })) if failure::is_offline(log) => {
            Err(ToolError::Unreachable { registry })
        }
        Ok(_) => Ok(()),
        Err(_) => Err(ToolError::Unreachable { registry }),
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), ProcessError> {
    let copied = to.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::copy(from, to));
    copied.map(drop).map_err(|cause: io::Error| {
        let shown = format!("cp {} {}", from.display(), to.display());
        ProcessError::Start { shown, cause }
    })
}
