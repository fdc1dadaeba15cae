//! What is kept of a test that failed.

use std::fs;
use std::path::PathBuf;

use fantoccini::Client;

/// Writes a screenshot, the page and the console under `target/e2e/{test}/`; says where.
pub(crate) async fn keep(test: &str, client: &Client, console: &[String]) -> String {
    let folder = e2e::workspace().join("target/e2e").join(test);
    let picture = client.screenshot().await.unwrap_or_default();
    let page = client.source().await.unwrap_or_default();
    let address = client.current_url().await.map(String::from).unwrap_or_default();
    let files: [(&str, Vec<u8>); 3] = [
        ("screen.png", picture),
        ("page.html", format!("<!-- {address} -->\n{page}").into_bytes()),
        ("console.txt", console.join("\n").into_bytes()),
    ];
    let written = fs::create_dir_all(&folder)
        .and_then(|()| files.iter().try_for_each(|(name, content)| fs::write(folder.join(name), content)));
    match written {
        Ok(()) => format!("what the browser showed: {}", folder.display()),
        Err(error) => format!("what the browser showed cannot be kept: {error}"),
    }
}

/// Removes what an earlier run kept, so that what is there belongs to the last one.
pub(crate) fn clear(test: &str) {
    let folder: PathBuf = e2e::workspace().join("target/e2e").join(test);
    let _ = fs::remove_dir_all(folder);
}
