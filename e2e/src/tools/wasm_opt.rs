//! wasm-opt, which makes release builds of the SPA a fifth smaller.
//!
//! From npm where there is npm (a download of seconds), else compiled by cargo. Debian's own is too old
//! for the wasm that rustc writes today.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::{Toolbox, version_of};
use crate::process::{Job, ProcessError};

const NPM_VERSION: &str = "132.0.0";
const CRATE_VERSION: &str = "0.116.1";
/// The first version that knows every feature rustc uses by default.
const OLDEST: u32 = 116;

pub(super) async fn is_there(tools: &Toolbox) -> bool {
    let said = version_of(&tools.bin().join("wasm-opt")).await;
    said.as_deref().and_then(version_number).is_some_and(|version| version >= OLDEST)
}

pub(super) async fn install(tools: &Toolbox, log: &Path) -> Result<(), ProcessError> {
    if Job::new("npm", ["--version"]).output().await.is_ok() {
        install_by_npm(tools, log).await
    } else {
        tools.cargo_install("wasm-opt", CRATE_VERSION, &["--locked"]).run_logged(log).await
    }
}

async fn install_by_npm(tools: &Toolbox, log: &Path) -> Result<(), ProcessError> {
    let folder = tools.root.join("npm");
    let package = format!("binaryen@{NPM_VERSION}");
    let prefix = folder.display().to_string();
    let args = [
        "install",
        "--prefix",
        &prefix,
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--no-save",
        &package,
    ];
    Job::new("npm", args).run_logged(log).await?;
    let link = tools.bin().join("wasm-opt");
    let shown = format!("ln -s {}/node_modules/.bin/wasm-opt {}", folder.display(), link.display());
    let linked = (|| {
        fs::create_dir_all(tools.bin())?;
        let _ = fs::remove_file(&link);
        symlink(folder.join("node_modules/.bin/wasm-opt"), &link)
    })();
    linked.map_err(|cause| ProcessError::Start { shown, cause })
}

/// `wasm-opt version 132 (version_132)` → 132.
fn version_number(text: &str) -> Option<u32> {
    text.strip_prefix("wasm-opt version ")?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_both_forms() {
        assert_eq!(version_number("wasm-opt version 132 (version_132)"), Some(132));
        assert_eq!(version_number("wasm-opt version 116"), Some(116));
        assert_eq!(version_number("no such file"), None);
    }
}
