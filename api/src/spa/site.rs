//! A build of the SPA, made ready for one org and one API.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use actix_web::http::header::HeaderMap;
use shared::SpaConfig;
use url::Url;

use super::files::{SiteFile, read_all};
use super::headers::{Surroundings, security_headers};
use super::{SpaError, SpaSettings, island};

/// Everything the server answers with.
#[derive(Debug)]
pub struct Site {
    /// The page with its island filled.
    pub(crate) index: SiteFile,
    /// What every answer carries.
    pub(crate) headers: HeaderMap,
    files: HashMap<String, SiteFile>,
}

impl Site {
    /// Reads the build.
    ///
    /// # Errors
    /// Where a part of it is missing or the configuration names no proper origin.
    pub fn read(settings: &SpaSettings) -> Result<Self, SpaError> {
        let html = read_index(&settings.dist)?;
        // Browsers hash scripts after they have normalised line ends.
        let html = html.replace("\r\n", "\n");
        let html = island::fill(&html, &settings.config).ok_or(SpaError::NoIsland)?;
        let headers = security_headers(&html, &surroundings(&settings.config, settings.https)?)?;
        let files = read_all(&settings.dist).map_err(|(path, cause)| SpaError::Read { path, cause })?;
        Ok(Self { index: SiteFile::new("/index.html", html.into(), None, None), headers, files })
    }

    /// The file at a path of the address. `/index.html` is none: the page is what all other paths show.
    pub(crate) fn file(&self, path: &str) -> Option<&SiteFile> {
        if path == "/index.html" { Some(&self.index) } else { self.files.get(path) }
    }
}

fn read_index(dist: &Path) -> Result<String, SpaError> {
    let path = dist.join("index.html");
    fs::read_to_string(&path).map_err(|cause| {
        if cause.kind() == std::io::ErrorKind::NotFound {
            SpaError::NotBuilt { dist: dist.to_owned() }
        } else {
            SpaError::Read { path, cause }
        }
    })
}

fn surroundings(config: &SpaConfig, https: bool) -> Result<Surroundings, SpaError> {
    Ok(Surroundings { org_origin: origin(&config.issuer)?, api_origin: origin(&config.api_origin)?, https })
}

fn origin(address: &str) -> Result<String, SpaError> {
    let origin = Url::parse(address).ok().map(|url| url.origin()).filter(url::Origin::is_tuple);
    origin.map(|origin| origin.ascii_serialization()).ok_or_else(|| SpaError::Address(address.to_owned()))
}
