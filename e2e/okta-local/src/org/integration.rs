//! Apps that are no OAuth clients.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What an app is that is no OAuth client: a bookmark, a SAML app and the like. It is kept and shown, and can be
/// assigned; nobody can sign in to it here.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Integration {
    /// Okta's key of it, e.g. `bookmark`.
    pub(crate) name: String,
    /// Okta's `signOnMode`, such as `BOOKMARK`.
    pub(crate) sign_on_mode: String,
    /// `app` and `signOn` of its settings, as they were given.
    pub(crate) settings: Map<String, Value>,
}
