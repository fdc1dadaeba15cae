//! `cargo dev cluster`: the shop as on several machines, for looking.

use std::path::PathBuf;
use std::process::ExitCode;

use okta_cli::workspace;
use serde::Deserialize;

use super::accounts;
use super::start::{ShopBuildError, build_shop, show_log};
use crate::cluster::{Cluster, ClusterError};
use crate::process::{Job, ProcessError};
use crate::signals;
use crate::stack::{ListenError, Listeners, Ports};
use crate::tools::{Tool, ToolError, Toolbox};

/// The ports are those of `cargo dev`; everything is gone when it ends
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The shop's pages: this build of the SPA in place of a new one
    #[arg(long, value_name = "FOLDER")]
    dist: Option<PathBuf>,
}

/// Why there is no cluster.
#[derive(Debug, thiserror::Error)]
enum DevClusterError {
    #[error(transparent)]
    Tool(#[from] ToolError),
    #[error("the API does not build")]
    Build(#[from] ProcessError),
    #[error("cargo does not say where it has built the API")]
    NoProgram,
    #[error(transparent)]
    Listen(#[from] ListenError),
    #[error(transparent)]
    Shop(#[from] ShopBuildError),
    #[error(transparent)]
    Cluster(#[from] ClusterError),
}

pub(super) async fn main(options: Options) -> ExitCode {
    show_log();
    match run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", okta_cli::error_chain(&error));
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), DevClusterError> {
    let listeners = Listeners::bind(&Ports::DEVELOPMENT, true)?;
    let stopped = signals::asked_to_stop();
    tokio::pin!(stopped);
    let cluster = tokio::select! {
        cluster = prepare(options, listeners) => cluster?,
        () = &mut stopped => return Ok(()),
    };
    print!("{}", welcome(&cluster));
    stopped.await;
    eprintln!("\nstopping");
    Ok(cluster.stop().await?)
}

async fn prepare(options: Options, listeners: Listeners) -> Result<Cluster, DevClusterError> {
    let workspace = workspace();
    Toolbox::of(&workspace).ensure(&[Tool::Postgres, Tool::Redis, Tool::Haproxy]).await?;
    let dist = match options.dist {
        Some(dist) => dist,
        None => build_shop(&workspace).await?,
    };
    eprintln!("building the API (a minute or two the first time)");
    Ok(Cluster::start(&build_api().await?, &[], Some(dist), listeners).await?)
}

/// A line of what cargo tells programs.
#[derive(Deserialize)]
struct Built {
    executable: Option<PathBuf>,
}

async fn build_api() -> Result<PathBuf, DevClusterError> {
    let args = ["build", "--package", "api", "--bin", "api", "--message-format", "json-render-diagnostics"];
    let told = Job::new("cargo", args).folder(&workspace()).output().await?;
    let executable = |line: &str| serde_json::from_str::<Built>(line).ok()?.executable;
    told.lines().rev().find_map(executable).ok_or(DevClusterError::NoProgram)
}

fn welcome(cluster: &Cluster) -> String {
    let org = cluster.org();
    let mut text = format!(
        "\nGrove is open, in {} processes.\n\n  shop  {}\n  API   {} (HAProxy)\n",
        cluster.replicas().count(),
        cluster.spa_url(),
        cluster.api_url()
    );
    for address in cluster.replicas() {
        text.push_str(&format!("        http://{address}\n"));
    }
    let (issuer, mail, folder) = (org.issuer(), org.outbox_url(), cluster.folder().display());
    text.push_str(&format!("  org   {issuer}\n  mail  {mail}\n  logs  {folder}\n\n"));
    text.push_str(&accounts::text(org));
    text.push_str("Ctrl-C stops everything, and nothing is kept.\n");
    text
}
