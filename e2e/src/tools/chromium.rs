//! Chromium and its driver, from the system.

use std::path::{Path, PathBuf};
use std::{env, fs};

use super::{Tool, ToolError};
use crate::process::{Job, ProcessError};

/// A browser and the driver of the same version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chromium {
    /// The browser.
    pub browser: PathBuf,
    /// `chromedriver`.
    pub driver: PathBuf,
}

impl Chromium {
    /// Looks on `PATH` under the names that distributions use.
    pub fn find() -> Option<Self> {
        let browser = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
        let driver = ["chromedriver", "chromium.chromedriver"];
        Some(Self { browser: first_on_path(&browser)?, driver: first_on_path(&driver)? })
    }
}

fn first_on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|program| program.is_file())
}

/// By apt where this is Debian and the user may; else says what to do.
pub(super) async fn install(log: &Path) -> Result<Result<(), ProcessError>, ToolError> {
    if !may_use_apt() {
        return Err(ToolError::ByHand { tool: Tool::Chromium.title(), advice: advice() });
    }
    let apt = |args: &[&str]| Job::new("apt-get", args).variable("DEBIAN_FRONTEND", "noninteractive");
    let update = apt(&["update"]).run_logged(log).await;
    if update.is_err() {
        return Ok(update);
    }
    let packages = ["install", "-y", "--no-install-recommends", "chromium", "chromium-driver"];
    Ok(apt(&packages).run_logged(log).await)
}

/// Ubuntu's packages of that name only point to a snap, which does not run everywhere.
fn may_use_apt() -> bool {
    let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let is_debian = system.lines().any(|line| line == "ID=debian");
    is_debian && first_on_path(&["apt-get"]).is_some() && is_root()
}

/// The owner of `/proc/self` is the effective user of this process.
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

fn advice() -> String {
    "install Chromium or Chrome and the chromedriver of the same version so that both are on PATH \
     (Debian: `sudo apt-get install chromium chromium-driver`), then run the command again"
        .to_owned()
}
