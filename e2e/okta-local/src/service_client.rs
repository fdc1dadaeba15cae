//! What a service app authenticates with.

use crate::org::client_secret::ClientSecret;

/// A program's id and secret at this org.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServiceClient {
    /// `0oa…`.
    pub client_id: String,
    /// For HTTP Basic or the form's `client_secret`.
    pub client_secret: ClientSecret,
}
