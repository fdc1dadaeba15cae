//! The four ways an answer of `/authorize` travels, and the issuer in it.

use okta_types::parse_query;
use serde_json::{Value, json};

use crate::browser::{ALICE, Answer, Browser, CALLBACK, ORIGIN, org, redeem};

/// A parameter of an attribute's value, as a browser decodes it.
fn attribute(page: &Answer, name: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("{name}=\"")).unwrap_or_else(|| panic!("{name}: {page:?}"));
    rest.split('"').next().unwrap_or_default().replace("&quot;", "\"").replace("&amp;", "&")
}

#[tokio::test]
async fn a_fragment_holds_the_answer_where_it_was_asked_for() {
    let org = org().await;
    let browser = Browser::new(&org);
    let mode = ("response_mode", Some("fragment"));
    let answer = browser.sign_in(&browser.authorize(&[mode]).await, ALICE, crate::browser::PASSWORD).await;
    let fragment = answer.location().strip_prefix(&format!("{CALLBACK}#")).unwrap().to_owned();
    let pairs = parse_query(&fragment);
    assert_eq!((pairs[0].0.as_str(), pairs[1].1.as_str()), ("code", "the state"));
    assert_eq!(redeem(&org, &pairs[0].1, &[]).await.status, 200);
    let refused = browser.authorize(&[mode, ("scope", Some("nope"))]).await;
    assert!(refused.location().starts_with(&format!("{CALLBACK}#state=the+state&error=invalid_scope")));
}

#[tokio::test]
async fn a_form_posts_the_answer() {
    let org = org().await;
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    let page = browser.authorize(&[("response_mode", Some("form_post"))]).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains(&format!("<form method=\"post\" action=\"{CALLBACK}\">")));
    assert_eq!(page.field("state"), "the state");
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("script-src 'sha256-") && policy.contains(&format!("form-action {ORIGIN};")),
        "{policy}"
    );
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
    assert_eq!(page.header("cache-control"), Some("no-cache, no-store"));
    assert_eq!(redeem(&org, &page.field("code"), &[]).await.status, 200);
}

#[tokio::test]
async fn a_message_goes_to_the_apps_origin_only() {
    let org = org().await;
    let browser = Browser::new(&org);
    let mode = ("response_mode", Some("okta_post_message"));
    let silent = browser.authorize(&[mode, ("prompt", Some("none"))]).await;
    let message: Value = serde_json::from_str(&attribute(&silent, "data-message")).unwrap();
    assert_eq!((&message["error"], &message["state"]), (&json!("login_required"), &json!("the state")));
    browser.code_for(ALICE, &[]).await;
    let page = browser.authorize(&[mode, ("prompt", Some("none"))]).await;
    assert_eq!(attribute(&page, "data-target"), ORIGIN);
    assert!(page.body.contains("postMessage(JSON.parse(data.message), data.target)"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.ends_with(&format!("frame-ancestors {ORIGIN}")), "{policy}");
    assert_eq!(page.header("x-frame-options"), None, "only this page may be framed, and by the app only");
    let message: Value = serde_json::from_str(&attribute(&page, "data-message")).unwrap();
    assert_eq!(redeem(&org, message["code"].as_str().unwrap(), &[]).await.status, 200);
}

#[tokio::test]
async fn a_value_cannot_become_markup_in_these_pages() {
    let org = org().await;
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    for mode in ["form_post", "okta_post_message"] {
        let hostile = ("state", Some("\"><script>alert(1)</script>"));
        let page = browser.authorize(&[hostile, ("response_mode", Some(mode))]).await;
        assert!(!page.body.contains("<script>alert"), "{page:?}");
    }
}

#[tokio::test]
async fn an_unknown_mode_is_refused() {
    let org = org().await;
    let answer = Browser::new(&org).authorize(&[("response_mode", Some("pigeon"))]).await;
    assert_eq!(answer.returned("error").as_deref(), Some("unsupported_response_mode"));
    let description = "The response mode is not supported by the authorization server. Valid response modes: [query, \
        fragment, form_post, okta_post_message].";
    assert_eq!(answer.returned("error_description").as_deref(), Some(description));
}

#[tokio::test]
async fn the_issuer_is_named_once_a_test_turns_it_on() {
    let org = org().await;
    let browser = Browser::new(&org);
    let discovery = format!("{}/.well-known/openid-configuration", org.issuer());
    let promise = "authorization_response_iss_parameter_supported";
    assert!(browser.get(&discovery).await.json().get(promise).is_none());
    let page = browser.authorize(&[]).await;
    let answer = browser.sign_in(&page, ALICE, crate::browser::PASSWORD).await;
    assert_eq!(answer.returned("iss"), None);
    org.set_response_iss(true);
    assert_eq!(browser.get(&discovery).await.json()[promise], true);
    for answer in [browser.authorize(&[]).await, browser.authorize(&[("scope", Some("nope"))]).await] {
        assert_eq!(answer.returned("iss").as_deref(), Some(org.issuer().as_str()), "{answer:?}");
    }
}

/// What an app without the implicit grant is told when it asks for tokens.
async fn refused_tokens(change: &[(&str, Option<&str>)]) -> (String, String) {
    let org = org().await;
    let answer = Browser::new(&org).authorize(change).await;
    assert_eq!(answer.status, 302, "{answer:?}");
    let fragment =
        answer.location().strip_prefix(&format!("{CALLBACK}#")).unwrap_or_else(|| panic!("{answer:?}"));
    let pairs = parse_query(fragment);
    let value =
        |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default();
    assert_eq!(value("state"), "the state");
    (value("error"), value("error_description"))
}

#[tokio::test]
async fn tokens_are_refused_in_the_fragment_which_is_their_default() {
    let configured =
        "The response type is not supported by the authorization server. Configured response types: [code].";
    for tokens in
        ["id_token", "token", "id_token token", "code id_token", "token code", "code id_token token"]
    {
        for mode in [None, Some("fragment")] {
            let refused = refused_tokens(&[("response_type", Some(tokens)), ("response_mode", mode)]).await;
            assert_eq!(refused, ("unsupported_response_type".into(), configured.into()), "{tokens}");
        }
    }
}

#[tokio::test]
async fn tokens_never_stand_in_a_query_and_need_a_nonce() {
    let tokens = ("response_type", Some("id_token"));
    let query = "'query' response mode cannot be used with either the 'id_token' or 'token' response types.";
    let refused = refused_tokens(&[tokens, ("response_mode", Some("query"))]).await;
    assert_eq!(refused, ("unsupported_response_mode".into(), query.into()));
    let nonce = "The 'nonce' parameter is required for authorize requests with either the 'id_token' or 'token' \
        response types..";
    let refused = refused_tokens(&[tokens, ("response_mode", None), ("nonce", None)]).await;
    assert_eq!(refused, ("invalid_request".into(), nonce.into()));
}
