//! Chromium and its driver, from the system.

use std::path::{Path, PathBuf};

use super::apt::{self, first_on_path};
use super::error::ToolError;
use super::tool::Tool;
use crate::process::ProcessError;

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

/// By apt where this is Debian and the user may; else says what to do.
pub(super) async fn install(log: &Path) -> Result<Result<(), ProcessError>, ToolError> {
    if !apt::may_be_used() {
        return Err(ToolError::ByHand { tool: Tool::Chromium.title(), advice: advice() });
    }
    Ok(apt::install(&["chromium", "chromium-driver"], log).await)
}

fn advice() -> String {
    "install Chromium or Chrome and the chromedriver of the same version so that both are on PATH \
     (Debian: `sudo apt-get install chromium chromium-driver`), then run the command again"
        .to_owned()
}
