use std::time::Duration;

use okta_types::Form;

use crate::browser::{ALICE, Browser, CALLBACK, PASSWORD, authorize_query, org, parts, redeem, text};

#[tokio::test]
async fn no_redirect_uri_but_the_registered_one_is_ever_followed() {
    let org = org().await;
    let browser = Browser::new(&org);
    let variants = [
        None,
        Some("http://localhost:8080/login/callback/"),
        Some("http://localhost:8080/login/callback?x=1"),
        Some("http://localhost:8080/login/callback#x"),
        Some("http://localhost:8080/Login/callback"),
        Some("http://localhost:8081/login/callback"),
        Some("http://127.0.0.1:8080/login/callback"),
        Some("https://localhost:8080/login/callback"),
        Some("http://localhost:8080@evil.test/login/callback"),
        Some("http://localhost:8080/login/../login/callback"),
        Some("//localhost:8080/login/callback"),
    ];
    for uri in variants {
        let answer = browser.authorize(&[("redirect_uri", uri)]).await;
        assert_eq!(answer.status, 400, "{uri:?}");
        assert_eq!(answer.header("location"), None, "{uri:?}");
        let text =
            "The &#39;redirect_uri&#39; parameter must be a Login redirect URI in the client app settings.";
        assert!(
            answer.body.contains(text) || answer.body.contains(&text.replace("&#39;", "'")),
            "{answer:?}"
        );
        assert!(answer.body.contains(">oae"), "the page shows an id to look for");
    }
}

#[tokio::test]
async fn an_unknown_client_or_a_repeated_address_is_told_on_a_page() {
    let org = org().await;
    let browser = Browser::new(&org);
    for client in [None, Some("0oanope")] {
        let answer = browser.authorize(&[("client_id", client)]).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (400, None));
    }
    for twice in ["client_id", "redirect_uri"] {
        let query = authorize_query(&org, &[]);
        let answer = browser.get(&format!("{}/v1/authorize?{query}&{twice}=x", org.issuer())).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (400, None));
    }
    // The address of another app is not this app's.
    let answer = browser.authorize(&[("redirect_uri", Some("http://localhost:9999/cb"))]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (400, None));
}

#[tokio::test]
async fn other_refusals_go_back_to_the_app_with_error_description_and_state() {
    let org = org().await;
    let browser = Browser::new(&org);
    let cases = [
        ("code_challenge", None, "invalid_request", "PKCE code challenge is required by the application."),
        (
            "code_challenge_method",
            Some("plain"),
            "invalid_request",
            "PKCE code challenge method is not supported. Valid values: [S256]",
        ),
        (
            "response_type",
            Some("none"),
            "unsupported_response_type",
            "The response type is not supported by the authorization server. Configured response types: [code].",
        ),
        (
            "scope",
            Some("openid nope"),
            "invalid_scope",
            "One or more scopes are not configured for the authorization server resource.",
        ),
        (
            "prompt",
            Some("none"),
            "login_required",
            "The client specified not to prompt, but the user is not logged in.",
        ),
    ];
    for (name, value, error, description) in cases {
        let answer = browser.authorize(&[(name, value)]).await;
        assert_eq!(answer.status, 302, "{name}");
        assert!(answer.location().starts_with(&format!("{CALLBACK}?")), "{answer:?}");
        assert_eq!(answer.returned("error").as_deref(), Some(error));
        assert_eq!(answer.returned("error_description").as_deref(), Some(description));
        assert_eq!(answer.returned("state").as_deref(), Some("the state"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    }
}

#[tokio::test]
async fn a_missing_or_repeated_state_is_refused_without_echo() {
    let org = org().await;
    let browser = Browser::new(&org);
    let answer = browser.authorize(&[("state", None)]).await;
    let description = "The authentication request has an invalid 'state' parameter.";
    assert_eq!(answer.returned("error_description").as_deref(), Some(description));
    let query = authorize_query(&org, &[]);
    let answer = browser.get(&format!("{}/v1/authorize?{query}&state=other", org.issuer())).await;
    let description = "The request contained multiple parameters with the same name.";
    assert_eq!(answer.returned("error_description").as_deref(), Some(description));
    assert_eq!(answer.returned("state"), None);
}

#[tokio::test]
async fn the_second_authorization_is_silent_and_keeps_the_time_of_sign_in() {
    let org = org().await;
    let browser = Browser::new(&org);
    let first = redeem(&org, &browser.code_for(ALICE, &[]).await, &[]).await.json();
    org.advance_clock(Duration::from_secs(600));
    let second = browser.authorize(&[("prompt", Some("none"))]).await;
    assert_eq!(second.status, 302);
    let second = redeem(&org, &second.code(), &[]).await.json();
    let time = |tokens: &serde_json::Value| parts(text(tokens, "id_token")).1["auth_time"].as_i64().unwrap();
    assert_eq!(time(&first), time(&second));
}

#[tokio::test]
async fn prompt_login_and_an_exceeded_max_age_ask_again_and_renew_the_time() {
    let org = org().await;
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    assert!(browser.authorize(&[("prompt", Some("login"))]).await.is_sign_in_page());
    org.advance_clock(Duration::from_secs(301));
    assert!(browser.authorize(&[("max_age", Some("0"))]).await.is_sign_in_page());
    assert_eq!(browser.authorize(&[("max_age", Some("400"))]).await.status, 302);
    let refused = browser.authorize(&[("max_age", Some("300")), ("prompt", Some("none"))]).await;
    let description =
        "The client specified not to prompt, but the client app requires re-authentication or MFA.";
    assert_eq!(refused.returned("error_description").as_deref(), Some(description));
    let page = browser.authorize(&[("max_age", Some("300"))]).await;
    let code = browser.sign_in(&page, ALICE, PASSWORD).await.code();
    let tokens = redeem(&org, &code, &[]).await.json();
    let auth_time = parts(text(&tokens, "id_token")).1["auth_time"].as_i64().unwrap();
    assert!(org.now().0 - auth_time < 60);
}

#[tokio::test]
async fn ended_sessions_ask_for_the_password_again() {
    let org = org().await;
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    org.end_sessions();
    assert!(browser.authorize(&[]).await.is_sign_in_page());
}

#[tokio::test]
async fn a_posted_request_works_like_one_by_query() {
    let org = org().await;
    let browser = Browser::new(&org);
    let form = Form::new().with("extra", "1");
    let query = format!("{}&{}", authorize_query(&org, &[]), form.as_str());
    let url = format!("{}/v1/authorize", org.issuer());
    let form = okta_types::parse_query(&query).iter().fold(Form::new(), |f, (n, v)| f.with(n, v));
    let page = browser.post(&url, &form).await;
    let answer = browser.sign_in(&page, ALICE, PASSWORD).await;
    assert_eq!(answer.returned("state").as_deref(), Some("the state"));
    answer.code();
}

#[tokio::test]
async fn someone_who_is_not_assigned_is_sent_back_each_time() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = browser.authorize(&[]).await;
    let answer = browser.sign_in(&page, "carol@example.com", PASSWORD).await;
    assert_eq!(answer.status, 303);
    for answer in [answer, browser.authorize(&[]).await] {
        assert!(answer.location().starts_with(&format!("{CALLBACK}?")), "{answer:?}");
        assert_eq!(answer.returned("error").as_deref(), Some("access_denied"));
        let description = "User is not assigned to the client application.";
        assert_eq!(answer.returned("error_description").as_deref(), Some(description));
        assert_eq!(answer.returned("state").as_deref(), Some("the state"));
    }
}

#[tokio::test]
async fn an_authentication_context_is_named_only_where_it_was_asked_for() {
    let org = org().await;
    let browser = Browser::new(&org);
    let plain = redeem(&org, &browser.code_for(ALICE, &[]).await, &[]).await.json();
    assert!(parts(text(&plain, "access_token")).1.get("acr").is_none());
    let asked = browser.authorize(&[("acr_values", Some("urn:x urn:okta:loa:1fa:any"))]).await;
    let asked = redeem(&org, &asked.code(), &[]).await.json();
    for token in ["access_token", "id_token"] {
        assert_eq!(parts(text(&asked, token)).1["acr"], "urn:okta:loa:1fa:any");
    }
    let unmet = browser.authorize(&[("acr_values", Some("phr"))]).await;
    assert_eq!(unmet.returned("error").as_deref(), Some("unmet_authentication_requirements"));
}
