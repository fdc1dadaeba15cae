//! What others say: `jsonwebtoken`'s own checks and `openidconnect` on the same tokens, and the examples of
//! RFC 7515, 7516, 7519 and 7520. (Their keys and signatures are tested where keys are read.)

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use okta_jwt::Refusal;
use okta_types::{JwsError, base64url};
use openidconnect::JsonWebKey as _;
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use serde_json::{Value, json};

use crate::gate::Gate;
use crate::signer::{FIRST, STRANGER};
use crate::token::{AUDIENCE, CLIENT, NOW, Token};

/// As that crate's README configures it, with the clock of these tests switched off.
fn jsonwebtoken_accepts(token: &str, issuer: &str) -> bool {
    let jwk = FIRST.jwk();
    let key =
        DecodingKey::from_rsa_components(jwk["n"].as_str().unwrap(), jwk["e"].as_str().unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[AUDIENCE]);
    validation.validate_exp = false;
    jsonwebtoken::decode::<Value>(token, &key, &validation).is_ok()
}

/// `openidconnect` has cryptography of its own.
fn openidconnect_accepts(token: &str) -> bool {
    let key: CoreJsonWebKey = serde_json::from_value(FIRST.jwk()).unwrap();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let signature = base64url::decode(signature).unwrap();
    let algorithm = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
    key.verify_signature(&algorithm, message.as_bytes(), &signature).is_ok()
}

#[tokio::test]
async fn others_agree_about_signatures() {
    let gate = Gate::start().await;
    let good = gate.token().text();
    gate.check_good("good", good.clone()).await;
    assert!(jsonwebtoken_accepts(&good, &gate.issuer.url) && openidconnect_accepts(&good));
    for bad in [
        gate.token().signature(|message| STRANGER.rs256(message)).text(),
        gate.token().signature(|message| FIRST.rs384(message)).text(),
        gate.token().signature(|message| FIRST.ps256(message)).text(),
        gate.token().signature(|_| vec![0; 256]).text(),
    ] {
        gate.check("bad", bad.clone(), Refusal::Signature).await;
        assert!(!jsonwebtoken_accepts(&bad, &gate.issuer.url) && !openidconnect_accepts(&bad));
    }
}

#[tokio::test]
async fn what_jsonwebtoken_leaves_open_is_closed_here() {
    let gate = Gate::start().await;
    let token = || gate.token();
    let left_open: Vec<Token> = vec![
        token().header("typ", "logout+jwt"),
        token().header("typ", "id+jwt"),
        token().claim("aud", json!([CLIENT, AUDIENCE])),
        token().claim("nonce", "n"),
        token().claim("cnf", json!({"jkt": "x"})),
        token().claim("events", json!({})),
        token().claim("sub", ""),
        token().without("sub"),
        token().without("iss"),
        token().without("aud"),
        token().claim("nbf", NOW.0 + 100_000),
        token().claim("exp", (NOW.0 + 3000) * 1000),
    ];
    for token in left_open.iter().map(Token::text) {
        assert!(jsonwebtoken_accepts(&token, &gate.issuer.url), "that crate has learned to refuse {token}");
        assert!(gate.verify(&token).await.is_err(), "{token}");
    }
    // What it has learned to refuse.
    let critical = token().header("crit", json!(["exp"])).text();
    assert!(!jsonwebtoken_accepts(&critical, &gate.issuer.url));
    gate.check("crit", critical, Refusal::Extension).await;
}

#[tokio::test]
async fn the_examples_of_the_rfcs_are_no_access_tokens_of_ours() {
    let gate = Gate::start().await;
    let joe = base64url::encode(
        "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}",
    );
    let of = |header: &str| format!("{}.{joe}.YWJj", base64url::encode(header));
    gate.check("RFC 7519 §3.1", of("{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}"), Refusal::Algorithm).await;
    gate.check("RFC 7519 §6.1", format!("eyJhbGciOiJub25lIn0.{joe}."), Refusal::Algorithm).await;
    gate.check("RFC 7515 A.2, without kid", of(r#"{"alg":"RS256"}"#), Refusal::KeyIdMissing).await;
    gate.check("RFC 7515 A.3", of(r#"{"alg":"ES256"}"#), Refusal::Algorithm).await;
    gate.check("RFC 7515 A.4", of(r#"{"alg":"ES512"}"#), Refusal::Algorithm).await;
    let hobbits = |alg: &str| of(&format!(r#"{{"alg":"{alg}","kid":"bilbo.baggins@hobbiton.example"}}"#));
    gate.check("RFC 7520 §4.1", hobbits("RS256"), Refusal::Issuer).await;
    gate.check("RFC 7520 §4.2", hobbits("PS384"), Refusal::Algorithm).await;
    gate.check("RFC 7520 §4.3", hobbits("ES512"), Refusal::Algorithm).await;
    let jwe = format!("{}.YQ.YQ.YQ.YQ", base64url::encode(r#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#));
    gate.check("RFC 7516 A.1", jwe, JwsError::Parts).await;
}
