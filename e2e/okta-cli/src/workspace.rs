//! Where the workspace is.

use std::path::{Path, PathBuf};

/// The folder of the workspace this was built in.
pub fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}
