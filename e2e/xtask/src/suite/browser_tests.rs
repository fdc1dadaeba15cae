//! The browser tests as cargo runs them.

use std::path::Path;

use crate::process::Job;

/// What cargo is asked for.
pub(super) const BROWSER_TESTS: [&str; 5] = ["test", "--package", "e2e", "--test", "browser"];

/// The browser tests of a workspace, so many at a time. What is added are arguments of the test runner.
pub(crate) fn browser_tests(workspace: &Path, threads: u8) -> Job {
    let job = Job::new("cargo", BROWSER_TESTS.into_iter().chain(["--", "--test-threads"]));
    // A failed step tells by its message what it waited for; frames would push that out of a log that is cut off.
    job.argument(threads.to_string()).folder(workspace).variable("RUST_BACKTRACE", "0")
}
