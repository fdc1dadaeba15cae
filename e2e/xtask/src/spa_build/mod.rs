//! Builds the SPA with Trunk, and makes a release build small.
//!
//! A release build holds two programs of the same source, see the module `entry`; a development build has one.

pub(crate) mod change;
mod entry;
mod glue;
mod optimize;
mod recipe;

use std::path::{Path, PathBuf};

use crate::process::{Job, ProcessError};
use crate::tools::Toolbox;

pub use entry::{ACCOUNT, EntryError};
pub use optimize::OptimizeError;
pub use recipe::{Item, Recipe};

/// Which SPA is built, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpaProfile {
    /// In seconds, into `target/dev/dist`.
    Development,
    /// As shoppers download it, into `frontend/dist`.
    Release,
    /// The example of `okta-sycamore`, as people would download it, into `target/example/dist`.
    Example,
    /// The example with the feature `dpop`, which nobody opens but whose weight is limited too, into
    /// `target/example-dpop/dist`.
    BoundExample,
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
            Self::BoundExample => workspace.join("target/example-dpop/dist"),
            Self::Bench => workspace.join("target/workbench/dist"),
        }
    }

    /// Where its `Trunk.toml` is.
    fn folder(self, workspace: &Path) -> PathBuf {
        match self {
            Self::Development | Self::Release => workspace.join("frontend"),
            Self::Example | Self::BoundExample => {
                workspace.join("frontend/okta-sycamore/examples/hosted_login")
            }
            Self::Bench => workspace.join("frontend/okta-sycamore/examples/workbench"),
        }
    }
}

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
    let recipe = Recipe::ours();
    match profile {
        SpaProfile::Development => trunk(tools, &folder, &dist).run().await?,
        SpaProfile::Example | SpaProfile::Bench => small(tools, &recipe, &folder, &dist, &[]).await?,
        SpaProfile::BoundExample => {
            // In the place of the features that its `Trunk.toml` names.
            small(tools, &recipe, &folder, &dist, &["--features", "userinfo,dpop"]).await?;
        }
        SpaProfile::Release => {
            let account = workspace.join("target/spa/account");
            small(tools, &recipe, &folder, &account, &[]).await?;
            first_program(workspace, tools, &recipe).await?;
            entry::join(&dist, &account)?;
        }
    }
    Ok(())
}

/// Builds what everybody downloads first, by this recipe; without the page that chooses between the programs.
pub(crate) async fn first_program(
    workspace: &Path,
    tools: &Toolbox,
    recipe: &Recipe,
) -> Result<(), SpaBuildError> {
    let release = SpaProfile::Release;
    small(tools, recipe, &release.folder(workspace), &release.dist(workspace), &recipe.first()).await
}

/// The variable by which rustc gets flags for the browser; cargo adds those of its configuration.
const FLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

/// A release build.
///
/// Its standard library is not the one that comes with Rust, which formats a message for every panic, with the file
/// and the line: a tenth of what shoppers would download, for texts that nobody reads who is not a developer; those have
/// the other build. Building it anew is not stable in Rust yet; `rust-version` in `Cargo.toml` says which Rust this was
/// written for.
async fn small(
    tools: &Toolbox,
    recipe: &Recipe,
    folder: &Path,
    dist: &Path,
    options: &[&str],
) -> Result<(), SpaBuildError> {
    let job = trunk(tools, folder, dist).arguments(options).argument("--release");
    let job = recipe.variables().fold(job, |job, (name, value)| job.variable(name, value));
    job.compiler_flags(FLAGS, &recipe.flags()).run().await?;
    Ok(optimize::optimize(dist, tools, recipe).await?)
}

/// A development build, which is made in seconds, in the place of any of them. Returns what to run for it.
pub(crate) fn quick(workspace: &Path, tools: &Toolbox, profile: SpaProfile) -> Job {
    trunk(tools, &profile.folder(workspace), &profile.dist(workspace))
}

/// `index.html` names the cargo profiles of both kinds of build.
fn trunk(tools: &Toolbox, folder: &Path, dist: &Path) -> Job {
    let args = ["build", "--skip-version-check", "--log", "error", "--dist"];
    Job::new(tools.bin().join("trunk"), args)
        .argument(dist)
        .folder(folder)
        .variable("PATH", tools.path_variable())
        // Trunk takes only `true` and `false`, and others set this to `1`.
        .variable("NO_COLOR", "true")
}
