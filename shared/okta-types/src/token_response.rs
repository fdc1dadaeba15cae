use serde::{Deserialize, Serialize};

use crate::scope::Scopes;
use crate::secret::{AccessToken, IdToken, RefreshToken};

/// A successful answer of the token endpoint (RFC 6749 §5.1). Field order is Okta's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenResponse {
    /// `Bearer`, or `DPoP` (RFC 9449 §5): see [`AuthScheme::parse`](crate::AuthScheme::parse). Case-insensitive, and a
    /// token of an unknown type must not be used (§7.1).
    pub token_type: String,
    /// Seconds, counted from the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
    /// The access token.
    pub access_token: AccessToken,
    /// What was granted; absent where it equals the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scopes>,
    /// Present where `offline_access` was granted; on renewal absent means: keep the old one (§6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<RefreshToken>,
    /// Present where `openid` was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<IdToken>,
}
