//! Tokens that end before they can be used, and tokens that nobody accepts: a renewal that changes nothing does not
//! bring the next one.

use okta_auth::{Advice, AnswerProblem, AuthStatus, Effect, Event, FetchError, FetchId, OrgError, SignIn};
use serde_json::{Value, json};

use crate::browser::{PAGE, Shared, Tab};
use crate::org;

const API: &str = "http://localhost:8000/api/orders";
const SHORT: OrgError = OrgError::Answer(AnswerProblem::ShortLived);

/// Answers a renewal that waits with tokens of generation `n` that live so long; whether one waited.
fn renew(tab: &mut Tab, n: u32, lifetime: &Value) -> bool {
    if !tab.sent.iter().any(|(_, request)| request.url.ends_with("/token")) {
        return false;
    }
    let tokens =
        org::tokens_with(n, None, tab.shared.now(), |_| {}, |answer| answer["expires_in"] = lifetime.clone());
    tab.answer("/token", 200, &tokens);
    if !tab.checks.is_empty() {
        tab.verify(true);
    }
    true
}

/// A page that asks the API ten times a second, for so many seconds, of an org whose tokens live so long: how many
/// renewals there were, and the last answer.
fn ask_for(seconds: i64, lifetime: &Value) -> (u32, Tab) {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    shared.pass(3600);
    let mut renewals = 0;
    for second in 0..seconds {
        for tenth in 0..10 {
            tab.fetch(u64::try_from(second * 10 + tenth).unwrap(), API);
            renewals += u32::from(renew(&mut tab, 10 + renewals, lifetime));
        }
        shared.pass(1);
    }
    (renewals, tab)
}

#[track_caller]
fn check_bounded(lifetime: Value, at_most: u32) {
    let (renewals, tab) = ask_for(60, &lifetime);
    assert!((1..=at_most).contains(&renewals), "{lifetime}: {renewals} renewals in a minute");
    assert_eq!(tab.forwarded(0), [Some(org::access_token(10))], "{lifetime}: used as it came");
    assert!(tab.is_signed_in() && tab.notice().is_none());
}

#[test]
fn a_token_that_is_over_when_it_comes_is_used_and_not_renewed_again_and_again() {
    check_bounded(json!(0), 7);
    check_bounded(json!(-3600), 7);
    check_bounded(json!(1), 7);
    check_bounded(json!(4), 7);
    check_bounded(json!(0.4), 7);
    check_bounded(json!(5), 15);
    check_bounded(json!(60), 2);
}

#[test]
fn whoever_runs_the_site_is_told_of_tokens_that_end_at_once() {
    let (_, tab) = ask_for(60, &json!(0));
    let told = (0..600).filter_map(|number| tab.refused(number)).next_back();
    assert_eq!(told, Some(&FetchError::Renewal(SHORT)));
    let explanation = SHORT.explanation();
    assert_eq!(explanation.advice, Advice::TellOperator);
    assert!(explanation.developer.contains("expires_in"), "{}", explanation.developer);
}

#[test]
fn tabs_do_not_drive_each_other_to_renew_tokens_that_end_at_once() {
    let shared = Shared::new();
    let mut tabs = [Tab::of_alice(&shared), Tab::open(&shared, PAGE)];
    tabs[1].take(Event::SignIn(SignIn::to("/")));
    tabs[1].answer("openid-configuration", 200, &org::metadata());
    tabs[1].take(Event::Returned);
    shared.pass(3600);
    let mut renewals = 0;
    for second in 0..60 {
        for (tab, number) in tabs.iter_mut().zip([0, 1000]) {
            tab.grant_lock();
            tab.fetch(number + second, API);
            if tab.sent.iter().any(|(_, request)| request.url.ends_with("/keys")) {
                tab.answer("/keys", 200, &org::keys("k1"));
            }
            renewals += u32::from(renew(tab, 10 + renewals, &json!(0)));
            if tab.sent.iter().any(|(_, request)| request.url.ends_with("/keys")) {
                tab.answer("/keys", 200, &org::keys("k1"));
                tab.verify(true);
            }
        }
        tabs.iter_mut().for_each(|tab| tab.take(Event::StorageChanged));
        shared.pass(1);
    }
    assert!((2..=14).contains(&renewals), "{renewals} renewals of two tabs in a minute");
}

#[test]
fn a_lifetime_without_sense_is_as_good_as_none_and_one_without_end_is_kept() {
    let long = |lifetime: Value| {
        let shared = Shared::new();
        let mut tab = Tab::of_alice(&shared);
        shared.pass(3600);
        tab.fetch(1, API);
        assert!(renew(&mut tab, 2, &lifetime), "{lifetime}");
        (tab.load(PAGE), shared)
    };
    for (lifetime, lasts) in [
        (json!("3600"), 200),
        (Value::Null, 200),
        (json!(3599.9), 3500),
        (json!(1e300), 300_000_000),
        (json!(9_007_199_254_740_993_u64), 300_000_000),
    ] {
        let (mut tab, shared) = long(lifetime.clone());
        assert!(matches!(tab.status(), AuthStatus::SignedIn(_)), "{lifetime}: a reload keeps it");
        shared.pass(lasts);
        tab.fetch(2, API);
        assert_eq!(tab.forwarded(2), [Some(org::access_token(2))], "{lifetime}");
    }
}

#[test]
fn a_session_of_tokens_that_end_at_once_and_cannot_be_renewed_is_used_and_then_over() {
    let shared = Shared::new();
    let mut tab = Tab::open(&shared, PAGE);
    let asked = tab.leave_for_org(SignIn::to("/a"));
    let mut tab = tab.load(&format!("{PAGE}/login/callback?code=c1&state={}", asked["state"]));
    tab.fetch(1, API);
    tab.answer("openid-configuration", 200, &org::metadata());
    let bare = |answer: &mut Value| {
        answer.as_object_mut().unwrap().remove("refresh_token");
        answer["expires_in"] = 0.into();
    };
    tab.answer("/token", 200, &org::tokens_with(1, Some(&asked["nonce"]), shared.now(), |_| {}, bare));
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(true);
    assert_eq!(tab.forwarded(1), [Some(org::access_token(1))]);
    shared.pass(10);
    assert!(tab.done.iter().any(|effect| matches!(effect, Effect::WakeAt(at) if at.0 <= shared.now())));
    tab.take(Event::Woke);
    assert!(!tab.is_signed_in());
}

/// An API that takes no token at all, for whatever reason: its own clock, a claim, an `exp` that is past.
#[test]
fn tokens_that_the_api_never_takes_are_renewed_ever_more_rarely() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    let refusal = || Some(r#"Bearer error="invalid_token""#.to_owned());
    let mut renewals = 0;
    for number in 0..600 {
        tab.fetch(number, API);
        for _ in 0..2 {
            tab.take(Event::FetchAnswered { fetch: FetchId(number), status: 401, challenge: refusal() });
            renewals += u32::from(renew(&mut tab, 10 + renewals, &json!(3600)));
        }
        assert!(tab.delivered(number), "{number}");
        if number % 10 == 9 {
            shared.pass(1);
        }
    }
    assert!((2..=7).contains(&renewals), "{renewals} renewals in a minute");
    // A renewal that helps ends the pauses.
    shared.pass(100);
    for number in [1000, 1001] {
        tab.fetch(number, API);
        tab.take(Event::FetchAnswered { fetch: FetchId(number), status: 401, challenge: refusal() });
        assert!(renew(&mut tab, u32::try_from(number).unwrap(), &json!(3600)), "{number}");
        tab.take(Event::FetchAnswered { fetch: FetchId(number), status: 200, challenge: None });
    }
}
