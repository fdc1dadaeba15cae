//! What went wrong in an installation, and what to do.

use std::fmt;
use std::path::PathBuf;

use crate::process::last_lines;

/// What happened and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The installer could not reach its registry.
    NoNetwork(Option<PathBuf>),
    /// The disk is full.
    NoSpace(Option<PathBuf>),
    /// The installer was not found.
    NoInstaller(String),
    /// The installer says it best.
    Other(Option<PathBuf>),
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let log = match self {
            Self::NoNetwork(log) => {
                f.write_str(
                    "the network cannot be reached; connect (or set a proxy) and run the command again",
                )?;
                log
            }
            Self::NoSpace(log) => {
                f.write_str("there is no space left on the disk; free about 3 GB and run the command again")?;
                log
            }
            Self::NoInstaller(program) => {
                return write!(f, "`{program}` was not found; install it and run the command again");
            }
            Self::Other(log) => {
                let last = log.as_deref().map(|log| last_lines(log, 8)).unwrap_or_default();
                write!(f, "its installer failed:\n{last}\n")?;
                log
            }
        };
        log.as_ref().map_or(Ok(()), |log| write!(f, " (log: {})", log.display()))
    }
}
