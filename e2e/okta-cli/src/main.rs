//! `cargo okta`: sets up an org, explains a configuration, gets tokens.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    okta_cli::main(std::env::args()).await
}
