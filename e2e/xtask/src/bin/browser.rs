//! `cargo browser`: the browser tests, once or many times.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    xtask::suite::main(std::env::args()).await
}
