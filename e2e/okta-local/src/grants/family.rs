//! One authorization, and what holds for everything that came out of it.

use std::sync::Arc;

use okta_types::{Scopes, Thumbprint, UnixTime};
use serde::{Deserialize, Serialize};

/// One authorization: who let which client have what, and how they proved who they are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Grant {
    /// Id of the authorization server, `default` or `aus…`.
    pub(crate) server_id: String,
    /// Client id of the app.
    pub(crate) client_id: String,
    /// Id of the person, `00u…`.
    pub(crate) user_id: String,
    /// The scopes that were granted.
    pub(crate) scopes: Scopes,
    /// When the person last proved who they are; never changes by renewal (RFC 9470 §6.1).
    pub(crate) auth_time: UnixTime,
    /// How they proved it: values of RFC 8176, such as `pwd`.
    pub(crate) amr: Vec<String>,
    /// The authentication context reached; only where one was asked for.
    pub(crate) acr: Option<String>,
    /// The `nonce` of the authorization request.
    pub(crate) nonce: Option<String>,
}

/// A family's name, `oar…`; ends the `jti` of its access tokens where it has a refresh token.
pub(crate) type FamilyId = String;

/// What holds for all codes and tokens of one authorization.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Family {
    #[serde(with = "shared")]
    pub(super) grant: Arc<Grant>,
    pub(super) revoked: bool,
    /// The key that its tokens are bound to (RFC 9449 §5); none: they are bearer tokens.
    #[serde(default)]
    pub(super) key: Option<Thumbprint>,
    /// When the last refresh token ends at the latest; set with the first, inherited by all others.
    pub(super) refresh_ends_at: Option<UnixTime>,
    /// When its first refresh token was issued.
    #[serde(default)]
    pub(super) refresh_issued_at: Option<UnixTime>,
    /// When one of them was last used.
    #[serde(default)]
    pub(super) refresh_used_at: Option<UnixTime>,
    /// When nothing of it is good any more.
    pub(super) ends_at: UnixTime,
}

/// A grant of a family in a file.
mod shared {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Grant;

    pub(super) fn serialize<S: Serializer>(grant: &Arc<Grant>, serializer: S) -> Result<S::Ok, S::Error> {
        grant.as_ref().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Grant>, D::Error> {
        Grant::deserialize(deserializer).map(Arc::new)
    }
}
