//! `cargo browser`: the browser tests, once or many times, and what they are worth: pass rates and times by test.

pub(crate) mod broken;
mod browser_tests;
mod reliability;

use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use okta_cli::{clock, workspace};

use crate::process::Job;
use crate::results::{self, Run, Verdict};
use crate::signals;
use crate::spa_build::{self, SpaBuildError, SpaProfile};
use crate::tools::{SPA_RELEASE, Tool, ToolError, Toolbox};

pub(crate) use browser_tests::browser_tests;

/// Browser tests at a time: each has a browser of several processes.
pub const AT_A_TIME: u8 = 2;

/// Runs the browser tests; results, times and pictures are in target/e2e/index.html.
///
/// The shop is built if there is no build of it; `cargo verify --only spa --only example` makes a fresh one.
#[derive(Debug, Parser)]
#[command(name = "cargo browser", bin_name = "cargo browser")]
struct Options {
    /// Runs the tests N times, and prints for each how often it passed and how long it took
    #[arg(long, value_name = "N", default_value_t = 1)]
    times: u32,
    /// The browser to use
    #[arg(long, value_enum, default_value_t = Make::Chromium)]
    browser: Make,
    /// Shows the browser's window in slow motion, one test at a time
    #[arg(long)]
    headed: bool,
    /// How many tests run at the same time
    #[arg(long, value_name = "N", default_value_t = AT_A_TIME)]
    threads: u8,
    /// Breaks the code on purpose, one change at a time and in a copy, and lists the tests that did not fail
    #[arg(long, conflicts_with_all = ["times", "browser", "headed"])]
    broken: bool,
    /// Only tests whose names contain one of these
    filters: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Make {
    Chromium,
    Firefox,
}

impl Make {
    fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }
}

/// Runs the command with these arguments, the program's name first.
pub async fn main(args: impl Iterator<Item = String>) -> ExitCode {
    let options = Options::parse_from(args);
    tokio::select! {
        code = run(&options) => code,
        () = signals::asked_to_stop() => ExitCode::from(130),
    }
}

async fn run(options: &Options) -> ExitCode {
    let good = match options.broken {
        true => broken::run(&options.filters, options.threads).await.map_err(SuiteError::from),
        false => repeatedly(options).await,
    };
    match good {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {}", okta_cli::error_chain(&error));
            ExitCode::FAILURE
        }
    }
}

/// Runs the tests as often as is wanted. Returns whether all of them passed each time.
async fn repeatedly(options: &Options) -> Result<bool, SuiteError> {
    prepare(options.browser).await?;
    let (first, mut good) = (clock::now().0, true);
    let mut names = Vec::new();
    for round in 1..=options.times {
        if options.times > 1 {
            println!("\n== run {round} of {}", options.times);
        }
        let name = format!("{first}-{}-{round:04}", std::process::id());
        good &= job(options, &name).run().await.is_ok();
        names.push(name);
    }
    let runs: Vec<Run> = results::runs().into_iter().filter(|run| names.contains(&run.name)).collect();
    print!("{}", reliability::table(&runs));
    print!("{}", skipped(&runs));
    println!("\nscreenshots and times: {}", workspace().join("target/e2e/index.html").display());
    Ok(good)
}

/// Tools, and what is opened besides the shop and the example. A driver elsewhere is somebody else's to install.
async fn prepare(browser: Make) -> Result<(), SuiteError> {
    let (workspace, tools) = (workspace(), Toolbox::of(&workspace()));
    tools.ensure(&[Tool::Axe]).await?;
    let remote = std::env::var("WEBDRIVER_URL").is_ok_and(|url| !url.is_empty());
    match browser {
        _ if remote => {}
        Make::Chromium => tools.ensure(&[Tool::Chromium]).await?,
        Make::Firefox => tools.ensure(&[Tool::Firefox]).await?,
    }
    for profile in [SpaProfile::Release, SpaProfile::Example, SpaProfile::Bench] {
        if !profile.dist(&workspace).join("index.html").is_file() {
            tools.ensure(SPA_RELEASE).await?;
            spa_build::build(&workspace, &tools, profile).await?;
        }
    }
    Ok(())
}

fn job(options: &Options, run: &str) -> Job {
    let job = browser_tests(&workspace(), if options.headed { 1 } else { options.threads });
    let job = options.filters.iter().fold(job, |job, filter| job.argument(filter));
    let job = job.variable("GROVE_RUN", run).variable("BROWSER", options.browser.name());
    if options.headed { job.variable("HEADED", "1") } else { job }
}

/// Why no test was run.
#[derive(Debug, thiserror::Error)]
enum SuiteError {
    #[error(transparent)]
    Tool(#[from] ToolError),
    #[error("the pages that the tests open do not build")]
    Build(#[from] SpaBuildError),
    #[error(transparent)]
    Broken(#[from] broken::BrokenError),
}

/// Tests that said nothing here, and why: a green run does not speak for them.
fn skipped(runs: &[Run]) -> String {
    let entries = runs.first().into_iter().flat_map(|run| &run.entries);
    let rows: String = entries
        .filter_map(|entry| match &entry.verdict {
            Verdict::Skipped(why) => Some(format!("  {}: {why}\n", entry.test)),
            _ => None,
        })
        .collect();
    if rows.is_empty() { rows } else { format!("\nskipped:\n{rows}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_options_are_well_formed() {
        use clap::CommandFactory as _;
        Options::command().debug_assert();
    }

    #[test]
    fn a_filter_and_a_window_reach_the_tests() {
        let args = ["cargo browser", "--headed", "sign_in", "--browser", "firefox"];
        let job = job(&Options::try_parse_from(args).unwrap(), "1-1");
        assert!(job.shown().ends_with("--test browser -- --test-threads 1 sign_in"), "{}", job.shown());
    }
}
