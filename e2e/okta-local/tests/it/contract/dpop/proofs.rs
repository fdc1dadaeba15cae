//! What a proof must be (RFC 9449 §4.3), in the words of Okta's catalogue. A bad one uses nothing up.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use okta_types::base64url;
use serde_json::{Value, json};

use super::super::wire::refused;
use super::client::{Client, Key, Proof, org};
use crate::browser::{ALICE, Browser, authorize_query, redemption, text};

const INVALID: &str = "The DPoP proof JWT is invalid.";
const ALGORITHM: &str = "The DPoP proof JWT signature algorithm is invalid.";
const HTM: &str = "'htm' claim in the DPoP proof JWT is invalid.";
const HTU: &str = "'htu' claim in the DPoP proof JWT is invalid.";
const IAT: &str = "'iat' claim in the DPoP proof JWT is invalid.";
const JTI: &str = "'jti' claim in the DPoP proof JWT is invalid.";
const TYPE: &str = "'typ' must be 'dpop+jwt' in the DPoP proof JWT.";
const OLD: &str = "The DPoP proof JWT is issued more than five minutes in the past.";
const AHEAD: &str = "The DPoP proof JWT is issued in the future.";
const EXPIRED: &str = "The DPoP proof JWT is expired.";
const UNREADABLE: &str = "The DPoP proof JWT cannot be parsed.";
const SIGNATURE: &str = "The DPoP proof JWT signature is invalid.";

type Change<'a> = &'a dyn Fn(Proof) -> Proof;

/// Refuses each changed proof in these words, and takes an unchanged one for the same code.
async fn check(client: &Client<'_>, changes: &[(Change<'_>, &str)]) {
    let form = redemption(client.org, &client.code().await, &[]);
    if client.nonce.borrow().is_none() {
        client.post(&form, &[&client.proof().sign(&client.key)]).await;
    }
    for (place, (change, description)) in changes.iter().enumerate() {
        let answer = client.post(&form, &[&change(client.proof()).sign(&client.key)]).await;
        assert_eq!(answer.error().1, *description, "number {place}");
        refused(&answer, 400, "invalid_dpop_proof", description);
    }
    let answer = client.post(&form, &[&client.proof().sign(&client.key)]).await;
    assert_eq!(answer.status, 200, "the code was not used up: {answer:?}");
}

#[tokio::test]
async fn a_proof_is_for_one_method_and_one_address() {
    let org = org().await;
    let client = Client::new(&org);
    let base = org.base_url();
    let others = [
        format!("{base}/oauth2/default/v1/tokens"),
        format!("{base}/oauth2/default/v1/token/"),
        format!("{base}/oauth2/default/v1/token?x=1"),
        format!("{base}/oauth2/default/v1/token?"),
        format!("{base}/oauth2/default/v1/token#x"),
        format!("{base}/oauth2/default%2Fv1/token"),
        format!("{base}/oauth2/v1/token"),
        "http://localhost/oauth2/default/v1/token".to_owned(),
        base.replace("localhost", "127.0.0.1") + "/oauth2/default/v1/token",
        base.replace("http:", "https:") + "/oauth2/default/v1/token",
        "/oauth2/default/v1/token".to_owned(),
    ];
    let changes = others.each_ref().map(|htu| move |proof: Proof| proof.claim("htu", htu.as_str()));
    let changes: Vec<(Change<'_>, &str)> = changes.iter().map(|change| (change as Change<'_>, HTU)).collect();
    check(&client, &changes).await;
    let methods = ["GET", "post", "POST "];
    let changes = methods.map(|htm| move |proof: Proof| proof.claim("htm", htm));
    let changes: Vec<(Change<'_>, &str)> = changes.iter().map(|change| (change as Change<'_>, HTM)).collect();
    check(&client, &changes).await;
}

#[tokio::test]
async fn addresses_that_mean_the_same_are_the_same() {
    let org = org().await;
    let client = Client::new(&org);
    client.sign_in().await;
    let base = org.base_url();
    for htu in [
        format!("{base}/oauth2/def%61ult/v1/token"),
        format!("{base}/oauth2/./default/x/../v1/token"),
        base.replace("http://localhost", "HTTP://LocalHost") + "/oauth2/default/v1/token",
    ] {
        let form = redemption(&org, &client.code().await, &[]);
        let proof = client.proof().claim("htu", htu.as_str()).sign(&client.key);
        assert_eq!(client.post(&form, &[&proof]).await.status, 200, "{htu}");
    }
}

#[tokio::test]
async fn a_proof_has_its_type_a_signature_algorithm_and_a_public_key() {
    let org = org().await;
    let client = Client::new(&org);
    check(
        &client,
        &[
            (&|proof| proof.header("typ", "JWT"), TYPE),
            (&|proof| proof.header("typ", Value::Null), TYPE),
            (&|proof| proof.header("alg", "none"), ALGORITHM),
            (&|proof| proof.header("alg", "HS256"), ALGORITHM),
            (&|proof| proof.header("alg", "PS256"), ALGORITHM),
            (&|proof| proof.header("alg", "ES384"), ALGORITHM),
            (&|proof| proof.header("alg", "RS256"), ALGORITHM),
            (&|proof| proof.header("crit", json!(["exp"])), INVALID),
            (&|proof| proof.header("jwk", Value::Null), INVALID),
            (&|proof| proof.header("jwk", json!({"kty": "oct", "k": "AAAA"})), INVALID),
            (&|proof| proof.key_member("d", "AAAA"), INVALID),
            (&|proof| proof.key_member("x", "AAAA"), INVALID),
            (&|proof| proof.header("jwk", Key::new().jwk()), SIGNATURE),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_proof_has_its_claims() {
    let org = org().await;
    let client = Client::new(&org);
    check(
        &client,
        &[
            (&|proof| proof.claim("htm", Value::Null), HTM),
            (&|proof| proof.claim("htu", Value::Null), HTU),
            (&|proof| proof.claim("iat", Value::Null), IAT),
            (&|proof| proof.claim("iat", "now"), IAT),
            (&|proof| proof.claim("jti", Value::Null), JTI),
            (&|proof| proof.claim("jti", ""), JTI),
            (&|proof| proof.claim("jti", 5), JTI),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_proof_is_good_for_five_minutes_and_until_it_expires() {
    let org = org().await;
    let client = Client::new(&org);
    let at = |seconds: i64| org.now().0 + seconds;
    check(
        &client,
        &[
            (&|proof| proof.claim("iat", at(-301)), OLD),
            (&|proof| proof.claim("iat", at(70)), AHEAD),
            (&|proof| proof.claim("exp", at(-1)), EXPIRED),
            (&|proof| proof.claim("exp", at(0)), EXPIRED),
        ],
    )
    .await;
    for (claim, seconds) in [("iat", -299), ("iat", 59), ("exp", 60)] {
        let form = redemption(&org, &client.code().await, &[]);
        let proof = client.proof().claim(claim, at(seconds)).sign(&client.key);
        assert_eq!(client.post(&form, &[&proof]).await.status, 200, "{claim} {seconds}");
    }
}

#[tokio::test]
async fn there_is_one_proof_that_can_be_read() {
    let org = org().await;
    let client = Client::new(&org);
    let form = redemption(&org, &client.code().await, &[]);
    client.post(&form, &[&client.proof().sign(&client.key)]).await;
    let good = || client.proof().sign(&client.key);
    let (head, _) = good().rsplit_once('.').map(|(head, tail)| (head.to_owned(), tail.to_owned())).unwrap();
    let long = client.proof().claim("x", "x".repeat(10_000)).sign(&client.key);
    for unreadable in ["x", "a.b.c", &head, &format!("{},{}", good(), good()), &long] {
        refused(&client.post(&form, &[unreadable]).await, 400, "invalid_dpop_proof", UNREADABLE);
    }
    let two = client.post(&form, &[&good(), &good()]).await;
    refused(&two, 400, "invalid_dpop_proof", "Multiple DPoP proof JWT headers are not allowed.");
    let unsigned = client.proof().sign_with(|_| vec![0; 64]);
    refused(&client.post(&form, &[&unsigned]).await, 400, "invalid_dpop_proof", SIGNATURE);
    assert_eq!(client.post(&form, &[&good()]).await.status, 200);
}

#[tokio::test]
async fn a_proof_is_good_once() {
    let org = org().await;
    let client = Client::new(&org);
    client.sign_in().await;
    let (first, second) = (client.code().await, client.code().await);
    let proof = client.proof().sign(&client.key);
    assert_eq!(client.post(&redemption(&org, &first, &[]), &[&proof]).await.status, 200);
    let form = redemption(&org, &second, &[]);
    let again = client.post(&form, &[&proof]).await;
    refused(&again, 400, "invalid_dpop_proof", "The DPoP proof JWT has already been used.");
    assert_eq!(client.ask(&form).await.status, 200);
}

#[tokio::test]
async fn public_members_may_be_in_the_key_and_do_not_change_it() {
    let org = org().await;
    let client = Client::new(&org);
    client.sign_in().await;
    let proof = client.proof().key_member("use", "sig").key_member("kid", "1").key_member("alg", "ES256");
    let form = redemption(&org, &client.code().await, &[]);
    let tokens = client.post(&form, &[&proof.sign(&client.key)]).await.json();
    let claims = crate::browser::parts(text(&tokens, "access_token")).1;
    assert_eq!(claims["cnf"], json!({"jkt": client.key.thumbprint()}));
}

#[tokio::test]
async fn an_rsa_key_is_as_good() {
    let org = org().await;
    let client = Client::new(&org);
    client.sign_in().await;
    let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let public = key.public_key();
    let number = |bytes: &[u8]| base64url::encode(bytes);
    let (n, e) = (public.modulus().big_endian_without_leading_zero(), public.exponent());
    let jwk = json!({"kty": "RSA", "n": number(n), "e": number(e.big_endian_without_leading_zero())});
    let proof = client.proof().header("alg", "RS256").header("jwk", jwk);
    let signed = proof.sign_with(|input| {
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input.as_bytes(), &mut signature).unwrap();
        signature
    });
    let form = redemption(&org, &client.code().await, &[]);
    assert_eq!(client.post(&form, &[&signed]).await.json()["token_type"], "DPoP");
}

#[tokio::test]
async fn the_orgs_own_server_has_the_same_and_proofs_are_for_one_server() {
    let org = org().await;
    let client = Client::new(&org);
    let (own, query) = (format!("{}/oauth2/v1", org.base_url()), authorize_query(&org, &[]));
    let browser = Browser::new(&org);
    let page = browser.get(&format!("{own}/authorize?{query}")).await;
    let code = browser.sign_in(&page, ALICE, crate::browser::PASSWORD).await.code();
    let (url, form) = (format!("{own}/token"), redemption(&org, &code, &[]));
    let foreign = client.post_to(&url, &form, &[&client.proof().sign(&client.key)]).await;
    refused(&foreign, 400, "invalid_dpop_proof", HTU);
    let proof = || client.proof().claim("htu", url.as_str()).sign(&client.key);
    assert_eq!(client.post_to(&url, &form, &[&proof()]).await.error().0, "use_dpop_nonce");
    assert_eq!(client.post_to(&url, &form, &[&proof()]).await.json()["token_type"], "DPoP");
}
