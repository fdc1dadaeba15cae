//! promtool, which judges alerts. It comes in a package with Prometheus itself, which Debian would start on all of the machine's
//! addresses: so the package is taken apart in the toolbox and not installed.

use std::fs;
use std::path::{Path, PathBuf};

use super::apt;
use super::error::ToolError;
use super::tool::Tool;
use super::toolbox::Toolbox;
use crate::process::{Job, ProcessError};

const PACKAGE: &str = "prometheus";

pub(super) fn is_there(tools: &Toolbox) -> bool {
    folder(tools).join("usr/bin/promtool").is_file() || apt::first_on_path(&["promtool"]).is_some()
}

fn folder(tools: &Toolbox) -> PathBuf {
    tools.root.join(PACKAGE)
}

/// By apt where this is Debian and the user may; else says what to do.
pub(super) async fn install(tools: &Toolbox, log: &Path) -> Result<Result<(), ProcessError>, ToolError> {
    if apt::may_be_used() {
        return Ok(take_apart(&folder(tools), log).await);
    }
    let advice = "install Prometheus so that promtool is on PATH (Debian: `sudo apt-get install prometheus`), then run the \
                  command again";
    Err(ToolError::ByHand { tool: Tool::Promtool.title(), advice: advice.to_owned() })
}

async fn take_apart(folder: &Path, log: &Path) -> Result<(), ProcessError> {
    let _ = fs::remove_dir_all(folder);
    let made = fs::create_dir_all(folder);
    made.map_err(|cause| ProcessError::Start { shown: format!("mkdir {}", folder.display()), cause })?;
    apt::download(PACKAGE, folder, log).await?;
    let archives = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    for archive in archives.filter(|path| path.extension().is_some_and(|ending| ending == "deb")) {
        Job::new("dpkg-deb", ["--extract"]).argument(&archive).argument(folder).run_logged(log).await?;
        let _ = fs::remove_file(archive);
    }
    Ok(())
}
