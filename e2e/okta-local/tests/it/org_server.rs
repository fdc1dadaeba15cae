//! The org's own authorization server: issuer is the org, access tokens are opaque.

use okta_local::RunningOrg;
use okta_types::Form;
use serde_json::{Value, json};

use crate::browser::{
    ALICE, Answer, Browser, CALLBACK, PASSWORD, authorize_query, http, org, parts, text, verifier,
};

async fn post(org: &RunningOrg, endpoint: &str, form: &Form) -> Answer {
    let request = http().post(format!("{}/oauth2/v1/{endpoint}", org.base_url()));
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    Answer::to(request.body(form.as_str().to_owned())).await
}

async fn tokens(org: &RunningOrg, scope: &str) -> Answer {
    let browser = Browser::new(org);
    let query = authorize_query(org, &[("scope", Some(scope))]);
    let page = browser.get(&format!("{}/oauth2/v1/authorize?{query}", org.base_url())).await;
    let code = browser.sign_in(&page, ALICE, PASSWORD).await.code();
    let form = Form::new()
        .with("grant_type", "authorization_code")
        .with("client_id", org.client_id())
        .with("redirect_uri", CALLBACK)
        .with("code", &code)
        .with("code_verifier", verifier().expose());
    post(org, "token", &form).await
}

#[tokio::test]
async fn its_metadata_names_the_org_and_its_endpoints() {
    let org = org().await;
    let at = |path: &str| format!("{}{path}", org.base_url());
    let get = async |path: &str| Answer::to(http().get(at(path))).await.json();
    let metadata = get("/.well-known/openid-configuration").await;
    assert_eq!(metadata["issuer"], org.base_url());
    for (key, path) in [
        ("authorization_endpoint", "/oauth2/v1/authorize"),
        ("token_endpoint", "/oauth2/v1/token"),
        ("userinfo_endpoint", "/oauth2/v1/userinfo"),
        ("jwks_uri", "/oauth2/v1/keys"),
        ("introspection_endpoint", "/oauth2/v1/introspect"),
        ("revocation_endpoint", "/oauth2/v1/revoke"),
        ("end_session_endpoint", "/oauth2/v1/logout"),
    ] {
        assert_eq!(metadata[key], at(path), "{key}");
    }
    assert_eq!(
        metadata["scopes_supported"],
        json!(["openid", "email", "profile", "address", "phone", "offline_access", "groups"])
    );
    assert_eq!(get("/.well-known/oauth-authorization-server").await["issuer"], org.base_url());
}

#[tokio::test]
async fn its_access_tokens_are_opaque_and_its_id_tokens_are_not() {
    let org = org().await;
    let tokens = tokens(&org, "openid profile offline_access").await.json();
    let (header, claims) = parts(text(&tokens, "access_token"));
    assert_eq!((text(&claims, "iss"), text(&claims, "aud")), (org.base_url(), org.base_url()));
    let keys = Answer::to(http().get(format!("{}/oauth2/v1/keys", org.base_url()))).await.json();
    let published =
        |header: &Value| keys["keys"].as_array().unwrap().iter().any(|key| key["kid"] == header["kid"]);
    assert!(!published(&header), "nobody can verify it");
    let (header, claims) = parts(text(&tokens, "id_token"));
    assert!(published(&header));
    assert_eq!(text(&claims, "iss"), org.base_url());
}

#[tokio::test]
async fn its_userinfo_takes_its_tokens_only_and_knows_groups() {
    let org = org().await;
    let ours = tokens(&org, "openid groups").await.json();
    let theirs = crate::browser::tokens(&org).await;
    let ask = async |base: String, tokens: &Value| {
        let request = http().get(format!("{base}/v1/userinfo")).bearer_auth(text(tokens, "access_token"));
        Answer::to(request).await
    };
    let own = format!("{}/oauth2", org.base_url());
    assert_eq!(ask(own.clone(), &ours).await.json()["groups"], json!(["Everyone"]));
    assert_eq!(ask(own, &theirs).await.status, 401);
    assert_eq!(ask(org.issuer().to_string(), &ours).await.status, 401);
}

#[tokio::test]
async fn a_grant_of_one_server_is_not_for_another() {
    let org = org().await;
    let tokens = tokens(&org, "openid offline_access").await.json();
    let answer = crate::browser::refresh(&org, text(&tokens, "refresh_token"), &[]).await;
    let description = "The grant was issued for another authorization server.";
    assert_eq!(answer.error(), ("invalid_request".to_owned(), description.to_owned()));
    let form = Form::new().with("grant_type", "refresh_token").with("client_id", org.client_id());
    let form = form.with("refresh_token", text(&tokens, "refresh_token"));
    assert_eq!(post(&org, "token", &form).await.status, 200);
}

#[tokio::test]
async fn it_has_no_custom_scopes_and_nothing_for_services_with_a_secret() {
    let org = org().await;
    let query = authorize_query(&org, &[("scope", Some("openid orders:read"))]);
    let answer = Browser::new(&org).get(&format!("{}/oauth2/v1/authorize?{query}", org.base_url())).await;
    assert_eq!(answer.returned("error").as_deref(), Some("invalid_scope"));
    let service = org.service_client();
    let form = Form::new()
        .with("grant_type", "client_credentials")
        .with("scope", "groups")
        .with("client_id", &service.client_id)
        .with("client_secret", service.client_secret.expose());
    let description = "Client Credentials requests to the Org Authorization Server must use the private_key_jwt \
        token_endpoint_auth_method.";
    let answer = post(&org, "token", &form).await;
    assert_eq!((answer.status.as_u16(), answer.error().1.as_str()), (401, description));
}

#[tokio::test]
async fn of_services_it_takes_those_that_sign_assertions_only() {
    let org = org().await;
    let mut web = crate::management::web_app("Machine");
    web["settings"]["oauthClient"]["grant_types"] =
        serde_json::json!(["authorization_code", "client_credentials"]);
    let app = crate::management::call(&org, reqwest::Method::POST, "/apps", &web).await.json();
    let credentials = &app["credentials"]["oauthClient"];
    let form = Form::new()
        .with("grant_type", "client_credentials")
        .with("scope", "okta.users.read")
        .with("client_id", text(credentials, "client_id"))
        .with("client_secret", text(credentials, "client_secret"));
    let description = "Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with \
        the Org Authorization Server.";
    let answer = post(&org, "token", &form).await;
    assert_eq!((answer.status.as_u16(), answer.error().1.as_str()), (401, description));
}
