//! The bearer token: what the API says of a bad one, to a page of another origin, and where a good one goes.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use e2e::scene::{ALICE, Scene, scene};
use okta_local::RunningOrg;
use serde_json::{Value, json};
use shared::paths;

/// What a page can read of an answer: only what CORS exposes to it.
struct Answer {
    status: u64,
    challenge: String,
}

/// As a page of the shop's origin asks; `None` sends no header at all.
async fn ask(scene: &Scene, path: &str, token: Option<&str>) -> Answer {
    let script = "const [url, token, done] = arguments; \
        fetch(url, { headers: token === null ? {} : { Authorization: 'Bearer ' + token } }).then( \
            answer => done([answer.status, answer.headers.get('www-authenticate') ?? '']), \
            error => done([0, String(error)]));";
    let url = format!("{}{path}", scene.stack.api_url());
    let seen = scene.tab.run_and_wait(script, vec![url.into(), token.map_or(Value::Null, Value::from)]).await;
    Answer { status: seen[0].as_u64().unwrap(), challenge: seen[1].as_str().unwrap().to_owned() }
}

fn claims_of(token: &str) -> Value {
    serde_json::from_slice(&BASE64URL.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

/// Every way in which a token can be bad, with good claims where the claims are not the point.
fn bad_tokens(org: &RunningOrg) -> Vec<(&'static str, String)> {
    let good = org.mint_access_token(|_| {});
    let (claims, kid) = (claims_of(&good), org.public_keys().keys[0].kid.clone());
    let signed = |header: Value| org.sign_jwt(&header, &claims);
    let part = |value: &Value| BASE64URL.encode(value.to_string());
    let unsigned = format!("{}.{}.", part(&json!({"alg": "none", "kid": kid})), part(&claims));
    let input = format!("{}.{}", part(&json!({"alg": "HS256", "kid": kid})), part(&claims));
    let public = serde_json::to_vec(&org.public_keys().keys[0]).unwrap();
    let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &public), input.as_bytes());
    vec![
        ("malformed", "no-token".to_owned()),
        ("expired", org.mint_access_token(an_hour_too_late)),
        (
            "of another audience",
            org.mint_access_token(|claims| _ = claims.insert("aud".into(), json!("api://other"))),
        ),
        (
            "of another issuer",
            org.mint_access_token(|claims| _ = claims.insert("iss".into(), json!("https://other.example"))),
        ),
        ("without a signature", unsigned),
        ("signed with the public key as a secret", format!("{input}.{}", BASE64URL.encode(mac.as_ref()))),
        ("without a key id", signed(json!({"alg": "RS256"}))),
        ("of an unknown key", signed(json!({"alg": "RS256", "kid": "nobodys"}))),
        ("broken", broken(&good)),
    ]
}

/// Its times fit each other, and are over.
fn an_hour_too_late(claims: &mut serde_json::Map<String, Value>) {
    for name in ["iat", "exp", "auth_time"] {
        if let Some(time) = claims.get(name).and_then(Value::as_i64) {
            claims.insert(name.to_owned(), json!(time - 2 * 3600));
        }
    }
}

/// With another character in the middle of its signature.
fn broken(good: &str) -> String {
    let (head, tail) = good.split_at(good.len() - 10);
    let other = if tail.starts_with('A') { 'B' } else { 'A' };
    format!("{head}{other}{}", &tail[1..])
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_token_is_refused_with_a_challenge_that_the_page_can_read() {
    scene(async |scene: &mut Scene| {
        scene.tab.open("/").await;
        let org = scene.org();
        let none = ask(scene, paths::MESSAGES, None).await;
        assert_eq!(none.status, 401);
        assert!(
            none.challenge.starts_with("Bearer") && !none.challenge.contains("error"),
            "{}",
            none.challenge
        );
        for (kind, token) in bad_tokens(org) {
            let answer = ask(scene, paths::MESSAGES, Some(&token)).await;
            assert_eq!(answer.status, 401, "{kind}");
            assert!(answer.challenge.contains("error=\"invalid_token\""), "{kind}: {}", answer.challenge);
            assert!(!answer.challenge.contains(&token), "{kind}: the token is repeated");
        }
        let good = org.mint_access_token(|_| {});
        assert_eq!(ask(scene, paths::MESSAGES, Some(&good)).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_is_no_access_token() {
    scene(async |scene: &mut Scene| {
        scene.shopper().is_signed_in_as(ALICE).await;
        scene.tab.open("/").await;
        let session = scene.tab.session().await.unwrap();
        let answer = ask(scene, paths::MESSAGES, session["id_token"].as_str()).await;
        assert_eq!(answer.status, 401);
        assert!(answer.challenge.contains("invalid_token"), "{}", answer.challenge);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_open_greeting_is_for_everybody_whatever_token_they_carry() {
    scene(async |scene: &mut Scene| {
        scene.tab.open("/").await;
        let good = scene.org().mint_access_token(|_| {});
        for token in [None, Some(good.as_str()), Some("no-token")] {
            assert_eq!(ask(scene, paths::HELLO, token).await.status, 200, "{token:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_without_the_scope_is_told_which_one_it_needs() {
    scene(async |scene: &mut Scene| {
        scene.tab.open("/").await;
        let narrow =
            scene.org().mint_access_token(|claims| _ = claims.insert("scp".into(), json!(["openid"])));
        let answer = ask(scene, paths::ORDERS, Some(&narrow)).await;
        assert_eq!(answer.status, 403);
        for part in ["insufficient_scope", paths::SCOPE_READ] {
            assert!(answer.challenge.contains(part), "{part} in {}", answer.challenge);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_access_token_goes_to_the_api_and_to_the_org_and_to_nobody_else() {
    scene(async |scene: &mut Scene| {
        let shopper = scene.shopper();
        shopper.browses().await;
        shopper.puts("pear-sapling").await;
        shopper.checks_out().await;
        shopper.signs_in_as(ALICE).await;
        let number = shopper.orders().await;
        shopper.finds_the_order(&number).await;
        assert!(!shopper.reads_the_messages().await.is_empty());
        let calls = scene.browser().calls().await;
        if calls.is_empty() {
            e2e::browser::skip("needs a driver that tells of requests");
        }
        let (api, org) = (scene.stack.api_url(), scene.org().base_url().to_owned());
        let with_token: Vec<_> = calls.iter().filter(|call| call.authorized).collect();
        assert!(with_token.len() >= 3, "{with_token:?}");
        for call in with_token {
            let ours = [&api, &org].iter().any(|origin| call.url.starts_with(&format!("{origin}/")));
            assert!(ours, "a token went to {}", call.url);
        }
        // No token stands in an address, and nobody else was asked for anything at all.
        let spa = scene.stack.spa_url().to_owned();
        for call in calls.iter().filter(|call| call.url.starts_with("http")) {
            assert!(!call.url.contains("eyJ"), "a token stands in an address");
            assert!(
                [&api, &org, &spa].iter().any(|origin| call.url.starts_with(origin.as_str())),
                "{}",
                call.url
            );
        }
    })
    .await;
}
