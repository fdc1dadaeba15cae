//! What open requests cost the program `api`, beside one another in one run: the log, the catalogue and one product,
//! and a catalogue of 5,000; how soon it is ready, and what it has in memory then.
//!
//! `cargo bench -p api -F bench --bench requests` (Linux; wants two processors). The program runs as it is started on
//! a server, on a processor of its own with one worker; the load comes from the other one. Answers are counted per
//! second of the *program's processor time*, so that other programs on the machine do not spoil the ratios. A round
//! measures everything once, and each ratio is the median over the rounds.
//!
//! What traces and metrics cost while they are exported is measured where there is a program that can: `BENCH_OTLP` names one that
//! was built with the feature `otlp`, as it does in `cargo bench-all`; or the benchmark itself is (`-F bench,otlp`).

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends where it stands")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]

#[path = "../answer/mod.rs"]
mod answer;
mod collector;
#[path = "../figures/mod.rs"]
mod figures;
mod load;
#[path = "../messages/processor.rs"]
mod processor;
mod program;
mod server;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;
use shared::paths;

use crate::collector::Collector;
use crate::figures::{figure, outcome};
use crate::load::{measure, rates};
use crate::server::{FILE, LogTo, PROGRAM, Server};

const ROUNDS: usize = 7;
/// Starts of the program, of which the median counts.
const STARTS: usize = 9;
const MANY: usize = 5_000;

const PLAIN: &str = "";
const BROTLI: &str = "Accept-Encoding: br\r\n";

fn main() -> ExitCode {
    processor::pin(std::process::id(), processor::LOAD);
    let size = Server::start(LogTo::Nothing, None, 1).size_of(paths::PRODUCTS);
    let many = catalogue_of(MANY);
    let rounds: Vec<Round> = (0..ROUNDS).map(|_| Round::run(size, &many)).collect();
    let good = report(&rounds, size);
    report_exports(&rounds);
    outcome(&[good, report_start()])
}

/// A program that exports.
fn exporter() -> Option<PathBuf> {
    let built_so = cfg!(feature = "otlp").then(|| PROGRAM.into());
    env::var_os("BENCH_OTLP").map(PathBuf::from).or(built_so)
}

/// Answers a second, everything once.
struct Round {
    silent: f64,
    to_file: f64,
    to_pipe: f64,
    file: f64,
    list: f64,
    list_brotli: f64,
    short: f64,
    one: f64,
    list_of_many: f64,
    exported: Option<Exported>,
}

/// Of a program that exports traces and metrics: its answers, and which part of its spans arrives.
struct Exported {
    answers: f64,
    spans: f64,
}

impl Exported {
    fn run(program: PathBuf) -> Self {
        let collector = Collector::start();
        let server = Server::exporting(&program, collector.address);
        let rates = rates(&server, paths::HELLO, PLAIN);
        Self { answers: rates.of_processor, spans: collector.spans_per_second() / rates.of_clock }
    }
}

impl Round {
    fn run(size: usize, many: &str) -> Self {
        let start = |log| Server::start(log, None, size);
        let hello = |server: &Server| measure(server, paths::HELLO, PLAIN);
        let server = start(LogTo::File);
        let ask = |path: &str, headers| measure(&server, path, headers);
        Self {
            silent: hello(&start(LogTo::Nothing)),
            to_file: ask(paths::HELLO, PLAIN),
            to_pipe: hello(&start(LogTo::Pipe)),
            file: ask(FILE, PLAIN),
            list: ask(paths::PRODUCTS, PLAIN),
            list_brotli: ask(paths::PRODUCTS, BROTLI),
            short: ask(&format!("{}?limit=1", paths::PRODUCTS), PLAIN),
            one: ask(&format!("{}/apple-sapling", paths::PRODUCTS), PLAIN),
            list_of_many: measure(&Server::start(LogTo::File, Some(many), 1), paths::PRODUCTS, PLAIN),
            exported: exporter().map(Exported::run),
        }
    }
}

/// Prints what the rounds say; whether the goals are reached.
fn report(rounds: &[Round], size: usize) -> bool {
    println!("answers per second of processor time, medians of {} rounds", rounds.len());
    let line = |what: &str, of: fn(&Round) -> f64| {
        figure(what, "per cpu-s", rounds.iter().map(of), ..);
    };
    line("open route, nothing logged", |round| round.silent);
    line("open route, the log into a file", |round| round.to_file);
    line("open route, the log through a pipe", |round| round.to_pipe);
    line(&format!("a file of {size} bytes"), |round| round.file);
    line(&format!("catalogue, {size} bytes"), |round| round.list);
    line("catalogue, brotli", |round| round.list_brotli);
    line("catalogue, ?limit=1", |round| round.short);
    line("one product", |round| round.one);
    line(&format!("catalogue of {MANY}"), |round| round.list_of_many);
    let ratio =
        |what: &str, goal: f64, of: fn(&Round) -> f64| figure(what, "", rounds.iter().map(of), goal..);
    let good = [
        ratio("log into a file / nothing logged", 0.97, |round| round.to_file / round.silent),
        ratio("log through a pipe / nothing logged", 0.97, |round| round.to_pipe / round.silent),
        ratio("catalogue / file of that size", 0.7, |round| round.list / round.file),
        ratio("catalogue of many / catalogue", 0.7, |round| round.list_of_many / round.list),
    ];
    good.iter().all(|good| *good)
}

/// No goal: whoever exports knows what it is worth to them.
fn report_exports(rounds: &[Round]) {
    let exported = || rounds.iter().filter_map(|round| Some((round, round.exported.as_ref()?)));
    if exported().next().is_some() {
        let answers = exported().map(|(_, exported)| exported.answers);
        figure("open route, traces and metrics by OTLP", "per cpu-s", answers, ..);
        let ratio = exported().map(|(round, exported)| exported.answers / round.silent);
        figure("traces and metrics by OTLP / nothing exported", "", ratio, ..);
        figure(
            "spans that arrive at that load / requests",
            "",
            exported().map(|(_, exported)| exported.spans),
            ..,
        );
    }
}

fn report_start() -> bool {
    let started: Vec<(f64, f64)> =
        (0..STARTS).map(|_| of_start(&Server::start(LogTo::File, None, 1))).collect();
    let ready = started.iter().map(|(ready, _)| *ready);
    let resident = started.iter().map(|(_, resident)| *resident);
    let good = [
        figure("first answer after the start, new database", "ms", ready, ..=100.0),
        figure("in memory then", "MB", resident, ..=25.0),
    ];
    good.iter().all(|good| *good)
}

fn of_start(server: &Server) -> (f64, f64) {
    (server.ready.as_secs_f64() * 1000.0, server.resident())
}

/// As a seed file.
fn catalogue_of(products: usize) -> String {
    let product = |i: usize| {
        json!({"id": format!("product-{i}"), "name": format!("Product {i}"), "summary": "Grows in every garden",
               "description": "A paragraph about how it grows in every garden, and how it is looked after there.",
               "category": (["saplings", "seeds", "tools", "care"][i % 4]), "price": 100 + i, "stock": 1000})
    };
    json!((0..products).map(product).collect::<Vec<_>>()).to_string()
}
