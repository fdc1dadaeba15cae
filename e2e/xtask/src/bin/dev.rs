//! `cargo dev`: runs Grove on this machine.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    xtask::dev::main(std::env::args()).await
}
