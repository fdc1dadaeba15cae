//! The steps of `cargo verify`.

use std::io;
use std::path::PathBuf;

use crate::process::{Job, ProcessError};
use crate::sbom::{self, SbomError};
use crate::size_budget::{self, FirstLoad};
use crate::spa_build::{self, SpaBuildError, SpaProfile};
use crate::suite;
use crate::tools::{SPA_RELEASE, Tool, ToolError, Toolbox};

use super::features;
use super::strangers::{self, StrangersError};

/// Features of the API that nobody gets unasked, and that are tested all the same.
const API_FEATURES: &str = "api/otlp";

/// The crates that run in the browser.
const BROWSER_CRATES: [&str; 5] = ["okta-types", "shared", "okta-auth", "okta-sycamore", "frontend"];

/// The crates that others can take, from the one that needs none of the others.
const PUBLISHABLE: [&str; 5] = ["okta-types", "okta-auth", "okta-sycamore", "okta-jwt", "okta-actix"];

/// What the steps work on.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) workspace: PathBuf,
    pub(super) tools: Toolbox,
}

/// Something that must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Format,
    Lint,
    LintWasm,
    Features,
    Dependencies,
    Advisories,
    Sbom,
    Test,
    Schemathesis,
    Strangers,
    Docs,
    Package,
    Spa,
    Example,
    Browser,
}

impl Step {
    /// From the quickest to the slowest, as far as one needs another.
    pub(super) const ALL: [Self; 15] = [
        Self::Format,
        Self::Lint,
        Self::LintWasm,
        Self::Features,
        Self::Dependencies,
        Self::Advisories,
        Self::Sbom,
        Self::Test,
        Self::Schemathesis,
        Self::Docs,
        Self::Package,
        Self::Spa,
        Self::Strangers,
        Self::Example,
        Self::Browser,
    ];

    /// Its name on the command line.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Lint => "lint",
            Self::LintWasm => "lint-wasm",
            Self::Features => "features",
            Self::Dependencies => "dependencies",
            Self::Advisories => "advisories",
            Self::Sbom => "sbom",
            Self::Test => "test",
            Self::Schemathesis => "schemathesis",
            Self::Strangers => "strangers",
            Self::Docs => "docs",
            Self::Package => "package",
            Self::Spa => "spa",
            Self::Example => "example",
            Self::Browser => "browser",
        }
    }

    /// What it makes sure of.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Format => "the code is formatted",
            Self::Lint => "no lint warnings for this machine",
            Self::LintWasm => "no lint warnings for the browser",
            Self::Features => "each feature of the publishable crates works by itself",
            Self::Dependencies => "licences, crates and sources of the dependencies are allowed",
            Self::Advisories => "no known vulnerabilities in the dependencies",
            Self::Sbom => "a software bill of materials can be made",
            Self::Test => "the tests pass",
            Self::Schemathesis => "the API answers as its OpenAPI document says",
            Self::Strangers => "Okta's SDKs, other OpenID clients and scanners of headers are content",
            Self::Docs => "the documentation builds without a warning",
            Self::Package => "the publishable crates build from their packages",
            Self::Spa => "the shop builds and is small enough",
            Self::Example => "the example of okta-sycamore builds and is small enough",
            Self::Browser => "the shop works in a browser",
        }
    }

    /// Whether it makes no sense after the other one failed.
    pub(super) fn needs(self, other: Self) -> bool {
        self == Self::Browser && matches!(other, Self::Spa | Self::Example)
    }

    /// Does it, with its output shown.
    pub(super) async fn run(self, context: &Context) -> Result<(), StepError> {
        match self {
            Self::Format => cargo(context, &["fmt", "--all", "--check"]).run().await?,
            Self::Lint => {
                let features = ["-F", "api/bench", "-F", API_FEATURES];
                let job = cargo(context, &["clippy", "--workspace", "--all-targets"]).arguments(features);
                job.arguments(["--", "-D", "warnings"]).run().await?;
            }
            Self::LintWasm => lint_wasm(context).await?,
            Self::Features => features::check(&context.workspace, &PUBLISHABLE).await?,
            Self::Dependencies => dependencies(context).await?,
            Self::Advisories => advisories(context).await?,
            Self::Sbom => {
                let out = sbom::default_folder(&context.workspace);
                sbom::write(&context.workspace, &context.tools, &out).await?;
            }
            Self::Test => test(context).await?,
            Self::Schemathesis => schemathesis(context).await?,
            Self::Strangers => {
                context.tools.ensure(&strangers::TOOLS).await?;
                if !SpaProfile::Release.dist(&context.workspace).join("index.html").is_file() {
                    spa(context).await?;
                }
                strangers::run(&context.tools).await?;
            }
            Self::Docs => {
                let docs = cargo(context, &["doc", "--workspace", "--no-deps"]);
                docs.compiler_flags("RUSTDOCFLAGS", "-D warnings").run().await?;
            }
            Self::Package => package(context).await?,
            Self::Spa => spa(context).await?,
            Self::Example => example(context).await?,
            Self::Browser => browser(context).await?,
        }
        Ok(())
    }
}

/// In a folder of its own each time: cargo keeps what it has unpacked of a version by the folder, and would build the
/// crates against an older state of the same version.
async fn package(context: &Context) -> Result<(), StepError> {
    let folder = tempfile::tempdir().map_err(StepError::Folder)?;
    let packages = PUBLISHABLE.iter().flat_map(|name| ["--package", name]);
    Ok(cargo(context, &["package", "--allow-dirty", "--target-dir"])
        .argument(folder.path())
        .arguments(packages)
        .run()
        .await?)
}

fn cargo(context: &Context, args: &[&str]) -> Job {
    Job::new("cargo", args).folder(&context.workspace)
}

async fn lint_wasm(context: &Context) -> Result<(), StepError> {
    context.tools.ensure(&[Tool::RustTarget]).await?;
    let mut args = vec!["clippy", "--target", "wasm32-unknown-unknown", "--lib", "--bins", "--examples"];
    args.extend(BROWSER_CRATES.iter().flat_map(|name| ["--package", name]));
    args.extend(["--", "-D", "warnings"]);
    Ok(cargo(context, &args).run().await?)
}

async fn dependencies(context: &Context) -> Result<(), StepError> {
    context.tools.ensure(&[Tool::CargoDeny]).await?;
    Ok(context.tools.cargo_deny(&["check", "licenses", "bans", "sources"]).run().await?)
}

async fn advisories(context: &Context) -> Result<(), StepError> {
    context.tools.ensure(&[Tool::CargoDeny]).await?;
    context.tools.fetch_advisories().await?;
    Ok(context.tools.cargo_deny(&["check", "--disable-fetch", "advisories"]).run().await?)
}

/// All but the browser tests; with nextest where it is installed, which is quicker and knows no doctests.
async fn test(context: &Context) -> Result<(), StepError> {
    let tools = [Tool::Postgres, Tool::Redis, Tool::PgBouncer, Tool::Haproxy, Tool::Promtool];
    context.tools.ensure(&tools).await?;
    let commands: [&[&str]; 2] = if cargo(context, &["nextest", "--version"]).output().await.is_ok() {
        let but_browser = "not (package(e2e) & binary(browser))";
        [
            &["nextest", "run", "--workspace", "-F", API_FEATURES, "-E", but_browser],
            &["test", "--workspace", "-F", API_FEATURES, "--doc"],
        ]
    } else {
        [
            &["test", "--workspace", "-F", API_FEATURES, "--exclude", "e2e"],
            &["test", "--package", "e2e", "-F", API_FEATURES, "--lib", "--bins", "--test", "it"],
        ]
    };
    for args in commands {
        cargo(context, args).run().await?;
    }
    Ok(())
}

/// Requests of all kinds, made out of the OpenAPI document, on both databases.
async fn schemathesis(context: &Context) -> Result<(), StepError> {
    context.tools.ensure(&[Tool::Postgres, Tool::Schemathesis]).await?;
    let args =
        ["test", "--package", "api", "--test", "it", "schemathesis::", "--", "--ignored", "--nocapture"];
    let job = cargo(context, &args).variable("SCHEMATHESIS", context.tools.schemathesis());
    Ok(job.run().await?)
}

async fn spa(context: &Context) -> Result<(), StepError> {
    context.tools.ensure(SPA_RELEASE).await?;
    small_build(context, SpaProfile::Release, size_budget::LIMIT).await
}

async fn example(context: &Context) -> Result<(), StepError> {
    context.tools.ensure(SPA_RELEASE).await?;
    small_build(context, SpaProfile::Example, size_budget::EXAMPLE_LIMIT).await?;
    println!("With the feature dpop:");
    small_build(context, SpaProfile::BoundExample, size_budget::BOUND_EXAMPLE_LIMIT).await
}

/// Builds, weighs and tells the weight.
async fn small_build(context: &Context, profile: SpaProfile, limit: usize) -> Result<(), StepError> {
    spa_build::build(&context.workspace, &context.tools, profile).await?;
    let load = FirstLoad::of(&profile.dist(&context.workspace)).map_err(StepError::Weigh)?;
    println!("\n{}", load.table());
    if load.total() > limit {
        return Err(StepError::TooHeavy { total: load.total(), limit });
    }
    Ok(())
}

async fn browser(context: &Context) -> Result<(), StepError> {
    context.tools.ensure(&[Tool::Chromium, Tool::Axe]).await?;
    context.tools.ensure(SPA_RELEASE).await?;
    spa_build::build(&context.workspace, &context.tools, SpaProfile::Bench).await?;
    Ok(suite::browser_tests(&context.workspace, suite::AT_A_TIME).run().await?)
}

impl StepError {
    /// A shop that is too heavy works all the same.
    pub(super) fn leaves_a_result(&self) -> bool {
        matches!(self, Self::TooHeavy { .. })
    }

    /// Why the step was left out, where nothing has failed: what it needs cannot be had here.
    pub(super) fn excuse(&self) -> Option<String> {
        match self {
            Self::Tool(error @ ToolError::Unreachable { .. }) => Some(error.to_string()),
            _ => None,
        }
    }
}

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum StepError {
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error(transparent)]
    Tool(#[from] ToolError),
    #[error(transparent)]
    Spa(#[from] SpaBuildError),
    #[error(transparent)]
    Sbom(#[from] SbomError),
    #[error(transparent)]
    Strangers(#[from] StrangersError),
    #[error("there is no folder for temporary files")]
    Folder(#[source] io::Error),
    #[error("the size of the SPA's build cannot be measured")]
    Weigh(#[source] io::Error),
    #[error("the first load is {total} bytes compressed with Brotli; the limit is {limit}")]
    TooHeavy { total: usize, limit: usize },
}
