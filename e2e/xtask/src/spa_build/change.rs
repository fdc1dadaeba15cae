//! A change of one file of the workspace, as lists of changes to be tried have it.

use std::path::Path;

use serde::Deserialize;

/// What stands there is replaced.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Relative to the workspace.
    pub file: String,
    /// Appears there exactly once.
    find: String,
    replace: String,
}

/// Why a change cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// A file that cannot be read.
    #[error("cannot read {0}")]
    Read(String, #[source] std::io::Error),
    /// The code is not what it was when the change was listed.
    #[error("{file} holds `{find}` {count} times, not once: list something else to change")]
    NotOnce {
        /// Relative to the workspace.
        file: String,
        /// What was looked for.
        find: String,
        /// How often it appears.
        count: usize,
    },
}

impl Change {
    /// The change from `find` to `replace` in `file`.
    pub(crate) fn new(file: &str, find: &str, replace: &str) -> Self {
        Self { file: file.to_owned(), find: find.to_owned(), replace: replace.to_owned() }
    }

    /// The file as it is, and with the change in it.
    ///
    /// # Errors
    /// Where the file cannot be read or does not hold what is to be changed.
    pub fn texts(&self, workspace: &Path) -> Result<(String, String), ChangeError> {
        let text = text_of(workspace, &self.file)?;
        match text.matches(&self.find).count() {
            1 => {
                let changed = text.replacen(&self.find, &self.replace, 1);
                Ok((text, changed))
            }
            count => Err(ChangeError::NotOnce { file: self.file.clone(), find: self.find.clone(), count }),
        }
    }
}

/// A file of the workspace.
pub(crate) fn text_of(workspace: &Path, file: &str) -> Result<String, ChangeError> {
    std::fs::read_to_string(workspace.join(file)).map_err(|cause| ChangeError::Read(file.to_owned(), cause))
}
