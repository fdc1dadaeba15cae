//! Programs and files from npm: a download of seconds each, in `target/tools/npm`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::toolbox::Toolbox;
use crate::process::{Job, ProcessError};

/// A package at one version, and what of it is used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Package {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    /// The program that it brings, if any.
    pub(super) program: Option<&'static str>,
}

/// Makes the wasm of release builds a fifth smaller. Debian's own is too old for what rustc writes today.
pub(super) const WASM_OPT: Package =
    Package { name: "binaryen", version: "132.0.0", program: Some("wasm-opt") };
/// Makes the JavaScript of release builds small.
pub(super) const ESBUILD: Package = Package { name: "esbuild", version: "0.28.2", program: Some("esbuild") };
/// Finds what keeps people out of a page.
pub(super) const AXE: Package = Package { name: "axe-core", version: "4.14.1", program: None };

const ALL: [Package; 3] = [WASM_OPT, ESBUILD, AXE];

impl Package {
    /// Where it is, or will be.
    pub(super) fn folder(&self, tools: &Toolbox) -> PathBuf {
        root(tools).join("node_modules").join(self.name)
    }

    /// Whether it is there at that version, its program included.
    pub(super) fn is_there(&self, tools: &Toolbox) -> bool {
        let manifest = fs::read_to_string(self.folder(tools).join("package.json")).unwrap_or_default();
        let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap_or_default();
        let program = self.program.is_none_or(|program| tools.bin().join(program).exists());
        manifest["version"] == self.version && program
    }

    /// Installs it beside the others, and links its program into the toolbox.
    pub(super) async fn install(&self, tools: &Toolbox, log: &Path) -> Result<(), ProcessError> {
        let args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", "--prefix"];
        // npm removes what it is not asked for.
        let packages = ALL.iter().filter(|p| p.name == self.name || p.is_there(tools));
        let mut job = Job::new("npm", args).argument(root(tools));
        for package in packages {
            job = job.argument(format!("{}@{}", package.name, package.version));
        }
        job.run_logged(log).await?;
        self.program.map_or(Ok(()), |program| link(tools, program))
    }
}

fn root(tools: &Toolbox) -> PathBuf {
    tools.root.join("npm")
}

fn link(tools: &Toolbox, program: &str) -> Result<(), ProcessError> {
    let (target, link) = (root(tools).join("node_modules/.bin").join(program), tools.bin().join(program));
    let shown = format!("ln -s {} {}", target.display(), link.display());
    let linked = (|| {
        fs::create_dir_all(tools.bin())?;
        let _ = fs::remove_file(&link);
        symlink(target, &link)
    })();
    linked.map_err(|cause| ProcessError::Start { shown, cause })
}
