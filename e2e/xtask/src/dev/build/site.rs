//! The shop as files: the page with its island filled, and every file beside its compressed forms.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::brotli_form::brotli;

/// A form is worth a file of its own where it is smaller by a twentieth.
const WORTH: (usize, usize) = (19, 20);

/// Writes the build `dist` to `to`, with `page` in place of its `index.html`.
///
/// # Errors
/// The file that cannot be read or written, and why.
pub fn write(dist: &Path, page: &[u8], to: &Path) -> Result<(), (PathBuf, io::Error)> {
    copy(dist, to)?;
    put(&to.join("index.html"), page)?;
    compress_all(to)
}

fn copy(from: &Path, to: &Path) -> Result<(), (PathBuf, io::Error)> {
    fs::create_dir_all(to).map_err(|cause| (to.to_owned(), cause))?;
    for path in entries(from)? {
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target).map_err(|cause| (path, cause))?;
        }
    }
    Ok(())
}

fn compress_all(folder: &Path) -> Result<(), (PathBuf, io::Error)> {
    for path in entries(folder)? {
        if path.is_dir() {
            compress_all(&path)?;
            continue;
        }
        let plain = fs::read(&path).map_err(|cause| (path.clone(), cause))?;
        for (ending, form) in [(".br", brotli(&plain)), (".gz", gzip(&plain))] {
            let form = form.map_err(|cause| (path.clone(), cause))?;
            if form.len() * WORTH.1 < plain.len() * WORTH.0 {
                put(&with_ending(&path, ending), &form)?;
            }
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, (PathBuf, io::Error)> {
    let failed = |cause| (folder.to_owned(), cause);
    let entries = fs::read_dir(folder).map_err(failed)?;
    entries.map(|entry| entry.map(|entry| entry.path()).map_err(failed)).collect()
}

fn put(path: &Path, content: &[u8]) -> Result<(), (PathBuf, io::Error)> {
    fs::write(path, content).map_err(|cause| (path.to_owned(), cause))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn gzip(plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_there_and_its_compressed_forms_where_they_are_smaller() {
        let (dist, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir(dist.path().join("art")).unwrap();
        fs::write(dist.path().join("index.html"), "old").unwrap();
        fs::write(dist.path().join("art/leaf.svg"), "<svg/>".repeat(100)).unwrap();
        fs::write(dist.path().join("art/tiny.svg"), "<svg/>").unwrap();
        write(dist.path(), "new".repeat(100).as_bytes(), to.path()).unwrap();
        let there = |name: &str| to.path().join(name).is_file();
        assert!(there("index.html.br") && there("index.html.gz"));
        assert!(there("art/leaf.svg.br") && there("art/leaf.svg.gz"));
        assert!(there("art/tiny.svg") && !there("art/tiny.svg.br") && !there("art/tiny.svg.gz"));
        assert_eq!(fs::read_to_string(to.path().join("index.html")).unwrap(), "new".repeat(100));
        let mut plain = Vec::new();
        let form = fs::read(to.path().join("art/leaf.svg.br")).unwrap();
        brotli::BrotliDecompress(&mut &form[..], &mut plain).unwrap();
        assert_eq!(plain, "<svg/>".repeat(100).as_bytes());
    }
}
