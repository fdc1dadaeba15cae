//! `cargo dev build`: one folder with all that a server needs: the API, the shop as files, and what tells common
//! servers how to serve them.
//!
//! Nothing is installed and nothing is started. What stood in the folder and was not made here (a database) stays.

mod deployment_target;
mod folder;
mod hosts;
mod site;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use okta_cli::workspace;

use crate::dev::variables::{self, VariablesError};
use crate::process::{Job, ProcessError};
use crate::spa_build::{self, SpaBuildError, SpaProfile};
use crate::tools::{SPA_RELEASE, ToolError, Toolbox};

pub use deployment_target::{DeploymentTarget, DeploymentTargetError};
pub use folder::{Folder, FolderError};
pub use site::write as write_site;

/// Makes one folder with the API, the shop, and configurations for common servers.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The folder [default: target/grove]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Where shoppers will find the shop, e.g. https://shop.example.com [default: that of SPA_ORIGINS]
    #[arg(long, value_name = "ORIGIN")]
    origin: Option<String>,
    /// Where browsers will find the API, if that is not the shop's own origin
    #[arg(long, value_name = "ORIGIN")]
    api: Option<String>,
    /// The file with variables; those of the environment come first [default: .env of the workspace]
    #[arg(long, value_name = "FILE")]
    env: Option<PathBuf>,
}

/// Runs the command.
pub(super) async fn main(options: Options) -> ExitCode {
    match run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", okta_cli::error_chain(&error));
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), BuildError> {
    let workspace = workspace();
    variables::read(&workspace, options.env.as_deref())?;
    // Before anything takes minutes.
    let target = DeploymentTarget::from_environment(options.origin.as_deref(), options.api.as_deref())?;
    let tools = Toolbox::of(&workspace);
    tools.ensure(SPA_RELEASE).await?;
    eprintln!("building the shop");
    spa_build::build(&workspace, &tools, SpaProfile::Release).await?;
    eprintln!("building the API");
    let program = build_api(&workspace).await?;
    eprintln!("compressing");
    let folder = Folder {
        path: options.out.unwrap_or_else(|| workspace.join("target/grove")),
        dist: SpaProfile::Release.dist(&workspace),
        program,
    };
    folder.write(&target)?;
    let (path, origin) = (folder.path.display(), &target.origin);
    println!("\n{path} holds Grove for {origin}. Its README.md says how to start it.");
    Ok(())
}

/// The API's program, as a server runs it.
async fn build_api(workspace: &Path) -> Result<PathBuf, ProcessError> {
    let args = ["build", "--release", "--locked", "--package", "api", "--bin", "api"];
    Job::new("cargo", args).folder(workspace).run().await?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
    Ok(target.join("release/api"))
}

/// Why there is no folder.
#[derive(Debug, thiserror::Error)]
enum BuildError {
    #[error(transparent)]
    Variables(#[from] VariablesError),
    #[error(transparent)]
    DeploymentTarget(#[from] DeploymentTargetError),
    #[error(transparent)]
    Tool(#[from] ToolError),
    #[error("the shop does not build")]
    Spa(#[from] SpaBuildError),
    #[error("the API does not build")]
    Api(#[from] ProcessError),
    #[error(transparent)]
    Folder(#[from] FolderError),
}
