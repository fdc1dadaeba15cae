//! `cargo okta call`, at an API that runs.

use std::sync::{Arc, Mutex};

use actix_web::HttpResponse;
use api::Settings;
use okta_local::{Endpoint, Fault, RunningOrg};
use okta_types::DpopProof;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::doctor::{serve, start_api};
use crate::{Administrator, Ran, okta, with_shop};

/// An org and an API; where `bound`, both apps' tokens are bound to a key.
struct Place {
    org: RunningOrg,
    api: api::StopHandle,
    address: String,
    folder: TempDir,
}

/// Has the org bind the tokens of this app to a key, or not.
pub(super) async fn bind(org: &RunningOrg, client_id: &str, bound: bool) {
    let path = format!("/api/v1/apps/{client_id}");
    let setting = |app: &mut Value| app["settings"]["oauthClient"]["dpop_bound_access_tokens"] = bound.into();
    Administrator::of(org).edit(&path, setting).await;
}

impl Place {
    async fn start(bound: bool, change: impl FnOnce(&mut Settings)) -> Self {
        let org = with_shop().start().await.unwrap();
        let folder = tempdir().unwrap();
        for id in [org.client_id().to_owned(), org.service_client().client_id] {
            bind(&org, &id, bound).await;
        }
        let (api, address) = start_api(&org, &folder, change).await;
        Self { org, api, address, folder }
    }

    async fn okta(&self, args: &[&str]) -> Ran {
        okta(&self.folder, args, &crate::token::variables(&self.org), "").await
    }

    async fn call(&self, method: &str, path: &str, more: &[&str]) -> Ran {
        let url = format!("http://{}{path}", self.address);
        self.okta(&[&["call", method, &url], more].concat()).await
    }

    async fn stop(self) {
        self.api.stop(true).await;
        self.org.stop().await;
    }
}

#[track_caller]
fn answered(ran: &Ran, status: &str) -> Value {
    assert!(ran.err.contains(status), "{} {}{}", ran.code, ran.out, ran.err);
    assert_eq!(ran.code, i32::from(!status.starts_with('2')), "{}{}", ran.out, ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn bound_tokens_and_bearer_tokens_open_the_api_in_one_command() {
    for bound in [true, false] {
        let place = Place::start(bound, |settings| settings.proofs.required = bound).await;
        let whoami = answered(&place.call("get", "/api/whoami?query=%20", &["--client"]).await, "200 OK");
        assert_eq!(whoami["cid"], place.org.service_client().client_id, "{whoami}");
        let alice = ["--user", "alice@example.com", "--include"];
        let ran = place.call("GET", "/api/cart", &alice).await;
        let cart = answered(&ran, "200 OK");
        assert!(ran.err.contains("content-type: application/json"), "{}", ran.err);
        let lines = json!([{"product_id": "apple-sapling", "quantity": 1}]);
        let body = json!({"version": cart["version"], "lines": lines}).to_string();
        let put = place.call("PUT", "/api/cart", &["--user", "alice@example.com", "--data", &body]).await;
        assert_eq!(answered(&put, "200 OK")["lines"][0]["quantity"], 1);
        answered(&place.call("GET", "/api/orders/nope", &["--client"]).await, "40");
        place.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_sends_nothing() {
    let folder = tempdir().unwrap();
    for (args, names) in [
        (vec!["GET", "http://shop.example.com/api"], "has to be https"),
        (vec!["GET", "https://a:b@shop.example.com/"], "no user name"),
        (vec!["G T", "http://localhost:1/"], "is no method"),
        (vec!["GET", "http://localhost:1/", "--header", "DPoP: x"], "is what this command is for"),
        (vec!["GET", "http://localhost:1/", "--header", "authorization: x"], "is what this command is for"),
    ] {
        let ran = okta(&folder, &[vec!["call"], args].concat(), &[], "").await;
        assert!(ran.code == 2 && ran.err.contains(names), "{names}: {} {}", ran.code, ran.err);
    }
    let place = Place::start(true, |_| {}).await;
    let nobody = place.okta(&["call", "GET", "http://localhost:1/", "--client"]).await;
    assert!(nobody.code == 1 && nobody.err.contains("http://localhost:1 does not answer"), "{}", nobody.err);
    place.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_server_may_want_its_nonce_and_no_answer_shows_the_token() {
    let place = Place::start(true, |_| {}).await;
    place.org.inject(Endpoint::UserInfo, Fault::DemandNonce, 1);
    let url = format!("{}/v1/userinfo", place.org.issuer());
    let alice = ["--user", "alice@example.com", "--include"];
    let ran = place.okta(&[&["call", "GET", &url], &alice[..]].concat()).await;
    assert_eq!(answered(&ran, "200 OK")["preferred_username"], "alice@example.com");
    assert!(!format!("{}{}", ran.out, ran.err).contains("eyJ"), "{}{}", ran.out, ran.err);
    place.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bound_token_is_printed_where_one_asks_for_it() {
    let place = Place::start(true, |_| {}).await;
    for asking in [vec!["--client"], vec!["--user", "alice@example.com"]] {
        let ran = place.okta(&[vec!["token", "--dpop", "--decode"], asking.clone()].concat()).await;
        assert!(ran.code == 0 && ran.err.contains("cargo okta call"), "{}{}", ran.out, ran.err);
        let shown: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(shown["claims"]["cnf"]["jkt"].as_str().map(str::len), Some(43), "{shown}");
        // Without a key the org gives none, and the answer says what to do.
        let ran = place.okta(&[vec!["token"], asking].concat()).await;
        assert!(ran.code == 1 && ran.out.is_empty() && ran.err.contains("token --dpop"), "{}", ran.err);
    }
    let service = place.org.service_client().client_id;
    bind(&place.org, &service, false).await;
    let ran = place.okta(&["token", "--dpop", "--client"]).await;
    assert!(ran.code == 1 && ran.out.is_empty() && ran.err.contains("Proof of possession"), "{}", ran.err);
    place.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_never_content_is_asked_twice_with_two_proofs() {
    let place = Place::start(true, |_| {}).await;
    let proofs = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&proofs);
    let (address, handle) = serve(move |request| {
        let proof = request.headers().get("dpop").unwrap().to_str().unwrap();
        let claims = DpopProof::parse(proof).unwrap().unverified_claims;
        let mut seen = seen.lock().unwrap();
        seen.push((claims.jti, claims.nonce));
        HttpResponse::Unauthorized()
            .insert_header(("www-authenticate", "Bearer, DPoP error=\"use_dpop_nonce\""))
            .insert_header(("dpop-nonce", format!("nonce {}", seen.len())))
            .finish()
    });
    let ran = place.okta(&["call", "POST", &format!("http://{address}/"), "--client", "--data", "{}"]).await;
    assert!(ran.code == 1 && ran.out.is_empty() && ran.err.contains("401"), "{}{}", ran.out, ran.err);
    let proofs = proofs.lock().unwrap().clone();
    let nonces: Vec<_> = proofs.iter().map(|(_, nonce)| nonce.as_deref()).collect();
    assert_eq!(nonces, [None, Some("nonce 1")]);
    assert_ne!(proofs[0].0, proofs[1].0);
    handle.stop(true).await;
    place.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_spoils_proofs_is_named() {
    let place = Place::start(true, |_| {}).await;
    place.org.advance_clock(std::time::Duration::from_secs(3600));
    let ran = place.call("GET", "/api/whoami", &["--client"]).await;
    assert!(ran.code == 1 && ran.out.is_empty() && ran.err.contains("clock of this machine"), "{}", ran.err);
    place.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bound_token_is_said_to_need_a_proof_of_its_key() {
    let place = Place::start(true, |_| {}).await;
    let token = place.okta(&["token", "--dpop", "--client"]).await.out;
    let verify = async |input: String, audience: &str| {
        let mut variables = crate::token::variables(&place.org);
        variables.push(("OKTA_API_AUDIENCE", audience.to_owned()));
        okta(&place.folder, &["token", "--stdin", "--verify"], &variables, &input).await
    };
    for input in [token.clone(), format!("DPoP {token}")] {
        let ran = verify(input, "api://default").await;
        for part in ["bound to a key", "Authorization: DPoP", "cargo okta call", "401"] {
            assert!(ran.code == 1 && ran.out.contains(part), "{part}: {}{}", ran.out, ran.err);
        }
    }
    // Whatever else is wrong with it is said first: a proof would not help.
    let ran = verify(token, "api://other").await;
    assert!(ran.code == 1 && ran.out.contains("401 invalid_token: "), "{}", ran.out);
    assert!(ran.out.contains("api://other") && !ran.out.contains("bound to a key"), "{}", ran.out);
    place.stop().await;
}
