//! Redis' server program, from the system: the tests of several replicas run throwaway servers of their own.

use std::path::Path;

use super::apt;
use super::error::ToolError;
use super::tool::Tool;
use crate::process::ProcessError;

pub(super) fn is_there() -> bool {
    apt::first_on_path(&["redis-server"]).is_some()
}

/// By apt where this is Debian and the user may; else says what to do.
pub(super) async fn install(log: &Path) -> Result<Result<(), ProcessError>, ToolError> {
    let advice = "install its server (Debian: `sudo apt-get install redis-server`)";
    apt::install_or_say_how(Tool::Redis, advice, &["redis-server"], log).await
}
