//! What comes before the shop opens, on one machine or as on several.

use std::path::{Path, PathBuf};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::spa_build::{self, SpaBuildError, SpaProfile};
use crate::tools::{SPA_DEVELOPMENT, ToolError, Toolbox};

/// Why there are no pages.
#[derive(Debug, thiserror::Error)]
pub(super) enum ShopBuildError {
    #[error(transparent)]
    Tool(#[from] ToolError),
    #[error("the SPA does not build")]
    Build(#[from] SpaBuildError),
}

/// Warnings of all parts on standard error; `RUST_LOG` asks for more, e.g. `RUST_LOG=api=info` for each request.
pub(super) fn show_log() {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::WARN.into()).from_env_lossy();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

/// Builds the shop's pages as they are now; where they are.
pub(super) async fn build_shop(workspace: &Path) -> Result<PathBuf, ShopBuildError> {
    let tools = Toolbox::of(workspace);
    tools.ensure(SPA_DEVELOPMENT).await?;
    eprintln!("building the shop (about a minute the first time, seconds after that)");
    spa_build::build(workspace, &tools, SpaProfile::Development).await?;
    Ok(SpaProfile::Development.dist(workspace))
}
