//! Grove as a whole: the stack on loopback, the commands, the browser tests.

use std::path::{Path, PathBuf};

pub mod browser;
pub mod dev;
pub mod evidence;
pub mod http;
pub mod okta;
pub mod pages;
pub mod process;
pub mod report;
pub mod scene;
pub mod signals;
pub mod size_budget;
pub mod spa_build;
pub mod spa_server;
pub mod stack;
pub mod suite;
pub mod tools;
pub mod verify;

/// The folder of the workspace this was built in.
pub fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
