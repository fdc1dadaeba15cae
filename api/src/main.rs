//! The program `api`: serves the shop's API, or does one thing to its database.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use api::{Application, Log, LogFormat, Settings};
use clap::Parser as _;

/// Serves the shop's API, and the SPA of SPA_DIR; or does one thing to its database
#[derive(clap::Parser)]
#[command(name = "api", after_help = variables())]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Brings the database's schema up to date
    Migrate,
    /// Replaces the catalogue with the products of a JSON file
    Seed {
        /// The JSON file
        file: PathBuf,
    },
    /// Prints the variables as a Markdown table
    Env,
}

fn variables() -> String {
    format!("Configuration, by environment or a file .env, and its default:\n{}", api::environment_help())
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Err(error) = read_dot_env() {
        eprintln!("api: {error}");
        return ExitCode::FAILURE;
    }
    let format = match LogFormat::from_env() {
        Ok(format) => format,
        Err(error) => return fail(&error),
    };
    let opened = match arguments.command {
        None => Log::open_exporting(format),
        Some(_) => Log::open(format),
    };
    let log = match opened {
        Ok(log) => log,
        Err(error) => return fail(&error),
    };
    let outcome = match arguments.command {
        None => serve().await,
        Some(Command::Migrate) => migrate().await,
        Some(Command::Seed { file }) => seed(&file).await,
        Some(Command::Env) => {
            print!("{}", api::environment_table());
            Ok(())
        }
    };
    // What was logged stands before what is said at the end. The server has stopped: what it told of its last requests goes out now.
    drop(log);
    outcome.map_or_else(|error| fail(error.as_ref()), |()| ExitCode::SUCCESS)
}

/// A missing `.env` is fine; one that cannot be read would be obeyed in part.
fn read_dot_env() -> Result<(), String> {
    match dotenvy::dotenv() {
        Err(error) if !error.not_found() => {
            Err(format!(".env cannot be read: {}", api::env_file_problem(&error)))
        }
        _ => Ok(()),
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let application = Application::build(Settings::from_env()?, None).await?;
    tracing::info!(addr = %application.addr(), "the shop's API is open");
    let handle = application.handle();
    tokio::spawn(async move {
        stop_asked_for().await;
        tracing::info!("stopping once running requests are finished");
        handle.stop(true).await;
    });
    Ok(application.run().await?)
}

async fn migrate() -> Result<(), Box<dyn Error>> {
    api::migrate().await?;
    println!("The database is up to date.");
    Ok(())
}

async fn seed(file: &Path) -> Result<(), Box<dyn Error>> {
    println!("The catalogue now holds {} products.", api::seed(file).await?);
    Ok(())
}

/// Ctrl-C, or SIGTERM where there is such a thing.
async fn stop_asked_for() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Tells people the error and everything behind it.
fn fail(error: &dyn Error) -> ExitCode {
    eprintln!("api: {}", shared::error_chain(error));
    ExitCode::FAILURE
}
