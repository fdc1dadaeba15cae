//! Rust's standard library for `wasm32-unknown-unknown`.

use std::path::{Path, PathBuf};

use crate::process::{Job, ProcessError};

/// The target of the SPA.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Looks where rustc itself would look, so that a Rust without rustup serves as well.
pub(super) async fn is_there() -> bool {
    rustlib().await.is_some_and(|rustlib| rustlib.join(WASM).join("lib").is_dir())
}

/// Where rustc keeps its libraries and their source.
pub(super) async fn rustlib() -> Option<PathBuf> {
    let sysroot = Job::new("rustc", ["--print", "sysroot"]).output().await.ok()?;
    Some(PathBuf::from(sysroot.trim()).join("lib/rustlib"))
}

pub(super) async fn install(log: &Path) -> Result<(), ProcessError> {
    Job::new("rustup", ["target", "add", WASM]).run_logged(log).await
}
