//! Programs from crates.io. One on `PATH` that fits is used; else cargo-binstall brings a finished one, where it is there and
//! reaches it; else it is built.

use std::ffi::OsStr;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use super::toolbox::{Toolbox, version_of};
use crate::process::{Job, ProcessError};

/// A program at a version.
#[derive(Clone, Debug)]
pub(super) struct CargoProgram {
    /// The package.
    pub(super) krate: &'static str,
    /// The program in it.
    pub(super) name: &'static str,
    /// What is installed where no other is there: three numbers.
    pub(super) version: String,
    pub(super) fits: Fits,
    /// Further arguments of `cargo install`.
    pub(super) extra: &'static [&'static str],
}

/// Which versions that are there already will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fits {
    /// The very same.
    Exactly,
    /// Also a newer one that promises to be compatible (Semantic Versioning 2.0.0 §4).
    Compatible,
}

impl CargoProgram {
    /// Whether the toolbox has one that fits.
    pub(super) async fn is_there(&self, tools: &Toolbox) -> bool {
        self.is_good(&tools.bin().join(self.name)).await
    }

    /// Brings it into the toolbox.
    pub(super) async fn install(&self, tools: &Toolbox, log: &Path) -> Result<(), ProcessError> {
        let path = env::var_os("PATH").unwrap_or_default();
        let link = tools.bin().join(self.name);
        if let Some(found) = self.find(&path, &tools.bin()).await {
            return put_link(&found, &link)
                .map_err(|cause| ProcessError::Start { shown: format!("ln -s {}", found.display()), cause });
        }
        // A link to one that has gone, or does not fit any more.
        let _ = fs::remove_file(&link);
        if self.is_brought(tools, &path, log).await {
            return Ok(());
        }
        tools.cargo_install(self.krate, &self.version, self.extra).run_logged(log).await
    }

    async fn find(&self, path: &OsStr, own: &Path) -> Option<PathBuf> {
        for folder in env::split_paths(path).filter(|folder| folder != own) {
            let program = folder.join(self.name);
            if program.is_file() && self.is_good(&program).await {
                return Some(program);
            }
        }
        None
    }

    async fn is_good(&self, program: &Path) -> bool {
        let found = version_of(program).await;
        let found = found.as_deref().and_then(|text| text.rsplit(' ').next());
        found.is_some_and(|found| self.fits(found))
    }

    fn fits(&self, found: &str) -> bool {
        let compatible = || {
            let (found, wanted) = (numbers(found)?, numbers(&self.version)?);
            // Below 1.0 the second number is the one that breaks.
            let breaking = if wanted[0] == 0 { 2 } else { 1 };
            Some(found[..breaking] == wanted[..breaking] && found >= wanted)
        };
        found == self.version || (self.fits == Fits::Compatible && compatible() == Some(true))
    }

    /// Whether cargo-binstall has brought it: it does not reach everything everywhere, and its failure costs seconds.
    async fn is_brought(&self, tools: &Toolbox, path: &OsStr, log: &Path) -> bool {
        let binstall = |args: &[&str]| Job::new("cargo", ["binstall"]).arguments(args).variable("PATH", path);
        if binstall(&["-V"]).output().await.is_err() {
            return false;
        }
        let what = format!("{}@{}", self.krate, self.version);
        let args = [
            "--no-confirm",
            "--disable-telemetry",
            "--disable-strategies",
            "compile",
            "--force",
            &what,
            "--root",
        ];
        let _ = binstall(&args).argument(&tools.root).run_logged(log).await;
        self.is_there(tools).await
    }
}

fn put_link(program: &Path, link: &Path) -> io::Result<()> {
    if let Some(folder) = link.parent() {
        fs::create_dir_all(folder)?;
    }
    let _ = fs::remove_file(link);
    symlink(program, link)
}

/// `1.2.3`; `None` for anything else, a version before a release among it.
fn numbers(version: &str) -> Option<[u32; 3]> {
    let numbers: Vec<u32> = version.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    numbers.try_into().ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use tempfile::TempDir;

    use super::*;

    fn trunk(fits: Fits) -> CargoProgram {
        CargoProgram { krate: "trunk", name: "trunk", version: "0.21.14".to_owned(), fits, extra: &[] }
    }

    /// A program of this name in a folder of its own.
    fn program(name: &str, script: &str) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        folder
    }

    #[test]
    fn a_newer_version_fits_as_far_as_it_is_compatible() {
        for (found, compatible) in [
            ("0.21.14", true),
            ("0.21.15", true),
            ("0.21.13", false),
            ("0.22.0", false),
            ("1.21.14", false),
            ("0.21.14-beta.1", false),
            ("0.21", false),
        ] {
            assert_eq!(trunk(Fits::Compatible).fits(found), compatible, "{found}");
            assert_eq!(trunk(Fits::Exactly).fits(found), found == "0.21.14", "{found}");
        }
        let other = CargoProgram { version: "1.4.0".to_owned(), ..trunk(Fits::Compatible) };
        assert!(other.fits("1.5.0") && !other.fits("1.3.9") && !other.fits("2.0.0"));
    }

    #[tokio::test]
    async fn of_those_on_the_path_the_first_that_fits_is_linked() {
        let root = tempfile::tempdir().unwrap();
        let tools = Toolbox::at(root.path(), root.path().join("tools"), root.path().join("build"));
        let (old, good) = (program("trunk", "echo trunk 0.20.0"), program("trunk", "echo trunk 0.21.15"));
        let path = env::join_paths([old.path(), good.path()]).unwrap();
        let wanted = trunk(Fits::Compatible);
        let found = wanted.find(&path, &tools.bin()).await.unwrap();
        assert_eq!(found, good.path().join("trunk"));
        put_link(&found, &tools.bin().join("trunk")).unwrap();
        assert!(wanted.is_there(&tools).await);
        assert!(!trunk(Fits::Exactly).is_there(&tools).await);
        assert_eq!(
            wanted.find(tools.bin().as_os_str(), &tools.bin()).await,
            None,
            "its own folder does not count"
        );
    }

    #[tokio::test]
    async fn cargo_binstall_is_asked_where_it_is_there_and_may_fail() {
        let root = tempfile::tempdir().unwrap();
        let tools = Toolbox::at(root.path(), root.path().join("tools"), root.path().join("build"));
        let (log, wanted) = (root.path().join("log"), trunk(Fits::Exactly));
        let brings = "for root; do :; done; [ \"$2\" = -V ] && exit; mkdir -p $root/bin; \
                      printf '#!/bin/sh\\necho trunk 0.21.14' > $root/bin/trunk; chmod +x $root/bin/trunk";
        for (script, is_brought) in [("[ \"$2\" = -V ]", false), (brings, true)] {
            let folder = program("cargo-binstall", script);
            let inherited = env::var_os("PATH").unwrap();
            let folders = std::iter::once(folder.path().to_owned()).chain(env::split_paths(&inherited));
            let path = env::join_paths(folders).unwrap();
            assert_eq!(wanted.is_brought(&tools, &path, &log).await, is_brought, "{script}");
        }
    }
}
