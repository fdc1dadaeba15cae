//! Why a cluster does not run.

use std::io;
use std::path::PathBuf;

use crate::spa_server::SpaServerError;
use crate::stack::{ListenError, StackError};

/// Why a cluster does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClusterError {
    /// No place for its files.
    #[error("cannot make or remove the folder of the cluster")]
    Folder(#[source] io::Error),
    /// No port for one of the API's processes.
    #[error("there is no free port on loopback")]
    Port(#[source] io::Error),
    /// A port cannot be had.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The listeners were bound for another org.
    #[error("there is no listener for the local org")]
    NoOrg,
    /// The org.
    #[error(transparent)]
    Org(#[from] StackError),
    /// The shop's pages.
    #[error("the SPA cannot be served")]
    Spa(#[from] SpaServerError),
    /// A program that cannot be run.
    #[error("{name} does not start")]
    Start {
        /// Which.
        name: &'static str,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// A program that ended, or does not do what it should.
    #[error("{name} {problem}; see {}", .log.display())]
    Server {
        /// Which.
        name: &'static str,
        /// What it does.
        problem: &'static str,
        /// Where it says why.
        log: PathBuf,
    },
    /// The processes of the API do not become ready.
    #[error("only {ready} of the API's processes are ready; see the logs in {}", .logs.display())]
    NotReady {
        /// How many are.
        ready: usize,
        /// Where they say why.
        logs: PathBuf,
    },
}
