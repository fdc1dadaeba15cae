//! A build of the SPA, made ready for one org and one API.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderMap, HeaderValue, STRICT_TRANSPORT_SECURITY};
use frontend::PreparedPage;
use shared::SpaConfig;
use url::Url;

use super::files::{SiteFile, UNKNOWN_MEDIA_TYPE, WORKER, media_type, read_all};
use super::headers::{Surroundings, policy_with_worker, security_headers};
use super::prepared::PageParts;
use super::{SpaError, SpaSettings, island};

/// Everything the server answers with.
#[derive(Debug)]
pub struct Site {
    /// The page with its island filled.
    pub(crate) index: SiteFile,
    /// What every answer carries.
    pub(crate) headers: HeaderMap,
    files: HashMap<String, SiteFile>,
    /// Where in the page a prepared one has its place, if anywhere.
    parts: Option<PageParts>,
    /// The content security policy of a prepared page.
    prepared_policy: Option<HeaderValue>,
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
        // Whoever runs the shop may take the worker away.
        let is_there = |file: &str| files.contains_key(file) || file == WORKER;
        if let Some(file) = named_files(&html).find(|file| !is_there(file)) {
            return Err(SpaError::Incomplete { dist: settings.dist.clone(), file: file.to_owned() });
        }
        let (parts, prepared_policy) = (PageParts::of(&html), policy_with_worker(&headers));
        let index = SiteFile::new("/index.html", html.into(), None, None);
        Ok(Self { index, headers, files, parts, prepared_policy })
    }

    /// The same, insisting on TLS in these words (RFC 6797).
    ///
    /// # Errors
    /// Where they cannot stand in a header.
    pub(crate) fn with_hsts(mut self, hsts: &str) -> Result<Self, SpaError> {
        let value = HeaderValue::from_str(hsts).map_err(|_| SpaError::Header(hsts.to_owned()))?;
        self.headers.insert(STRICT_TRANSPORT_SECURITY, value);
        Ok(self)
    }

    /// The page with its island filled, for whoever puts it elsewhere.
    pub fn page(&self) -> &[u8] {
        &self.index.plain
    }

    /// A prepared page with its headers.
    pub(crate) fn answer_prepared(&self, page: HttpResponse) -> HttpResponse {
        let mut answer = self.with_headers(page);
        if let Some(policy) = &self.prepared_policy {
            answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy.clone());
        }
        answer
    }

    /// The same answer with what every answer of the SPA carries.
    pub(crate) fn with_headers(&self, mut answer: HttpResponse) -> HttpResponse {
        for (name, value) in &self.headers {
            answer.headers_mut().insert(name.clone(), value.clone());
        }
        answer
    }

    /// Whether a prepared page has a place in the page of this build.
    pub(crate) fn takes_prepared(&self) -> bool {
        self.parts.is_some()
    }

    /// The page with a prepared one in it, and with what its program is to begin with; `None` where it has no place for one.
    pub(crate) fn prepared(&self, page: &PreparedPage, catalogue: &str) -> Option<String> {
        let html = std::str::from_utf8(&self.index.plain).ok()?;
        Some(self.parts.as_ref()?.fill(html, page, catalogue))
    }

    /// What every answer carries but `Cache-Control`, by name.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
    }

    /// The path of every file in an address, e.g. `/art/logo.svg`, and its `Cache-Control`; the page first.
    pub fn cache_controls(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let files = self.files.iter().map(|(path, file)| (path.as_str(), file.cache_control()));
        std::iter::once(("/index.html", self.index.cache_control())).chain(files)
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

/// The files that the page names, in an attribute or in a script: what stands between quotes or white space, begins
/// with a slash and has an ending that a file of a build has.
fn named_files(html: &str) -> impl Iterator<Item = &str> {
    html.split(|c: char| c.is_ascii_whitespace() || "\"'`=<>()".contains(c)).filter(|text| {
        text.starts_with('/') && !text.starts_with("//") && media_type(text) != UNKNOWN_MEDIA_TYPE
    })
}

fn surroundings(config: &SpaConfig, https: bool) -> Result<Surroundings, SpaError> {
    Ok(Surroundings {
        org_origin: origin(&config.issuer)?,
        api_origin: origin(&config.api_origin)?,
        frames_org: config.renewal_frame,
        https,
    })
}

fn origin(address: &str) -> Result<String, SpaError> {
    let origin = Url::parse(address).ok().map(|url| url.origin()).filter(url::Origin::is_tuple);
    origin.map(|origin| origin.ascii_serialization()).ok_or_else(|| SpaError::Address(address.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_that_a_page_names_are_found_in_attributes_and_scripts() {
        let html = r#"<link href=/a-1.css rel=stylesheet><img src="/art/logo.svg"><a href=/cart>/</a>
            <script>const[a]=/^\/(cart|b)?$/.test(p)?["/c-2.js"]:['/d_bg.wasm'];import e from "//else.test/f.js"</script>"#;
        let named: Vec<_> = named_files(html).collect();
        assert_eq!(named, ["/a-1.css", "/art/logo.svg", "/c-2.js", "/d_bg.wasm"]);
    }
}
