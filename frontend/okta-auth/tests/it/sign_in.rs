use okta_auth::{
    AuthConfig, AuthNotice, AuthStatus, Effect, Endpoint, Event, HttpFailure, MetadataProblem, OrgError,
    SignIn, SignInError,
};
use okta_types::CodeVerifier;

use crate::browser::{PAGE, Shared, Tab, config};
use crate::org;

#[test]
fn an_authorization_request_holds_all_it_must() {
    let mut tab = Tab::open(&Shared::new(), PAGE);
    assert_eq!(tab.status(), AuthStatus::Anonymous);
    let request = SignIn::to("/")
        .login_hint("alice@example.com")
        .prompt("login")
        .max_age(300)
        .acr_values("phr")
        .idp("0oa2")
        .parameter("display", "page");
    let asked = tab.leave_for_org(request);
    for (name, value) in [
        ("client_id", org::CLIENT),
        ("response_type", "code"),
        ("redirect_uri", "http://localhost:8080/login/callback"),
        ("scope", "openid profile email offline_access"),
        ("code_challenge_method", "S256"),
        ("login_hint", "alice@example.com"),
        ("prompt", "login"),
        ("max_age", "300"),
        ("acr_values", "phr"),
        ("idp", "0oa2"),
        ("display", "page"),
    ] {
        assert_eq!(asked[name], value, "{name}");
    }
    assert_eq!((asked["state"].len(), asked["nonce"].len()), (43, 43));
    assert_ne!(asked["state"], asked["nonce"]);
    assert!(!asked.contains_key("request_uri") && !asked.contains_key("code_verifier"));
    let stored = tab.session.values().next().unwrap();
    let verifier =
        serde_json::from_str::<serde_json::Value>(stored).unwrap()["pending"][0]["verifier"].clone();
    let verifier = CodeVerifier::parse(verifier.as_str().unwrap()).unwrap();
    assert_eq!(verifier.challenge().as_str(), asked["code_challenge"]);
}

#[test]
fn two_clicks_make_one_redirect() {
    let mut tab = Tab::open(&Shared::new(), PAGE);
    tab.take(Event::SignIn(SignIn::to("/a")));
    tab.take(Event::SignIn(SignIn::to("/b")));
    tab.answer("openid-configuration", 200, &org::metadata());
    tab.take(Event::SignIn(SignIn::to("/c")));
    assert_eq!((tab.navigations().len(), tab.history.len()), (1, 1));
}

#[test]
fn a_page_that_was_not_left_after_all_may_leave_again() {
    let shared = Shared::new();
    let mut tab = Tab::open(&shared, PAGE);
    tab.leave_for_org(SignIn::to("/a"));
    shared.pass(11);
    tab.take(Event::SignIn(SignIn::to("/b")));
    tab.take(Event::Returned);
    tab.take(Event::SignIn(SignIn::to("/c")));
    assert_eq!(tab.navigations().len(), 3);
}

#[track_caller]
fn check_discovery(status: u16, body: &str, expected: OrgError) {
    let mut tab = Tab::open(&Shared::new(), PAGE);
    tab.take(Event::SignIn(SignIn::to("/")));
    tab.answer("openid-configuration", status, body);
    assert_eq!(tab.notice(), Some(AuthNotice::SignInFailed(SignInError::Org(expected))));
    assert!(tab.navigations().is_empty() && tab.session.is_empty());
}

#[test]
fn a_discovery_document_that_does_not_fit_is_not_used() {
    let problem = OrgError::Metadata;
    check_discovery(404, "{}", problem(MetadataProblem::Missing));
    check_discovery(200, "<html>", problem(MetadataProblem::Malformed));
    check_discovery(503, "", OrgError::Unavailable { status: 503, until: None, after: None });
    let changed = |name: &'static str, value: serde_json::Value| org::metadata_with(|m| m[name] = value);
    let other = "https://evil.test/oauth2/default";
    check_discovery(200, &changed("issuer", other.into()), problem(MetadataProblem::Issuer));
    let slash = format!("{}/", org::ISSUER);
    check_discovery(200, &changed("issuer", slash.into()), problem(MetadataProblem::Issuer));
    for name in ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"] {
        check_discovery(200, &changed(name, 5.into()), problem(MetadataProblem::Malformed));
    }
    let plain = serde_json::json!(["plain"]);
    check_discovery(200, &changed("code_challenge_methods_supported", plain), problem(MetadataProblem::Pkce));
    for endpoint in ["authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint"] {
        for url in ["javascript:alert(1)", "http://org.example/x", "//org.example"] {
            check_discovery(200, &changed(endpoint, url.into()), problem(MetadataProblem::Endpoint));
        }
    }
}

/// The second half of a sign-in waits for no document that the first one has fetched.
#[test]
fn the_discovery_document_may_come_from_the_browsers_cache_unless_that_was_of_no_use() {
    let mut tab = Tab::open(&Shared::new(), PAGE);
    for may_be_cached in [true, false, false] {
        tab.take(Event::SignIn(SignIn::to("/")));
        let (id, request) = tab.request("openid-configuration");
        assert_eq!(request.may_be_cached, may_be_cached);
        tab.answer_to(id, 200, "{}");
    }
    let asked = tab.leave_for_org(SignIn::to("/"));
    let mut tab = tab.load(&format!("http://localhost:8080/login/callback?code=c1&state={}", asked["state"]));
    assert!(tab.sent[0].1.may_be_cached);
    tab.answer("openid-configuration", 200, &org::metadata());
    let tokens = org::tokens(1, &asked["nonce"], tab.shared.now());
    tab.answer("/token", 200, &tokens);
    // A key that was withdrawn must not serve for weeks.
    assert!(!tab.request("/keys").1.may_be_cached);
}

#[test]
fn a_sign_in_that_cannot_begin_says_so_and_may_be_tried_again() {
    let mut tab = Tab::open(&Shared::new(), PAGE);
    tab.take(Event::SignIn(SignIn::to("/")));
    tab.fail("openid-configuration", HttpFailure::Network);
    let notice = tab.notice().unwrap();
    assert!(notice.offers_sign_in() && notice.message().contains("cannot be reached"), "{notice:?}");
    tab.leave_for_org(SignIn::to("/"));
    assert_eq!(tab.navigations().len(), 1);
}

#[test]
fn the_page_does_not_leave_where_the_browser_keeps_nothing() {
    let shared = Shared::new();
    shared.full.set(true);
    let mut tab = Tab::open(&shared, PAGE);
    tab.take(Event::SignIn(SignIn::to("/")));
    tab.answer("openid-configuration", 200, &org::metadata());
    assert_eq!(tab.notice(), Some(AuthNotice::SignInFailed(SignInError::Storage)));
    assert!(tab.navigations().is_empty());
}

#[test]
fn a_parameter_that_is_not_the_apps_to_set_begins_nothing() {
    for name in ["state", "redirect_uri", "request_uri", "max_age"] {
        let mut tab = Tab::open(&Shared::new(), PAGE);
        tab.take(Event::SignIn(SignIn::to("/").parameter(name, "x")));
        let error = SignInError::Parameter(name.into());
        assert_eq!(tab.notice(), Some(AuthNotice::SignInFailed(error)));
        assert!(tab.sent.is_empty() && tab.session.is_empty());
        tab.leave_for_org(SignIn::to("/"));
    }
}

#[test]
fn endpoints_of_another_origin_are_used_only_where_the_app_names_them() {
    let elsewhere = "https://login.example/authorize";
    for name in [
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "userinfo_endpoint",
        "revocation_endpoint",
        "end_session_endpoint",
    ] {
        let document = org::metadata_with(|m| m[name] = elsewhere.into());
        check_discovery(200, &document, OrgError::Metadata(MetadataProblem::ForeignEndpoint));
    }
    let shared = Shared::new();
    let endpoints = vec![(Endpoint::Authorization, elsewhere.to_owned())];
    let mut tab = Tab::open_with(&shared, PAGE, &AuthConfig { endpoints, ..config() }, Default::default());
    tab.take(Event::SignIn(SignIn::to("/")));
    tab.answer("openid-configuration", 200, &org::metadata());
    assert!(tab.navigations()[0].starts_with("https://login.example/authorize?client_id="));
}

#[test]
fn an_endpoint_the_app_names_counts_for_more_than_the_documents() {
    let named = |endpoint, url: &str| vec![(endpoint, url.to_owned())];
    let config =
        AuthConfig { endpoints: named(Endpoint::Revocation, "https://revoke.example/r"), ..config() };
    let mut tab = Tab::signed_in_with(&Shared::new(), &config);
    tab.take(Event::SignOut);
    let (_, request) = tab.request("/r");
    assert_eq!(request.url, "https://revoke.example/r");
}

/// Whether the way to the org takes the place of this page in the history, where this begins it.
#[track_caller]
fn check_in_place(event: Event, expected: bool) {
    let mut tab = Tab::open(&Shared::new(), PAGE);
    tab.take(event);
    tab.answer("openid-configuration", 200, &org::metadata());
    let replaces = |effect: &Effect| matches!(effect, Effect::Navigate { replace: true, .. });
    assert_eq!((tab.navigations().len(), tab.done.iter().any(replaces)), (1, expected));
}

#[test]
fn what_the_page_begins_by_itself_takes_its_place_in_the_history() {
    check_in_place(Event::SignIn(SignIn::to("/orders").in_place()), true);
    check_in_place(Event::Initiated { query: String::new() }, true);
    check_in_place(Event::SignIn(SignIn::to("/orders")), false);
}

#[test]
fn a_page_is_about_to_be_left_from_the_click_until_it_is_gone_or_comes_back() {
    let shared = Shared::new();
    let mut tab = Tab::open(&shared, PAGE);
    assert!(!tab.machine().is_leaving());
    tab.take(Event::SignIn(SignIn::to("/")));
    assert!(tab.machine().is_leaving(), "while the org's documents are waited for");
    tab.answer("openid-configuration", 200, &org::metadata());
    assert!(tab.machine().is_leaving());
    tab.take(Event::Returned);
    assert!(!tab.machine().is_leaving());
    tab.take(Event::SignIn(SignIn::to("/")));
    assert!(tab.machine().is_leaving());
    // The person has pressed "stop": nothing tells the page.
    shared.pass(10);
    assert_eq!(tab.alarms().last(), Some(&shared.now()));
    tab.take(Event::Woke);
    assert!(!tab.machine().is_leaving());
}

#[test]
fn a_sign_in_that_cannot_begin_leaves_no_page() {
    let mut tab = Tab::open(&Shared::new(), PAGE);
    tab.take(Event::SignIn(SignIn::to("/")));
    tab.fail("openid-configuration", HttpFailure::Network);
    assert!(!tab.machine().is_leaving());
}

#[test]
fn what_is_wrong_with_the_configuration_is_nothing_to_show_to_people() {
    let errors = okta_auth::Machine::new(&AuthConfig::default(), "file:///index.html").unwrap_err();
    let notice = AuthNotice::SignInFailed(SignInError::Config(errors));
    assert_eq!(notice.detail(), None);
    assert!(notice.message().contains("not set up properly"));
}
