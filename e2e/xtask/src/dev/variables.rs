//! Variables from a file.

use std::path::{Path, PathBuf};

/// Adds the variables of a file to the environment, which has the last word. `.env` of the workspace need not be
/// there; a file that was named has to.
pub(super) fn read(workspace: &Path, named: Option<&Path>) -> Result<(), VariablesError> {
    let path = named.map_or_else(|| workspace.join(".env"), Path::to_owned);
    match dotenvy::from_path(&path) {
        Err(error) if named.is_none() && error.not_found() => Ok(()),
        read => read.map_err(|cause| VariablesError { path, cause }),
    }
}

/// A file with variables that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be read: {}", path.display(), api::env_file_problem(cause))]
pub(super) struct VariablesError {
    path: PathBuf,
    cause: dotenvy::Error,
}
