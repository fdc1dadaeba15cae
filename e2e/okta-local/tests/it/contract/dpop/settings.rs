//! Which apps have bound tokens, and how the org says that it can bind them.

use okta_local::{Endpoint, Seeds};
use okta_types::Form;
use reqwest::Method;
use serde_json::{Value, json};

use super::super::wire::refused;
use super::client::{Client, org};
use crate::browser::{Browser, builder, http, parts, redemption, text};
use crate::management::{call, web_app};

#[tokio::test]
async fn an_app_without_the_setting_gets_bearer_tokens_whatever_the_proof() {
    let org = org().await;
    let client = Client::new(&org);
    let plain = org.client_id_of("Plain").expect("an app");
    let app = [("client_id", Some(plain.as_str()))];
    for proof in [client.proof().sign(&client.key), "x".to_owned()] {
        let code = Browser::new(&org).code_for(crate::browser::ALICE, &app).await;
        let answer = client.post(&redemption(&org, &code, &app), &[&proof]).await;
        assert_eq!(answer.header("dpop-nonce"), None);
        let tokens = answer.json();
        assert_eq!(tokens["token_type"], "Bearer", "{tokens}");
        assert_eq!(parts(text(&tokens, "access_token")).1.get("cnf"), None);
    }
}

#[tokio::test]
async fn a_service_proves_its_key_too() {
    let org = org().await;
    let client = Client::new(&org);
    let service = org.service_client();
    let form = Form::new().with("grant_type", "client_credentials").with("scope", "orders:read");
    let form =
        form.with("client_id", &service.client_id).with("client_secret", service.client_secret.expose());
    let post = async |proofs: &[&str]| {
        let request = http().post(client.url("token"));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        let request = proofs.iter().fold(request, |request, proof| request.header("DPoP", *proof));
        crate::browser::Answer::to(request.body(form.as_str().to_owned())).await
    };
    refused(&post(&[]).await, 400, "invalid_dpop_proof", "The DPoP proof JWT header is missing.");
    let first = post(&[&client.proof().sign(&client.key)]).await;
    let nonce = first.header("dpop-nonce").expect("a nonce");
    let tokens = post(&[&client.proof().claim("nonce", nonce).sign(&client.key)]).await.json();
    assert_eq!(tokens["token_type"], "DPoP");
    let claims = parts(text(&tokens, "access_token")).1;
    assert_eq!(claims["cnf"], json!({"jkt": client.key.thumbprint()}));
}

#[tokio::test]
async fn an_administrator_sets_it_but_not_with_the_implicit_grant() {
    let org = org().await;
    let mut app = web_app("Bound");
    app["settings"]["oauthClient"]["dpop_bound_access_tokens"] = json!(true);
    let made = call(&org, Method::POST, "/apps", &app).await.json();
    assert_eq!(made["settings"]["oauthClient"]["dpop_bound_access_tokens"], true);
    app["settings"]["oauthClient"]["grant_types"] = json!(["authorization_code", "implicit"]);
    let answer = call(&org, Method::POST, "/apps", &app).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["errorCode"]), (400, &json!("E0000001")));
    assert_eq!(answer.json()["errorSummary"], "Api validation failed: dpop_bound_access_tokens");
    let cause = "dpop_bound_access_tokens: It is not allowed with the grant 'implicit'.";
    assert_eq!(answer.json()["errorCauses"], json!([{"errorSummary": cause}]));
}

#[tokio::test]
async fn a_seed_file_sets_it() {
    let text = "[[apps]]\nlabel = \"Bound\"\nredirect_uris = [\"http://localhost:8080/login/callback\"]\n\
        dpop_bound_access_tokens = true";
    let org = builder().seeds(Seeds::parse(text).unwrap()).start().await.unwrap();
    let client = Client::new(&org);
    assert_eq!(client.sign_in().await["token_type"], "DPoP");
}

#[tokio::test]
async fn metadata_lists_the_algorithms_last() {
    let org = org().await;
    let algorithms =
        r#","dpop_signing_alg_values_supported":["RS256","RS384","RS512","ES256","ES384","ES512"]"#;
    let document = Browser::new(&org).get(&org.issuer().discovery_url()).await.body;
    assert!(document.ends_with(&format!("{algorithms}}}")), "{document}");
    let own = format!("{}/.well-known/openid-configuration", org.base_url());
    let document = Browser::new(&org).get(&own).await.body;
    assert!(document.ends_with(&format!("{algorithms}}}")), "{document}");
}

#[tokio::test]
async fn a_claim_of_an_administrators_cannot_take_the_place_of_the_key() {
    let org = org().await;
    let claim = json!({"name": "cnf", "claimType": "RESOURCE", "valueType": "EXPRESSION", "value": "\"x\""});
    let answer = call(&org, Method::POST, "/authorizationServers/default/claims", &claim).await;
    assert_eq!(answer.status, 400, "{answer:?}");
}

#[tokio::test]
async fn the_control_plane_expires_nonces_and_demands_them_at_userinfo() {
    let org = org().await;
    let client = Client::new(&org);
    let tokens = client.sign_in().await;
    let token = text(&tokens, "access_token");
    let plane = org.control_url().expect("a control plane");
    let order = async |path: &str, body: Value| {
        http().post(format!("{plane}{path}")).json(&body).send().await.expect("it answers")
    };
    let fault = |endpoint: &str| json!({"endpoint": endpoint, "answers": 1, "fault": "demand_nonce"});
    assert_eq!(order("/faults", fault("userinfo")).await.status(), 204);
    assert_eq!(org.faults_to_come(Endpoint::UserInfo), 1);
    let proof = client.proof_for(token).sign(&client.key);
    assert_eq!(client.userinfo("DPoP", token, &[&proof]).await.status, 401);
    let refused = order("/faults", fault("token")).await;
    assert_eq!(refused.status(), 400);
    assert!(refused.text().await.unwrap().contains("for userinfo only"));
    assert_eq!(order("/dpop-nonces/expire", json!({})).await.status(), 204);
    let form = client.renewal(text(&tokens, "refresh_token"));
    let answer = client.post(&form, &[&client.proof().sign(&client.key)]).await;
    assert_eq!(answer.error().0, "use_dpop_nonce");
}
