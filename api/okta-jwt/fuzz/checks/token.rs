//! Any bytes as a token, and any bytes as the header and payload of a token that the issuer's key has signed.
//! Nothing may panic; what passes must say what this API asks for.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use okta_jwt::{AccessClaims, Issuer, Lookup, UnixTime, Verified, Verifier};
use okta_types::base64url;
use serde_json::json;

const ISSUER: &str = "https://dev-1.okta.com/oauth2/default";
const NOW: UnixTime = UnixTime(1_800_000_000);

static KEY: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"));

static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    let n = base64url::encode(KEY.public_key().modulus().big_endian_without_leading_zero());
    let keys = json!({"keys": [{"kty": "RSA", "kid": "k1", "e": "AQAB", "n": n}]});
    Verifier::builder(Issuer::parse(ISSUER).expect("an issuer"))
        .audience("api://default")
        .client_id("0oa1")
        .fixed_keys(keys.to_string())
        .build()
        .expect("a verifier")
});

pub(crate) fn check(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        assert!(verify(text).is_none(), "nobody signed this");
    }
    // Up to the first line feed it is the header, after it the payload.
    let mut parts = data.splitn(2, |byte| *byte == b'\n');
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    let (header, payload) = match second {
        Some(payload) => (first, payload),
        None => (br#"{"alg":"RS256","kid":"k1"}"#.as_slice(), first),
    };
    if let Some(verified) = verify(&signed(header, payload)) {
        let claims = verified.claims();
        assert_eq!(claims.iss, ISSUER);
        assert!(claims.aud.contains("api://default") && claims.cid == "0oa1" && !claims.sub.is_empty());
        assert!(claims.exp.0 > NOW.0 - 120 && claims.iat.0 <= NOW.0 + 120);
    }
}

fn verify(token: &str) -> Option<Verified<AccessClaims>> {
    match VERIFIER.look_up(token, NOW) {
        Lookup::Ready { verdict, .. } => verdict.ok(),
        Lookup::NeedsIssuer(_) => None,
    }
}

fn signed(header: &[u8], payload: &[u8]) -> String {
    let message = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
    let mut signature = vec![0; KEY.public_modulus_len()];
    KEY.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
        .expect("a signature");
    format!("{message}.{}", base64url::encode(signature))
}
