//! Tokens that must not pass for their form, header or signature, each with the rule it breaks; and the good
//! forms that must.

use aws_lc_rs::hmac;
use okta_jwt::Refusal;
use okta_types::{JwsError, base64url};
use serde_json::{Value, json};

use crate::gate::Gate;
use crate::issuer::KEYS;
use crate::signer::{FIRST, STRANGER};
use crate::token::{AUDIENCE, CLIENT, NOW};

#[tokio::test]
async fn what_okta_issues_passes_and_says_who_it_is() {
    let gate = Gate::start().await;
    let verified = gate.verify(&gate.token().claim("plan", "gold").text()).await.unwrap();
    assert_eq!(
        (verified.subject().iss(), verified.subject().id()),
        (gate.issuer.url.as_str(), "00u47ijy7sRLaeSdC0g7")
    );
    assert_eq!(verified.claims().other["plan"], "gold");
    assert!(!format!("{verified:?}").contains("alice"));

    let service = gate.token().without("uid").claim("sub", CLIENT);
    assert_eq!(gate.verify(&service.text()).await.unwrap().subject().id(), CLIENT);
}

#[tokio::test]
async fn good_forms_that_differ_pass() {
    let gate = Gate::start().await;
    let token = || gate.token();
    gate.check_good("typ of RFC 9068", token().header("typ", "at+jwt").text()).await;
    gate.check_good("its long form", token().header("typ", "application/at+jwt").text()).await;
    gate.check_good("several audiences", token().claim("aud", json!(["api://other", AUDIENCE])).text()).await;
    gate.check_good("expired within the leeway", token().claim("exp", NOW.0 - 119).text()).await;
    gate.check_good("issued within the leeway", token().claim("iat", NOW.0 + 120).text()).await;
    gate.check_good("valid within the leeway", token().claim("nbf", NOW.0 + 120).text()).await;
    gate.check_good("many groups", token().claim("groups", vec!["g".repeat(80); 100]).text()).await;
    gate.check_good("the longest groups", token().claim("groups", vec!["g".repeat(255); 100]).text()).await;
    gate.check_good("a text for groups", token().claim("groups", "shop-staff").text()).await;
    let at = |seconds: f64| NOW.0 as f64 + seconds;
    gate.check_good("times with fractions", token().claim("iat", at(-9.616)).claim("exp", at(99.384)).text())
        .await;
}

#[tokio::test]
async fn what_is_no_token_is_malformed() {
    let gate = Gate::start().await;
    let good = gate.token().text();
    let (head, signature) = good.rsplit_once('.').unwrap();
    for (what, token, expected) in [
        ("nothing", String::new(), JwsError::Parts),
        ("dots", "..".to_owned(), JwsError::Header),
        ("a word", "garbage".to_owned(), JwsError::Parts),
        ("two parts", head.to_owned(), JwsError::Parts),
        ("four parts", format!("{good}.YQ"), JwsError::Parts),
        ("five parts, as an encrypted one", "YQ.YQ.YQ.YQ.YQ".to_owned(), JwsError::Parts),
        ("too long", format!("{good}{}", "A".repeat(64 * 1024)), JwsError::TooLong),
        ("a space", format!(" {good}"), JwsError::Alphabet),
        ("a line's end", format!("{good}\n"), JwsError::Alphabet),
        ("padding", format!("{good}=="), JwsError::Alphabet),
        ("standard base64", format!("{head}.+/+/"), JwsError::Alphabet),
        ("beyond ASCII", format!("{head}.{signature}é"), JwsError::Alphabet),
        ("a percent escape", good.replace('.', "%2E"), JwsError::Alphabet),
        ("JSON serialization", json!({"payload": "e30", "signatures": []}).to_string(), JwsError::Alphabet),
        ("stray bits", format!("{head}.YR"), JwsError::Base64),
    ] {
        gate.check(what, token, expected).await;
    }
}

#[tokio::test]
async fn json_that_two_readers_could_read_differently_is_malformed() {
    let gate = Gate::start().await;
    let rewritten = |edit: fn(&mut String, &mut String)| gate.token().rewritten(edit);
    let header = |member: &'static str| gate.token().rewritten(move |header, _| header.insert_str(1, member));
    let payload =
        |member: &'static str| gate.token().rewritten(move |_, payload| payload.insert_str(1, member));
    for (what, token, expected) in [
        ("alg twice", header(r#""alg":"RS256","#), JwsError::Header),
        ("an unknown header member twice", header(r#""x":1,"x":1,"#), JwsError::Header),
        ("sub twice", payload(r#""sub":"bob@example.com","#), JwsError::Payload),
        ("exp twice, escaped", payload(r#""\u0065xp":9999999999,"#), JwsError::Payload),
        ("a nested member twice", payload(r#""plan":{"a":1,"a":2},"#), JwsError::Payload),
        ("a header that is a list", rewritten(|header, _| *header = "[]".into()), JwsError::Header),
        ("an empty header", rewritten(|header, _| header.clear()), JwsError::Header),
        ("a header with a tail", rewritten(|header, _| header.push('x')), JwsError::Header),
        ("a payload that is a list", rewritten(|_, payload| *payload = "[]".into()), JwsError::Payload),
        ("a payload that is null", rewritten(|_, payload| *payload = "null".into()), JwsError::Payload),
        ("an empty payload", rewritten(|_, payload| payload.clear()), JwsError::Payload),
        ("two payloads", rewritten(|_, payload| payload.push_str("{}")), JwsError::Payload),
        ("a byte order mark", rewritten(|_, payload| payload.insert(0, '\u{feff}')), JwsError::Payload),
        (
            "a trailing comma",
            rewritten(|_, payload| *payload = payload.replace('}', ",}")),
            JwsError::Payload,
        ),
        ("a number that is none", payload(r#""x":NaN,"#), JwsError::Payload),
        ("a number beyond all numbers", payload(r#""x":1e999,"#), JwsError::Payload),
        (
            "deep nesting",
            rewritten(|_, p| p.insert_str(1, &format!("\"x\":{}{},", "[".repeat(500), "]".repeat(500)))),
            JwsError::Payload,
        ),
        (
            "an alg that is a number",
            rewritten(|header, _| *header = header.replace("\"RS256\"", "256")),
            JwsError::Header,
        ),
        (
            "a kid that is a number",
            rewritten(|header, _| *header = header.replace("\"first\"", "1")),
            JwsError::Header,
        ),
    ] {
        gate.check(what, token, expected).await;
    }
}

#[tokio::test]
async fn no_algorithm_but_rs256_passes_even_with_a_signature_that_fits_it() {
    let gate = Gate::start().await;
    for alg in ["none", "None", "NONE", "nOnE", "", "rs256", "RS256 ", "RSA-OAEP", "ES256", "EdDSA", "dir"] {
        let unsigned = gate.token().header("alg", alg).signature(|_| Vec::new());
        gate.check(alg, unsigned.text(), Refusal::Algorithm).await;
        gate.check(alg, gate.token().header("alg", alg).text(), Refusal::Algorithm).await;
    }
    let token = |alg: &str| gate.token().header("alg", alg);
    gate.check("RS384", token("RS384").signature(|m| FIRST.rs384(m)).text(), Refusal::Algorithm).await;
    gate.check("RS512", token("RS512").signature(|m| FIRST.rs512(m)).text(), Refusal::Algorithm).await;
    gate.check("PS256", token("PS256").signature(|m| FIRST.ps256(m)).text(), Refusal::Algorithm).await;
    gate.check("RS384 called RS256", token("RS256").signature(|m| FIRST.rs384(m)).text(), Refusal::Signature)
        .await;
    gate.check("PS256 called RS256", token("RS256").signature(|m| FIRST.ps256(m)).text(), Refusal::Signature)
        .await;
    gate.check("no algorithm", gate.token().without_header("alg").text(), JwsError::Header).await;
}

#[tokio::test]
async fn the_public_key_is_no_secret_to_sign_with() {
    let gate = Gate::start().await;
    // 270 bytes: the standard alphabet makes the difference, there is no padding.
    let base64 = base64url::encode(FIRST.public_der()).replace('-', "+").replace('_', "/");
    let lines: Vec<_> = base64.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
    let pem = format!("-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n", lines.join("\n"));
    let n = FIRST.jwk()["n"].as_str().unwrap().to_owned();
    for (what, secret) in [
        ("PEM", pem.into_bytes()),
        ("DER", FIRST.public_der()),
        ("modulus", FIRST.modulus()),
        ("modulus as text", n.into_bytes()),
        ("empty", Vec::new()),
    ] {
        let sign = move |message: &str| {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), message.as_bytes()).as_ref().to_vec()
        };
        let token = gate.token().signature(sign);
        gate.check(what, token.text(), Refusal::Signature).await;
        gate.check(what, token.header("alg", "HS256").text(), Refusal::Algorithm).await;
    }
}

#[tokio::test]
async fn a_signature_must_be_this_keys_over_these_bytes() {
    let gate = Gate::start().await;
    let good = gate.token().text();
    let parts: Vec<_> = good.split('.').collect();
    let bob = base64url::encode(r#"{"sub":"bob"}"#);
    let other_payload = gate.token().claim("sub", "bob@example.com").text();
    let signature = base64url::decode(parts[2]).unwrap();
    let flipped = |at: usize| {
        let mut flipped = signature.clone();
        flipped[at] ^= 1;
        format!("{}.{}.{}", parts[0], parts[1], base64url::encode(flipped))
    };
    let check = |what: &'static str, token: String| gate.check(what, token, Refusal::Signature);
    check("another key under this key's name", gate.token().signature(|m| STRANGER.rs256(m)).text()).await;
    check(
        "another payload",
        format!("{}.{}.{}", parts[0], other_payload.split('.').nth(1).unwrap(), parts[2]),
    )
    .await;
    check("no signature", format!("{}.{}.", parts[0], parts[1])).await;
    check("the first bit flipped", flipped(0)).await;
    check("the last bit flipped", flipped(255)).await;
    check("cut short", format!("{}.{}.{}", parts[0], parts[1], base64url::encode(&signature[..255]))).await;
    check(
        "too long",
        format!("{}.{}.{}", parts[0], parts[1], base64url::encode([&signature[..], &[0]].concat())),
    )
    .await;
    check("zeros", gate.token().signature(|_| vec![0; 256]).text()).await;
    check("another header", {
        let header = base64url::encode(r#"{"alg":"RS256","kid":"first","typ":"at+jwt"}"#);
        format!("{header}.{}.{}", parts[1], parts[2])
    })
    .await;
    gate.check(
        "a payload without a word",
        format!("{}.{bob}.{}", parts[0], parts[2]),
        Refusal::ClaimMissing("iss"),
    )
    .await;
}

#[tokio::test]
async fn a_header_asks_for_nothing() {
    let gate = Gate::start().await;
    let header = |name: &str, value: Value| gate.token().header(name, value).text();
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!(["b64"])),
        ("crit", json!([])),
        ("crit", json!(null)),
        ("b64", json!(false)),
        ("b64", json!(true)),
        ("cty", json!("JWT")),
    ] {
        gate.check(name, header(name, value), Refusal::Extension).await;
    }
    for typ in
        ["JWT", "jwt", "id+jwt", "dpop+jwt", "logout+jwt", "secevent+jwt", "application/jwt", "at+jwt ", ""]
    {
        gate.check(typ, header("typ", json!(typ)), Refusal::Type).await;
    }
    gate.check("typ null", header("typ", json!(null)), Refusal::Type).await;
}

#[tokio::test]
async fn a_key_is_named_and_the_name_is_only_looked_up() {
    let gate = Gate::start().await;
    gate.check("no kid", gate.token().without_header("kid").text(), Refusal::KeyIdMissing).await;
    gate.check("null", gate.token().header("kid", Value::Null).text(), Refusal::KeyIdMissing).await;
    for kid in [
        "unknown",
        "FIRST",
        "first ",
        "first\0",
        "../../etc/passwd",
        "' OR 1=1 --",
        "http://127.0.0.1/keys",
        "ﬁrst",
        &"k".repeat(4000),
    ] {
        gate.check(kid, gate.token().header("kid", kid).text(), Refusal::KeyUnknown).await;
    }
    gate.check("empty", gate.token().header("kid", "").text(), Refusal::KeyIdMissing).await;
    assert!(gate.issuer.asked_for(KEYS) <= 2, "unknown names are looked for once");
}
