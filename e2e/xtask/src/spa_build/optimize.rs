//! Makes a release build of the SPA small after Trunk: wasm-opt with short names between wasm and JavaScript,
//! esbuild for the JavaScript, and new file names and integrity hashes for both.
//!
//! Trunk could call wasm-opt itself, but the names that wasm-opt shortens stand in the JavaScript as well.

use std::path::{Path, PathBuf};
use std::{fs, io};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha256};

use super::glue::{self, GlueError};
use super::recipe::Recipe;
use crate::process::{Job, ProcessError};
use crate::tools::Toolbox;

/// What rustc uses of WebAssembly; wasm-opt refuses what it was not told of.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The service worker, a script by itself under a name that stays.
const WORKER: &str = "sw.js";

/// Why a build cannot be made small.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OptimizeError {
    /// A tool does not run.
    #[error(transparent)]
    Tool(#[from] ProcessError),
    /// The JavaScript does not fit the wasm.
    #[error("the JavaScript that wasm-bindgen wrote has another form than expected")]
    Glue(#[from] GlueError),
    /// Not one file of a kind.
    #[error("expected one .{ending} file in the build, found {found}")]
    Files {
        /// Of which kind.
        ending: &'static str,
        /// How many there are.
        found: usize,
    },
    /// The page does not name a file as Trunk names it.
    #[error("index.html does not name {0} together with its integrity hash")]
    NotNamed(String),
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

/// Replaces wasm and JavaScript of `dist` by smaller ones.
///
/// # Errors
/// Where the build does not have the form that is known here, or a tool fails.
pub(super) async fn optimize(dist: &Path, tools: &Toolbox, recipe: &Recipe) -> Result<(), OptimizeError> {
    let (wasm, script) = (only_file(dist, "wasm")?, only_file(dist, "js")?);
    shrink_worker(dist, tools, recipe).await?;
    let (small_wasm, names) = shrunk_wasm(&wasm, tools, recipe).await?;
    let small_script = shrunk_script(&script, &names, tools, recipe).await?;
    let page = dist.join("index.html");
    let mut html = String::from_utf8_lossy(&read(&page)?).into_owned();
    for (path, content) in [(wasm, small_wasm), (script, small_script)] {
        html = replace(&html, &path, &content)?;
    }
    let html = with_small_script(html, dist, tools, recipe).await?;
    write(&page, html.as_bytes())
}

/// The page with its own script made small, where it has one beside that which starts the program: Trunk leaves scripts as
/// they are that its minifier does not know.
async fn with_small_script(
    html: String,
    dist: &Path,
    tools: &Toolbox,
    recipe: &Recipe,
) -> Result<String, OptimizeError> {
    const BEGIN: &str = "<script>";
    let script =
        html.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once("</script>")?)));
    let Some((before, (script, after))) = script else { return Ok(html) };
    let path = dist.join("inline.js");
    write(&path, script.as_bytes())?;
    let small = minified(&path, tools, recipe).await?;
    fs::remove_file(&path).map_err(|cause| OptimizeError::File { path, cause })?;
    Ok([before, BEGIN, small.trim_end(), "</script>", after].concat())
}

/// The wasm, and the list of names that wasm-opt writes when it has shortened them.
async fn shrunk_wasm(
    wasm: &Path,
    tools: &Toolbox,
    recipe: &Recipe,
) -> Result<(Vec<u8>, String), OptimizeError> {
    let small = wasm.with_extension("small");
    let mut job = Job::new(tools.bin().join("wasm-opt"), FEATURES.into_iter().chain(recipe.passes()));
    for argument in [wasm, Path::new("--output"), &small] {
        job = job.argument(argument);
    }
    let names = job.output().await?;
    let content = read(&small)?;
    fs::remove_file(&small).map_err(|cause| OptimizeError::File { path: small, cause })?;
    Ok((content, names))
}

async fn shrunk_script(
    script: &Path,
    names: &str,
    tools: &Toolbox,
    recipe: &Recipe,
) -> Result<Vec<u8>, OptimizeError> {
    let text = String::from_utf8_lossy(&read(script)?).into_owned();
    let text = if recipe.shortens_names() { glue::with_short_names(&text, names)? } else { text };
    let renamed = script.with_extension("renamed.js");
    write(&renamed, text.as_bytes())?;
    let small = minified(&renamed, tools, recipe).await?;
    fs::remove_file(&renamed).map_err(|cause| OptimizeError::File { path: renamed, cause })?;
    Ok(small.into_bytes())
}

/// The shop has one, other builds have none.
async fn shrink_worker(dist: &Path, tools: &Toolbox, recipe: &Recipe) -> Result<(), OptimizeError> {
    let worker = dist.join(WORKER);
    if !worker.exists() {
        return Ok(());
    }
    write(&worker, minified(&worker, tools, recipe).await?.as_bytes())
}

async fn minified(script: &Path, tools: &Toolbox, recipe: &Recipe) -> Result<String, OptimizeError> {
    let args = recipe.script().into_iter().chain(["--format=esm", "--log-level=warning"]);
    Ok(Job::new(tools.bin().join("esbuild"), args).argument(script).output().await?)
}

/// Puts `content` in the place of the file at `path`, under a name that tells of the new content, for browsers
/// keep what has such a name for ever. Gives the page that names it.
fn replace(html: &str, path: &Path, content: &[u8]) -> Result<String, OptimizeError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let old_hash =
        content_hash_in(&name).ok_or_else(|| OptimizeError::NotNamed(name.clone().into_owned()))?;
    let new_name = name.replace(old_hash, &fingerprint(content));
    let (old, new) = (integrity(&read(path)?), integrity(content));
    if !html.contains(&*name) || !html.contains(&old) {
        return Err(OptimizeError::NotNamed(name.into_owned()));
    }
    write(&path.with_file_name(&new_name), content)?;
    if new_name != name {
        fs::remove_file(path).map_err(|cause| OptimizeError::File { path: path.to_owned(), cause })?;
    }
    Ok(html.replace(&*name, &new_name).replace(&old, &new))
}

/// The 16 digits that Trunk puts into names.
fn content_hash_in(name: &str) -> Option<&str> {
    let is_hash = |part: &&str| part.len() >= 13 && part.bytes().all(|b| b.is_ascii_hexdigit());
    name.split(['-', '_', '.']).find(is_hash)
}

fn fingerprint(content: &[u8]) -> String {
    Sha256::digest(content).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// As it stands in `integrity` (Subresource Integrity, 3.1). Each hash in the page is bytes that no coding saves: the
/// shortest one.
pub(super) fn integrity(content: &[u8]) -> String {
    format!("sha256-{}", BASE64.encode(Sha256::digest(content)))
}

fn only_file(dist: &Path, ending: &'static str) -> Result<PathBuf, OptimizeError> {
    let failed = |cause| OptimizeError::File { path: dist.to_owned(), cause };
    let mut files = Vec::new();
    for entry in fs::read_dir(dist).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|found| found == ending) && !path.ends_with(WORKER) {
            files.push(path);
        }
    }
    match <[PathBuf; 1]>::try_from(files) {
        Ok([file]) => Ok(file),
        Err(files) => Err(OptimizeError::Files { ending, found: files.len() }),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, OptimizeError> {
    fs::read(path).map_err(|cause| OptimizeError::File { path: path.to_owned(), cause })
}

fn write(path: &Path, content: &[u8]) -> Result<(), OptimizeError> {
    fs::write(path, content).map_err(|cause| OptimizeError::File { path: path.to_owned(), cause })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smaller_file_gets_its_own_name_and_integrity() {
        let dist = tempfile::tempdir().unwrap();
        let path = dist.path().join("shop-0123456789abcdef_bg.wasm");
        fs::write(&path, "large").unwrap();
        let html = format!("<link href=/shop-0123456789abcdef_bg.wasm integrity={}>", integrity(b"large"));
        let html = replace(&html, &path, b"small").unwrap();
        let name = format!("shop-{}_bg.wasm", fingerprint(b"small"));
        assert_eq!(html, format!("<link href=/{name} integrity={}>", integrity(b"small")));
        assert_eq!(fs::read(dist.path().join(name)).unwrap(), b"small");
        assert!(!path.exists());
    }

    #[test]
    fn a_page_that_does_not_name_the_file_is_refused() {
        let dist = tempfile::tempdir().unwrap();
        let path = dist.path().join("shop-0123456789abcdef.js");
        fs::write(&path, "large").unwrap();
        for html in ["", "<script src=/shop-0123456789abcdef.js>", &integrity(b"large")] {
            assert!(matches!(replace(html, &path, b"small"), Err(OptimizeError::NotNamed(_))), "{html}");
        }
    }

    #[test]
    fn the_files_to_make_small_must_be_unmistakable() {
        let dist = tempfile::tempdir().unwrap();
        assert!(matches!(only_file(dist.path(), "js"), Err(OptimizeError::Files { found: 0, .. })));
        fs::write(dist.path().join("a.js"), "").unwrap();
        assert!(only_file(dist.path(), "js").is_ok());
        fs::write(dist.path().join(WORKER), "").unwrap();
        assert!(only_file(dist.path(), "js").is_ok_and(|file| file.ends_with("a.js")));
        fs::write(dist.path().join("b.js"), "").unwrap();
        assert!(matches!(only_file(dist.path(), "js"), Err(OptimizeError::Files { found: 2, .. })));
    }
}
