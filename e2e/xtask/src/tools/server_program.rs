//! Server programs from the system, of which the API's tests run throwaway ones of their own.

use std::path::{Path, PathBuf};

use super::apt;
use super::error::ToolError;
use super::tool::Tool;
use crate::process::ProcessError;

/// Where Debian keeps programs for administrators; not on everybody's `PATH`.
const ADMINISTRATORS: &str = "/usr/sbin";

/// One program, in a Debian package of the same name or another.
pub(crate) struct ServerProgram {
    tool: Tool,
    program: &'static str,
    package: &'static str,
}

pub(crate) const REDIS: ServerProgram =
    ServerProgram { tool: Tool::Redis, program: "redis-server", package: "redis-server" };
pub(super) const PGBOUNCER: ServerProgram =
    ServerProgram { tool: Tool::PgBouncer, program: "pgbouncer", package: "pgbouncer" };
pub(crate) const HAPROXY: ServerProgram =
    ServerProgram { tool: Tool::Haproxy, program: "haproxy", package: "haproxy" };

impl ServerProgram {
    /// Where it is, if it is there.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        let path = Path::new(ADMINISTRATORS).join(self.program);
        if path.is_file() { Some(path) } else { apt::first_on_path(&[self.program]) }
    }

    pub(super) fn is_there(&self) -> bool {
        self.path().is_some()
    }

    /// By apt where this is Debian and the user may; else says what to do.
    pub(super) async fn install(&self, log: &Path) -> Result<Result<(), ProcessError>, ToolError> {
        let advice = format!("install it (Debian: `sudo apt-get install {}`)", self.package);
        apt::install_or_say_how(self.tool, &advice, &[self.package], log).await
    }
}
