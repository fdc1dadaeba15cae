//! The files of one test.

use std::path::PathBuf;
use std::{fs, io};

use xtask::results::root;

use super::{TestName, mask};

/// `target/e2e/{test}`.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Empty: what is there afterwards belongs to this run.
    pub(super) fn cleared(test: &TestName) -> Self {
        let path = root().join(test.sentence());
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    pub(super) fn path(&self) -> &PathBuf {
        &self.0
    }

    /// A text, without its secrets.
    pub(super) fn keep_text(&self, name: &str, text: &str) -> io::Result<()> {
        self.keep(name, mask(text).as_bytes())
    }

    pub(super) fn keep(&self, name: &str, content: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.0)?;
        fs::write(self.0.join(name), content)
    }
}
