//! `cargo bench-all`: what everything costs, measured in one run.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    xtask::bench_all::main(std::env::args()).await
}
