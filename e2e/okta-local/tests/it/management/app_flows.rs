//! What web and native apps may do that single-page apps may not, and what they are refused.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::json;

use super::recorded_apps::{made, terraform};
use super::{call, get};
use crate::browser::{ALICE, Browser, org, text};

#[tokio::test]
async fn a_native_app_returns_to_any_port_of_its_loopback_address_and_to_its_scheme() {
    let org = org().await;
    let mut body = terraform("native", &["authorization_code", "refresh_token"], &["code"]);
    body["credentials"]["oauthClient"] = json!({"token_endpoint_auth_method": "none", "pkce_required": true});
    body["settings"]["oauthClient"]["redirect_uris"] =
        json!(["http://127.0.0.1/cb", "com.example.garden:/callback"]);
    let app = made(&org, &body).await;
    assert_eq!(app["credentials"]["oauthClient"].get("client_secret"), None);
    let id = text(&app, "id").to_owned();
    let everyone = text(&get(&org, "/groups?q=every").await[0], "id").to_owned();
    call(&org, Method::PUT, &format!("/apps/{id}/groups/{everyone}"), &json!({})).await;
    let browser = Browser::new(&org);
    let page = browser
        .authorize(&[("client_id", Some(&id)), ("redirect_uri", Some("http://127.0.0.1:49152/cb"))])
        .await;
    let back = browser.sign_in(&page, ALICE, crate::browser::PASSWORD).await;
    assert!(back.location().starts_with("http://127.0.0.1:49152/cb?code="), "{back:?}");
    let code = back.returned("code").unwrap();
    let redeemed =
        |uri: &'static str| [("client_id", Some(id.as_str())), ("redirect_uri", Some(uri))].to_vec();
    let tokens = crate::browser::redeem(&org, &code, &redeemed("http://127.0.0.1:49152/cb")).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
    let own = browser
        .authorize(&[("client_id", Some(&id)), ("redirect_uri", Some("com.example.garden:/callback"))])
        .await;
    assert!(own.location().starts_with("com.example.garden:/callback?code="), "{own:?}");
    for strange in [
        "http://127.0.0.1:1/other",
        "http://localhost:1/cb",
        "https://127.0.0.1/cb",
        "http://127.0.0.1.evil.example/cb",
    ] {
        let refused = browser.authorize(&[("client_id", Some(&id)), ("redirect_uri", Some(strange))]).await;
        assert_eq!(refused.status, 400, "{strange}");
    }
    let port = [
        ("client_id", Some(org.client_id())),
        ("redirect_uri", Some("http://localhost:8081/login/callback")),
    ];
    assert_eq!(browser.authorize(&port).await.status, 400, "to the letter for all others");
    let none = [
        ("client_id", Some(id.as_str())),
        ("redirect_uri", Some("http://127.0.0.1/cb")),
        ("code_challenge", None),
        ("code_challenge_method", None),
    ];
    assert_eq!(browser.authorize(&none).await.returned("error").as_deref(), Some("invalid_request"), "PKCE");
}

#[tokio::test]
async fn a_web_app_signs_people_in_with_its_secret_and_renews_as_it_is_told() {
    let org = org().await;
    let mut body = terraform("web", &["authorization_code", "refresh_token"], &["code"]);
    body["settings"]["oauthClient"]["refresh_token"] = json!({"rotation_type": "STATIC"});
    body["credentials"]["oauthClient"]["client_id"] = json!("a-name_of.its-own");
    let app = made(&org, &body).await;
    assert!(
        text(&app, "id").starts_with("0oa")
            && app["credentials"]["oauthClient"]["client_id"] == "a-name_of.its-own"
    );
    let again = call(&org, Method::POST, "/apps", &body).await;
    assert_eq!(
        (again.status.as_u16(), &again.json()["errorSummary"]),
        (400, &json!("Api validation failed: client_id"))
    );
    let (app_id, id) = (text(&app, "id").to_owned(), "a-name_of.its-own".to_owned());
    let secret = text(&app["credentials"]["oauthClient"], "client_secret").to_owned();
    let everyone = text(&get(&org, "/groups?q=every").await[0], "id").to_owned();
    call(&org, Method::PUT, &format!("/apps/{app_id}/groups/{everyone}"), &json!({})).await;
    let without_challenge =
        [("client_id", Some(id.as_str())), ("code_challenge", None), ("code_challenge_method", None)];
    let browser = Browser::new(&org);
    let code = browser.code_for(ALICE, &without_challenge).await;
    let with_secret =
        [("client_id", Some(id.as_str())), ("client_secret", Some(secret.as_str())), ("code_verifier", None)];
    let tokens = crate::browser::redeem(&org, &code, &with_secret).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
    let token = text(&tokens.json(), "refresh_token").to_owned();
    let client = &with_secret[..2];
    for _ in 0..3 {
        let renewed = crate::browser::refresh(&org, &token, client).await;
        assert_eq!((renewed.status.as_u16(), text(&renewed.json(), "refresh_token")), (200, token.as_str()));
        org.advance_clock(std::time::Duration::from_secs(120));
    }
    // A verifier for a code that was asked for without a challenge is somebody else's (RFC 9700 §4.8.2).
    let code = browser.authorize(&without_challenge).await.code();
    assert_eq!(crate::browser::redeem(&org, &code, client).await.error().0, "invalid_grant");
    let code = browser.authorize(&[("client_id", Some(id.as_str()))]).await.code();
    let bare = crate::browser::redeem(&org, &code, &with_secret).await;
    assert_eq!(
        bare.error(),
        ("invalid_request".into(), "PKCE code verifier is required by the application.".into())
    );
    let code = browser.authorize(&without_challenge).await.code();
    let nobody =
        crate::browser::redeem(&org, &code, &[("client_id", Some(id.as_str())), ("code_verifier", None)])
            .await;
    assert_eq!(nobody.status, 401);
    body["settings"]["oauthClient"]["refresh_token"] = json!({"rotation_type": "ROTATE", "leeway": 0});
    assert_eq!(call(&org, Method::PUT, &format!("/apps/{app_id}"), &body).await.status, 200);
    let rotated = crate::browser::refresh(&org, &token, client).await;
    assert_ne!(text(&rotated.json(), "refresh_token"), token);
    assert_eq!(crate::browser::refresh(&org, &token, client).await.status, 400);
}

#[tokio::test]
async fn a_wildcard_leads_to_subdomains_where_an_app_asks_for_it() {
    let org = org().await;
    let everyone = text(&get(&org, "/groups?q=every").await[0], "id").to_owned();
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    for (mode, status) in [("SUBDOMAIN", 302), ("DISABLED", 400)] {
        let mut body = terraform("web", &["authorization_code"], &["code"]);
        body["settings"]["oauthClient"]["redirect_uris"] = json!(["https://*.app.example/cb"]);
        body["settings"]["oauthClient"]["wildcard_redirect"] = json!(mode);
        let made = call(&org, Method::POST, "/apps", &body).await;
        if mode == "DISABLED" {
            assert_eq!(made.status, status, "no wildcard without it");
            continue;
        }
        let app = made.json();
        let path = format!("/apps/{}/groups/{everyone}", text(&app, "id"));
        call(&org, Method::PUT, &path, &json!({})).await;
        let at = async |uri: &str| {
            browser.authorize(&[("client_id", Some(text(&app, "id"))), ("redirect_uri", Some(uri))]).await
        };
        let answer = at("https://eu.app.example/cb").await;
        assert_eq!(answer.status, status);
        assert!(answer.location().starts_with("https://eu.app.example/cb?code="), "{answer:?}");
        assert_eq!(at("https://a.eu.app.example/cb").await.status, 400);
        assert_eq!(at("https://app.example/cb").await.status, 400);
    }
}

#[tokio::test]
async fn a_grant_that_an_app_may_have_and_this_org_does_not_serve_is_named_in_the_refusal() {
    let org = org().await;
    let app = made(&org, &terraform("native", &["password"], &[])).await;
    let credentials = &app["credentials"]["oauthClient"];
    let form = okta_types::Form::new()
        .with("grant_type", "password")
        .with("client_id", text(credentials, "client_id"));
    let form = form.with("client_secret", text(credentials, "client_secret"));
    let (error, description) = crate::browser::post(&org, "token", &form, &[]).await.error();
    assert_eq!(error, "unsupported_grant_type");
    assert!(description.ends_with("Configured grant types: [password]."), "{description}");
}

#[tokio::test]
async fn a_web_app_pushes_its_request_with_its_secret() {
    let org = org().await;
    let app = made(&org, &terraform("web", &["authorization_code"], &["code"])).await;
    let id = text(&app, "id").to_owned();
    let secret = text(&app["credentials"]["oauthClient"], "client_secret").to_owned();
    let basic = |secret: &str| format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let push = async |change: &[(&str, Option<&str>)], header: Option<String>| {
        let pairs = okta_types::parse_query(&crate::browser::authorize_query(&org, change));
        let form = pairs.iter().fold(okta_types::Form::new(), |form, (name, value)| form.with(name, value));
        let header = header.as_deref().map(|value| ("Authorization", value));
        crate::browser::post(&org, "par", &form, header.as_slice()).await
    };
    // RFC 9126 §2.1: `client_id` is a part of the request; some clients leave it to their credentials.
    let (named, secret_too) = (("client_id", Some(id.as_str())), ("client_secret", Some(secret.as_str())));
    for (change, header) in [
        (&[named, secret_too][..], None),
        (&[named], Some(basic(&secret))),
        (&[("client_id", None)], Some(basic(&secret))),
    ] {
        let answer = push(change, header).await;
        assert_eq!(answer.status, 201, "{answer:?}");
    }
    assert_eq!(push(&[named], None).await.status, 401);
    assert_eq!(push(&[named], Some(basic("wrong"))).await.status, 401);
    let another = [("client_id", Some(org.client_id()))];
    assert_eq!(push(&another, Some(basic(&secret))).await.error().0, "invalid_client");
}
