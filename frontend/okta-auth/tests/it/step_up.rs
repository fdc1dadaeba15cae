use okta_auth::{
    Advice, AuthNotice, CallbackStatus, Effect, Event, FetchError, FetchId, ResumableRequest, SignIn,
    SignInError,
};

use crate::browser::{PAGE, Shared, Tab};
use crate::org;

const API: &str = "http://localhost:8000/api/orders";
const CHALLENGE: &str =
    r#"Bearer error="insufficient_user_authentication", acr_values="urn:okta:loa:2fa:any", max_age="300""#;

fn order() -> ResumableRequest {
    ResumableRequest {
        name: "order".into(),
        method: "POST".into(),
        url: API.into(),
        headers: vec![("Idempotency-Key".into(), "k&1=ü".into()), ("Accept".into(), String::new())],
        body: Some(r#"{"items":["a","+b & c"]}"#.into()),
    }
}

/// A request of alice's, kept where that is needed, and refused with this challenge.
fn refused(tab: &mut Tab, number: u64, status: u16, challenge: &str) {
    tab.fetch(number, API);
    let fetch = FetchId(number);
    tab.take(Event::FetchResumable { fetch, request: order(), target: "/checkout?x=1#pay".into() });
    tab.take(Event::FetchAnswered { fetch, status, challenge: Some(challenge.into()) });
}

fn strong(now: i64) -> impl FnOnce(&mut serde_json::Value) {
    move |claims| {
        claims["acr"] = "urn:okta:loa:2fa:any".into();
        claims["auth_time"] = now.into();
    }
}

#[test]
fn a_challenge_leads_to_a_better_sign_in_and_the_request_can_be_taken_back_once() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    refused(&mut tab, 1, 401, CHALLENGE);
    assert_eq!(tab.refused(1), Some(&FetchError::SteppingUp));
    assert!(!tab.delivered(1) && tab.is_signed_in());
    let asked = tab.authorization();
    assert_eq!((asked["acr_values"].as_str(), asked["max_age"].as_str()), ("urn:okta:loa:2fa:any", "300"));
    let mut tab = tab.come_back(&asked, 2, strong(shared.now()));
    assert_eq!(tab.replaced().last(), Some(&"/checkout?x=1#pay"));
    assert!(!tab.has_transactions());
    assert_eq!(tab.take_resumed("another"), None);
    assert_eq!(tab.take_resumed("order"), Some(order()));
    assert_eq!(tab.take_resumed("order"), None);
    let mut tab = tab.load(PAGE);
    assert_eq!(tab.take_resumed("order"), None, "nor after a reload");
}

#[test]
fn a_request_without_a_body_comes_back_without_one() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    let request = ResumableRequest { body: None, headers: vec![], ..order() };
    tab.fetch(1, API);
    tab.take(Event::FetchResumable { fetch: FetchId(1), request: request.clone(), target: "/".into() });
    tab.take(Event::FetchAnswered { fetch: FetchId(1), status: 401, challenge: Some(CHALLENGE.into()) });
    let asked = tab.authorization();
    let mut tab = tab.come_back(&asked, 2, strong(shared.now()));
    assert_eq!(tab.take_resumed("order"), Some(request));
}

#[test]
fn oktas_own_challenge_is_understood_with_either_status() {
    for status in [401, 403] {
        let mut tab = Tab::of_alice(&Shared::new());
        let challenge = r#"Bearer realm="x", error="insufficient_authentication_context", max_age=900"#;
        refused(&mut tab, 1, status, challenge);
        let asked = tab.authorization();
        assert_eq!(asked["max_age"], "900");
        assert!(!asked.contains_key("acr_values"));
    }
}

#[test]
fn a_challenge_that_says_nothing_more_asks_for_a_fresh_sign_in() {
    let mut tab = Tab::of_alice(&Shared::new());
    refused(&mut tab, 1, 401, r#"Bearer error="insufficient_user_authentication""#);
    assert_eq!(tab.authorization()["max_age"], "0");
}

#[test]
fn a_sign_in_that_is_not_as_asked_is_refused_and_gives_nothing_back() {
    for (claim, value) in [("acr", serde_json::json!("urn:okta:loa:1fa:any")), ("auth_time", 0.into())] {
        let shared = Shared::new();
        let mut tab = Tab::of_alice(&shared);
        refused(&mut tab, 1, 401, CHALLENGE);
        let asked = tab.authorization();
        let mut tab = tab.load(&format!("{PAGE}/login/callback?code=c1&state={}", asked["state"]));
        tab.answer("openid-configuration", 200, &org::metadata());
        let claims = |c: &mut serde_json::Value| {
            strong(shared.now())(c);
            c[claim] = value.clone();
        };
        let tokens = org::tokens_with(2, Some(&asked["nonce"]), shared.now(), claims, |_| {});
        tab.answer("/token", 200, &tokens);
        tab.answer("/keys", 200, &org::keys("k1"));
        tab.verify(true);
        assert_eq!(tab.failure().as_deref(), Some("invalid_id_token"), "{claim}");
        assert_eq!(tab.take_resumed("order"), None);
        assert!(tab.is_signed_in(), "the session from before stands");
    }
}

/// Comes back from the org with an `auth_time` that is so many seconds old.
fn come_back_late(tab: Tab, state: &str, nonce: &str, age: i64) -> Tab {
    let mut tab = tab.load(&format!("{PAGE}/login/callback?code=c1&state={state}"));
    tab.answer("openid-configuration", 200, &org::metadata());
    let now = tab.shared.now();
    let claims = |c: &mut serde_json::Value| {
        strong(now)(c);
        c["auth_time"] = (now - age).into();
    };
    tab.answer("/token", 200, &org::tokens_with(2, Some(nonce), now, claims, |_| {}));
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(true);
    tab
}

/// The org has passed the person on to an identity provider that did not ask them again.
#[test]
fn whoever_was_not_asked_again_is_told_who_can_mend_it_and_stays_signed_in_as_before() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    let before = shared.stored_session();
    refused(&mut tab, 1, 401, CHALLENGE);
    let asked = tab.authorization();
    let mut tab = come_back_late(tab, &asked["state"], &asked["nonce"], 3600);
    let CallbackStatus::Failed(failure) = tab.machine().callback().clone() else { panic!() };
    let explained = failure.explanation();
    assert_eq!(explained.advice, Advice::TellOperator);
    assert!(
        explained.message.contains("did not ask you") && explained.remedy.contains("manage your account")
    );
    assert!(explained.developer.contains("ForceAuthn"), "{explained:?}");
    assert!(tab.is_signed_in() && shared.stored_session() == before, "nothing of the answer is used");
    tab.fetch(2, API);
    assert_eq!(tab.forwarded(2), [Some(org::access_token(1))]);
    // What was kept goes with another attempt only, which is theirs to make.
    assert_eq!(tab.take_resumed("order"), None);
    assert!(tab.navigations().is_empty());
}

#[test]
fn whoever_was_not_asked_again_meets_a_challenge_for_the_context_alone() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    let challenge = r#"Bearer error="insufficient_user_authentication", acr_values="urn:okta:loa:2fa:any""#;
    refused(&mut tab, 1, 401, challenge);
    let asked = tab.authorization();
    let mut tab = come_back_late(tab, &asked["state"], &asked["nonce"], 3600);
    assert_eq!(tab.take_resumed("order"), Some(order()));
}

#[test]
fn nobody_is_signed_in_by_an_old_sign_in_where_the_first_one_was_to_be_recent() {
    let shared = Shared::new();
    let mut tab = Tab::open(&shared, PAGE);
    let asked = tab.leave_for_org(SignIn::to("/").max_age(60));
    let tab = come_back_late(tab, &asked["state"], &asked["nonce"], 3600);
    assert_eq!(tab.failure().as_deref(), Some("invalid_id_token"));
    assert!(!tab.is_signed_in() && shared.stored_session().is_none());
}

#[test]
fn requirements_that_cannot_be_met_are_explained_and_may_be_tried_again_as_they_were() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    refused(&mut tab, 1, 401, CHALLENGE);
    let state = tab.authorization()["state"].clone();
    let error = "unmet_authentication_requirements";
    let mut tab = tab.load(&format!("{PAGE}/login/callback?error={error}&state={state}"));
    let CallbackStatus::Failed(failure) = tab.machine().callback().clone() else { panic!() };
    assert_eq!(failure.code(), error);
    assert!(failure.message().contains("as strongly as this requires"));
    assert!(tab.is_signed_in() && tab.take_resumed("order").is_none());
    let asked = tab.leave_for_org(failure.retry());
    assert_eq!((asked["acr_values"].as_str(), asked["max_age"].as_str()), ("urn:okta:loa:2fa:any", "300"));
    let mut tab = tab.come_back(&asked, 2, strong(shared.now()));
    assert_eq!(tab.take_resumed("order"), Some(order()));
}

#[test]
fn the_same_challenge_right_after_a_step_up_is_an_error_and_no_loop() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    refused(&mut tab, 1, 401, CHALLENGE);
    let asked = tab.authorization();
    let mut tab = tab.come_back(&asked, 2, strong(shared.now()));
    shared.pass(59);
    refused(&mut tab, 2, 401, CHALLENGE);
    assert_eq!(tab.refused(2), Some(&FetchError::StepUpNotMet));
    assert!(tab.navigations().is_empty());
    // Another demand, or the same one later, is another matter.
    shared.pass(1);
    refused(&mut tab, 3, 401, CHALLENGE);
    assert_eq!((tab.refused(3), tab.navigations().len()), (Some(&FetchError::SteppingUp), 1));
}

#[test]
fn another_challenge_right_after_a_step_up_is_followed() {
    for other in [CHALLENGE.replace("300", "10"), CHALLENGE.replace("2fa", "3fa")] {
        let shared = Shared::new();
        let mut tab = Tab::of_alice(&shared);
        refused(&mut tab, 1, 401, CHALLENGE);
        let asked = tab.authorization();
        let mut tab = tab.come_back(&asked, 2, strong(shared.now()));
        refused(&mut tab, 2, 401, &other);
        assert_eq!(tab.refused(2), Some(&FetchError::SteppingUp), "{other}");
    }
}

#[test]
fn a_context_that_is_reached_already_is_not_asked_for_again_however_late() {
    let shared = Shared::new();
    let mut tab = Tab::open(&shared, PAGE);
    let asked = tab.leave_for_org(SignIn::to("/").acr_values("urn:okta:loa:2fa:any"));
    let mut tab = tab.come_back(&asked, 1, strong(shared.now()));
    shared.pass(600);
    refused(
        &mut tab,
        1,
        401,
        r#"Bearer error="insufficient_user_authentication", acr_values="phr urn:okta:loa:2fa:any""#,
    );
    assert_eq!(tab.refused(1), Some(&FetchError::StepUpNotMet));
}

#[test]
fn a_request_that_is_not_to_be_kept_is_delivered() {
    let mut tab = Tab::of_alice(&Shared::new());
    tab.fetch(1, API);
    tab.take(Event::FetchAnswered { fetch: FetchId(1), status: 401, challenge: Some(CHALLENGE.into()) });
    assert!(tab.delivered(1) && tab.navigations().is_empty());
}

#[test]
fn a_challenge_of_an_origin_that_got_no_token_is_not_followed() {
    let mut tab = Tab::of_alice(&Shared::new());
    tab.fetch(1, "https://elsewhere.test/");
    tab.take(Event::FetchResumable { fetch: FetchId(1), request: order(), target: "/".into() });
    tab.take(Event::FetchAnswered { fetch: FetchId(1), status: 401, challenge: Some(CHALLENGE.into()) });
    assert!(tab.delivered(1) && tab.navigations().is_empty());
}

#[test]
fn what_one_person_had_kept_is_not_given_to_another() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    refused(&mut tab, 1, 401, CHALLENGE);
    let asked = tab.authorization();
    let now = shared.now();
    let mut tab = tab.come_back(&asked, 2, |claims| {
        strong(now)(claims);
        claims["sub"] = "00u2".into();
    });
    assert_eq!(tab.take_resumed("order"), None);
}

#[test]
fn a_sign_out_takes_what_was_kept_along() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    refused(&mut tab, 1, 401, CHALLENGE);
    let asked = tab.authorization();
    let mut tab = tab.come_back(&asked, 2, strong(shared.now()));
    tab.take(Event::SignOut);
    assert_eq!(tab.take_resumed("order"), None);
    assert!(!format!("{:?}", tab.machine()).contains("items"), "and it is never printed");
}

#[test]
fn a_step_up_that_cannot_be_kept_says_so_and_leaves_the_page_where_it_is() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    shared.full.set(true);
    refused(&mut tab, 1, 401, CHALLENGE);
    assert_eq!(tab.refused(1), Some(&FetchError::SteppingUp));
    assert_eq!(tab.notice(), Some(AuthNotice::SignInFailed(SignInError::Storage)));
    assert!(tab.navigations().is_empty() && tab.is_signed_in());
}

#[test]
fn step_ups_count_as_redirects_of_a_loop() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    shared.pass(31);
    for round in 0..6 {
        refused(&mut tab, round, 401, &CHALLENGE.replace("300", &(300 + round).to_string()));
        tab.take(Event::Returned);
    }
    assert_eq!(tab.navigations().len(), 5);
    assert_eq!(tab.notice(), Some(AuthNotice::SignInFailed(SignInError::Loop)));
    assert!(tab.done.iter().all(|effect| !matches!(effect, Effect::SubmitForm { .. })));
}

#[test]
fn what_is_kept_shows_its_name_in_logs_and_nothing_else() {
    let kept = ResumableRequest {
        name: "order".into(),
        url: "http://localhost:8000/api/orders?coupon=SPRING".into(),
        headers: vec![("Idempotency-Key".into(), "k-1".into())],
        body: Some("Garden Street 1".into()),
        ..ResumableRequest::default()
    };
    assert_eq!(format!("{kept:?}"), "ResumableRequest { name: \"order\", .. }");
}

/// Without a `max_age` the context alone is asked for; who has it has nothing better to show.
#[track_caller]
fn check_context(reached: Option<&str>, asked: &str, expected: &FetchError) {
    let shared = Shared::new();
    let mut tab = Tab::open(&shared, PAGE);
    let request = tab.leave_for_org(SignIn::to("/"));
    let mut tab = tab.come_back(&request, 1, |claims| {
        if let Some(reached) = reached {
            claims["acr"] = reached.into();
        }
    });
    let challenge = format!(r#"Bearer error="insufficient_user_authentication", acr_values="{asked}""#);
    refused(&mut tab, 1, 401, &challenge);
    assert_eq!(tab.refused(1), Some(expected), "{reached:?} for {asked}");
}

#[test]
fn a_context_that_is_reached_is_not_asked_for_again() {
    check_context(Some("phr"), "phr", &FetchError::StepUpNotMet);
    check_context(Some("phr"), "phrh phr", &FetchError::StepUpNotMet);
    check_context(Some("phr"), "phrh", &FetchError::SteppingUp);
    check_context(None, "phr", &FetchError::SteppingUp);
}

#[test]
fn one_step_up_at_a_time() {
    let mut tab = Tab::of_alice(&Shared::new());
    refused(&mut tab, 1, 401, CHALLENGE);
    refused(&mut tab, 2, 401, CHALLENGE);
    assert_eq!(tab.refused(1), Some(&FetchError::SteppingUp));
    assert!(tab.delivered(2) && tab.refused(2).is_none(), "the app gets the answer to the other");
    assert_eq!(tab.navigations().len(), 1);
}

#[test]
fn an_age_alone_that_is_asked_for_again_right_after_is_an_error_too() {
    let challenge = r#"Bearer error="insufficient_user_authentication", max_age="300""#;
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    refused(&mut tab, 1, 401, challenge);
    let asked = tab.authorization();
    let mut tab = tab.come_back(&asked, 2, strong(shared.now()));
    refused(&mut tab, 2, 401, challenge);
    assert_eq!(tab.refused(2), Some(&FetchError::StepUpNotMet));
}
