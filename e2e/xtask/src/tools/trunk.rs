//! Trunk, the bundler of the SPA.

use std::path::Path;

use super::toolbox::{Toolbox, version_of};
use crate::process::ProcessError;

/// The last version that builds with Rust 1.95.
const VERSION: &str = "0.21.14";

pub(super) async fn is_there(tools: &Toolbox) -> bool {
    version_of(&tools.bin().join("trunk")).await.is_some_and(|found| found == format!("trunk {VERSION}"))
}

pub(super) async fn install(tools: &Toolbox, log: &Path) -> Result<(), ProcessError> {
    tools.cargo_install("trunk", VERSION, &["--locked"]).run_logged(log).await
}
