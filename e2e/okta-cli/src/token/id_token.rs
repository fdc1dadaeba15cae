//! The ID token that comes with an access token, as far as it says that both answer this request: signature, issuer,
//! audience, expiry and `nonce` (OpenID Connect Core §3.1.3.7). It is then thrown away.

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use okta_types::{IdClaims, JwkSet, Metadata};
use reqwest::Client;

/// How far this machine's clock may be off, seconds; as in Okta's SDKs.
const LEEWAY: u64 = 300;

/// Why an ID token does not answer the request.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IdTokenError {
    #[error("the org gave no ID token, though the scope openid was asked for")]
    Missing,
    #[error("the org's keys cannot be read")]
    Keys(#[source] reqwest::Error),
    #[error("the ID token is signed with a key that the org does not publish")]
    UnknownKey,
    #[error("the ID token is not valid")]
    Invalid(#[from] jsonwebtoken::errors::Error),
    #[error("the ID token answers another request: its nonce is not the one that was sent")]
    Nonce,
}

/// Judges the token against the request's nonce.
pub(super) async fn verify(
    http: &Client,
    metadata: &Metadata,
    client_id: &str,
    nonce: &str,
    id_token: Option<&str>,
) -> Result<(), IdTokenError> {
    let id_token = id_token.ok_or(IdTokenError::Missing)?;
    let keys = |cause: reqwest::Error| IdTokenError::Keys(cause.without_url());
    let set: JwkSet = http.get(&metadata.jwks_uri).send().await.map_err(keys)?.json().await.map_err(keys)?;
    let kid = jsonwebtoken::decode_header(id_token)?.kid;
    let key = kid.and_then(|kid| set.find(&kid).cloned()).filter(okta_types::Jwk::is_for_rs256);
    let (n, e) = key.and_then(|key| key.n.zip(key.e)).ok_or(IdTokenError::UnknownKey)?;
    let mut validation = Validation::new(Algorithm::RS256);
    validation.leeway = LEEWAY;
    validation.set_audience(&[client_id]);
    validation.set_issuer(&[metadata.issuer.as_str()]);
    validation.set_required_spec_claims(&["exp", "aud", "iss"]);
    let key = DecodingKey::from_rsa_components(&n, &e)?;
    let claims = jsonwebtoken::decode::<IdClaims>(id_token, &key, &validation)?.claims;
    if claims.nonce.as_deref() == Some(nonce) { Ok(()) } else { Err(IdTokenError::Nonce) }
}
