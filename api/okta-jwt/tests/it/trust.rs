//! Whom keys are taken from: the configured issuer, and nobody it or a token points to.

use okta_jwt::{KeyError, Refusal, VerifyError};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::issuer::{Answer, FakeIssuer, KEYS, METADATA, jwks};
use crate::key_set::present;
use crate::signer::{FIRST, STRANGER};
use crate::token::{NOW, Token};

#[tokio::test]
async fn metadata_of_another_issuer_is_not_used() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let keys = format!("{}/v1/keys", issuer.url);
    for other in
        ["https://evil.test/oauth2/default", &format!("{}/", issuer.url), &issuer.url.to_uppercase(), ""]
    {
        issuer.metadata(other, &keys);
        let verifier = issuer.verifier();
        let error = verifier.warm().await.unwrap_err();
        assert!(matches!(error, KeyError::OtherIssuer { .. }), "{other}: {error}");
        let told = error.to_string();
        assert!(told.contains(&format!("{other:?}")) && told.contains(&issuer.url), "{told}");
        assert!(
            matches!(present(&verifier, &FIRST).await, Err(VerifyError::KeysUnavailable { .. })),
            "{other}"
        );
        assert!(!verifier.is_ready());
    }
    assert_eq!(issuer.asked_for(KEYS), 0);
}

/// The issuer's name is a stranger's text: a log holds it in one line, and not without end.
#[tokio::test]
async fn another_issuers_name_is_told_escaped_and_shortened() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    issuer.metadata(&format!("a\n{}", "b".repeat(10_000)), &format!("{}/v1/keys", issuer.url));
    let told = issuer.verifier().warm().await.unwrap_err().to_string();
    assert!(told.len() < 500 && told.contains(r"a\nbbb") && !told.contains('\n'), "{told}");
}

#[tokio::test]
async fn keys_on_another_origin_are_not_fetched() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let other = FakeIssuer::start(&[&FIRST]).await;
    let same_host_by_name = issuer.url.replace("127.0.0.1", "localhost");
    for uri in [
        format!("{}/v1/keys", other.url),
        format!("{same_host_by_name}/v1/keys"),
        "/v1/keys".into(),
        "file:///keys".into(),
    ] {
        issuer.metadata(&issuer.url, &uri);
        assert!(matches!(issuer.verifier().warm().await, Err(KeyError::OtherOrigin)), "{uri}");
    }
    assert_eq!(other.asked_for(KEYS), 0);
}

#[tokio::test]
async fn metadata_that_redirects_or_is_none_is_not_used() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    issuer.answer(METADATA, Answer::Say(301, "Location: /oauth2/default/v1/keys\r\n", String::new()));
    assert!(matches!(issuer.verifier().warm().await, Err(KeyError::Status { status: 301, .. })));
    issuer.answer(METADATA, Answer::Say(200, "", "{}".into()));
    assert!(matches!(issuer.verifier().warm().await, Err(KeyError::Json(_))));
    let list = json!([issuer.url, format!("{}/v1/keys", issuer.url), null]).to_string();
    issuer.answer(METADATA, Answer::Say(200, "", list));
    assert!(matches!(issuer.verifier().warm().await, Err(KeyError::Json(_))));
    issuer.answer(METADATA, Answer::Flood);
    assert!(matches!(issuer.verifier().warm().await, Err(KeyError::TooLarge)));
    assert_eq!(issuer.asked_for(KEYS), 0);
}

#[tokio::test]
async fn no_address_or_key_that_a_token_brings_is_used() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let verifier = issuer.verifier();
    verifier.warm().await.unwrap();
    let trap = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/keys", trap.local_addr().unwrap());
    for (member, value) in
        [("jku", json!(url)), ("x5u", json!(url)), ("jwk", STRANGER.jwk()), ("x5c", json!(["MIIB"]))]
    {
        let forged = |kid: &str| {
            Token::good(&issuer.url).signed_by(&STRANGER).header("kid", kid).header(member, value.clone())
        };
        let verify = async |kid| verifier.verify_at(&forged(kid).text(), NOW).await.map(drop);
        assert_eq!(verify(FIRST.kid).await, Err(Refusal::Signature.into()), "{member}");
        assert_eq!(verify(STRANGER.kid).await, Err(Refusal::KeyUnknown.into()), "{member}");
    }
    tokio::select! {
        biased;
        _ = trap.accept() => panic!("a token's address was followed"),
        () = tokio::task::yield_now() => {}
    }
}

#[tokio::test]
async fn a_token_of_another_issuer_never_makes_us_look_for_a_key() {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let verifier = issuer.verifier();
    let foreign = Token::good("https://evil.test/oauth2/default").signed_by(&STRANGER).text();
    assert_eq!(verifier.verify_at(&foreign, NOW).await.map(drop), Err(Refusal::Issuer.into()));
    assert_eq!(issuer.asked_for(METADATA), 0);
}

#[tokio::test]
async fn a_key_with_a_flaw_is_unknown_and_its_neighbours_are_not() {
    let flawed = |change: Value| {
        let mut jwk = STRANGER.jwk();
        for (name, value) in change.as_object().unwrap() {
            jwk[name] = value.clone();
        }
        jwk
    };
    for bad in [
        flawed(json!({"use": "enc"})),
        flawed(json!({"alg": "RS384"})),
        flawed(json!({"d": "AQAB"})),
        flawed(json!({"e": "AQ"})),
        flawed(json!({"kty": "oct", "k": "AQAB"})),
        json!("not a key"),
    ] {
        let issuer = FakeIssuer::start(&[]).await;
        let mut set = jwks(&[&FIRST]);
        set["keys"].as_array_mut().unwrap().insert(0, bad.clone());
        issuer.answer(KEYS, Answer::Say(200, "", set.to_string()));
        let verifier = issuer.verifier();
        assert_eq!(present(&verifier, &FIRST).await, Ok(()), "{bad}");
        assert_eq!(present(&verifier, &STRANGER).await, Err(Refusal::KeyUnknown.into()), "{bad}");
    }
}

#[tokio::test]
async fn a_name_with_two_keys_is_nobodys() {
    let issuer = FakeIssuer::start(&[]).await;
    let mut twin = STRANGER.jwk();
    twin["kid"] = json!(FIRST.kid);
    let mut set = jwks(&[&FIRST, &STRANGER]);
    set["keys"].as_array_mut().unwrap().push(twin);
    issuer.answer(KEYS, Answer::Say(200, "", set.to_string()));
    let verifier = issuer.verifier();
    assert_eq!(present(&verifier, &STRANGER).await, Ok(()));
    assert_eq!(present(&verifier, &FIRST).await, Err(Refusal::KeyUnknown.into()));
}
