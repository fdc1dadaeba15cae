//! `cargo dev`: the whole shop on this machine, from an empty folder to a page in the browser; `cargo dev build`: a
//! folder for a server.

mod accounts;
mod build;
mod cluster;
mod options;
mod start;
mod variables;
mod watch;

use std::path::Path;
use std::process::ExitCode;

use api::SettingsError;
use clap::Parser as _;
use okta_cli::workspace;

use crate::signals;
use crate::stack::{ExternalOrg, ListenError, Listeners, Stack, StackError};

pub use build::{DeploymentTarget, DeploymentTargetError, Folder, FolderError, write_site};
use options::{Command, Options};
use start::{ShopBuildError, build_shop, show_log};
use variables::VariablesError;

/// Runs the command with these arguments, the program's name first, until it is told to stop or has built.
pub async fn main(args: impl Iterator<Item = String>) -> ExitCode {
    let mut options = Options::parse_from(args);
    match options.command.take() {
        Some(Command::Build(options)) => return build::main(options).await,
        Some(Command::Cluster(options)) => return cluster::main(options).await,
        None => {}
    }
    show_log();
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", okta_cli::error_chain(&error));
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), DevError> {
    let workspace = workspace();
    variables::read(&workspace, options.env.as_deref())?;
    let org = ExternalOrg::from_environment()?;
    // Ports first: whoever must choose others should not wait for a build to learn it.
    let listeners = Listeners::bind(&options.ports(), org.is_none())?;
    let stopped = signals::asked_to_stop();
    tokio::pin!(stopped);
    let stack = tokio::select! {
        stack = prepare(&workspace, options, listeners, org) => stack?,
        () = &mut stopped => return Ok(()),
    };
    print!("{}", welcome(&stack, options.watch));
    tokio::select! {
        () = watch::rebuild_on_change(&workspace, &stack), if options.watch => {}
        () = &mut stopped => {}
    }
    eprintln!("\nstopping");
    stack.stop().await;
    Ok(())
}

async fn prepare(
    workspace: &Path,
    options: &Options,
    listeners: Listeners,
    org: Option<ExternalOrg>,
) -> Result<Stack, DevError> {
    let dist = match &options.dist {
        Some(dist) => dist.clone(),
        None => build_shop(workspace).await?,
    };
    let stack = Stack::builder(dist)
        .database(options.database.clone().unwrap_or_else(|| workspace.join("target/dev/grove.sqlite")))
        .listeners(listeners)
        .org(org);
    let stack = stack.start().await?;
    // For people to try; nobody is asked for more by it.
    if let Some(org) = stack.org() {
        org.set_passkeys(true);
        org.set_email_authenticator(true);
    }
    Ok(stack)
}

fn welcome(stack: &Stack, watch: bool) -> String {
    let mut text = format!(
        "\nGrove is open.\n\n  shop  {}\n  API   {}\n  org   {}\n\n",
        stack.spa_url(),
        stack.api_url(),
        stack.issuer()
    );
    if let Some(org) = stack.org() {
        text.push_str(&format!("  mail  {}\n\n", org.outbox_url()));
        text.push_str(&accounts::text(org));
    }
    text.push_str(if watch {
        "Changes to the SPA are built automatically. Ctrl-C stops everything.\n"
    } else {
        "Ctrl-C stops everything.\n"
    });
    text
}

/// Why the shop does not open.
#[derive(Debug, thiserror::Error)]
enum DevError {
    #[error(transparent)]
    Variables(#[from] VariablesError),
    #[error(transparent)]
    Shop(#[from] ShopBuildError),
    #[error(transparent)]
    Environment(#[from] SettingsError),
    #[error(transparent)]
    Listen(#[from] ListenError),
    #[error(transparent)]
    Stack(#[from] StackError),
}
