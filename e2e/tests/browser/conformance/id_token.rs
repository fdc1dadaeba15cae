//! ID tokens: OpenID Connect Core §3.1.3.7, and FAPI 2's tests of clients.

use serde_json::{Value, json};

use super::stage::{Case, Stage, play};
use crate::issuer::{Behaviour, CLIENT_ID, Published, Signed};

const GOOD: Behaviour = Behaviour::GOOD;

fn claims(name: &'static str, claims: fn(&mut serde_json::Map<String, Value>)) -> Case {
    Case { name, behaviour: Behaviour { claims, ..GOOD } }
}

fn header(name: &'static str, header: fn(&mut serde_json::Map<String, Value>), signed: Signed) -> Case {
    Case { name, behaviour: Behaviour { header, signed, ..GOOD } }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_with_a_wrong_claim_signs_nobody_in() {
    let cases = [
        claims("invalid-iss", |claims| _ = claims.insert("iss".into(), json!("https://other.example"))),
        claims("missing-iss", |claims| _ = claims.remove("iss")),
        claims("missing-sub", |claims| _ = claims.remove("sub")),
        claims("invalid-aud", |claims| _ = claims.insert("aud".into(), json!("0oaother"))),
        claims("missing-aud", |claims| _ = claims.remove("aud")),
        claims("invalid-secondary-aud", |claims| {
            claims.insert("aud".into(), json!([CLIENT_ID, "0oaother"]));
        }),
        claims("invalid-azp", |claims| _ = claims.insert("azp".into(), json!("0oaother"))),
        claims("missing-iat", |claims| _ = claims.remove("iat")),
        claims("missing-exp", |claims| _ = claims.remove("exp")),
        claims("invalid-expired-exp", |claims| {
            let iat = claims["iat"].as_u64().unwrap();
            claims.insert("exp".into(), json!(iat - 60));
        }),
        claims("nonce-invalid", |claims| _ = claims.insert("nonce".into(), json!("another"))),
        claims("missing-nonce", |claims| _ = claims.remove("nonce")),
        claims("invalid-at_hash", |claims| {
            _ = claims.insert("at_hash".into(), json!("AAAAAAAAAAAAAAAAAAAAAA"))
        }),
    ];
    play(&cases, async |stage: &Stage| stage.is_refused("invalid_id_token", "").await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_that_nobody_signed_well_signs_nobody_in() {
    fn named(name: &'static str) -> fn(&mut serde_json::Map<String, Value>) {
        match name {
            "none" => |header| _ = header.insert("alg".into(), json!("none")),
            "null" => |header| _ = header.insert("alg".into(), Value::Null),
            "PS256" => |header| _ = header.insert("alg".into(), json!("PS256")),
            "HS256" => |header| _ = header.insert("alg".into(), json!("HS256")),
            _ => |_| {},
        }
    }
    let cases = [
        header("idtoken-sig-none", named("none"), Signed::Not),
        header("sig-none-with-a-good-signature", named("none"), Signed::Well),
        header("no-signature", named(""), Signed::Not),
        header("invalid-sig-rs256", named(""), Signed::Broken),
        header("signed-with-another-published-key", named(""), Signed::ByAnotherKey),
        header("invalid-null-alg", named("null"), Signed::Well),
        header("invalid-alternate-alg", named("PS256"), Signed::Well),
        header("invalid-sig-hs256", named("HS256"), Signed::ByHmac),
        header("kid-absent-multiple-jwks", |header| _ = header.remove("kid"), Signed::Well),
        header("unknown-kid", |header| _ = header.insert("kid".into(), json!("nobodys")), Signed::Well),
        header("crit", |header| _ = header.insert("crit".into(), json!(["exp"])), Signed::Well),
    ];
    play(&cases, async |stage: &Stage| stage.is_refused("invalid_id_token", "").await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_that_is_merely_unusual_signs_in() {
    let cases = [
        claims("idtoken-sig-rs256", |_| {}),
        claims("valid-aud-as-array", |claims| _ = claims.insert("aud".into(), json!([CLIENT_ID]))),
        claims("azp-of-this-client", |claims| _ = claims.insert("azp".into(), json!(CLIENT_ID))),
        claims("without-at_hash", |claims| _ = claims.remove("at_hash")),
        claims("issued-an-hour-ahead", |claims| {
            for name in ["iat", "exp", "auth_time"] {
                let later = claims[name].as_u64().unwrap() + 3600;
                claims.insert(name.into(), json!(later));
            }
        }),
        header("typ-jwt", |header| _ = header.insert("typ".into(), json!("JWT")), Signed::Well),
        Case {
            name: "kid-absent-single-jwks",
            behaviour: Behaviour {
                header: |header| _ = header.remove("kid"),
                published: Published::One,
                ..GOOD
            },
        },
        Case {
            name: "discovery-jwks-uri-keys",
            behaviour: Behaviour { published: Published::Elsewhere, ..GOOD },
        },
    ];
    play(&cases, async |stage: &Stage| stage.is_accepted().await).await;
}
