//! `cargo verify`: everything that must hold.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    xtask::verify::main(std::env::args()).await
}
