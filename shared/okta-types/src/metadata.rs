use serde::{Deserialize, Serialize};

use crate::issuer::Issuer;

/// What a client or an API needs of the discovery document (OpenID Connect Discovery §3, RFC 8414 §2).
///
/// The reader compares `issuer` with the one it was configured for (RFC 8414 §3.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Must be the configured issuer to the letter.
    pub issuer: Issuer,
    /// Where the browser is sent.
    pub authorization_endpoint: String,
    /// Where codes and refresh tokens are exchanged.
    pub token_endpoint: String,
    /// Where the keys are.
    pub jwks_uri: String,
    /// Claims about the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub userinfo_endpoint: Option<String>,
    /// RFC 7009.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation_endpoint: Option<String>,
    /// RFC 7662.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub introspection_endpoint: Option<String>,
    /// OpenID Connect RP-Initiated Logout §2.1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_session_endpoint: Option<String>,
    /// RFC 9126 §5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pushed_authorization_request_endpoint: Option<String>,
    /// RFC 9126 §5; where true, an authorization request must be pushed first.
    #[serde(default)]
    pub require_pushed_authorization_requests: bool,
    /// Must list `S256` (RFC 9700 §2.1.1).
    #[serde(default)]
    pub code_challenge_methods_supported: Vec<String>,
    /// RFC 9207 §3; where true, an answer without `iss` is refused.
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
    /// RFC 9449 §5.1: what proofs may be signed with; empty where the server takes none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dpop_signing_alg_values_supported: Vec<String>,
}
