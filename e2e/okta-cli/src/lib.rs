//! `cargo okta`: makes an org fit for Grove, explains what is wrong with a configuration, and gets tokens for
//! backend developers.

mod ask;
mod call;
pub mod clock;
mod doctor;
pub mod dpop;
mod environment;
mod error_chain;
mod grant;
pub mod http;
mod management;
pub mod random;
mod setup;
mod token;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::environment::Environment;

pub use self::error_chain::error_chain;
pub use self::token::DOCS_APP;
pub use self::workspace::workspace;

/// Connects Grove to an Okta org
#[derive(Debug, Parser)]
#[command(name = "cargo okta", bin_name = "cargo okta", disable_help_subcommand = true)]
struct Arguments {
    /// The file with variables; those of the environment come first. [default: .env of the workspace]
    #[arg(long, global = true, value_name = "FILE")]
    env: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Creates or updates everything Grove needs in an org, and writes .env
    Setup(setup::Setup),
    /// Says what is wrong with the configuration, and what to do about it
    Doctor(doctor::Doctor),
    /// Prints an access token for calling the API
    Token(token::Token),
    /// Gets an access token and calls the API with it, with a proof (DPoP) where the token is bound to a key
    Call(call::Call),
}

/// Runs the command with these arguments, the program's name first.
pub async fn main(args: impl Iterator<Item = String>) -> ExitCode {
    carry_out(Arguments::parse_from(args)).await.unwrap_or_else(|text| {
        eprintln!("error: {text}");
        ExitCode::FAILURE
    })
}

async fn carry_out(arguments: Arguments) -> Result<ExitCode, String> {
    let file = arguments.env.unwrap_or_else(|| workspace().join(".env"));
    let environment = Environment::read(file).map_err(|error| error_chain(&error))?;
    match arguments.command {
        Command::Setup(setup) => said(setup.run(&environment).await.map(|()| ExitCode::SUCCESS)),
        Command::Doctor(doctor) => said(doctor.run(&environment).await),
        Command::Token(token) => said(token.run(&environment).await),
        Command::Call(call) => said(call.run(&environment).await),
    }
}

fn said(done: Result<ExitCode, impl std::error::Error>) -> Result<ExitCode, String> {
    done.map_err(|error| error_chain(&error))
}
