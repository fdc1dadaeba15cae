//! `cargo sbom`: what the shipped programs are made of.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    xtask::sbom::main(std::env::args()).await
}
