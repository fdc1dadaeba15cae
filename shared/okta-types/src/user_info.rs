use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What the UserInfo endpoint answers (OpenID Connect Core §5.3.2).
///
/// It may be used only where `sub` equals the ID token's (§5.3.4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserInfo {
    /// The person's id, `00u…`.
    pub sub: String,
    /// Everything else, by claim name.
    #[serde(flatten)]
    pub claims: Map<String, Value>,
}
