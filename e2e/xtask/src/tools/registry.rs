//! What is installed from a registry by a list of versions that stands in the workspace.

use std::path::Path;
use std::time::Duration;
use std::{fs, io};

use tokio::time::timeout;

use super::error::ToolError;
use super::failure;
use crate::process::{Job, ProcessError};

/// How long a registry may take to say that it is there.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Asks a registry for something. Whatever else is wrong than the way there, the installation says better.
pub(super) async fn ask(registry: &'static str, probe: Job, log: &Path) -> Result<(), ToolError> {
    match timeout(TIME_LIMIT, probe.run_logged(log)).await {
        Ok(Err(ProcessError::Failed { .. })) if failure::is_offline(log) => {
            Err(ToolError::Unreachable { registry })
        }
        Ok(_) => Ok(()),
        Err(_) => Err(ToolError::Unreachable { registry }),
    }
}

/// Whether both files are there and say the same.
pub(super) fn same(one: &Path, other: &Path) -> bool {
    matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

pub(super) fn copy(from: &Path, to: &Path) -> Result<(), ProcessError> {
    let copied = to.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::copy(from, to));
    copied.map(drop).map_err(|cause: io::Error| {
        let shown = format!("cp {} {}", from.display(), to.display());
        ProcessError::Start { shown, cause }
    })
}
