//! `cargo dev`: the whole shop on this machine, from an empty folder to a page in the browser.

mod accounts;
mod options;
mod watch;

use std::path::Path;
use std::process::ExitCode;

use api::SettingsError;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::spa_build::{self, SpaBuildError, SpaProfile};
use crate::stack::{ExternalOrg, ListenError, Listeners, Stack, StackError};
use crate::tools::{SPA_DEVELOPMENT, ToolError, Toolbox};
use crate::{report, signals, workspace};

use options::{Options, Parsed};

/// Runs the command with these arguments until it is told to stop.
pub async fn main(args: impl Iterator<Item = String>) -> ExitCode {
    let options = match Options::parse(args) {
        Ok(Parsed::Run(options)) => options,
        Ok(Parsed::Help) => {
            print!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Err(mistake) => {
            eprintln!("error: {mistake}\n\n{}", options::HELP);
            return ExitCode::from(2);
        }
    };
    show_log();
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", report::error_chain(&error));
            ExitCode::FAILURE
        }
    }
}

/// Warnings of all parts on standard error; `RUST_LOG` asks for more, e.g. `RUST_LOG=api=info` for each request.
fn show_log() {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::WARN.into()).from_env_lossy();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

async fn run(options: &Options) -> Result<(), DevError> {
    let workspace = workspace();
    read_dot_env(&workspace)?;
    let org = ExternalOrg::from_environment()?;
    // Ports first: whoever must choose others should not wait for a build to learn it.
    let listeners = Listeners::bind(&options.ports, org.is_none())?;
    let stopped = signals::asked_to_stop();
    tokio::pin!(stopped);
    let stack = tokio::select! {
        stack = prepare(&workspace, listeners, org) => stack?,
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

/// Adds `.env`, where there is one, to the environment, which has the last word.
fn read_dot_env(workspace: &Path) -> Result<(), DevError> {
    match dotenvy::from_path(workspace.join(".env")) {
        Err(error) if !error.not_found() => Err(DevError::DotEnv(error)),
        _ => Ok(()),
    }
}

async fn prepare(
    workspace: &Path,
    listeners: Listeners,
    org: Option<ExternalOrg>,
) -> Result<Stack, DevError> {
    let tools = Toolbox::of(workspace);
    tools.ensure(SPA_DEVELOPMENT).await?;
    eprintln!("building the shop (about a minute the first time, seconds after that)");
    spa_build::build(workspace, &tools, SpaProfile::Development).await?;
    let stack = Stack::builder(SpaProfile::Development.dist(workspace))
        .database(workspace.join("target/dev/grove.sqlite"))
        .listeners(listeners)
        .org(org);
    Ok(stack.start().await?)
}

fn welcome(stack: &Stack, watch: bool) -> String {
    let mut text = format!(
        "\nGrove is open.\n\n  shop  {}\n  API   {}\n  org   {}\n\n",
        stack.spa_url(),
        stack.api_url(),
        stack.issuer()
    );
    if let Some(org) = stack.org() {
        text.push_str(&accounts::text(org));
    }
    text.push_str(if watch {
        "Changes to the SPA are built as they come. Ctrl-C stops everything.\n"
    } else {
        "Ctrl-C stops everything.\n"
    });
    text
}

/// Why the shop does not open.
#[derive(Debug, thiserror::Error)]
enum DevError {
    #[error(".env cannot be read")]
    DotEnv(#[source] dotenvy::Error),
    #[error(transparent)]
    Tool(#[from] ToolError),
    #[error("the SPA does not build")]
    Build(#[from] SpaBuildError),
    #[error(transparent)]
    Environment(#[from] SettingsError),
    #[error(transparent)]
    Listen(#[from] ListenError),
    #[error(transparent)]
    Stack(#[from] StackError),
}
