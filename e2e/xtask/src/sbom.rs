//! `cargo sbom`: a bill of materials of each program that is shipped, in the CycloneDX format.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser as _;
use okta_cli::workspace;

use crate::process::ProcessError;
use crate::signals;
use crate::tools::{Tool, ToolError, Toolbox};

/// What is shipped: the name of the document, the folder of the crate, and the target if it is not this machine's.
const SHIPPED: [(&str, &str, Option<&str>); 2] =
    [("api", "api", None), ("shop", "frontend", Some("wasm32-unknown-unknown"))];

/// Bears no other file's name: cargo-cyclonedx writes it into the folder of each crate of the workspace.
const DRAFT: &str = "grove-sbom.cdx";

/// Writes a bill of materials of each program that is shipped, the API and the shop, as CycloneDX 1.5 in JSON
#[derive(Debug, clap::Parser)]
#[command(name = "cargo sbom", bin_name = "cargo sbom")]
struct Options {
    /// The folder to write to [default: target/sbom]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// Runs the command with these arguments, the program's name first.
pub async fn main(args: impl Iterator<Item = String>) -> ExitCode {
    let options = Options::parse_from(args);
    let (workspace, tools) = (workspace(), Toolbox::of(&workspace()));
    let out = options.out.unwrap_or_else(|| default_folder(&workspace));
    let written = tokio::select! {
        written = write(&workspace, &tools, &out) => written,
        () = signals::asked_to_stop() => {
            let _ = remove_drafts(&workspace);
            return ExitCode::from(130);
        }
    };
    match written {
        Ok(files) => {
            files.iter().for_each(|file| println!("{}", file.display()));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {}", okta_cli::error_chain(&error));
            ExitCode::FAILURE
        }
    }
}

/// Where the documents go unless another folder is named.
pub(crate) fn default_folder(workspace: &Path) -> PathBuf {
    workspace.join("target/sbom")
}

/// Writes a document for each program that is shipped. Returns the files.
///
/// # Errors
/// Where the tool cannot be installed or fails, and where a document lists nothing.
pub(crate) async fn write(workspace: &Path, tools: &Toolbox, out: &Path) -> Result<Vec<PathBuf>, SbomError> {
    tools.ensure(&[Tool::CargoCyclonedx]).await?;
    let mut files = Vec::new();
    for (name, krate, target) in SHIPPED {
        let made = tools.cargo_cyclonedx(DRAFT, target).output().await;
        let file = out.join(format!("{name}.cdx.json"));
        let kept = made.map_err(SbomError::from).and_then(|_| keep(&draft(workspace, krate), &file));
        // Those of all other crates too, whatever happened.
        remove_drafts(workspace)?;
        kept?;
        files.push(file);
    }
    Ok(files)
}

fn draft(workspace: &Path, krate: &str) -> PathBuf {
    workspace.join(krate).join(format!("{DRAFT}.json"))
}

fn keep(draft: &Path, file: &Path) -> Result<(), SbomError> {
    let failed = |cause| SbomError::File { path: file.to_owned(), cause };
    let text = fs::read_to_string(draft).map_err(failed)?;
    let document: serde_json::Value = serde_json::from_str(&text).map_err(|cause| failed(cause.into()))?;
    if document["components"].as_array().is_none_or(Vec::is_empty) {
        return Err(SbomError::Empty(file.to_owned()));
    }
    file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(file, text)).map_err(failed)
}

fn remove_drafts(workspace: &Path) -> Result<(), SbomError> {
    for member in members(workspace)? {
        let path = draft(workspace, &member);
        match fs::remove_file(&path) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                return Err(SbomError::File { path, cause });
            }
            _ => {}
        }
    }
    Ok(())
}

/// The folders of the crates.
fn members(workspace: &Path) -> Result<Vec<String>, SbomError> {
    let path = workspace.join("Cargo.toml");
    let text = fs::read_to_string(&path).map_err(|cause| SbomError::File { path, cause })?;
    let manifest: toml::Table = text.parse()?;
    let members = manifest.get("workspace").and_then(|workspace| workspace.get("members"));
    let members = members.and_then(toml::Value::as_array).into_iter().flatten();
    Ok(members.filter_map(toml::Value::as_str).map(str::to_owned).collect())
}

/// Why there is no bill of materials.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SbomError {
    #[error(transparent)]
    Tool(#[from] ToolError),
    #[error("the bill of materials cannot be made")]
    Process(#[from] ProcessError),
    #[error("{} lists no components", .0.display())]
    Empty(PathBuf),
    #[error("{}", path.display())]
    File {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("the manifest of the workspace cannot be read")]
    Manifest(#[from] toml::de::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crates_that_are_shipped_are_of_this_workspace() {
        let members = members(&workspace()).unwrap();
        assert!(
            SHIPPED.iter().all(|(_, krate, _)| members.iter().any(|member| member == krate)),
            "{members:?}"
        );
    }

    #[test]
    fn a_document_that_lists_nothing_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (draft, file) = (folder.path().join("draft"), folder.path().join("out/api.cdx.json"));
        fs::write(&draft, r#"{"components": []}"#).unwrap();
        assert!(matches!(keep(&draft, &file), Err(SbomError::Empty(_))) && !file.exists());
        fs::write(&draft, r#"{"components": [{"name": "actix-web"}]}"#).unwrap();
        keep(&draft, &file).unwrap();
        assert!(file.is_file());
    }
}
