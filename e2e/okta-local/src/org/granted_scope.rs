//! Scopes of Okta's own APIs (`okta.…`) that an administrator granted an app.

use okta_types::UnixTime;
use serde::{Deserialize, Serialize};

/// A scope of Okta's own APIs that an app was granted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct GrantedScope {
    /// `oag…`.
    pub(crate) id: String,
    /// Name of the scope, such as `okta.users.read`.
    pub(crate) scope: String,
    /// When it was granted.
    pub(crate) created_at: UnixTime,
}
