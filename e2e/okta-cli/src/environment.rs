//! Variables: those of the process, and beneath them those of the `.env` file.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// What the commands are configured by.
#[derive(Debug)]
pub(super) struct Environment {
    file: PathBuf,
    values: HashMap<String, String>,
}

/// The file is there and cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be read: {}", file.display(), problem(cause))]
pub(super) struct EnvironmentError {
    file: PathBuf,
    cause: dotenvy::Error,
}

/// Without the line that the error holds: a password may stand in it.
fn problem(error: &dotenvy::Error) -> String {
    match error {
        dotenvy::Error::LineParse(..) => {
            "every line must be like NAME=value, with single quotes around a value that holds spaces, quotes, $ or \\"
                .to_owned()
        }
        other => other.to_string(),
    }
}

impl Environment {
    /// Reads the file, if there is one.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(super) fn read(file: PathBuf) -> Result<Self, EnvironmentError> {
        match values(&file) {
            Ok(values) => Ok(Self { file, values }),
            Err(cause) => Err(EnvironmentError { file, cause }),
        }
    }

    /// The file that was read.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// The value of a variable, without the space around it; an empty one counts as none.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let value = std::env::var(name).ok().or_else(|| self.values.get(name).cloned());
        value.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// The entries of a list with commas.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let list = self.get(name).unwrap_or_default();
        list.split(',').map(|entry| entry.trim().to_owned()).filter(|entry| !entry.is_empty()).collect()
    }

    /// The first entry of a list with commas.
    pub(super) fn first(&self, name: &str) -> Option<String> {
        self.list(name).into_iter().next()
    }
}

fn values(file: &Path) -> Result<HashMap<String, String>, dotenvy::Error> {
    match dotenvy::from_path_iter(file) {
        Err(error) if error.not_found() => Ok(HashMap::new()),
        entries => {
            let mut values = HashMap::new();
            for entry in entries? {
                let (name, value) = entry?;
                values.entry(name).or_insert(value);
            }
            Ok(values)
        }
    }
}
