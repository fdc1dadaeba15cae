//! Builds the SPA with Trunk.

use std::path::{Path, PathBuf};

use crate::process::{Job, ProcessError};
use crate::tools::Toolbox;

/// How the SPA is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpaProfile {
    /// In seconds, into `target/dev/dist`.
    Development,
    /// As shoppers download it, into `frontend/dist`.
    Release,
}

impl SpaProfile {
    /// Where the build is put. Two folders, so that a release build is never taken for the other.
    pub fn dist(self, workspace: &Path) -> PathBuf {
        match self {
            Self::Development => workspace.join("target/dev/dist"),
            Self::Release => workspace.join("frontend/dist"),
        }
    }
}

/// How a release build gets a standard library that is made for size and ends at once in a panic.
///
/// The one that comes with Rust formats a message for every panic, with the file and the line: a tenth of what
/// shoppers would download, for texts that nobody reads who is not a developer; those have the other build.
/// Building it anew is not stable in Rust yet, hence the first variable. `rust-version` in `Cargo.toml` says
/// which Rust this was written for.
const SMALL_STANDARD_LIBRARY: [(&str, &str); 4] = [
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    (
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        "-Zunstable-options -Cpanic=immediate-abort --cfg sha2_backend_soft=\"compact\"",
    ),
];

/// The Trunk command; its output is shown.
///
/// # Errors
/// Where the SPA does not compile.
pub async fn build(workspace: &Path, tools: &Toolbox, profile: SpaProfile) -> Result<(), ProcessError> {
    let dist = profile.dist(workspace).display().to_string();
    let mut args = vec!["build", "--skip-version-check", "--log", "warn", "--dist", &dist];
    if profile == SpaProfile::Release {
        // `index.html` names the cargo profiles of both.
        args.push("--release");
    }
    let trunk = tools.bin().join("trunk");
    let mut job = Job::new(trunk, args)
        .folder(&workspace.join("frontend"))
        .variable("PATH", tools.path_variable())
        // Trunk takes only `true` and `false`, and others set this to `1`.
        .variable("NO_COLOR", "true");
    if profile == SpaProfile::Release {
        for (name, value) in SMALL_STANDARD_LIBRARY {
            job = job.variable(name, value);
        }
    }
    job.run().await
}
