//! Tokens that are bound to a key (DPoP, RFC 9449), at the API as it is configured.

use api::Proofs;
use okta_types::{AuthScheme, BearerError, Challenge, HttpUrl, ProofAlgorithm, UnixTime};
use reqwest::Method;
use serde_json::json;
use shared::paths;

use crate::answer::Answer;
use crate::prover::{ALICE, claims};
use crate::shop::{Client, Shop};

const ISSUED_AGAIN: &str = "each request needs its own (jti)";

fn bound(shop: &Shop) -> String {
    shop.org.mint_access_token(|claims| {
        claims.insert("cnf".to_owned(), ALICE.cnf());
    })
}

async fn show(api: &Client, token: &str, path: &str, htu: &str, jti: &str, now: UnixTime) -> Answer {
    let proof = ALICE.prove(&claims(jti, "GET", htu, token, now));
    let request = api.request(Method::GET, path).header("Authorization", format!("DPoP {token}"));
    Answer::read(request.header("DPoP", proof).send().await.unwrap()).await
}

#[tokio::test]
async fn a_bound_token_opens_the_api_with_its_proof_and_not_without() {
    let shop = Shop::open().await;
    let (token, url) = (bound(&shop), shop.api.url(paths::WHOAMI));
    let now = shop.org.now();
    show(&shop.api, &token, paths::WHOAMI, &url, "1", now).await.expect(200);
    let local = url.replace("127.0.0.1", "localhost");
    show(&shop.api, &token, paths::WHOAMI, &local, "2", now).await.expect(200);
    let again = show(&shop.api, &token, paths::WHOAMI, &url, "1", now).await.expect(401);
    let challenge = Challenge::find(again.header("www-authenticate").unwrap(), AuthScheme::DPoP).unwrap();
    assert_eq!(challenge.error, Some(BearerError::InvalidDpopProof));
    assert!(challenge.error_description.unwrap().contains(ISSUED_AGAIN));
    assert_eq!(challenge.algs.as_deref(), Some(&*ProofAlgorithm::ALL.map(ProofAlgorithm::as_str).join(" ")));
    let elsewhere = "https://api.example.com/api/whoami";
    show(&shop.api, &token, paths::WHOAMI, elsewhere, "3", now).await.expect(401);
    shop.api.get_as(&token, paths::WHOAMI).await.expect(401);
    shop.api.get_as(&shop.alice(), paths::WHOAMI).await.expect(200);
    shop.close().await;
}

#[tokio::test]
async fn an_api_may_take_bound_tokens_alone_and_be_behind_a_gateway() {
    let proofs = Proofs {
        public_urls: vec![HttpUrl::parse("https://shop.example.com/backend").unwrap()],
        required: true,
    };
    let shop = Shop::open_with_proofs(proofs).await;
    let bearer = shop.api.get_as(&shop.alice(), paths::WHOAMI).await.expect(401);
    let header = bearer.header("www-authenticate").unwrap();
    assert!(header.starts_with("DPoP realm=\"grove\", algs=") && !header.contains("error"), "{header}");
    let (token, now) = (bound(&shop), shop.org.now());
    let url = "https://shop.example.com/backend/api/whoami";
    show(&shop.api, &token, paths::WHOAMI, url, "1", now).await.expect(200);
    let direct = shop.api.url(paths::WHOAMI);
    show(&shop.api, &token, paths::WHOAMI, &direct, "2", now).await.expect(401);
    // What is open stays open.
    shop.api.get(paths::PRODUCTS).await.expect(200);
    shop.close().await;
}

#[tokio::test]
async fn the_document_says_how_bound_tokens_are_shown() {
    let shop = Shop::open().await;
    let document: serde_json::Value = shop.api.get(paths::OPENAPI).await.expect(200).json();
    let introduction = document["info"]["description"].as_str().unwrap();
    assert!(introduction.contains("`DPoP`") && introduction.contains("RFC 9449"), "{}", json!(introduction));
    shop.close().await;
}
