//! `cargo browser --broken`: whether the tests would notice. What they guard is broken, one thing at a time and in a
//! copy of the workspace, and the tests of it must fail.

mod ledger;
pub(crate) mod sandbox;

use std::path::{Path, PathBuf};

use okta_cli::workspace;
use tokio::time::Instant;

use crate::process::ProcessError;
use crate::report;
use crate::spa_build::change::ChangeError;
use crate::tools::{SPA_DEVELOPMENT, Tool, ToolError, Toolbox};

use ledger::{Break, Ledger, LedgerError};
use sandbox::{PAGES, Sandbox, SandboxError};

/// Why it cannot be said.
#[derive(Debug, thiserror::Error)]
pub(super) enum BrokenError {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    #[error(transparent)]
    Change(#[from] ChangeError),
    #[error(transparent)]
    Tool(#[from] ToolError),
    #[error("nothing in e2e/breaks.toml matches; give the name of a test, a part of it, or a number")]
    Nothing,
    #[error("without any change the build or a test already fails, so the result would mean nothing; see {}", .0.display())]
    Before(PathBuf, #[source] ProcessError),
}

/// What a break came to.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// Every test of it failed, for the reason it should.
    Seen,
    /// These passed all the same.
    NotSeen(Vec<String>),
    /// They failed, and did not say what they should have.
    OtherReason(String),
    /// The changed code does not compile.
    DoesNotBuild,
}

/// Breaks what matches one of the filters. Returns whether the tests noticed all of it.
pub(super) async fn run(filters: &[String], threads: u8) -> Result<bool, BrokenError> {
    let ledger = Ledger::read(&workspace())?;
    if ledger.matching(filters).next().is_none() {
        return Err(BrokenError::Nothing);
    }
    let tools = Toolbox::of(&workspace());
    tools.ensure(SPA_DEVELOPMENT).await?;
    tools.ensure(&[Tool::Chromium, Tool::Axe]).await?;
    let mut sandbox = Sandbox::of(&workspace(), tools).await?;
    let logs = workspace().join("target/broken/logs");
    // They tell of one run.
    let _ = std::fs::remove_dir_all(&logs);
    let before = logs.join("before.log");
    unbroken(&ledger, filters, &mut sandbox, threads, &before)
        .await
        .map_err(|cause| BrokenError::Before(before, cause))?;
    let (mut seen, mut all) = (0, 0);
    for (item, one) in ledger.matching(filters) {
        all += 1;
        let (started, log) = (Instant::now(), logs.join(format!("{all:02}.log")));
        let verdict = judge(one, &mut sandbox, threads, &log).await?;
        seen += usize::from(verdict == Verdict::Seen);
        let time = report::duration(started.elapsed());
        println!("{:>2}  {}: {}: {} ({time})", item.title(), item.holds, one.what, verdict.told(&log));
    }
    println!("\n{seen} of {all} breaks were detected by the tests meant for them");
    Ok(seen == all)
}

/// All the tests pass as long as nothing is broken; what they open is built as it is for the broken ones.
async fn unbroken(
    ledger: &Ledger,
    filters: &[String],
    sandbox: &mut Sandbox,
    threads: u8,
    log: &Path,
) -> Result<(), ProcessError> {
    for page in PAGES {
        sandbox.build(page, log).await?;
    }
    let mut tests: Vec<&str> =
        ledger.matching(filters).flat_map(|(_, one)| one.tests.iter().map(String::as_str)).collect();
    tests.sort_unstable();
    tests.dedup();
    println!("running {} tests without any change first", tests.len());
    sandbox.play(&tests, threads, log).await
}

async fn judge(one: &Break, sandbox: &mut Sandbox, threads: u8, log: &Path) -> Result<Verdict, BrokenError> {
    let mut good = Vec::new();
    for change in one.changes() {
        let (before, broken) = change.texts(sandbox.root())?;
        sandbox.write(&change.file, &broken)?;
        good.push((change.file, before));
    }
    let verdict = under_the_break(one, sandbox, threads, log).await;
    // Two changes of one file were made one after the other.
    for (file, before) in good.into_iter().rev() {
        sandbox.write(&file, &before)?;
    }
    Ok(verdict)
}

async fn under_the_break(one: &Break, sandbox: &mut Sandbox, threads: u8, log: &Path) -> Verdict {
    if sandbox.build(one.page(), log).await.is_err() || sandbox.compile_tests(log).await.is_err() {
        return Verdict::DoesNotBuild;
    }
    let tests: Vec<&str> = one.tests.iter().map(String::as_str).collect();
    // That it fails is what is hoped for; which test failed, and why, stands in the log.
    let _ = sandbox.play(&tests, threads, log).await;
    let told = std::fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Verdict::of(one, &told.unwrap_or_default())
}

impl Verdict {
    /// Of what `cargo test` wrote.
    fn of(one: &Break, told: &str) -> Self {
        let failed = |test: &&String| told.lines().any(|line| line == format!("test {test} ... FAILED"));
        let passed: Vec<String> = one.tests.iter().filter(|test| !failed(test)).cloned().collect();
        match &one.says {
            _ if !passed.is_empty() => Self::NotSeen(passed),
            Some(says) if !told.contains(says.as_str()) => Self::OtherReason(says.clone()),
            _ => Self::Seen,
        }
    }

    fn told(&self, log: &Path) -> String {
        let log = log.display();
        match self {
            Self::Seen => "noticed".to_owned(),
            Self::NotSeen(tests) => format!("NOT NOTICED by {} ({log})", tests.join(", ")),
            Self::OtherReason(says) => format!("NOT SAID: `{says}` does not appear ({log})"),
            Self::DoesNotBuild => format!("DOES NOT BUILD ({log})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(told: &str) -> Verdict {
        let text = "[[item]]\nholds = \"x\"\n[[item.break]]\nwhat = \"y\"\nfile = \"z\"\nfind = \"a\"\n\
                    replace = \"b\"\ntests = [\"m::one\", \"m::two\"]\nsays = \"nonce-invalid\"\n";
        let ledger: Ledger = toml::from_str(text).unwrap();
        Verdict::of(&ledger.items[0].breaks[0], told)
    }

    #[test]
    fn a_break_is_noticed_where_every_test_fails_for_the_right_reason() {
        let both = "test m::one ... FAILED\ntest m::two ... FAILED\n";
        assert_eq!(of(&format!("{both}failed: [\"nonce-invalid\"]")), Verdict::Seen);
        assert_eq!(of(both), Verdict::OtherReason("nonce-invalid".to_owned()));
        let one = "test m::one ... FAILED\ntest m::two ... ok\nnonce-invalid";
        assert_eq!(of(one), Verdict::NotSeen(vec!["m::two".to_owned()]));
        assert!(matches!(of("error: could not compile"), Verdict::NotSeen(all) if all.len() == 2));
    }
}
