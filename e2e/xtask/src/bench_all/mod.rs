//! `cargo bench-all`: what everything costs, measured side by side in one run, beside what people use today and beside the
//! report that was kept last.

mod chart;
mod error;
mod figure;
mod machine;
mod report;

use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser as _;
use okta_cli::workspace;

use crate::process::Job;
use crate::signals;
use crate::size_budget::{BOUND_EXAMPLE_LIMIT, EXAMPLE_LIMIT, FirstLoad, LIMIT};
use crate::spa_build::{self, SpaProfile};
use crate::tools::{SPA_RELEASE, Tool, Toolbox, bring_scripts};

use error::BenchError;
use figure::{Figure, Figures};
use report::Report;

/// The benchmarks: their names, and how cargo is told of them.
const BENCHES: [(&str, &[&str]); 7] = [
    (PAGES, &["-p", "e2e", "--bench", "pages"]),
    (REQUESTS, &["-p", "api", "-F", "bench", "--bench", "requests"]),
    ("growth", &["-p", "api", "-F", "bench", "--bench", "growth"]),
    ("messages", &["-p", "api", "-F", "bench", "--bench", "messages"]),
    ("peers", &["-p", "api", "-F", "bench", "--bench", "peers"]),
    ("orders", &["-p", "api", "-F", "bench", "--bench", "orders"]),
    ("proofs", &["-p", "okta-jwt", "--bench", "proofs"]),
];

/// The folder of the report that later ones are compared with.
const KEPT: &str = "e2e/benches/report";
/// Its figures.
const FIGURES: &str = "figures.json";
/// The API with the feature `otlp`.
const EXPORTER: &str = "api-otlp";

/// Measures everything in one run: the API beside what people use today, and what the shop weighs
///
/// Wants two processors that do nothing else (Linux), and takes about a quarter of an hour with its builds. Writes
/// `target/bench/report.md`, and fails where a ratio or a size is worse than in the report that was kept last, by more than the
/// noise of both.
#[derive(Debug, clap::Parser)]
#[command(name = "cargo bench-all", bin_name = "cargo bench-all")]
struct Options {
    /// Runs only this benchmark; may be repeated
    #[arg(long, value_name = "NAME", value_parser = NAMES)]
    only: Vec<String>,
    /// Keeps the report of this run in `e2e/benches/report`: later ones are compared with it
    #[arg(long, conflicts_with = "only")]
    keep: bool,
}

const NAMES: [&str; 7] = [PAGES, REQUESTS, "growth", "messages", "peers", "orders", "proofs"];

/// What shoppers meet, in a browser.
const PAGES: &str = "pages";
/// What requests cost the API.
const REQUESTS: &str = "requests";

impl Options {
    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }
}

/// Runs the command with these arguments, the program's name first.
pub async fn main(args: impl Iterator<Item = String>) -> ExitCode {
    let options = Options::parse_from(args);
    let workspace = workspace();
    let done = tokio::select! {
        done = run(&options, &workspace) => done,
        () = signals::asked_to_stop() => return ExitCode::from(130),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {}", okta_cli::error_chain(&error));
            ExitCode::FAILURE
        }
    }
}

/// Whether nothing is worse than before.
async fn run(options: &Options, workspace: &Path) -> Result<bool, BenchError> {
    let tools = Toolbox::of(workspace);
    let folder = workspace.join("target/bench");
    fs::create_dir_all(&folder).map_err(BenchError::at(&folder))?;
    let chosen = || BENCHES.into_iter().filter(|(name, _)| options.wants(name));
    prepare(&tools).await?;
    let mut found = Vec::new();
    if options.wants(PAGES) {
        found.push(("first load".to_owned(), first_loads(workspace, &tools).await?));
        build_react(&tools).await?;
    }
    if options.wants(REQUESTS) {
        build_exporter(workspace, &folder.join(EXPORTER)).await?;
    }
    // Nothing is built while something is measured.
    for (_, bench) in chosen() {
        Job::new("cargo", ["bench", "--no-run"]).arguments(bench).folder(workspace).run().await?;
    }
    for (name, bench) in chosen() {
        println!("\n== {name}");
        found.push((name.to_owned(), measure(name, bench, workspace, &folder, &tools).await?));
    }
    let kept_in = workspace.join(KEPT);
    let kept = Figures::read(&kept_in.join(FIGURES))?;
    let now = Figures { machine: machine::description(), groups: found };
    let report = Report::of(&now, kept.as_ref());
    write(&report, &now, &folder)?;
    println!("\n{}\n{}", report.summary(), folder.join("report.md").display());
    if options.keep {
        write(&report, &now, &kept_in)?;
        println!("kept in {KEPT}");
    }
    Ok(report.losses().is_empty())
}

fn write(report: &Report<'_>, figures: &Figures, folder: &Path) -> Result<(), BenchError> {
    let written = fs::create_dir_all(folder)
        .and_then(|()| fs::write(folder.join("report.md"), report.text()))
        .and_then(|()| chart::write_all(figures, folder));
    written.map_err(BenchError::at(folder))?;
    figures.write(&folder.join(FIGURES))
}

async fn prepare(tools: &Toolbox) -> Result<(), BenchError> {
    tools.ensure(&[Tool::BenchPeers, Tool::BenchReact, Tool::Postgres, Tool::Chromium]).await?;
    let folder = tools.bench_peers().folder;
    bring_scripts(&tools.bench_peers().source, &folder).map_err(BenchError::at(&folder))
}

/// Builds what shoppers and visitors of the example download, and weighs it.
async fn first_loads(workspace: &Path, tools: &Toolbox) -> Result<Vec<Figure>, BenchError> {
    tools.ensure(SPA_RELEASE).await?;
    let mut figures = Vec::new();
    for (name, profile, limit) in [
        ("the shop", SpaProfile::Release, LIMIT),
        ("the example", SpaProfile::Example, EXAMPLE_LIMIT),
        ("the example with dpop", SpaProfile::BoundExample, BOUND_EXAMPLE_LIMIT),
    ] {
        spa_build::build(workspace, tools, profile).await?;
        let dist = profile.dist(workspace);
        let load = FirstLoad::of(&dist).map_err(BenchError::at(&dist))?;
        figures.push(Figure::bytes(name, load.total(), limit));
    }
    Ok(figures)
}

/// The four pages with Okta's SDK for React.
async fn build_react(tools: &Toolbox) -> Result<(), BenchError> {
    let react = tools.bench_react();
    for name in ["index.html", "vite.config.js"] {
        fs::copy(react.source.join(name), react.folder.join(name)).map_err(BenchError::at(&react.folder))?;
    }
    let (from, to) = (react.source.join("src"), react.folder.join("src"));
    fs::create_dir_all(&to).map_err(BenchError::at(&to))?;
    for entry in fs::read_dir(&from).map_err(BenchError::at(&from))? {
        let path = entry.map_err(BenchError::at(&from))?.path();
        fs::copy(&path, to.join(path.file_name().unwrap_or_default())).map_err(BenchError::at(&path))?;
    }
    Ok(Job::new("node", ["node_modules/vite/bin/vite.js", "build"]).folder(&react.folder).run().await?)
}

/// Builds the API with what exports traces and metrics, beside the one that is measured otherwise.
async fn build_exporter(workspace: &Path, to: &Path) -> Result<(), BenchError> {
    let arguments = ["build", "--release", "-p", "api", "--bin", "api", "-F", "otlp"];
    Job::new("cargo", arguments).folder(workspace).run().await?;
    fs::copy(workspace.join("target/release/api"), to).map_err(BenchError::at(to))?;
    Ok(())
}

async fn measure(
    name: &str,
    bench: &[&str],
    workspace: &Path,
    folder: &Path,
    tools: &Toolbox,
) -> Result<Vec<Figure>, BenchError> {
    let figures = folder.join(format!("{name}.jsonl"));
    match fs::remove_file(&figures) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(BenchError::at(&figures)(error)),
        _ => {}
    }
    let job = Job::new("cargo", ["bench", "--quiet"]).arguments(bench).folder(workspace);
    let job = job.variable("BENCH_FIGURES", &figures).variable("BENCH_PEERS", tools.bench_peers().folder);
    let job = job.variable("BENCH_OTLP", folder.join(EXPORTER));
    job.variable("BENCH_REACT", tools.bench_react().folder.join("dist")).run().await?;
    Figure::read_lines(&figures)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_options_are_well_formed_and_name_each_benchmark() {
        Options::command().debug_assert();
        assert!(BENCHES.iter().all(|(name, _)| NAMES.contains(name)));
    }
}
