use serde::{Deserialize, Serialize};

/// A public key as Okta publishes it (RFC 7517 §4; RSA members of RFC 7518 §6.3.1).
///
/// Members of other key types are not kept: Okta signs with RSA, and everything else is passed over by
/// whoever looks for a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// The algorithm the key is meant for, e.g. `RS256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// RSA exponent, base64url of the big-endian number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    /// RSA modulus, base64url of the big-endian number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// The name tokens call it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// The key type, e.g. `RSA`.
    pub kty: String,
    /// `sig` or `enc`.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub public_key_use: Option<String>,
}

impl Jwk {
    /// Whether an RS256 signature may be checked with it: type RSA, use `sig` or unsaid, algorithm
    /// `RS256` or unsaid, both numbers there.
    pub fn is_for_rs256(&self) -> bool {
        self.kty == "RSA"
            && self.public_key_use.as_deref().is_none_or(|u| u == "sig")
            && self.alg.as_deref().is_none_or(|alg| alg == "RS256")
            && self.n.is_some()
            && self.e.is_some()
    }
}

/// A key set (RFC 7517 §5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JwkSet {
    /// The keys; their order means nothing.
    pub keys: Vec<Jwk>,
}

impl JwkSet {
    /// The key of that name.
    pub fn find(&self, kid: &str) -> Option<&Jwk> {
        self.keys.iter().find(|key| key.kid.as_deref() == Some(kid))
    }
}
