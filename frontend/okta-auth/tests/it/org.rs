//! What the org would answer. Signatures are the browser's to check, so any bytes will do for one.

use okta_auth::{AuthConfig, Json, SilentRenewal, Subject};
use okta_types::{at_hash, base64url};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::browser::config;

pub(crate) const ISSUER: &str = "https://org.example/oauth2/default";
pub(crate) const ORIGIN: &str = "https://org.example";
pub(crate) const CLIENT: &str = "0oa1";

/// The reader of JSON text, in the browser's place.
pub(crate) fn read_json(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok().map(json_of)
}

fn json_of(value: Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(value),
        Value::Number(number) => Json::Number(number.as_f64().unwrap()),
        Value::String(text) => Json::Text(text),
        Value::Array(elements) => Json::List(elements.into_iter().map(json_of).collect()),
        Value::Object(members) => {
            Json::Object(members.into_iter().map(|(name, value)| (name, json_of(value))).collect())
        }
    }
}

/// Whose the tokens are unless a test says otherwise.
pub(crate) fn alice() -> Subject {
    Subject::new("00u1")
}

pub(crate) fn metadata() -> String {
    metadata_with(|_| {})
}

pub(crate) fn metadata_with(change: impl FnOnce(&mut Value)) -> String {
    let mut document = json!({
        "issuer": ISSUER,
        "authorization_endpoint": format!("{ISSUER}/v1/authorize"),
        "token_endpoint": format!("{ISSUER}/v1/token"),
        "jwks_uri": format!("{ISSUER}/v1/keys"),
        "userinfo_endpoint": format!("{ISSUER}/v1/userinfo"),
        "revocation_endpoint": format!("{ISSUER}/v1/revoke"),
        "end_session_endpoint": format!("{ISSUER}/v1/logout"),
        "code_challenge_methods_supported": ["S256"],
    });
    change(&mut document);
    document.to_string()
}

/// Of an org that takes no authorization request but a pushed one (RFC 9126).
pub(crate) fn metadata_that_requires_pushing() -> String {
    metadata_with(require_pushing)
}

fn require_pushing(m: &mut Value) {
    m["pushed_authorization_request_endpoint"] = format!("{ISSUER}/v1/par").into();
    m["require_pushed_authorization_requests"] = true.into();
}

/// What an org asks for or takes beside the usual.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Takes {
    /// Pushed authorization requests, and no others.
    pub(crate) pushing: bool,
    /// Proofs of possession.
    pub(crate) proofs: bool,
    /// It gives no refresh tokens, and the app renews like this.
    pub(crate) silent: Option<SilentRenewal>,
}

/// All combinations.
pub(crate) fn takes() -> impl Strategy<Value = Takes> {
    let ways = [None, Some(SilentRenewal::Frame), Some(SilentRenewal::Page)];
    (any::<(bool, bool)>(), prop::sample::select(ways.to_vec()))
        .prop_map(|((pushing, proofs), silent)| Takes { pushing, proofs, silent })
}

impl Takes {
    pub(crate) fn metadata(self) -> String {
        metadata_with(|m| {
            if self.pushing {
                require_pushing(m);
            }
            if self.proofs {
                m["dpop_signing_alg_values_supported"] = json!(["RS256", "ES256"]);
            }
        })
    }

    /// The `token_type` that goes with a proof, or with none.
    fn token_type(has_proof: bool) -> &'static str {
        if has_proof { "DPoP" } else { "Bearer" }
    }

    pub(crate) fn config(self) -> AuthConfig {
        AuthConfig { silent_renewal: self.silent.unwrap_or(SilentRenewal::Off), ..config() }
    }

    /// Makes the answer to a token request one of this org.
    pub(crate) fn change_answer(self, answer: &mut Value, has_proof: bool) {
        answer["token_type"] = Self::token_type(has_proof).into();
        if self.silent.is_some() {
            answer.as_object_mut().unwrap().remove("refresh_token");
        }
    }
}

/// The answer to a pushed request (RFC 9126 §2.2).
pub(crate) fn pushed(request_uri: &str) -> String {
    json!({"request_uri": request_uri, "expires_in": 3600}).to_string()
}

pub(crate) fn keys(kid: &str) -> String {
    let n = base64url::encode([0xc5; 256]);
    json!({"keys": [{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid, "e": "AQAB", "n": n}]})
        .to_string()
}

/// The name of the access token of generation `n`.
pub(crate) fn access_token(n: u32) -> String {
    format!("access-{n}")
}

pub(crate) fn id_token(n: u32, nonce: Option<&str>, now: i64, change: impl FnOnce(&mut Value)) -> String {
    let mut claims = json!({
        "sub": "00u1", "name": "Alice Shopper", "email": "alice@example.com", "iss": ISSUER, "aud": CLIENT,
        "iat": now, "exp": now + 3600, "auth_time": now, "at_hash": at_hash(&access_token(n)),
    });
    if let Some(nonce) = nonce {
        claims["nonce"] = nonce.into();
    } else if let Some(claims) = claims.as_object_mut() {
        claims.remove("auth_time");
    }
    change(&mut claims);
    let header = r#"{"kid":"k1","alg":"RS256"}"#;
    [header, &claims.to_string(), "signature"].map(base64url::encode).join(".")
}

/// The token endpoint's answer of generation `n`: `access-n`, `refresh-n`.
pub(crate) fn tokens(n: u32, nonce: &str, now: i64) -> String {
    tokens_with(n, Some(nonce), now, |_| {}, |_| {})
}

/// What a renewal brings.
pub(crate) fn renewed(n: u32, now: i64) -> String {
    tokens_with(n, None, now, |_| {}, |_| {})
}

pub(crate) fn tokens_with(
    n: u32,
    nonce: Option<&str>,
    now: i64,
    change_claims: impl FnOnce(&mut Value),
    change_answer: impl FnOnce(&mut Value),
) -> String {
    let mut answer = json!({
        "token_type": "Bearer", "expires_in": 3600, "access_token": access_token(n),
        "scope": "openid profile email offline_access", "refresh_token": format!("refresh-{n}"),
        "id_token": id_token(n, nonce, now, change_claims),
    });
    change_answer(&mut answer);
    answer.to_string()
}

pub(crate) fn error(code: &str, description: &str) -> String {
    json!({"error": code, "error_description": description}).to_string()
}
