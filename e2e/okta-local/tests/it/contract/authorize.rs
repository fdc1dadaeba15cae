//! `/authorize` (okta 4.2).

use std::time::Duration;

use okta_local::{App, RunningOrg};
use okta_types::Form;
use reqwest::Method;
use serde_json::{Value, json};

use super::wire::{REDIRECT, head, like, sent_back, told_on_a_page};
use crate::browser::{
    ALICE, Answer, Browser, CALLBACK, ORIGIN, PASSWORD, authorize_query, builder, http, org, parts, redeem,
    still_org, text,
};

type Change<'a> = (&'a str, Option<&'a str>);

const SHORT: [Change<'_>; 1] = [("scope", Some("openid"))];

/// What `/authorize` answers a new browser.
async fn ask(change: &[Change<'_>]) -> Answer {
    Browser::new(still_org().await).authorize(change).await
}

async fn signed_in(org: &RunningOrg) -> Browser<'_> {
    let browser = Browser::new(org);
    browser.code_for(ALICE, &SHORT).await;
    browser
}

async fn access_claims(org: &RunningOrg, answer: &Answer) -> Value {
    parts(text(&redeem(org, &answer.code(), &[]).await.json(), "access_token")).1
}

#[tokio::test]
async fn client_id_response_type_redirect_uri_scope_and_state_are_required() {
    let client_id = "Invalid value for 'client_id' parameter.";
    told_on_a_page(&ask(&[("client_id", None)]).await, "invalid_client", client_id);
    told_on_a_page(&ask(&[("redirect_uri", None)]).await, "invalid_request", REDIRECT_URI);
    let response_type =
        "The response type is not supported by the authorization server. Configured response types: [code].";
    sent_back(&ask(&[("response_type", None)]).await, 302, "unsupported_response_type", response_type);
    let scope = "The authorization server resource does not have any configured default scopes, 'scope' must be \
        provided.";
    sent_back(&ask(&[("scope", None)]).await, 302, "invalid_scope", scope);
    let state = ask(&[("state", None)]).await;
    let description = "The authentication request has an invalid 'state' parameter.";
    let pairs = Form::new().with("error", "invalid_request").with("error_description", description);
    head(&state, 302, &REDIRECT);
    assert_eq!(state.location(), format!("{CALLBACK}?{}", pairs.as_str()));
}

const REDIRECT_URI: &str =
    "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.";

#[tokio::test]
async fn a_nonce_is_optional_for_a_code_and_comes_back_in_the_id_token() {
    let org = still_org().await;
    let browser = signed_in(org).await;
    for nonce in [None, Some("n-0S6_WzA2Mj")] {
        let answer = browser.authorize(&[("nonce", nonce)]).await;
        let tokens = redeem(org, &answer.code(), &[]).await.json();
        assert_eq!(parts(text(&tokens, "id_token")).1.get("nonce").and_then(Value::as_str), nonce);
    }
}

#[tokio::test]
async fn a_code_challenge_is_required_of_an_app_without_a_secret_and_s256_only() {
    let method = "PKCE code challenge method is not supported. Valid values: [S256]";
    for (change, description) in [
        (("code_challenge", None), "PKCE code challenge is required by the application."),
        (("code_challenge_method", Some("plain")), method),
        (("code_challenge_method", Some("s256")), method),
        (("code_challenge_method", None), method),
        (("code_challenge", Some("illegal!")), "PKCE code challenge contains illegal characters."),
    ] {
        sent_back(&ask(&[change]).await, 302, "invalid_request", description);
    }
}

#[tokio::test]
async fn the_response_mode_is_query_unless_another_of_the_four_is_asked_for() {
    let browser = signed_in(still_org().await).await;
    for mode in [None, Some("query")] {
        let answer = browser.authorize(&[("response_mode", mode)]).await;
        like(answer.location(), &format!("{CALLBACK}?code=…&state=the+state"));
    }
    let fragment = browser.authorize(&[("response_mode", Some("fragment"))]).await;
    head(&fragment, 302, &REDIRECT);
    like(fragment.location(), &format!("{CALLBACK}#code=…&state=the+state"));
    let form = browser.authorize(&[("response_mode", Some("form_post"))]).await;
    head(&form, 200, &[("content-type", "text/html; charset=utf-8"), ("location", "")]);
    assert_eq!((form.field("code").len(), form.field("state").as_str()), (43, "the state"));
    let unknown = browser.authorize(&[("response_mode", Some("pigeon"))]).await;
    let description = "The response mode is not supported by the authorization server. Valid response modes: [query, \
        fragment, form_post, okta_post_message].";
    sent_back(&unknown, 302, "unsupported_response_mode", description);
}

/// The message of a page that posts one, and whom it goes to.
fn message(page: &Answer) -> (Value, String) {
    let attribute = |name: &str| {
        let (_, rest) = page.body.split_once(&format!("{name}=\"")).expect("the attribute");
        rest.split('"').next().unwrap_or_default().replace("&quot;", "\"").replace("&amp;", "&")
    };
    (serde_json::from_str(&attribute("data-message")).expect("JSON"), attribute("data-target"))
}

#[tokio::test]
async fn okta_post_message_goes_to_the_origin_of_the_redirect_uri() {
    let mode = ("response_mode", Some("okta_post_message"));
    let page = ask(&[mode, ("prompt", Some("none"))]).await;
    head(
        &page,
        200,
        &[("content-type", "text/html; charset=utf-8"), ("location", ""), ("x-frame-options", "")],
    );
    let description = "The client specified not to prompt, but the user is not logged in.";
    let refused = json!({"error": "login_required", "error_description": description, "state": "the state"});
    assert_eq!(message(&page), (refused, ORIGIN.to_owned()));
    let browser = signed_in(still_org().await).await;
    let (message, target) = message(&browser.authorize(&[mode, ("prompt", Some("none"))]).await);
    assert_eq!((&message["state"], target.as_str()), (&json!("the state"), ORIGIN));
    assert_eq!(
        (message["code"].as_str().map(str::len), message.as_object().map(|m| m.len())),
        (Some(43), Some(2))
    );
}

#[tokio::test]
async fn prompt_says_who_is_asked() {
    let browser = signed_in(still_org().await).await;
    browser.authorize(&[("prompt", Some("none"))]).await.code();
    let consent = |page: &Answer| page.status == 200 && page.body.contains("id=\"okta-consent\"");
    assert!(browser.authorize(&[("prompt", Some("login"))]).await.is_sign_in_page());
    assert!(consent(&browser.authorize(&[("prompt", Some("consent"))]).await));
    let both = browser.authorize(&[("prompt", Some("login consent"))]).await;
    let answer = browser.sign_in(&both, ALICE, PASSWORD).await;
    assert!(consent(&browser.get(answer.location()).await));
    let unknown = browser.authorize(&[("prompt", Some("select_account"))]).await;
    let description =
        "Invalid value for 'prompt' parameter. Supported values: [none, login, consent, login consent]";
    sent_back(&unknown, 302, "invalid_request", description);
}

#[tokio::test]
async fn max_age_is_within_its_range_and_zero_always_asks_again() {
    let browser = signed_in(still_org().await).await;
    let range = "Invalid value for 'max_age' parameter. It should be within range 0 - 2^31-1.";
    for bad in ["-1", "2147483648", "1.5", "x"] {
        sent_back(&browser.authorize(&[("max_age", Some(bad))]).await, 302, "invalid_request", range);
    }
    browser.authorize(&[("max_age", Some("2147483647"))]).await.code();
    assert!(browser.authorize(&[("max_age", Some("0"))]).await.is_sign_in_page());
    let silent = browser.authorize(&[("max_age", Some("0")), ("prompt", Some("none"))]).await;
    let description = "'prompt' parameter must not have the value 'none' for request with 'zero' as max_age.";
    sent_back(&silent, 302, "invalid_request", description);
}

#[tokio::test]
async fn of_acr_values_one_is_picked_and_unsupported_ones_are_ignored() {
    let org = still_org().await;
    let browser = signed_in(org).await;
    for (asked, picked) in [
        (None, None),
        (Some("urn:example:unknown"), None),
        (Some("urn:okta:loa:1fa:any"), Some("urn:okta:loa:1fa:any")),
        (Some("urn:okta:loa:1fa:pwd"), Some("urn:okta:loa:1fa:pwd")),
        (Some("urn:example:unknown urn:okta:loa:1fa:any"), Some("urn:okta:loa:1fa:any")),
        (Some("phr urn:okta:loa:1fa:any"), Some("urn:okta:loa:1fa:any")),
    ] {
        let claims = access_claims(org, &browser.authorize(&[("acr_values", asked)]).await).await;
        assert_eq!(claims.get("acr").and_then(Value::as_str), picked, "{asked:?}");
    }
    for second_factor in ["urn:okta:loa:2fa:any", "urn:okta:loa:2fa:any:ifpossible"] {
        let page = browser.authorize(&[("acr_values", Some(second_factor))]).await;
        assert!(page.body.contains("id=\"okta-second-factor\""), "{page:?}");
    }
    let description = "Unable to meet the authentication requirements imposed by 'acr_values' parameter.";
    for out_of_reach in ["phr", "phrh"] {
        let answer = browser.authorize(&[("acr_values", Some(out_of_reach))]).await;
        sent_back(&answer, 302, "unmet_authentication_requirements", description);
    }
}

#[tokio::test]
async fn other_parameters_are_optional() {
    let browser = signed_in(still_org().await).await;
    for (name, value) in [
        ("login_hint", ALICE),
        ("idp_scope", "openid"),
        ("display", "page"),
        ("sessionToken", "x"),
        ("enroll_amr_values", "pwd"),
        ("resource", "https://api.example"),
        ("ui_locales", "de"),
        ("extra", "1"),
    ] {
        browser.authorize(&[(name, Some(value)), ("prompt", Some("none"))]).await.code();
    }
    let other = browser.authorize(&[("idp", Some("0oaNobody"))]).await;
    sent_back(&other, 302, "invalid_request", "Identity provider is not valid.");
    let hinted = ask(&[("login_hint", Some("bob@example.com"))]).await;
    assert_eq!(hinted.field("identifier"), "bob@example.com");
}

#[tokio::test]
async fn success_is_a_redirect_with_code_and_state() {
    let browser = signed_in(still_org().await).await;
    let answer = browser.authorize(&[]).await;
    head(&answer, 302, &REDIRECT);
    like(answer.location(), &format!("{CALLBACK}?code=…&state=the+state"));
    assert_eq!((answer.body.as_str(), answer.code().len()), ("", 43));
}

#[tokio::test]
async fn a_bad_client_or_redirect_uri_redirects_nowhere() {
    for client in ["0oaNobody", "", "0OA"] {
        let page = ask(&[("client_id", Some(client))]).await;
        told_on_a_page(&page, "invalid_client", "Invalid value for 'client_id' parameter.");
    }
    for uri in
        ["http://localhost:8080/login/callback/", "http://localhost:8080/login/callback?x=1", "javascript:0"]
    {
        told_on_a_page(&ask(&[("redirect_uri", Some(uri))]).await, "invalid_request", REDIRECT_URI);
    }
    let service = still_org().await.service_client().client_id;
    let description =
        "Clients with 'application_type' of 'service' are not allowed to access the 'authorize' endpoint.";
    told_on_a_page(&ask(&[("client_id", Some(&service))]).await, "invalid_request", description);
}

#[tokio::test]
async fn other_errors_are_a_redirect_with_error_description_and_state() {
    let unknown = "One or more scopes are not configured for the authorization server resource.";
    sent_back(&ask(&[("scope", Some("openid nope"))]).await, 302, "invalid_scope", unknown);
    let lonely = "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.";
    sent_back(&ask(&[("scope", Some("profile"))]).await, 302, "invalid_scope", lonely);
}

#[tokio::test]
async fn a_session_is_silent_and_without_one_the_sign_in_page_is_good_for_an_hour() {
    let org = org().await;
    let browser = Browser::new(&org);
    let (first, late) = (browser.authorize(&[]).await, browser.authorize(&[]).await);
    for page in [&first, &late] {
        head(page, 200, &[("content-type", "text/html; charset=utf-8"), ("location", "")]);
        assert!(page.is_sign_in_page());
    }
    org.advance_clock(Duration::from_secs(3595));
    browser.sign_in(&first, ALICE, PASSWORD).await.code();
    head(&browser.authorize(&[]).await, 302, &REDIRECT);
    org.advance_clock(Duration::from_secs(5));
    let expired = browser.sign_in(&late, ALICE, PASSWORD).await;
    sent_back(&expired, 303, "login_required", "Request expired, please start over and try again.");
}

#[tokio::test]
async fn a_code_is_good_once_and_for_300_seconds() {
    let org = org().await;
    let browser = signed_in(&org).await;
    let (code, late) = (browser.authorize(&[]).await.code(), browser.authorize(&[]).await.code());
    org.advance_clock(Duration::from_secs(298));
    assert_eq!(redeem(&org, &code, &[]).await.status, 200);
    let description = "The authorization code is invalid or has expired.";
    super::wire::refused(&redeem(&org, &code, &[]).await, 400, "invalid_grant", description);
    org.advance_clock(Duration::from_secs(2));
    super::wire::refused(&redeem(&org, &late, &[]).await, 400, "invalid_grant", description);
}

/// Longer requests than any query are posted.
#[tokio::test]
async fn a_scope_has_at_most_4096_characters() {
    let org = still_org().await;
    let browser = signed_in(org).await;
    let ask = async |scope: &str| {
        let query = authorize_query(org, &[("scope", Some(scope))]);
        let form = okta_types::parse_query(&query).iter().fold(Form::new(), |f, (n, v)| f.with(n, v));
        browser.post(&format!("{}/v1/authorize", org.issuer()), &form).await
    };
    let (fits, too_long) = ("openid".to_owned() + &" openid".repeat(584), "openid ".repeat(586));
    assert_eq!((fits.len(), too_long.len()), (4094, 4102));
    ask(&fits).await.code();
    let description = "One or more scopes are not configured for the authorization server resource.";
    sent_back(&ask(too_long.trim()).await, 302, "invalid_scope", description);
}

#[tokio::test]
async fn prompt_none_without_a_session_is_a_redirect() {
    let description = "The client specified not to prompt, but the user is not logged in.";
    sent_back(&ask(&[("prompt", Some("none"))]).await, 302, "login_required", description);
}

#[tokio::test]
async fn consent_is_asked_for_where_app_and_scope_need_it() {
    let app = |label: &str| App::spa(label).redirect_uri(CALLBACK);
    let org =
        builder().app(app("Trusted")).app(app("Required").consent_required()).start().await.expect("an org");
    let required = org.client_id_of("Required").expect("the app");
    let browser = signed_in(&org).await;
    let asks =
        async |change: &[Change<'_>]| browser.authorize(change).await.body.contains("id=\"okta-consent\"");
    let app = ("client_id", Some(required.as_str()));
    assert!(!asks(&[]).await, "TRUSTED: never");
    assert!(asks(&[("prompt", Some("consent"))]).await, "unless it is forced");
    let asking = ("scope", Some("openid profile orders:read"));
    assert!(asks(&[app, asking]).await, "REQUIRED and a scope that asks");
    assert!(!asks(&[app]).await, "REQUIRED and scopes of Okta's own, which do not");
    let silent = browser.authorize(&[app, asking, ("prompt", Some("none"))]).await;
    let description = "The following scopes require user consent: [orders:read].";
    sent_back(&silent, 302, "consent_required", description);
}

#[tokio::test]
async fn it_is_for_navigation_and_not_for_pages_of_other_origins() {
    let org = still_org().await;
    let url = format!("{}/v1/authorize?{}", org.issuer(), authorize_query(org, &[]));
    let answer = Answer::to(http().get(&url).header("Origin", ORIGIN)).await;
    head(&answer, 200, &[("access-control-allow-origin", "")]);
    let preflight = http().request(Method::OPTIONS, &url).header("Origin", ORIGIN);
    head(&Answer::to(preflight).await, 405, &[("access-control-allow-origin", "")]);
}
