//! Where tools are, and how cargo installs them there.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::error::ToolError;
use super::tool::Tool;
use crate::process::Job;

/// Where tools are, or will be.
#[derive(Clone, Debug)]
pub struct Toolbox {
    pub(super) workspace: PathBuf,
    pub(super) root: PathBuf,
    pub(super) build: PathBuf,
}

impl Toolbox {
    /// The toolbox of a workspace: `target/tools`.
    pub fn of(workspace: &Path) -> Self {
        Self::at(workspace, workspace.join("target/tools"), workspace.join("target/tools-build"))
    }

    /// A toolbox elsewhere.
    pub fn at(workspace: &Path, root: PathBuf, build: PathBuf) -> Self {
        Self { workspace: workspace.to_owned(), root, build }
    }

    /// The folder of the programs.
    pub fn bin(&self) -> PathBuf {
        self.root.join("bin")
    }

    /// `PATH` with the toolbox in front.
    pub fn path_variable(&self) -> OsString {
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.bin()).chain(std::env::split_paths(&inherited));
        std::env::join_paths(folders).unwrap_or(inherited)
    }

    pub(super) fn log(&self, tool: Tool) -> PathBuf {
        self.root.join(format!("logs/{tool:?}.log").to_lowercase())
    }

    /// Held while something is installed, by one command at a time. The system frees it with the process.
    pub(super) fn lock(&self) -> Result<File, ToolError> {
        let path = self.root.join("lock");
        let locked = (|| {
            fs::create_dir_all(&self.root)?;
            let file = File::create(&path)?;
            if file.try_lock().is_err() {
                eprintln!("waiting for another command that installs tools");
                file.lock()?;
            }
            Ok(file)
        })();
        locked.map_err(|cause| ToolError::Lock { path, cause })
    }

    /// `cargo install` into the toolbox. Unoptimised: these programs run for a second at a time, and an
    /// optimised build of Trunk alone takes twice as long to make.
    pub(super) fn cargo_install(&self, krate: &str, version: &str, extra: &[&str]) -> Job {
        let args = ["install", krate, "--version", version, "--debug", "--force", "--root"];
        let args = args.iter().map(OsString::from).chain([self.root.clone().into_os_string()]);
        Job::new("cargo", args.chain(extra.iter().map(OsString::from)))
            // Away from the workspace, whose own configuration is not meant for these builds.
            .folder(&self.root)
            .variable("CARGO_TARGET_DIR", self.build.clone())
            .variable("CARGO_PROFILE_DEV_DEBUG", "0")
            .variable("CARGO_TERM_COLOR", "never")
    }
}

/// What `program --version` says, without the line end; `None` where it does not run.
pub(super) async fn version_of(program: &Path) -> Option<String> {
    Job::new(program, ["--version"]).output().await.ok().map(|text| text.trim().to_owned())
}
