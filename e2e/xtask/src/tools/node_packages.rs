//! Packages of npm at the versions of a lock file in the workspace, beside the scripts that use them.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::error::ToolError;
use super::registry::{ask, copy, same};
use crate::process::{Job, ProcessError};

const LOCK: &str = "package-lock.json";

/// A list of packages, and where they go.
#[derive(Clone, Debug)]
pub(crate) struct NodePackages {
    /// The folder with `package.json` and its lock.
    pub(crate) source: PathBuf,
    /// The folder whose scripts find the packages.
    pub(crate) folder: PathBuf,
    /// Those that are no JavaScript alone: their own scripts download what was compiled, or compile it with the headers that
    /// Node was installed with.
    pub(crate) compiled: &'static [&'static str],
}

impl NodePackages {
    /// npm writes its own list when everything is there.
    pub(super) fn is_there(&self) -> bool {
        same(&self.source.join(LOCK), &self.folder.join(LOCK))
            && self.folder.join("node_modules/.package-lock.json").exists()
            && self.compiled.iter().all(|name| self.result_of(name).is_dir())
    }

    /// The folder with what was compiled.
    fn result_of(&self, name: &str) -> PathBuf {
        self.folder.join("node_modules").join(name).join("build/Release")
    }

    /// Scripts of the packages are not run, but for those that are compiled.
    pub(super) async fn install(&self, log: &Path) -> Result<Result<(), ProcessError>, ToolError> {
        for name in ["package.json", LOCK] {
            if let Err(error) = copy(&self.source.join(name), &self.folder.join(name)) {
                return Ok(Err(error));
            }
        }
        let npm = |args: &[&str]| Job::new("npm", args).folder(&self.folder);
        let probe = npm(&["view", "npm", "name", "--fetch-timeout=5000", "--fetch-retries=0"]);
        ask("npm", probe, log).await?;
        let mut done = npm(&["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).run_logged(log).await;
        for name in self.compiled {
            if done.is_err() {
                break;
            }
            done = self.compile(name, log).await;
        }
        Ok(done)
    }

    async fn compile(&self, name: &str, log: &Path) -> Result<(), ProcessError> {
        let rebuild = Job::new("npm", ["rebuild", "--foreground-scripts", name]).folder(&self.folder);
        let prefix =
            Job::new("node", ["--print", "path.resolve(process.execPath, '../..')"]).output().await?;
        let prefix = PathBuf::from(prefix.trim());
        // Otherwise it would download them.
        let has_headers = prefix.join("include/node/node_api.h").exists();
        let rebuild = if has_headers { rebuild.variable("npm_config_nodedir", prefix) } else { rebuild };
        rebuild.run_logged(log).await
    }
}

/// Copies the scripts of a folder: Node looks for packages beside a script, so they go to where the packages are.
///
/// # Errors
/// Where a script cannot be read or written.
pub(crate) fn bring_scripts(source: &Path, folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(source)? {
        let path = entry?.path();
        if let (Some(name), Some("mjs")) = (path.file_name(), path.extension().and_then(|e| e.to_str())) {
            fs::copy(&path, folder.join(name))?;
        }
    }
    Ok(())
}
