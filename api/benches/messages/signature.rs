//! The yardstick for tokens not seen before: the signature checked by aws-lc-rs, and nothing else of a token read.

use std::env;
use std::sync::LazyLock;

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use okta_types::{Jwk, base64url};

/// The variable with the key that the org signs with.
pub(crate) const KEY: &str = "MESSAGES_BENCH_KEY";

static PARSED: LazyLock<ParsedPublicKey> = LazyLock::new(|| {
    let key: Jwk = serde_json::from_str(&env::var(KEY).unwrap()).unwrap();
    let number = |text: Option<String>| base64url::decode(&text.unwrap()).unwrap();
    let components = RsaPublicKeyComponents { n: number(key.n), e: number(key.e) };
    components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).unwrap()
});

pub(crate) fn is_good(request: &HttpRequest) -> bool {
    let authorization = request.headers().get(AUTHORIZATION).unwrap().to_str().unwrap();
    let (message, signature) = authorization["Bearer ".len()..].rsplit_once('.').unwrap();
    PARSED.verify_sig(message.as_bytes(), &base64url::decode(signature).unwrap()).is_ok()
}
