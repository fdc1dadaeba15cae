//! Why a stack does not run.

use api::BuildError;

use super::listeners::ListenError;
use crate::spa_server::SpaServerError;

/// Why Grove does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StackError {
    /// A port cannot be had.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// A listener without an address.
    #[error("a listener has no address")]
    Address(#[source] std::io::Error),
    /// The listeners were bound for another org, and no other org was named.
    #[error("there is neither a listener for the local org nor another org")]
    NoOrg,
    /// No place for the database.
    #[error("cannot make the folder of the database")]
    Folder(#[source] std::io::Error),
    /// The local org.
    #[error("the local org does not start")]
    Org(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The API.
    #[error("the API does not start")]
    Api(#[from] BuildError),
    /// The SPA server.
    #[error("the SPA cannot be served")]
    Spa(#[from] SpaServerError),
}
