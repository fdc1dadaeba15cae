//! The program `api` for ten minutes at twice the load at which it begins to refuse requests: people who browse, renew their
//! tokens and order, hostile tokens, and clients that are slow in every way. It must keep its promises:
//!
//! - its memory stays what it was after the beginning,
//! - whoever is let in waits at most five times as long as where nobody else is (of a hundred, ninety-nine),
//! - no order that was acknowledged is lost, doubled, or sells what is not there,
//! - an error of its own is 503 and nothing else.
//!
//! `cargo bench-soak` (Linux; wants two processors that do nothing else), `cargo bench-soak --minutes 3` for a shorter one. The
//! program runs as it is started on a server, in its default settings, on a processor of its own; the load comes from the other.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends where it stands")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]

mod books;
mod hostile;
mod http;
mod load;
mod people;
#[path = "../messages/processor.rs"]
mod processor;
#[path = "../orders/products.rs"]
#[expect(dead_code, reason = "the other benchmark needs more of it")]
mod products;
#[path = "../requests/program.rs"]
mod program;
mod report;
mod server;
mod slow;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;

use crate::load::Load;
use crate::people::People;
use crate::report::Report;
use crate::server::Server;

/// Where nobody else is.
const IDLE: Duration = Duration::from_secs(20);
/// What is taken into caches, pools and buffers meanwhile is no growth.
const WARM_UP: Duration = Duration::from_secs(30);

/// How long, and how much.
#[derive(Debug, Parser)]
struct Options {
    /// How long the load lasts after it has warmed up
    #[arg(long, default_value_t = 10.0, value_name = "MINUTES")]
    minutes: f64,
    /// Another `MAX_IN_FLIGHT` than the default, to see what it does
    #[arg(long, value_name = "REQUESTS")]
    max_in_flight: Option<u32>,
    /// Cargo says so itself
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    processor::pin(std::process::id(), processor::LOAD);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let report = runtime.block_on(soak(&options));
    print!("{report}");
    if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn soak(options: &Options) -> Report {
    let length = Duration::from_secs_f64(options.minutes * 60.0);
    let people = Arc::new(People::gather().await);
    let server = Server::start(&people, options.max_in_flight);
    let load = Arc::new(Load::new(&server, Arc::clone(&people)));
    let idle = load.run(1, IDLE).await;
    let shedding = load.shedding_point().await;
    let slow = slow::keep_coming(server.address, &people);
    let hostile = hostile::keep_coming(server.address, &load);
    load.fill_token_cache().await;
    load.run(2 * shedding, WARM_UP).await;
    let memory = server.watch_memory();
    let processor = server.processor_seconds();
    let busy = load.run(2 * shedding, length).await;
    let processor = (server.processor_seconds() - processor) / length.as_secs_f64();
    let memory = memory.stop().await;
    let (slow, hostile) = (slow.stop().await, hostile.stop().await);
    let books = books::check(&server, load.acknowledged()).await;
    Report { shedding, idle, busy, processor, memory, slow, hostile, books }
}
