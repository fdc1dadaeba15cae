//! Builds the SPA with Trunk, and makes a release build small.
//!
//! A release build holds two programs of the same source, see the module `entry`; a development build has one.

mod entry;
mod glue;
mod optimize;

use std::path::{Path, PathBuf};

use crate::process::{Job, ProcessError};
use crate::tools::Toolbox;

pub use entry::{ACCOUNT, EntryError};
pub use optimize::OptimizeError;

/// Which SPA is built, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpaProfile {
    /// In seconds, into `target/dev/dist`.
    Development,
    /// As shoppers download it, into `frontend/dist`.
    Release,
    /// The example of `okta-sycamore`, as people would download it, into `target/example/dist`.
    Example,
    /// The bench of `okta-sycamore`, which only browser tests open, into `target/workbench/dist`.
    Bench,
}

impl SpaProfile {
    /// Where the build is put. Two folders, so that a release build is never taken for the other.
    pub fn dist(self, workspace: &Path) -> PathBuf {
        match self {
            Self::Development => workspace.join("target/dev/dist"),
            Self::Release => workspace.join("frontend/dist"),
            Self::Example => workspace.join("target/example/dist"),
            Self::Bench => workspace.join("target/workbench/dist"),
        }
    }

    /// Where its `Trunk.toml` is.
    fn folder(self, workspace: &Path) -> PathBuf {
        match self {
            Self::Development | Self::Release => workspace.join("frontend"),
            Self::Example => workspace.join("frontend/okta-sycamore/examples/hosted_login"),
            Self::Bench => workspace.join("frontend/okta-sycamore/examples/workbench"),
        }
    }

    fn is_for_release(self) -> bool {
        self != Self::Development
    }
}

/// How a release build gets a standard library that is made for size and ends at once in a panic.
///
/// The one that comes with Rust formats a message for every panic, with the file and the line: a tenth of what
/// shoppers would download, for texts that nobody reads who is not a developer; those have the other build.
/// Building it anew is not stable in Rust yet, hence the first variable. `rust-version` in `Cargo.toml` says
/// which Rust this was written for. Of the thresholds for inlining, 10 was measured to make the smallest first load. The
/// last word makes cargo compile anew what was compiled before `spa_rustc`.
const SMALL_STANDARD_LIBRARY: [(&str, &str); 4] = [
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    (
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        "-Zunstable-options -Cpanic=immediate-abort -Cllvm-args=-inline-threshold=10 \
         --cfg sha2_backend_soft=\"compact\" --cfg without_interning",
    ),
];

/// Why there is no build.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpaBuildError {
    /// Trunk does not run, or the SPA does not compile.
    #[error(transparent)]
    Trunk(#[from] ProcessError),
    /// What Trunk built cannot be made small.
    #[error("the build cannot be optimised for size")]
    Optimize(#[from] OptimizeError),
    /// The two programs do not become one shop.
    #[error("the two programs of the shop cannot be put into one page")]
    Entry(#[from] EntryError),
}

/// Builds the SPA; the output of the tools is shown.
///
/// # Errors
/// Where the SPA does not compile, and where a release build does not have the form that is known here.
pub async fn build(workspace: &Path, tools: &Toolbox, profile: SpaProfile) -> Result<(), SpaBuildError> {
    let (folder, dist) = (profile.folder(workspace), profile.dist(workspace));
    if profile.is_for_release() {
        stand_in_for_rustc(workspace, tools).run().await?;
    }
    if profile != SpaProfile::Release {
        trunk(tools, profile.is_for_release(), &folder, &dist, &[]).run().await?;
        if profile.is_for_release() {
            optimize::optimize(&dist, tools).await?;
        }
        return Ok(());
    }
    let account = workspace.join("target/spa/account");
    trunk(tools, true, &folder, &account, &[]).run().await?;
    trunk(tools, true, &folder, &dist, &["--no-default-features"]).run().await?;
    optimize::optimize(&account, tools).await?;
    optimize::optimize(&dist, tools).await?;
    Ok(entry::join(&dist, &account)?)
}

/// A development build, which is made in seconds, in the place of any of them. Returns what to run for it.
pub(crate) fn quick(workspace: &Path, tools: &Toolbox, profile: SpaProfile) -> Job {
    trunk(tools, false, &profile.folder(workspace), &profile.dist(workspace), &[])
}

/// Compiles what cargo calls in place of rustc, see `src/bin/spa_rustc.rs`.
fn stand_in_for_rustc(workspace: &Path, tools: &Toolbox) -> Job {
    let args = ["--edition=2024", "-Copt-level=1", "-o"];
    Job::new("rustc", args)
        .argument(stand_in(tools))
        .argument(workspace.join("e2e/xtask/src/bin/spa_rustc.rs"))
}

fn stand_in(tools: &Toolbox) -> PathBuf {
    tools.bin().join(format!("spa-rustc{}", std::env::consts::EXE_SUFFIX))
}

/// `index.html` names the cargo profiles of both kinds of build.
fn trunk(tools: &Toolbox, is_for_release: bool, folder: &Path, dist: &Path, options: &[&str]) -> Job {
    let args = ["build", "--skip-version-check", "--log", "error", "--dist"];
    let mut job = Job::new(tools.bin().join("trunk"), args)
        .argument(dist)
        .folder(folder)
        .variable("PATH", tools.path_variable())
        // Trunk takes only `true` and `false`, and others set this to `1`.
        .variable("NO_COLOR", "true");
    for option in options {
        job = job.argument(option);
    }
    if is_for_release {
        job = job.argument("--release").variable("RUSTC_WRAPPER", stand_in(tools));
        for (name, value) in SMALL_STANDARD_LIBRARY {
            job = match name.ends_with("FLAGS") {
                true => job.compiler_flags(name, value),
                false => job.variable(name, value),
            };
        }
    }
    job
}
