//! Pushed authorization requests (RFC 9126).

use okta_auth::{
    AnswerProblem, AuthConfig, AuthNotice, Endpoint, Event, FetchError, FetchId, HttpFailure,
    MetadataProblem, OrgError, ResumableRequest, SignIn, SignInError,
};
use okta_types::{OAuthError, parse_query};
use serde_json::{Value, json};

use crate::browser::{PAGE, Shared, Tab, config};
use crate::org;

/// A tab that has asked for a sign-in at an org that wants it pushed.
fn pushing(shared: &Shared, request: SignIn) -> Tab {
    let mut tab = Tab::open(shared, PAGE);
    tab.take(Event::SignIn(request));
    tab.answer("openid-configuration", 200, &org::metadata_that_requires_pushing());
    tab
}

#[test]
fn a_request_that_must_be_pushed_goes_to_the_org_and_the_page_leaves_with_its_name() {
    let mut tab = pushing(&Shared::new(), SignIn::to("/").login_hint("a&b@example.com").max_age(5));
    assert!(tab.navigations().is_empty() && tab.session.is_empty() && tab.machine().is_leaving());
    let (id, request) = tab.request("/v1/par");
    assert_eq!(
        (request.url.as_str(), &request.authorization),
        ("https://org.example/oauth2/default/v1/par", &None)
    );
    tab.answer_push_to(id, &request);
    let [url] = tab.navigations().try_into().unwrap();
    let query = url.split_once('?').unwrap().1;
    assert_eq!(query, "client_id=0oa1&request_uri=urn%3Aokta%3A2%2B%2F%3D");
    let asked = tab.authorization();
    for (name, value) in [
        ("client_id", org::CLIENT),
        ("response_type", "code"),
        ("redirect_uri", "http://localhost:8080/login/callback"),
        ("scope", "openid profile email offline_access"),
        ("code_challenge_method", "S256"),
        ("login_hint", "a&b@example.com"),
        ("max_age", "5"),
    ] {
        assert_eq!(asked[name], value, "{name}");
    }
    assert!(!asked.contains_key("client_secret") && !asked.contains_key("code_verifier"));
    tab.come_back(&asked, 1, |_| {});
}

#[test]
fn an_org_that_only_offers_it_is_asked_as_ever() {
    for required in [json!(false), json!("true"), Value::Null] {
        let document = org::metadata_with(|m| {
            m["pushed_authorization_request_endpoint"] = format!("{}/v1/par", org::ISSUER).into();
            m["require_pushed_authorization_requests"] = required.clone();
        });
        let mut tab = Tab::open(&Shared::new(), PAGE);
        tab.take(Event::SignIn(SignIn::to("/")));
        tab.answer("openid-configuration", 200, &document);
        assert!(tab.sent.is_empty() && tab.authorization().contains_key("state"), "{required}");
    }
}

#[test]
fn an_app_may_push_although_the_document_does_not_say_that_it_must() {
    let config = AuthConfig { push_requests: true, ..config() };
    let document = org::metadata_with(|m| {
        m["pushed_authorization_request_endpoint"] = format!("{}/v1/par", org::ISSUER).into();
    });
    let mut tab = Tab::open_with(&Shared::new(), PAGE, &config, Default::default());
    tab.take(Event::SignIn(SignIn::to("/")));
    tab.answer("openid-configuration", 200, &document);
    tab.answer_push();
    assert_eq!(tab.authorization()["response_type"], "code");
}

/// What the person is told where the org answers a pushed request so. Another attempt is free to go.
#[track_caller]
fn check_refused(status: u16, body: &str, expected: OrgError) {
    let mut tab = pushing(&Shared::new(), SignIn::to("/"));
    tab.answer("/par", status, body);
    check_may_try_again(tab, expected);
}

#[track_caller]
fn check_may_try_again(mut tab: Tab, expected: OrgError) {
    assert_eq!(tab.notice(), Some(AuthNotice::SignInFailed(SignInError::Org(expected))));
    assert!(tab.notice().unwrap().offers_sign_in() && !tab.machine().is_leaving());
    assert!(tab.navigations().is_empty() && tab.session.is_empty() && tab.sent.is_empty());
    tab.take(Event::SignIn(SignIn::to("/")));
    tab.answer_push();
    assert_eq!(tab.navigations().len(), 1);
}

#[test]
fn a_pushed_request_that_is_refused_is_told_like_any_refusal_and_may_be_tried_again() {
    let refused = |code: &str, text: &str| OrgError::Refused(OAuthError::new(code, text));
    check_refused(400, &org::error("invalid_scope", "No."), refused("invalid_scope", "No."));
    check_refused(401, &org::error("invalid_client", "Who?"), refused("invalid_client", "Who?"));
    check_refused(429, "", OrgError::Unavailable { status: 429, until: None, after: None });
    check_refused(503, "x", OrgError::Unavailable { status: 503, until: None, after: None });
    let malformed = OrgError::Answer(AnswerProblem::Malformed);
    for body in ["", "{", "[]", "{}", r#"{"request_uri":5}"#, r#"{"request_uri":""}"#] {
        check_refused(201, body, malformed.clone());
    }
    check_refused(403, "<html>", malformed.clone());
    check_refused(302, &org::pushed("urn:x"), malformed);
}

#[test]
fn a_pushed_request_without_an_answer_is_told_and_may_be_tried_again() {
    for (failure, expected) in [
        (HttpFailure::Network, OrgError::Network),
        (HttpFailure::Timeout, OrgError::Timeout),
        (HttpFailure::Cors { origin: PAGE.into() }, OrgError::Cors(PAGE.into())),
    ] {
        let mut tab = pushing(&Shared::new(), SignIn::to("/"));
        tab.fail("/par", failure);
        check_may_try_again(tab, expected);
    }
}

#[test]
fn what_never_left_counts_for_no_loop() {
    let mut tab = pushing(&Shared::new(), SignIn::to("/"));
    for _ in 0..9 {
        tab.answer("/par", 503, "");
        tab.take(Event::SignIn(SignIn::to("/")));
    }
    tab.answer_push();
    assert_eq!(tab.navigations().len(), 1);
}

#[test]
fn two_clicks_push_once_and_each_attempt_is_a_request_of_its_own() {
    let shared = Shared::new();
    let mut tab = pushing(&shared, SignIn::to("/"));
    tab.take(Event::SignIn(SignIn::to("/b")));
    assert_eq!(tab.sent.len(), 1);
    let (id, first) = tab.request("/par");
    tab.answer_to(id, 503, "");
    tab.take(Event::SignIn(SignIn::to("/")));
    let (_, second) = tab.request("/par");
    let state = |form: okta_types::Form| parse_query(form.as_str()).into_iter().find(|(n, _)| n == "state");
    assert_ne!(state(first.form.unwrap()), state(second.form.unwrap()));
}

#[test]
fn an_answer_that_comes_after_a_sign_out_takes_nobody_to_the_org() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared).load(PAGE);
    tab.take(Event::SignIn(SignIn::to("/")));
    tab.answer("openid-configuration", 200, &org::metadata_that_requires_pushing());
    let (id, request) = tab.request("/par");
    tab.take(Event::SignOutHere);
    tab.answer_push_to(id, &request);
    assert!(tab.navigations().is_empty() && !tab.has_transactions());
}

#[test]
fn a_request_that_is_kept_goes_along_unless_somebody_else_has_come() {
    let challenge = r#"Bearer error="insufficient_user_authentication", max_age="300""#;
    for taken_over in [false, true] {
        let shared = Shared::new();
        let mut tab = Tab::of_alice(&shared).load(PAGE);
        let request = ResumableRequest { name: "order".into(), ..ResumableRequest::default() };
        tab.fetch(1, "http://localhost:8000/api");
        tab.take(Event::FetchResumable { fetch: FetchId(1), request: request.clone(), target: "/b".into() });
        let challenge = Some(challenge.to_owned());
        tab.take(Event::FetchAnswered { fetch: FetchId(1), status: 401, challenge });
        tab.answer("openid-configuration", 200, &org::metadata_that_requires_pushing());
        assert_eq!(tab.refused(1), Some(&FetchError::SteppingUp));
        if taken_over {
            let mut other = Tab::open(&shared, PAGE);
            other.take(Event::SignIn(SignIn::to("/")));
            other.answer("openid-configuration", 200, &org::metadata());
            let asked = other.authorization();
            other.come_back(&asked, 2, |claims| claims["sub"] = "00u2".into());
            tab.take(Event::StorageChanged);
            // Who has come did not ask for that; the sign-in goes on without what was kept.
            tab.answer_push();
            assert!(tab.navigations().is_empty() && !tab.has_transactions());
        }
        tab.answer_push();
        let asked = tab.authorization();
        let now = shared.now();
        let mut tab = tab.come_back(&asked, 3, |claims| claims["auth_time"] = now.into());
        assert_eq!(tab.take_resumed("order"), (!taken_over).then_some(request));
    }
}

/// Whether the person who signs out elsewhere was here when this tab's request was pushed, or came later.
#[track_caller]
fn check_owed_meanwhile(was_here: bool) {
    let shared = Shared::new();
    let alice = was_here.then(|| Tab::of_alice(&shared).load(PAGE));
    let mut tab = pushing(&shared, SignIn::to("/"));
    let early = tab.request("/par");
    let mut other = alice.unwrap_or_else(|| Tab::of_alice(&shared).load(PAGE));
    other.take(Event::SignOut);
    other.fail("openid-configuration", HttpFailure::Network);
    tab.take(Event::StorageChanged);
    tab.answer_push_to(early.0, &early.1);
    assert!(tab.navigations().is_empty());
    tab.answer_push();
    assert_eq!(tab.authorization()["prompt"], "login");
}

#[test]
fn a_sign_out_that_is_owed_meanwhile_asks_for_the_password_all_the_same() {
    check_owed_meanwhile(true);
    check_owed_meanwhile(false);
}

#[track_caller]
fn check_document(change: impl FnOnce(&mut Value), expected: MetadataProblem) {
    let document = org::metadata_with(|m| {
        m["require_pushed_authorization_requests"] = true.into();
        change(m);
    });
    let mut tab = Tab::open(&Shared::new(), PAGE);
    tab.take(Event::SignIn(SignIn::to("/")));
    tab.answer("openid-configuration", 200, &document);
    let error = SignInError::Org(OrgError::Metadata(expected));
    assert_eq!(tab.notice(), Some(AuthNotice::SignInFailed(error)));
    assert!(tab.sent.is_empty());
}

#[test]
fn requests_are_pushed_to_the_issuers_own_origin_or_where_the_app_says() {
    let endpoint = "pushed_authorization_request_endpoint";
    check_document(|_| {}, MetadataProblem::Malformed);
    check_document(|m| m[endpoint] = 5.into(), MetadataProblem::Malformed);
    check_document(|m| m[endpoint] = "http://org.example/par".into(), MetadataProblem::Endpoint);
    check_document(|m| m[endpoint] = "https://evil.test/par".into(), MetadataProblem::ForeignEndpoint);
    let named = vec![(Endpoint::PushedAuthorizationRequest, "https://push.example/par".to_owned())];
    let config = AuthConfig { endpoints: named, ..config() };
    let mut tab = Tab::open_with(&Shared::new(), PAGE, &config, Default::default());
    tab.take(Event::SignIn(SignIn::to("/")));
    tab.answer("openid-configuration", 200, &org::metadata_that_requires_pushing());
    assert_eq!(tab.request("/par").1.url, "https://push.example/par");
}
