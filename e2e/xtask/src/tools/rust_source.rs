//! The source of Rust's standard library, from which the release build of the SPA makes a smaller one.

use std::path::Path;

use super::rust_target::rustlib;
use crate::process::{Job, ProcessError};

pub(super) async fn is_there() -> bool {
    rustlib().await.is_some_and(|rustlib| rustlib.join("src/rust/library/Cargo.lock").is_file())
}

pub(super) async fn install(log: &Path) -> Result<(), ProcessError> {
    Job::new("rustup", ["component", "add", "rust-src"]).run_logged(log).await
}
