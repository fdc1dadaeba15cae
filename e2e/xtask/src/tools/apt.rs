//! Debian's packages, for what only the system can have.

use std::path::{Path, PathBuf};
use std::{env, fs};

use super::error::ToolError;
use super::tool::Tool;
use crate::process::{Job, ProcessError};

/// The first of these programs that is on `PATH`.
pub(super) fn first_on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|program| program.is_file())
}

/// Installs packages, after a look at what there is.
pub(super) async fn install(packages: &[&str], log: &Path) -> Result<(), ProcessError> {
    apt_get(&["update"]).run_logged(log).await?;
    let install = ["install", "-y", "--no-install-recommends"];
    apt_get(&[&install, packages].concat()).run_logged(log).await
}

/// Puts a package's archive into a folder, after a look at what there is, and installs nothing.
pub(super) async fn download(package: &str, folder: &Path, log: &Path) -> Result<(), ProcessError> {
    apt_get(&["update"]).run_logged(log).await?;
    apt_get(&["download", package]).folder(folder).run_logged(log).await
}

fn apt_get(args: &[&str]) -> Job {
    Job::new("apt-get", args).variable("DEBIAN_FRONTEND", "noninteractive")
}

/// Installs what a tool is made of where this is Debian and the user may; else says what to do.
pub(super) async fn install_or_say_how(
    tool: Tool,
    advice: &str,
    packages: &[&str],
    log: &Path,
) -> Result<Result<(), ProcessError>, ToolError> {
    if may_be_used() {
        Ok(install(packages, log).await)
    } else {
        let advice = format!("{advice}, then run the command again");
        Err(ToolError::ByHand { tool: tool.title(), advice })
    }
}

/// Whether this is Debian and the user may. Ubuntu's packages of the same names may be of another kind: its
/// Chromium only points to a snap, which does not run everywhere.
pub(super) fn may_be_used() -> bool {
    let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let is_debian = system.lines().any(|line| line == "ID=debian");
    is_debian && first_on_path(&["apt-get"]).is_some() && is_root()
}

/// The owner of `/proc/self` is the effective user of this process.
pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}
