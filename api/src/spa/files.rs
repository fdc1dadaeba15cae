//! The files of a build in memory, each with what the server must know to answer with it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use actix_web::web::Bytes;
use sha2::{Digest as _, Sha256};

use crate::coding::{brotli_of, gzip_of};

/// What keeps pages for visits without a network, in the browsers of those who were here.
pub(crate) const WORKER: &str = "/sw.js";

/// One file and its compressed forms.
#[derive(Debug)]
pub(crate) struct SiteFile {
    /// As it is.
    pub(crate) plain: Bytes,
    /// Brotli (RFC 7932), where that is smaller.
    pub(crate) brotli: Option<Bytes>,
    /// Gzip (RFC 1952), where that is smaller.
    pub(crate) gzip: Option<Bytes>,
    /// The media type.
    pub(crate) media_type: &'static str,
    /// Whether the name changes with the content.
    pub(crate) immutable: bool,
    /// A strong entity tag, quotes included.
    pub(crate) etag: String,
}

impl SiteFile {
    /// Compresses `plain` unless compressed forms are at hand.
    pub(crate) fn new(name: &str, plain: Bytes, brotli: Option<Bytes>, gzip: Option<Bytes>) -> Self {
        let media_type = media_type(name);
        let smaller = |bytes: &Bytes| bytes.len() < plain.len();
        let worth = is_compressible(media_type);
        Self {
            brotli: worth.then(|| brotli.unwrap_or_else(|| brotli_of(&plain))).filter(smaller),
            gzip: worth.then(|| gzip.unwrap_or_else(|| gzip_of(&plain))).filter(smaller),
            media_type,
            immutable: has_content_hash(name),
            etag: etag(&plain),
            plain,
        }
    }

    /// Whether this is the page, whatever its address.
    pub(crate) fn is_page(&self) -> bool {
        self.media_type.starts_with("text/html")
    }

    /// `Cache-Control` (RFC 9111 §5.2).
    pub(crate) fn cache_control(&self) -> &'static str {
        match (self.is_page(), self.immutable) {
            // The page holds the configuration, and the address of the callback page holds a code.
            (true, _) => "no-store",
            (false, true) => "public, max-age=31536000, immutable",
            (false, false) => "no-cache",
        }
    }
}

/// Reads every file below `dist` but `index.html` and those that are hidden, keyed by its path in the address, `/a/b.svg`.
/// A sibling `x.br` or `x.gz` is taken as the compressed form of `x`.
///
/// # Errors
/// The path that could not be read, and why.
pub(crate) fn read_all(dist: &Path) -> Result<HashMap<String, SiteFile>, (PathBuf, io::Error)> {
    let mut raw = HashMap::new();
    read_folder(dist, "", &mut raw)?;
    let compressed_form = |name: &str, ending: &str| raw.get(&format!("{name}.{ending}")).cloned();
    let is_form = |name: &str| {
        name.rsplit_once('.')
            .is_some_and(|(of, ending)| ["br", "gz"].contains(&ending) && raw.contains_key(of))
    };
    Ok(raw
        .iter()
        .filter(|(name, _)| *name != "/index.html" && !is_form(name))
        .map(|(name, plain)| {
            let (brotli, gzip) = (compressed_form(name, "br"), compressed_form(name, "gz"));
            (name.clone(), SiteFile::new(name, plain.clone(), brotli, gzip))
        })
        .collect())
}

fn read_folder(
    folder: &Path,
    prefix: &str,
    into: &mut HashMap<String, Bytes>,
) -> Result<(), (PathBuf, io::Error)> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| (path, error)
    };
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        let entry = entry.map_err(failed(folder))?;
        let path = entry.path();
        let file_name = entry.file_name();
        let file_name = file_name.to_string_lossy();
        let name = format!("{prefix}/{file_name}");
        if file_name.starts_with('.') && name != WELL_KNOWN {
            continue;
        }
        if path.is_dir() {
            read_folder(&path, &name, into)?;
        } else {
            let bytes = fs::read(&path).map_err(failed(&path))?;
            into.insert(name, bytes.into());
        }
    }
    Ok(())
}

/// What is meant to be found by everybody (RFC 8615). Everything else with a dot in front is not: settings of tools and of
/// servers, versions, keys.
const WELL_KNOWN: &str = "/.well-known";

/// Of a name whose ending says nothing.
pub(crate) const UNKNOWN_MEDIA_TYPE: &str = "application/octet-stream";

/// By the ending of the name; the types a Trunk build of a shop holds.
pub(crate) fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => UNKNOWN_MEDIA_TYPE,
    }
}

fn is_compressible(media_type: &str) -> bool {
    media_type.starts_with("text/")
        || ["wasm", "json", "xml"].iter().any(|ending| media_type.ends_with(ending))
}

/// Trunk writes `{name}-{16 or fewer hex digits}[_bg].{ending}`.
fn has_content_hash(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.split(['-', '_', '.']).any(|part| part.len() >= 13 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn etag(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[track_caller]
    fn check(name: &str, expected_type: &str, immutable: bool) {
        assert_eq!((media_type(name), has_content_hash(name)), (expected_type, immutable), "{name}");
    }

    #[test]
    fn a_name_tells_the_media_type_and_whether_its_content_is_fixed() {
        check("/frontend-1f0c5d2e9a3b4c5d.js", "text/javascript; charset=utf-8", true);
        check("/frontend-1f0c5d2e9a3b4c5d_bg.wasm", "application/wasm", true);
        check("/shop-c5d2e9a3b4c5d1.css", "text/css; charset=utf-8", true);
        check("/products/apple-sapling.svg", "image/svg+xml", false);
        check("/frontend.js", "text/javascript; charset=utf-8", false);
        check("/favicon.ico", "image/x-icon", false);
        check("/unknown", "application/octet-stream", false);
    }

    #[test]
    fn compressed_forms_give_back_the_file() {
        let text = "grove ".repeat(500);
        let file = SiteFile::new("/a.css", Bytes::from(text.clone()), None, None);
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut &file.brotli.unwrap()[..], &mut plain).unwrap();
        assert_eq!(plain, text.as_bytes());
        let mut decoder = flate2::write::GzDecoder::new(Vec::new());
        decoder.write_all(&file.gzip.unwrap()).unwrap();
        assert_eq!(decoder.finish().unwrap(), text.as_bytes());
    }

    #[test]
    fn what_compression_does_not_shrink_is_sent_as_it_is() {
        let file = SiteFile::new("/a.png", Bytes::from("x".repeat(1000)), None, None);
        assert!(file.brotli.is_none() && file.gzip.is_none());
        let file = SiteFile::new("/a.txt", Bytes::from_static(b"x"), None, None);
        assert!(file.brotli.is_none() && file.gzip.is_none());
    }

    #[test]
    fn hidden_files_are_not_served_and_well_known_ones_are() {
        let dist = tempfile::tempdir().unwrap();
        for name in
            [".env", ".git/config", "a/.htpasswd", ".well-known/security.txt", ".well-known/.b", "b.txt"]
        {
            let path = dist.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let files = read_all(dist.path()).unwrap();
        let mut names: Vec<_> = files.keys().collect();
        names.sort();
        assert_eq!(names, ["/.well-known/security.txt", "/b.txt"]);
    }

    #[test]
    fn a_form_beside_the_file_is_taken_and_not_served_by_itself() {
        let dist = tempfile::tempdir().unwrap();
        fs::create_dir(dist.path().join("deep")).unwrap();
        fs::write(dist.path().join("index.html"), "<html>").unwrap();
        fs::write(dist.path().join("deep/a.js"), "0123456789").unwrap();
        fs::write(dist.path().join("deep/a.js.br"), "form").unwrap();
        let files = read_all(dist.path()).unwrap();
        assert_eq!(files.keys().collect::<Vec<_>>(), ["/deep/a.js"]);
        assert_eq!(files["/deep/a.js"].brotli.as_deref(), Some(&b"form"[..]));
    }
}
