//! The program `api`: serves the shop's API, or does one thing to its database.

use std::error::Error;
use std::io::IsTerminal as _;
use std::path::Path;
use std::process::ExitCode;

use api::{Application, Settings};
use tracing_subscriber::EnvFilter;

const USAGE: &str = "\
usage: api              serve the API, and the SPA of SPA_DIR
       api migrate      bring the database's schema up to date
       api seed FILE    put the products of a JSON file in the place of the catalogue
       api env          print the table of the variables

Configuration, by environment or a file .env, and what it is without it:
";

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let Err(error) = read_dot_env() {
        eprintln!("api: {error}");
        return ExitCode::FAILURE;
    }
    let is_read_by_a_person =
        std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|no| no.is_empty());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(is_read_by_a_person)
        .with_writer(std::io::stderr)
        .init();
    let outcome = match arguments.as_slice() {
        [] => serve().await,
        ["migrate"] => migrate().await,
        ["seed", file] => seed(Path::new(file)).await,
        ["env"] => {
            print!("{}", api::environment_table());
            return ExitCode::SUCCESS;
        }
        ["-h" | "--help" | "help"] => {
            print!("{USAGE}{}", api::environment_help());
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("{USAGE}{}", api::environment_help());
            return ExitCode::from(2);
        }
    };
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
    eprintln!("api: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  because: {error}");
        cause = error.source();
    }
    ExitCode::FAILURE
}
