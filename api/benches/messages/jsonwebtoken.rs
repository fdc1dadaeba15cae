//! What people use today in Rust: the crate jsonwebtoken with issuer and audience, as its documentation shows it, and the
//! key at hand.

use std::env;
use std::sync::LazyLock;

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use okta_types::Jwk;

use crate::server::ISSUER;
use crate::signature::KEY;

static READY: LazyLock<(DecodingKey, Validation)> = LazyLock::new(|| {
    let key: Jwk = serde_json::from_str(&env::var(KEY).unwrap()).unwrap();
    let key = DecodingKey::from_rsa_components(&key.n.unwrap(), &key.e.unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[env::var(ISSUER).unwrap()]);
    validation.set_audience(&["api://default"]);
    (key, validation)
});

pub(crate) fn is_good(request: &HttpRequest) -> bool {
    let (key, validation) = &*READY;
    let authorization = request.headers().get(AUTHORIZATION).unwrap().as_bytes();
    decode::<serde_json::Value>(&authorization[b"Bearer ".len()..], key, validation).is_ok()
}
