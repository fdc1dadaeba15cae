//! Issuers whose access tokens are those of RFC 9068, and not Okta's.

use okta_jwt::{Refusal, VerifyError};
use serde_json::{Value, json};

use crate::gate::Gate;
use crate::issuer::FakeIssuer;
use crate::look;
use crate::signer::{FIRST, SECOND, STRANGER};
use crate::token::{CLIENT, NOW, Token};

/// A verifier of the standard's form that knows the key of its issuer.
async fn gate() -> Gate {
    let issuer = FakeIssuer::start(&[&FIRST]).await;
    let verifier = issuer.builder().require_at_jwt().build().unwrap();
    verifier.warm().await.unwrap();
    Gate { issuer, verifier }
}

#[tokio::test]
async fn a_token_of_rfc_9068_passes_and_says_whose_it_is_and_what_it_allows() {
    let gate = gate().await;
    let token = || Token::at_jwt(&gate.issuer.url);
    let verified = gate.verify(&token().text()).await.unwrap();
    let claims = verified.claims();
    assert_eq!((verified.subject().id(), claims.cid.as_str()), ("5ba552d67", CLIENT));
    assert_eq!(claims.scp, ["openid", "orders:read"]);
    assert_eq!(claims.groups.as_deref(), Some(&["shop-staff".to_owned()][..]));
    assert_eq!((claims.ver, &claims.uid, claims.acr.as_deref()), (None, &None, Some("loa2")));
    gate.check_good("the long type", token().header("typ", "Application/AT+JWT").text()).await;
    gate.check_good("no scope", token().without("scope").text()).await;
    gate.check_good("an empty scope", token().claim("scope", "").text()).await;
}

/// RFC 9068 §4: the type comes first of all that is judged.
#[tokio::test]
async fn without_the_type_no_token_passes_nor_does_one_in_oktas_form() {
    let gate = gate().await;
    let token = || Token::at_jwt(&gate.issuer.url);
    gate.check("no type", token().without_header("typ").text(), Refusal::Type).await;
    for typ in [json!(null), json!(""), json!("JWT"), json!("id+jwt"), json!("at+jwt2")] {
        gate.check(&typ.to_string(), token().header("typ", typ).text(), Refusal::Type).await;
    }
    gate.check("Okta's", gate.token().text(), Refusal::Type).await;
    let typed = gate.token().header("typ", "at+jwt");
    gate.check("Okta's with a type", typed.text(), Refusal::ClaimMissing("client_id")).await;
    // Before anybody asks for a key: such a token costs nothing.
    let untyped = token().signed_by(&STRANGER).without_header("typ");
    let verdict = look::at_once(&gate.verifier, untyped.text(), NOW).map(|verdict| verdict.map(drop));
    assert_eq!(verdict, Some(Err(Refusal::Type.into())));
}

#[tokio::test]
async fn the_claims_of_rfc_9068_are_required_and_have_its_types() {
    let gate = gate().await;
    let token = || Token::at_jwt(&gate.issuer.url);
    for name in ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"] {
        gate.check(name, token().without(name).text(), Refusal::ClaimMissing(name)).await;
        gate.check(name, token().claim(name, Value::Null).text(), Refusal::ClaimType(name)).await;
    }
    for wrong in [json!(["orders:read"]), json!(5), json!({}), Value::Null] {
        gate.check("scope", token().claim("scope", wrong).text(), Refusal::ClaimType("scope")).await;
    }
    gate.check("another client", token().claim("client_id", "0oaOther").text(), Refusal::Client).await;
    gate.check("another audience", token().claim("aud", "api://other").text(), Refusal::Audience).await;
    gate.check("expired", token().claim("exp", NOW.0 - 120).text(), Refusal::Expired).await;
}

/// Each form's names are nothing in the other: neither adds a scope, a client or another person.
#[tokio::test]
async fn claims_by_the_names_of_the_other_form_mean_nothing() {
    let gate = gate().await;
    let odd = Token::at_jwt(&gate.issuer.url).claim("uid", "00uBob").claim("cid", "0oaOther");
    let verified = gate.verify(&odd.claim("scp", json!(["orders:write"])).text()).await.unwrap();
    let claims = verified.claims();
    assert_eq!((verified.subject().id(), claims.cid.as_str()), ("5ba552d67", CLIENT));
    assert_eq!(
        (claims.scp.join(" ").as_str(), &claims.other["uid"]),
        ("openid orders:read", &json!("00uBob"))
    );

    let okta = Gate::start().await;
    let odd = okta.token().claim("client_id", "0oaOther").claim("scope", "orders:write");
    let verified = okta.verify(&odd.text()).await.unwrap();
    assert_eq!((verified.claims().cid.as_str(), verified.claims().scp.len()), (CLIENT, 2));
    let typed = Token::at_jwt(&okta.issuer.url);
    okta.check("the standard's", typed.text(), Refusal::ClaimMissing("ver")).await;
}

#[tokio::test]
async fn each_issuer_has_a_form_of_its_own_also_for_tokens_seen_before() {
    let (okta, other) = (FakeIssuer::start(&[&FIRST]).await, FakeIssuer::start(&[&SECOND]).await);
    let both = okta.builder().also_trust(other.builder().require_at_jwt()).build().unwrap();
    let verdict = async |token: Token| both.verify_at(&token.text(), NOW).await.map(drop);
    for _ in 0..2 {
        assert_eq!(verdict(Token::good(&okta.url)).await, Ok(()));
        assert_eq!(verdict(Token::at_jwt(&other.url).signed_by(&SECOND)).await, Ok(()));
        let untyped = Token::good(&other.url).signed_by(&SECOND);
        assert_eq!(verdict(untyped).await, Err(VerifyError::Refused(Refusal::Type)));
    }
    let seen = Token::at_jwt(&other.url).signed_by(&SECOND).text();
    assert_eq!(look::seen(&both, seen, NOW), Some(Ok(())));
}
