//! The claims of Okta's tokens, as they are on the wire.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::dpop::Thumbprint;
use crate::time::UnixTime;

/// The `aud` claim: one string or an array of them (RFC 7519 §4.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// Okta's usual form.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Audience {
    /// Whether `audience` is among them, to the letter.
    pub fn contains(&self, audience: &str) -> bool {
        self.iter().any(|a| a == audience)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many.as_slice(),
        }
        .iter()
        .map(String::as_str)
    }
}

/// The `cnf` claim of a token that is bound to a key (RFC 7800 §3.1), by its thumbprint (RFC 9449 §6.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The thumbprint of the key.
    pub jkt: Thumbprint,
}

/// The payload of an access token of a custom authorization server. One of another server, in the form of RFC 9068, has
/// `client_id` and `scope` where this has `cid` and `scp`, and neither `ver` nor `uid`.
///
/// Field order is that of Okta's documentation. `sub` is the person's login, not an identifier to join
/// on: use `(iss, uid)`. With client credentials there is no `uid`, and `sub` is the client id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// Version of the claim set, 1; Okta always sends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ver: Option<u32>,
    /// Identifier, `AT.…`.
    pub jti: String,
    /// Issuer.
    pub iss: String,
    /// The API's audience, e.g. `api://default`.
    pub aud: Audience,
    /// Issued at.
    pub iat: UnixTime,
    /// Expires at.
    pub exp: UnixTime,
    /// The key that the token is bound to; absent from a bearer token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
    /// Not before; Okta does not send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<UnixTime>,
    /// The authentication context reached; only where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// Client id.
    pub cid: String,
    /// The person's id, `00u…`; absent for a service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// Granted scopes.
    #[serde(default)]
    pub scp: Vec<String>,
    /// When the person last proved who they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<UnixTime>,
    /// The login, or the client id of a service.
    pub sub: String,
    /// Groups, where the authorization server has such a claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<String>>,
    /// Claims this type has no name for.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The payload of an ID token (OpenID Connect Core §2, with Okta's additions). Field order is Okta's.
///
/// `sub` is the `00u…` id: it equals the access token's `uid`, not its `sub`. Claims without a name here
/// are in the decoded object that the app keeps beside this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdClaims {
    /// The person's id, `00u…`.
    pub sub: String,
    /// Full name; scope `profile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Scope `email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Version of the claim set, 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ver: Option<u32>,
    /// Issuer.
    pub iss: String,
    /// The client id.
    pub aud: Audience,
    /// Issued at.
    pub iat: UnixTime,
    /// Expires at.
    pub exp: UnixTime,
    /// Identifier, `ID.…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// How the person signed in, e.g. `["pwd"]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amr: Option<Vec<String>>,
    /// The authentication context reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// The identity provider, `00o…` for the org itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idp: Option<String>,
    /// Echo of the authorization request's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// The login; scope `profile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// When the person last proved who they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<UnixTime>,
    /// Binds the access token issued with it (§3.1.3.6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<String>,
    /// Authorized party (§2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub azp: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oktas_published_access_token_is_read_and_unknown_claims_are_kept() {
        let claims: AccessClaims = serde_json::from_str(
            r#"{"ver":1,"jti":"AT.x","iss":"https://d/oauth2/default","aud":"api://default","iat":1661289624,
                "exp":1661293224,"acr":"urn:okta:loa:1fa:any","cid":"0oa1","uid":"00u1","scp":["openid"],
                "auth_time":1661289603,"sub":"joe.smith@example.com","plan":"gold"}"#,
        )
        .unwrap();
        assert_eq!(claims.uid.as_deref(), Some("00u1"));
        assert_eq!(claims.other["plan"], "gold");
        assert!(claims.aud.contains("api://default") && !claims.aud.contains("api://"));
    }

    #[test]
    fn a_token_names_the_key_that_it_is_bound_to_in_one_way() {
        let jkt = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
        let json = format!("{{\"jkt\":\"{jkt}\"}}");
        let confirmation: Confirmation = serde_json::from_str(&json).unwrap();
        assert_eq!(confirmation.jkt.as_str(), jkt);
        assert_eq!(serde_json::to_string(&confirmation).unwrap(), json);
        for bad in ["{}", "{\"jkt\":\"x\"}", &json.replace('}', ",\"x5t#S256\":\"x\"}")] {
            assert!(serde_json::from_str::<Confirmation>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_audience_of_the_wrong_type_is_an_error() {
        for bad in ["5", "null", "{}", "[1]"] {
            assert!(serde_json::from_str::<Audience>(bad).is_err(), "{bad}");
        }
    }
}
