//! PostgreSQL's server programs, from the system: the tests run throwaway servers of their own.

use std::fs;
use std::path::{Path, PathBuf};

use super::apt;
use super::error::ToolError;
use super::tool::Tool;
use crate::process::ProcessError;

/// Debian keeps them away from `PATH`, by version.
const DEBIAN: &str = "/usr/lib/postgresql";

pub(super) fn is_there() -> bool {
    postgres_folder().is_some()
}

/// Where PostgreSQL's server programs are.
pub(crate) fn postgres_folder() -> Option<PathBuf> {
    let versions = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let mut folders = versions.map(|version| version.path().join("bin"));
    let on_path = || apt::first_on_path(&["initdb"])?.parent().map(Path::to_owned);
    folders.find(|folder| has_server(folder)).or_else(on_path)
}

fn has_server(folder: &Path) -> bool {
    let programs: [PathBuf; 3] = ["initdb", "pg_ctl", "postgres"].map(|program| folder.join(program));
    programs.iter().all(|program| program.is_file())
}

/// By apt where this is Debian and the user may; else says what to do.
pub(super) async fn install(log: &Path) -> Result<Result<(), ProcessError>, ToolError> {
    let advice = "install its server programs (Debian: `sudo apt-get install postgresql`)";
    apt::install_or_say_how(Tool::Postgres, advice, &["postgresql"], log).await
}
