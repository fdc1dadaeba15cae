//! The folder: `api`, `spa/`, `.env`, and for servers `nginx.conf`, `Caddyfile` and `grove.service`.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use api::spa::{Site, SpaError, SpaSettings};

use super::deployment_target::DeploymentTarget;
use super::hosts;
use super::site;

/// Where it is written, and what it is made of.
#[derive(Clone, Debug)]
pub struct Folder {
    /// The folder; made where it is missing. What else is in it stays.
    pub path: PathBuf,
    /// A release build of the shop.
    pub dist: PathBuf,
    /// The API's program.
    pub program: PathBuf,
}

/// Why a folder was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// The build of the shop is incomplete.
    #[error(transparent)]
    Spa(#[from] SpaError),
    /// The folder holds something else.
    #[error("{} holds other things and was not made by `cargo dev build`: choose another folder with --out", path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
    /// A file that cannot be read or written.
    #[error("cannot use {}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

impl Folder {
    /// Writes all of it anew.
    ///
    /// # Errors
    /// See [`FolderError`]. The shop is replaced whole or not at all.
    pub fn write(&self, target: &DeploymentTarget) -> Result<(), FolderError> {
        self.refuse_foreign()?;
        let settings =
            SpaSettings { dist: self.dist.clone(), config: target.config.clone(), https: target.is_https() };
        let site = Site::read(&settings)?;
        fs::create_dir_all(&self.path).map_err(|cause| failed(&self.path, cause))?;
        self.write_spa(&site)?;
        self.write_program()?;
        for (name, text) in [
            ("nginx.conf", hosts::nginx(&site, target)),
            ("Caddyfile", hosts::caddy(&site, target)),
            ("grove.service", hosts::systemd()),
            ("README.md", hosts::read_me(target)),
        ] {
            let path = self.path.join(name);
            fs::write(&path, text).map_err(|cause| failed(&path, cause))?;
        }
        self.write_variables(target)
    }

    /// A folder with somebody's own things is not to be written over.
    fn refuse_foreign(&self) -> Result<(), FolderError> {
        let ours = self.path.join("grove.service").exists();
        let empty = fs::read_dir(&self.path).map_or(true, |mut entries| entries.next().is_none());
        if ours || empty { Ok(()) } else { Err(FolderError::Foreign { path: self.path.clone() }) }
    }

    /// Beside the old one first: a server that runs must never see half of it.
    fn write_spa(&self, site: &Site) -> Result<(), FolderError> {
        let [fresh, old, spa] = ["spa.new", "spa.old", "spa"].map(|name| self.path.join(name));
        for leftover in [&fresh, &old] {
            if leftover.exists() {
                fs::remove_dir_all(leftover).map_err(|cause| failed(leftover, cause))?;
            }
        }
        site::write(&self.dist, site.page(), &fresh).map_err(|(path, cause)| failed(&path, cause))?;
        for (name, text) in
            [("_headers", hosts::headers_file(site)), ("_redirects", hosts::REDIRECTS.to_owned())]
        {
            let path = fresh.join(name);
            fs::write(&path, text).map_err(|cause| failed(&path, cause))?;
        }
        if spa.exists() {
            fs::rename(&spa, &old).map_err(|cause| failed(&spa, cause))?;
        }
        fs::rename(&fresh, &spa).map_err(|cause| failed(&fresh, cause))?;
        if old.exists() { fs::remove_dir_all(&old).map_err(|cause| failed(&old, cause)) } else { Ok(()) }
    }

    /// Renamed into place: a program that runs cannot be written over.
    fn write_program(&self) -> Result<(), FolderError> {
        let (fresh, path) = (self.path.join("api.new"), self.path.join("api"));
        fs::copy(&self.program, &fresh).map_err(|cause| failed(&self.program, cause))?;
        fs::rename(&fresh, &path).map_err(|cause| failed(&path, cause))
    }

    /// For its owner alone: the database's password may be among them.
    fn write_variables(&self, target: &DeploymentTarget) -> Result<(), FolderError> {
        let path = self.path.join(".env");
        let written = (|| {
            let mut file = tempfile::NamedTempFile::new_in(&self.path)?;
            io::Write::write_all(&mut file, hosts::variables(target).as_bytes())?;
            file.as_file().set_permissions(fs::Permissions::from_mode(0o600))?;
            file.persist(&path).map_err(|error| error.error)
        })();
        written.map(drop).map_err(|cause| failed(&path, cause))
    }
}

fn failed(path: &Path, cause: io::Error) -> FolderError {
    FolderError::File { path: path.to_owned(), cause }
}
