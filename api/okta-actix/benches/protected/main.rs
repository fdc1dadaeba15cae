//! What a protected route costs: the same handler with and without a token, one token again and again, and
//! a different one in each request beside the bare signature check.
//!
//! `cargo bench -p okta-actix` (Linux; wants two processors). The server is a process of its own with one
//! worker, pinned to one processor; the load comes from another. Requests are counted per second of the
//! *server's processor time*, so that other programs on the machine do not spoil the ratios; what the wall
//! clock says stands beside it.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends where it stands")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]

mod load;
mod server;

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use okta_types::base64url;
use serde_json::json;

use crate::load::{Measured, measure};
use crate::server::{MODE, Server, Setup};

/// So many tokens are signed for the run with different ones; the cache holds a small part of them.
const TOKENS: usize = 12_000;
/// Of each thing the best of so many rounds counts.
const ROUNDS: usize = 10;

fn main() {
    if let Ok(mode) = std::env::var(MODE) {
        return server::serve(&mode);
    }
    load::pin(std::process::id(), 1);
    let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let setup = Setup::new(&key);
    println!("signing {TOKENS} tokens …");
    let tokens: Arc<[String]> = (0..TOKENS).map(|i| token(&key, &setup, i)).collect();
    let one: Arc<[String]> = Arc::new([tokens[0].clone()]);

    println!("Bearer alone, one token: {} ns", server::extraction(&setup, &one[0]).as_nanos());
    let mut results: [Measured; 5] = Default::default();
    for _ in 0..ROUNDS {
        for (result, (mode, tokens)) in results.iter_mut().zip([
            ("open", None),
            ("open", Some(&one)),
            ("bearer", Some(&one)),
            ("signature", Some(&tokens)),
            ("bearer", Some(&tokens)),
        ]) {
            let server = Server::start(mode, &setup);
            result.or_better(measure(&server, tokens.cloned()));
        }
    }
    report(&results);
}

fn report([bare, open, warm, signature, different]: &[Measured; 5]) {
    println!("{:<52}{:>14}{:>14}", "", "per cpu-second", "per second");
    for (what, measured) in [
        ("no authentication, no header", bare),
        ("no authentication, a token in the header", open),
        ("Bearer, one token", warm),
        ("bare RS256 signature check, different tokens", signature),
        ("Bearer, different tokens", different),
    ] {
        let note = if measured.is_saturated() { "" } else { "  (the server was idle at times)" };
        println!("{what:<52}{:>14.0}{:>14.0}{note}", measured.per_cpu_second(), measured.per_second());
    }
    let ratio = |a: &Measured, b: &Measured| a.per_cpu_second() / b.per_cpu_second();
    println!("one token / no authentication: {:.3} (at least 0.90)", ratio(warm, open));
    println!("  to the handler that is not even sent a token: {:.3}", ratio(warm, bare));
    println!("different tokens / bare signature check: {:.3} (at least 0.80)", ratio(different, signature));
}

/// As Okta issues them.
fn token(key: &RsaKeyPair, setup: &Setup, number: usize) -> String {
    let now = server::now().0;
    let claims = json!({
        "ver": 1, "jti": format!("AT.NovJtQ_NrJ6cgy3h1-638ArovwYXWslu0teQ2M3{number:06}"), "iss": setup.issuer,
        "aud": "api://default", "iat": now - 60, "exp": now + 3540, "cid": "0oa48e74ox4t7mQJX0g7",
        "uid": "00u47ijy7sRLaeSdC0g7", "scp": ["openid", "profile", "email"], "auth_time": now - 70,
        "sub": "alice@example.com", "groups": ["shop-staff"],
    });
    let header = json!({"kid": setup.kid, "alg": "RS256"}).to_string();
    let message = format!("{}.{}", base64url::encode(header), base64url::encode(claims.to_string()));
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", base64url::encode(signature))
}

impl Setup {
    fn new(key: &RsaKeyPair) -> Self {
        let n = base64url::encode(key.public_key().modulus().big_endian_without_leading_zero());
        Self { issuer: "https://dev-1.okta.com/oauth2/default".to_owned(), kid: "k1".to_owned(), n }
    }
}
