//! A token request needs a proof, and a proof needs the org's nonce.

use std::time::Duration;

use okta_local::Outcome;

use super::super::wire::{JSON, head, like, refused, texts};
use super::client::{Client, org};
use crate::browser::{ORIGIN, redemption, text};

const HOUR: Duration = Duration::from_secs(60 * 60);
const NEEDS_NONCE: &str = "Authorization server requires nonce in DPoP proof.";

#[tokio::test]
async fn without_a_proof_there_is_no_token_and_the_code_stays_good() {
    let org = org().await;
    let client = Client::new(&org);
    let form = redemption(&org, &client.code().await, &[]);
    let answer = client.post(&form, &[]).await;
    refused(&answer, 400, "invalid_dpop_proof", "The DPoP proof JWT header is missing.");
    head(&answer, 400, &[("dpop-nonce", ""), ("www-authenticate", "")]);
    assert_eq!(client.ask(&form).await.status, 200);
}

#[tokio::test]
async fn the_first_proof_is_answered_with_a_nonce_and_the_next_with_tokens_of_its_key() {
    let org = org().await;
    let client = Client::new(&org);
    let form = redemption(&org, &client.code().await, &[]);
    let first = client.post(&form, &[&client.proof().sign(&client.key)]).await;
    refused(&first, 400, "use_dpop_nonce", NEEDS_NONCE);
    let nonce = first.header("dpop-nonce").expect("a nonce").to_owned();
    assert_eq!(nonce.len(), 32, "{nonce}");
    let exposed = ("access-control-expose-headers", "WWW-Authenticate, DPoP-Nonce");
    head(&first, 400, &[exposed, ("access-control-allow-origin", ORIGIN), ("www-authenticate", "")]);
    let second = client.post(&form, &[&client.proof().sign(&client.key)]).await;
    head(&second, 200, &JSON);
    head(&second, 200, &[("dpop-nonce", &nonce), exposed]);
    like(
        &second.body,
        r#"{"token_type":"DPoP","expires_in":3600,"access_token":"…","scope":"openid profile email offline_access","refresh_token":"…","id_token":"…"}"#,
    );
    let (_, claims) = texts(text(&second.json(), "access_token"));
    let bound = format!(r#","cnf":{{"jkt":"{}"}},"cid":""#, client.key.thumbprint());
    assert!(claims.contains(&bound), "{bound} is not in {claims}");
    assert!(claims.split_once(&bound).is_some_and(|(before, _)| before.contains(r#""exp":"#)), "{claims}");
    let (_, id_claims) = texts(text(&second.json(), "id_token"));
    assert!(!id_claims.contains("cnf"), "{id_claims}");
}

#[tokio::test]
async fn a_nonce_is_handed_out_for_a_day_and_good_for_three() {
    let org = org().await;
    let client = Client::new(&org);
    let mut token = text(&client.sign_in().await, "refresh_token").to_owned();
    let first = client.nonce.borrow().clone().expect("a nonce");
    let mut renew_after = async |hours: u32| {
        org.advance_clock(HOUR * hours);
        let proof = client.proof().claim("nonce", first.as_str()).sign(&client.key);
        let answer = client.post(&client.renewal(&token), &[&proof]).await;
        if answer.status == 200 {
            token = text(&answer.json(), "refresh_token").to_owned();
        }
        answer
    };
    head(&renew_after(23).await, 200, &[("dpop-nonce", &first)]);
    let renewed = renew_after(2).await;
    let second = renewed.header("dpop-nonce").expect("a nonce").to_owned();
    assert!(renewed.status == 200 && second != first, "25 hours: {renewed:?}");
    assert_eq!(renew_after(46).await.status, 200, "71 hours");
    let late = renew_after(2).await;
    refused(&late, 400, "use_dpop_nonce", NEEDS_NONCE);
    assert_eq!(client.ask(&client.renewal(&token)).await.status, 200, "73 hours, with the new nonce");
}

#[tokio::test]
async fn nonces_that_a_test_expires_are_asked_for_again() {
    let org = org().await;
    let client = Client::new(&org);
    client.sign_in().await;
    let form = redemption(&org, &client.code().await, &[]);
    org.expire_dpop_nonces();
    let answer = client.post(&form, &[&client.proof().sign(&client.key)]).await;
    refused(&answer, 400, "use_dpop_nonce", NEEDS_NONCE);
    assert_eq!(client.ask(&form).await.status, 200);
}

#[tokio::test]
async fn a_nonce_of_somebody_else_is_none() {
    let org = org().await;
    let client = Client::new(&org);
    let form = redemption(&org, &client.code().await, &[]);
    let guessed = client.proof().claim("nonce", "A".repeat(32)).sign(&client.key);
    refused(&client.post(&form, &[&guessed]).await, 400, "use_dpop_nonce", NEEDS_NONCE);
}

#[tokio::test]
async fn the_log_calls_a_demand_for_a_nonce_a_challenge_and_a_bad_proof_a_failure() {
    let org = org().await;
    let client = Client::new(&org);
    let form = redemption(&org, &client.code().await, &[]);
    client.post(&form, &[]).await;
    client.post(&form, &[&client.proof().sign(&client.key)]).await;
    let log = org.system_log();
    let outcomes: Vec<_> =
        log.iter().filter(|event| event.event_type == "app.oauth2.as.token.grant").collect();
    let [missing, challenge] = outcomes.as_slice() else { panic!("{outcomes:?}") };
    assert_eq!(missing.outcome, Outcome::Failure("invalid_dpop_proof_missing_header".to_owned()));
    assert_eq!(challenge.outcome, Outcome::Challenge("use_dpop_nonce".to_owned()));
    let url = format!("{}/log", org.control_url().expect("a control plane"));
    let shown = crate::browser::http().get(url).send().await.unwrap().text().await.unwrap();
    assert!(shown.contains(r#"{"result":"CHALLENGE","reason":"use_dpop_nonce"}"#), "{shown}");
}
