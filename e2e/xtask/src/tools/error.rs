//! Why a tool is not there.

use std::io;
use std::path::PathBuf;

use super::cause::Cause;
use crate::process::ProcessError;

/// Why a tool is not there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ToolError {
    /// The installation failed.
    #[error("could not install {tool}: {cause}")]
    Install {
        /// Which tool.
        tool: &'static str,
        /// What happened and what to do.
        cause: Cause,
        /// What ran.
        #[source]
        source: ProcessError,
    },
    /// The installation succeeded, and still the tool is not of the right version.
    #[error("{tool} was installed but does not run as it should; see {}", log.display())]
    NotThere {
        /// Which tool.
        tool: &'static str,
        /// What the installation said.
        log: PathBuf,
    },
    /// Grove cannot install it on this machine.
    #[error("{tool} is needed: {advice}")]
    ByHand {
        /// Which tool.
        tool: &'static str,
        /// What to do.
        advice: String,
    },
    /// There is no way to where it comes from.
    #[error("{registry} is not reachable")]
    Unreachable {
        /// The registry, as people call it.
        registry: &'static str,
    },
    /// The lock file is of no use.
    #[error("cannot use the lock file {}", path.display())]
    Lock {
        /// Where it is.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// `Cargo.lock` does not say which version fits.
    #[error("Cargo.lock names no version of {0}")]
    NoVersion(&'static str),
}
