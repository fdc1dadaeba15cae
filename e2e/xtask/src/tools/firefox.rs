//! Firefox, from the system, and geckodriver, compiled into the toolbox.

use std::path::{Path, PathBuf};

use super::apt::{self, first_on_path};
use super::error::ToolError;
use super::tool::Tool;
use super::toolbox::Toolbox;
use crate::process::ProcessError;

/// Drives every Firefox of the last years.
const GECKODRIVER: &str = "0.37.1";

/// A browser and a driver for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firefox {
    /// The browser.
    pub browser: PathBuf,
    /// `geckodriver`.
    pub driver: PathBuf,
}

impl Firefox {
    /// Looks in the toolbox and on `PATH`.
    pub fn find() -> Option<Self> {
        let own = Toolbox::of(&okta_cli::workspace()).bin().join("geckodriver");
        let driver = if own.is_file() { Some(own) } else { first_on_path(&["geckodriver"]) };
        Some(Self { browser: first_on_path(&["firefox", "firefox-esr"])?, driver: driver? })
    }
}

/// The browser by apt where this is Debian and the user may, else says what to do; the driver by cargo.
pub(super) async fn install(tools: &Toolbox, log: &Path) -> Result<Result<(), ProcessError>, ToolError> {
    if first_on_path(&["firefox", "firefox-esr"]).is_none() {
        if !apt::may_be_used() {
            return Err(ToolError::ByHand { tool: Tool::Firefox.title(), advice: advice() });
        }
        if let Err(error) = apt::install(&["firefox-esr"], log).await {
            return Ok(Err(error));
        }
    }
    // Not `--locked`, as with the other tools: a mirror may lack a version that a lock file names.
    Ok(tools.cargo_install("geckodriver", GECKODRIVER, &[]).run_logged(log).await)
}

fn advice() -> String {
    "install Firefox so that it is on PATH (Debian: `sudo apt-get install firefox-esr`), then run the command again"
        .to_owned()
}
