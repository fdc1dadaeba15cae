//! Well-signed tokens that must not pass for what they say.

use okta_jwt::Refusal;
use serde_json::{Value, json};

use crate::gate::Gate;
use crate::token::{AUDIENCE, CLIENT, NOW, Token};

#[tokio::test]
async fn other_kinds_of_token_are_refused_by_name() {
    let gate = Gate::start().await;
    let url = gate.issuer.url.as_str();
    gate.check("an ID token", Token::id_token(url).text(), Refusal::IdToken).await;
    gate.check(
        "for both",
        Token::id_token(url).claim("aud", json!([CLIENT, AUDIENCE])).text(),
        Refusal::IdToken,
    )
    .await;
    let bare =
        Token::id_token(url).without("nonce").without("at_hash").claim("jti", "x").claim("cid", CLIENT);
    gate.check("with the marks taken off", bare.text(), Refusal::IdToken).await;
    for (name, value, expected) in [
        ("nonce", json!("n"), Refusal::IdToken),
        ("at_hash", json!("h"), Refusal::IdToken),
        ("aud", json!(CLIENT), Refusal::IdToken),
        ("aud", json!([AUDIENCE, CLIENT]), Refusal::IdToken),
        ("events", json!({"http://schemas.openid.net/event/backchannel-logout": {}}), Refusal::EventToken),
        ("cnf", json!({"jkt": "x"}), Refusal::Bound),
        ("cnf", json!({"x5t#S256": "x"}), Refusal::Bound),
    ] {
        gate.check(name, gate.token().claim(name, value).text(), expected).await;
    }
}

#[tokio::test]
async fn it_is_for_this_api_from_this_issuer_through_a_known_app() {
    let gate = Gate::start().await;
    let url = gate.issuer.url.clone();
    let (slash, query, elsewhere) =
        (format!("{url}/"), format!("{url}?x"), url.replace("127.0.0.1", "localhost"));
    let org = url.trim_end_matches("/oauth2/default").to_owned();
    for iss in [
        slash.as_str(),
        &query,
        &elsewhere,
        &org,
        &url.to_uppercase(),
        "https://evil.test/oauth2/default",
        &format!("{url}@evil.test"),
    ] {
        gate.check(iss, gate.token().claim("iss", iss).text(), Refusal::Issuer).await;
    }
    for aud in [
        json!("api://other"),
        json!("API://default"),
        json!("api://default/"),
        json!("api://defaul"),
        json!([]),
    ] {
        gate.check("aud", gate.token().claim("aud", aud).text(), Refusal::Audience).await;
    }
    gate.check("cid", gate.token().claim("cid", "0oaOther").text(), Refusal::Client).await;

    let open = gate.issuer.builder().any_client().build().unwrap();
    assert!(open.verify_at(&gate.token().claim("cid", "0oaOther").text(), NOW).await.is_ok());
}

#[tokio::test]
async fn times_must_hold_and_make_sense() {
    let gate = Gate::start().await;
    for (name, value, expected) in [
        ("exp", json!(NOW.0 - 120), Refusal::Expired),
        ("exp", json!(NOW.0 - 599), Refusal::Expired),
        ("nbf", json!(NOW.0 + 121), Refusal::NotYetValid),
        ("iat", json!(NOW.0 + 121), Refusal::IssuedInFuture),
        ("exp", json!((NOW.0 + 3000) * 1000), Refusal::Lifetime),
        ("exp", json!(1_000_000_000_000_i64), Refusal::Lifetime),
        ("exp", json!(i64::MAX), Refusal::Lifetime),
        ("exp", json!(0), Refusal::Lifetime),
        ("iat", json!(0), Refusal::Lifetime),
        ("iat", json!(NOW.0 + 3000), Refusal::Lifetime),
    ] {
        gate.check(name, gate.token().claim(name, value).text(), expected).await;
    }
    let exact = gate.issuer.builder().leeway(std::time::Duration::ZERO).build().unwrap();
    let token = gate.token().claim("exp", NOW.0).text();
    assert_eq!(exact.verify_at(&token, NOW).await.map(drop), Err(Refusal::Expired.into()));
}

#[tokio::test]
async fn claims_of_the_wrong_type_are_refused_and_not_guessed_at() {
    let gate = Gate::start().await;
    let wrong = |name: &'static str| match name {
        "exp" | "iat" | "nbf" | "auth_time" => {
            vec![
                json!("1800003000"),
                json!(1e300),
                json!(1e19),
                json!(-0.5),
                json!(-1),
                json!(u64::MAX),
                json!([1]),
                json!(true),
            ]
        }
        "aud" => {
            vec![json!({}), json!(5), json!([5]), json!([[AUDIENCE]]), json!([AUDIENCE, null]), json!("")]
        }
        "scp" => vec![json!("openid profile"), json!([1]), json!({}), json!([["openid"]])],
        "ver" => vec![json!("1"), json!(-1), json!(1.5), json!(u64::MAX)],
        "iss" => vec![json!([gate.issuer.url]), json!({}), json!(""), json!(5)],
        _ => vec![
            json!(""),
            json!("a\0b"),
            json!("a\nb"),
            json!(" "),
            json!(5),
            json!([]),
            json!(["alice@example.com"]),
            json!({}),
            json!(false),
        ],
    };
    for name in
        ["ver", "jti", "iss", "aud", "iat", "exp", "nbf", "acr", "cid", "uid", "scp", "auth_time", "sub"]
    {
        for value in wrong(name).into_iter().chain([Value::Null]) {
            let what = format!("{name}: {value}");
            gate.check(&what, gate.token().claim(name, value).text(), Refusal::ClaimType(name)).await;
        }
    }
    for name in ["ver", "jti", "iss", "aud", "iat", "exp", "cid", "sub"] {
        gate.check(name, gate.token().without(name).text(), Refusal::ClaimMissing(name)).await;
    }
}
