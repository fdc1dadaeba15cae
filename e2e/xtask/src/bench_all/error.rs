//! Why there is no report.

use std::io;
use std::path::{Path, PathBuf};

use crate::process::ProcessError;
use crate::spa_build::SpaBuildError;
use crate::tools::ToolError;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub(super) enum BenchError {
    #[error(transparent)]
    Tool(#[from] ToolError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error("the shop cannot be built")]
    Build(#[from] SpaBuildError),
    #[error("{}", path.display())]
    File {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
}

impl BenchError {
    /// At this file or folder.
    pub(super) fn at<E: Into<io::Error>>(path: &Path) -> impl FnOnce(E) -> Self {
        let path = path.to_owned();
        move |cause| Self::File { path, cause: cause.into() }
    }
}
