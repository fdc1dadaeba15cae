//! Clocks that are off, long sleeps and the ticks at which a page looks at the time.

use okta_auth::{AuthConfig, AuthNotice, Event, HttpAnswer, HttpFailure, Sensitive, SignIn};

use crate::browser::{PAGE, Shared, Tab, config};
use crate::org;

const API: &str = "http://localhost:8000/api/orders";

/// Alice's tab where the org's clock is ahead of the browser's by so many seconds.
fn with_clock_off_by(shared: &Shared, offset: i64) -> Tab {
    let mut tab = Tab::open(shared, PAGE);
    let asked = tab.leave_for_org(SignIn::to("/").max_age(300));
    let now = shared.now() + offset;
    tab.come_back(&asked, 1, |claims| {
        for (name, value) in [("iat", now), ("exp", now + 3600), ("auth_time", now)] {
            claims[name] = value.into();
        }
    })
}

#[test]
fn a_clock_that_is_an_hour_off_either_way_works_and_the_offset_is_known() {
    for offset in [3600, -3600, 0] {
        let shared = Shared::new();
        let mut tab = with_clock_off_by(&shared, offset);
        assert_eq!(tab.machine().clock_offset(), Some(offset));
        tab.fetch(1, API);
        assert_eq!(tab.forwarded(1), [Some(org::access_token(1))]);
        shared.pass(3569);
        tab.fetch(2, API);
        assert_eq!(tab.forwarded(2), [Some(org::access_token(1))], "its hour counts from when it came");
        let tab = tab.load(PAGE);
        assert_eq!(tab.machine().clock_offset(), Some(offset), "a reload does not forget it");
    }
    assert_eq!(Tab::open(&Shared::new(), PAGE).machine().clock_offset(), None);
}

#[test]
fn a_renewal_by_a_clock_that_is_off_measures_it_again() {
    let shared = Shared::new();
    let mut tab = with_clock_off_by(&shared, 3600);
    shared.pass(3600);
    tab.fetch(1, API);
    let claims = |c: &mut serde_json::Value| {
        c["iat"] = (shared.now() - 1800).into();
        c["auth_time"] = serde_json::Value::Null;
    };
    tab.answer("/token", 200, &org::tokens_with(2, None, shared.now(), claims, |_| {}));
    tab.verify(true);
    assert_eq!(tab.machine().clock_offset(), Some(-1800));
}

/// How long after a refusal with these headers a tab asks again, seconds.
#[track_caller]
fn check_pause(offset: i64, reset: Option<i64>, after: Option<&str>, pause: i64) {
    let shared = Shared::new();
    let mut tab = with_clock_off_by(&shared, offset);
    shared.pass(3600);
    tab.fetch(1, API);
    let (id, _) = tab.request("/token");
    let answer = HttpAnswer {
        status: 429,
        body: Sensitive::new(""),
        rate_limit_reset: reset.map(|seconds| (shared.now() + offset + seconds).to_string()),
        retry_after: after.map(str::to_owned),
        ..HttpAnswer::default()
    };
    tab.take(Event::Answered { id, answer: Ok(answer) });
    shared.pass(pause - 1);
    tab.take(Event::Woke);
    tab.fetch(2, API);
    assert!(tab.sent.is_empty(), "asked before {pause} s");
    // Half a second of jitter at most after one failure.
    shared.pass(1);
    tab.fetch(3, API);
    tab.request("/token");
}

#[test]
fn a_busy_org_is_given_the_time_it_asks_for_by_its_own_clock() {
    check_pause(0, Some(100), None, 100);
    check_pause(3600, Some(100), None, 100);
    check_pause(-3600, Some(100), None, 100);
    check_pause(0, None, Some("45"), 45);
    check_pause(3600, None, Some("45"), 45);
    check_pause(0, Some(20), Some("45"), 20);
    check_pause(0, Some(5000), None, 600);
    check_pause(0, Some(-50), None, 1);
    check_pause(0, None, Some("Wed, 21 Oct 2026 07:28:00 GMT"), 1);
    check_pause(0, None, Some("-5"), 1);
    check_pause(0, None, None, 1);
}

#[test]
fn a_page_renews_ahead_only_where_it_is_told_to() {
    let shared = Shared::new();
    let mut passive = Tab::of_alice(&shared);
    shared.pass(3600);
    passive.take(Event::Woke);
    assert!(passive.sent.is_empty() && passive.alarms().is_empty());

    let shared = Shared::new();
    let config = AuthConfig { renew_ahead: true, ..config() };
    let mut tab = Tab::signed_in_with(&shared, &config);
    let due = shared.now() + 3570;
    assert_eq!(tab.alarms(), [due]);
    shared.pass(3569);
    tab.take(Event::Woke);
    assert!(tab.sent.is_empty());
    shared.pass(1);
    tab.take(Event::Woke);
    tab.answer("/token", 503, "");
    let again = *tab.alarms().last().unwrap();
    assert!((shared.now() + 1..=shared.now() + 2).contains(&again), "and again after a failure");
    shared.pass(2);
    tab.take(Event::Woke);
    tab.answer("/token", 200, &org::renewed(2, shared.now()));
    tab.verify(true);
    assert_eq!(tab.alarms().last(), Some(&(shared.now() + 3570)));
}

#[test]
fn a_page_that_slept_for_eight_hours_renews_once_whatever_wakes_it() {
    let shared = Shared::new();
    let config = AuthConfig { renew_ahead: true, ..config() };
    let mut tab = Tab::signed_in_with(&shared, &config);
    shared.pass(8 * 3600);
    for _ in 0..3 {
        tab.take(Event::Woke);
    }
    tab.take(Event::Returned);
    tab.fetch(1, API);
    assert_eq!(tab.sent.len(), 1);
    tab.fail("/token", HttpFailure::Network);
    tab.fail("/token", HttpFailure::Network);
    assert!(tab.is_signed_in());
    tab.take(Event::Woke);
    tab.answer("/token", 200, &org::renewed(2, shared.now()));
    tab.verify(true);
    assert!(tab.is_signed_in() && tab.sent.is_empty());
}

#[test]
fn a_late_alarm_ends_a_session_that_nothing_can_renew() {
    let shared = Shared::new();
    let mut tab = Tab::open(&shared, PAGE);
    let asked = tab.leave_for_org(SignIn::to("/"));
    let mut tab = tab.load(&format!("{PAGE}/login/callback?code=c1&state={}", asked["state"]));
    tab.answer("openid-configuration", 200, &org::metadata());
    let without = |answer: &mut serde_json::Value| {
        answer.as_object_mut().unwrap().remove("refresh_token");
    };
    let tokens = org::tokens_with(1, Some(&asked["nonce"]), shared.now(), |_| {}, without);
    tab.answer("/token", 200, &tokens);
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(true);
    assert_eq!(tab.alarms(), [shared.now() + 3600]);
    shared.pass(8 * 3600);
    tab.take(Event::Woke);
    assert_eq!(tab.notice(), Some(AuthNotice::SessionExpired));
}

/// More time is left than there ever was: that the token is still good is not known any more.
#[test]
fn a_clock_that_is_set_back_by_more_than_a_minute_renews() {
    for (back, renews) in [(60, false), (61, true)] {
        let shared = Shared::new();
        let mut tab = Tab::of_alice(&shared);
        shared.pass(-back);
        tab.fetch(1, API);
        assert_eq!(tab.sent.iter().any(|(_, request)| request.url.ends_with("/token")), renews, "{back}");
        assert_eq!(tab.forwarded(1).is_empty(), renews, "{back}");
    }
}
