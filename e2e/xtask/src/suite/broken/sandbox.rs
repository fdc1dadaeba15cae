//! A copy of the workspace that may be broken: nobody's work is touched, whenever the command is stopped.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::process::{Job, ProcessError};
use crate::spa_build::{self, SpaProfile};
use crate::suite::browser_tests::{BROWSER_TESTS, browser_tests};
use crate::tools::Toolbox;

/// What tests open.
pub(super) const PAGES: [SpaProfile; 3] = [SpaProfile::Release, SpaProfile::Example, SpaProfile::Bench];

/// Where tools are, below a workspace.
const TOOLS: &str = "target/tools";

/// The copy, with a target folder of its own: what is compiled of a broken crate is found by nobody else.
pub(crate) struct Sandbox {
    root: PathBuf,
    tools: Toolbox,
    /// Builds of the SPA that are not of the present source.
    stale: Vec<SpaProfile>,
}

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SandboxError {
    #[error("git does not list the files of the workspace")]
    List(#[from] ProcessError),
    #[error("cannot copy {}", .0.display())]
    Copy(PathBuf, #[source] io::Error),
}

impl Sandbox {
    /// Brings the copy up to date; what is as it was keeps its time, so that little is compiled again.
    pub(crate) async fn of(workspace: &Path, tools: Toolbox) -> Result<Self, SandboxError> {
        let root = workspace.join("target/broken/grove");
        let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        let listed = Job::new("git", list).folder(workspace).output().await?;
        let mut files: HashSet<PathBuf> = HashSet::new();
        for name in listed.split('\0').filter(|name| !name.is_empty()) {
            if workspace.join(name).is_file() {
                copy(&workspace.join(name), &root.join(name))?;
                files.insert(root.join(name));
            }
        }
        remove_others(&root, &files)?;
        link_tools(&workspace.join(TOOLS), &root.join(TOOLS))?;
        Ok(Self { root, tools, stale: PAGES.to_vec() })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Writes a file anew; where it is one of the SPA's, no build of it is of the present source any more.
    pub(crate) fn write(&mut self, file: &str, text: &str) -> Result<(), SandboxError> {
        if file.starts_with("frontend/") || file.starts_with("shared/") {
            self.stale = PAGES.to_vec();
        }
        let path = self.root.join(file);
        fs::write(&path, text).map_err(|cause| SandboxError::Copy(path, cause))
    }

    /// Builds what the tests open, where it is not of the present source.
    pub(super) async fn build(&mut self, page: SpaProfile, log: &Path) -> Result<(), ProcessError> {
        if self.stale.contains(&page) {
            spa_build::quick(&self.root, &self.tools, page).run_logged(log).await?;
            self.stale.retain(|other| *other != page);
        }
        Ok(())
    }

    /// Compiles the tests: code that does not compile proves nothing.
    pub(super) async fn compile_tests(&self, log: &Path) -> Result<(), ProcessError> {
        let job = Job::new("cargo", BROWSER_TESTS.into_iter().chain(["--no-run"]));
        self.surrounded(job.folder(&self.root)).run_logged(log).await
    }

    /// Plays these tests.
    pub(super) async fn play(&self, tests: &[&str], threads: u8, log: &Path) -> Result<(), ProcessError> {
        let job = self.surrounded(browser_tests(&self.root, threads)).argument("--exact");
        tests.iter().fold(job, |job, test| job.argument(test)).run_logged(log).await
    }

    /// What the copy's own builds are found by.
    fn surrounded(&self, job: Job) -> Job {
        job.variable("CARGO_TARGET_DIR", self.root.join("target"))
            .variable("GROVE_DIST", SpaProfile::Release.dist(&self.root))
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), SandboxError> {
    let copied = (|| {
        let text = fs::read(from)?;
        if fs::read(to).is_ok_and(|there| there == text) {
            return Ok(());
        }
        to.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(to, text)
    })();
    copied.map_err(|cause| SandboxError::Copy(from.to_owned(), cause))
}

/// What tests look at pages with is there for the copy as well.
fn link_tools(tools: &Path, link: &Path) -> Result<(), SandboxError> {
    let failed = |cause| SandboxError::Copy(tools.to_owned(), cause);
    if link.exists() {
        return Ok(());
    }
    link.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
    std::os::unix::fs::symlink(tools, link).map_err(failed)
}

/// What was once in the workspace would still be compiled.
fn remove_others(folder: &Path, files: &HashSet<PathBuf>) -> Result<(), SandboxError> {
    let failed = |cause| SandboxError::Copy(folder.to_owned(), cause);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        let is_folder = entry.file_type().map_err(failed)?.is_dir();
        if is_folder && !["target", "dist"].iter().any(|name| entry.file_name() == *name) {
            remove_others(&path, files)?;
        } else if !is_folder && !files.contains(&path) {
            fs::remove_file(&path).map_err(failed)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_as_it_was_keeps_its_time_and_one_that_is_gone_goes() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(from.path().join("a.rs"), "a").unwrap();
        let (old, new) = (from.path().join("a.rs"), to.path().join("deep/a.rs"));
        copy(&old, &new).unwrap();
        let time = fs::metadata(&new).unwrap().modified().unwrap();
        copy(&old, &new).unwrap();
        assert_eq!(fs::metadata(&new).unwrap().modified().unwrap(), time);
        fs::write(&new, "broken").unwrap();
        copy(&old, &new).unwrap();
        assert_eq!(fs::read_to_string(&new).unwrap(), "a");

        let built = to.path().join("target/a.rs");
        copy(&old, &built).unwrap();
        copy(&old, &to.path().join("b.rs")).unwrap();
        remove_others(to.path(), &HashSet::from([new.clone()])).unwrap();
        assert!(new.is_file() && built.is_file() && !to.path().join("b.rs").exists());
    }
}
