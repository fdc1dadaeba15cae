//! `cargo verify`: everything that must hold, in order, with times and with the command that repeats what
//! failed. It goes on after a failure, so that one run tells all there is to repair.

mod features;
mod https_shop;
mod ledger;
mod options;
mod steps;
mod strangers;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use okta_cli::workspace;
use tokio::time::Instant;

use crate::tools::Toolbox;
use crate::{report, signals};

use options::Options;
use steps::{Context, Step, StepError};

/// Runs the command with these arguments, the program's name first.
pub async fn main(args: impl Iterator<Item = String>) -> ExitCode {
    let options = Options::parse_from(args);
    if options.list {
        print!("{}", list());
        return ExitCode::SUCCESS;
    }
    tokio::select! {
        code = work(&options) => code,
        () = signals::asked_to_stop() => {
            eprintln!("\nstopped");
            // What a shell reports for Ctrl-C.
            ExitCode::from(130)
        }
    }
}

fn list() -> String {
    let row = |step: &Step| format!("  {:<13} {}\n", step.name(), step.title());
    Step::ALL.iter().map(row).collect()
}

/// The steps, or the ledger.
async fn work(options: &Options) -> ExitCode {
    match &options.ledger {
        Some(words) => print_ledger(words).await,
        None => run(&options.steps()).await,
    }
}

async fn print_ledger(words: &[String]) -> ExitCode {
    let workspace = workspace();
    match ledger::run(&workspace, Toolbox::of(&workspace), words).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nfailed: {}", okta_cli::error_chain(&error));
            ExitCode::FAILURE
        }
    }
}

async fn run(steps: &[Step]) -> ExitCode {
    let workspace = workspace();
    let context = Context { tools: Toolbox::of(&workspace), workspace };
    let mut done: Vec<Done> = Vec::new();
    for (index, &step) in steps.iter().enumerate() {
        println!("\n== {}/{} {}: {}", index + 1, steps.len(), step.name(), step.title());
        let started = Instant::now();
        let broken = done.iter().find(|done| !done.verdict.is_usable() && step.needs(done.step));
        let verdict = match broken {
            Some(other) => {
                let why = format!("it needs {}", other.step.name());
                println!("   skipped: {why}");
                Verdict::Skipped(why)
            }
            None => judge(step, step.run(&context).await),
        };
        done.push(Done { step, verdict, time: started.elapsed() });
    }
    print!("{}", summary(&done));
    if has_failed(&done) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn has_failed(done: &[Done]) -> bool {
    done.iter().any(|done| matches!(done.verdict, Verdict::Failed { .. }))
}

fn judge(step: Step, result: Result<(), StepError>) -> Verdict {
    let Err(error) = result else { return Verdict::Good };
    if let Some(why) = error.excuse() {
        println!("   skipped: {why}");
        return Verdict::Skipped(why);
    }
    eprintln!("\nfailed: {}", okta_cli::error_chain(&error));
    eprintln!("repeat it with: cargo verify --only {}", step.name());
    Verdict::Failed { usable: error.leaves_a_result() }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    Good,
    /// `usable`: the steps that need this one can go on with what it made.
    Failed {
        usable: bool,
    },
    /// Neither good nor bad, and why.
    Skipped(String),
}

impl Verdict {
    fn is_usable(&self) -> bool {
        matches!(self, Self::Good | Self::Failed { usable: true })
    }
}

struct Done {
    step: Step,
    verdict: Verdict,
    time: Duration,
}

fn summary(done: &[Done]) -> String {
    let row = |done: &Done| {
        let verdict = match &done.verdict {
            Verdict::Good => "ok".to_owned(),
            Verdict::Failed { .. } => "FAILED".to_owned(),
            Verdict::Skipped(why) => format!("skipped: {why}"),
        };
        [done.step.title().to_owned(), verdict, report::duration(done.time)]
    };
    let total = ["all".to_owned(), String::new(), report::duration(done.iter().map(|done| done.time).sum())];
    let rows: Vec<_> = done.iter().map(row).chain([total]).collect();
    let again: String = done
        .iter()
        .filter(|done| matches!(done.verdict, Verdict::Failed { .. }))
        .map(|done| format!("repeat: cargo verify --only {}\n", done.step.name()))
        .collect();
    format!("\n{}{again}", report::table(&rows))
}

#[cfg(test)]
mod tests {
    use super::strangers::StrangersError;
    use super::*;
    use crate::tools::ToolError;

    #[test]
    fn the_summary_says_what_to_repeat() {
        let done = |step, verdict| Done { step, verdict, time: Duration::from_secs(61) };
        let text =
            summary(&[done(Step::Format, Verdict::Good), done(Step::Spa, Verdict::Failed { usable: true })]);
        assert!(text.contains("FAILED") && text.contains("2 min 02 s"), "{text}");
        assert!(text.ends_with("repeat: cargo verify --only spa\n"), "{text}");
    }

    #[test]
    fn a_step_that_was_left_out_is_named_with_its_reason_and_is_no_failure() {
        let unreachable = || StepError::from(ToolError::Unreachable { registry: "npm" });
        let verdict = judge(Step::Strangers, Err(unreachable()));
        assert_eq!(verdict, Verdict::Skipped("npm is not reachable".to_owned()));
        let done = [Done { step: Step::Strangers, verdict, time: Duration::ZERO }];
        assert!(!has_failed(&done));
        let text = summary(&done);
        assert!(text.contains("skipped: npm is not reachable") && !text.contains("repeat"), "{text}");
    }

    #[test]
    fn only_a_registry_that_is_not_there_excuses() {
        let error = StepError::from(ToolError::Unreachable { registry: "npm" });
        assert_eq!(error.excuse().as_deref(), Some("npm is not reachable"));
        assert_eq!(StepError::from(StrangersError::Blind).excuse(), None);
        assert_eq!(StepError::from(ToolError::NoVersion("npm")).excuse(), None);
    }

    #[test]
    fn a_script_that_fails_makes_the_step_fail() {
        let failed = StepError::from(StrangersError::Failed("management.test.mjs".to_owned()));
        let verdict = judge(Step::Strangers, Err(failed));
        assert_eq!(verdict, Verdict::Failed { usable: false });
        assert!(has_failed(&[Done { step: Step::Strangers, verdict, time: Duration::ZERO }]));
    }
}
