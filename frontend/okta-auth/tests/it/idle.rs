use std::time::Duration;

use okta_auth::{AuthConfig, AuthNotice, Effect, Event, FetchError, Idle, Message, SignIn};

use crate::browser::{PAGE, Shared, Tab, config};
use crate::org;

const API: &str = "http://localhost:8000/api/orders";

/// Gone after ten minutes, warned two minutes before.
fn watched() -> AuthConfig {
    let idle = Idle { after: Duration::from_secs(600), warn_before: Duration::from_secs(120) };
    AuthConfig { idle: Some(idle), ..config() }
}

fn alice(shared: &Shared) -> Tab {
    Tab::signed_in_with(shared, &watched())
}

/// The alarm that is due, and the page that wakes by it.
#[track_caller]
fn wait_for_alarm(tab: &mut Tab) {
    let due = tab.alarms().into_iter().filter(|at| *at > tab.shared.now()).min().expect("no alarm");
    tab.done.retain(|effect| !matches!(effect, Effect::WakeAt(_)));
    tab.shared.pass(due - tab.shared.now());
    tab.take(Event::Woke);
}

fn warning(shared: &Shared, seconds: i64) -> Option<AuthNotice> {
    Some(AuthNotice::IdleWarning { until: okta_types::UnixTime(shared.now() + seconds) })
}

#[test]
fn a_person_who_has_gone_is_warned_and_then_signed_out_here_and_at_the_org() {
    let shared = Shared::new();
    let mut tab = alice(&shared);
    assert!(tab.machine().watches_activity());
    wait_for_alarm(&mut tab);
    assert_eq!(tab.notice(), warning(&shared, 120));
    assert!(tab.is_signed_in());
    wait_for_alarm(&mut tab);
    assert_eq!(tab.notice(), Some(AuthNotice::IdleSignedOut));
    assert!(!tab.is_signed_in() && shared.stored_session().is_none());
    tab.answer("/revoke", 200, "");
    assert!(tab.done.iter().any(|effect| matches!(effect, Effect::SubmitForm { .. })));
}

#[test]
fn a_sign_of_life_puts_it_off() {
    let shared = Shared::new();
    let mut tab = alice(&shared);
    shared.pass(300);
    tab.take(Event::Active);
    shared.pass(479);
    tab.take(Event::Woke);
    assert_eq!(tab.notice(), None);
    shared.pass(1);
    tab.take(Event::Woke);
    assert_eq!(tab.notice(), warning(&shared, 120));
    tab.take(Event::Active);
    assert_eq!(tab.notice(), None, "the person is back");
    shared.pass(120);
    tab.take(Event::Woke);
    assert!(tab.is_signed_in());
}

#[test]
fn a_sign_of_life_in_one_tab_counts_in_all() {
    let shared = Shared::new();
    let mut first = alice(&shared);
    let mut second = Tab::open_with(&shared, PAGE, &watched(), Default::default());
    shared.pass(480);
    second.take(Event::Woke);
    assert!(second.notice().is_some());
    first.done.clear();
    first.take(Event::Active);
    assert_eq!(first.said(), [Message::Active]);
    second.take(Event::Heard(Message::Active));
    assert_eq!(second.notice(), None);
    assert!(second.said().is_empty(), "no echo");
    shared.pass(400);
    second.take(Event::Woke);
    assert!(second.is_signed_in() && second.notice().is_none());
}

#[test]
fn a_tab_that_slept_looks_what_the_others_saw_before_it_signs_anybody_out() {
    let shared = Shared::new();
    let mut first = alice(&shared);
    let mut second = Tab::open_with(&shared, PAGE, &watched(), Default::default());
    for _ in 0..4 {
        shared.pass(300);
        first.take(Event::Active);
    }
    second.take(Event::Woke);
    assert!(second.is_signed_in() && second.notice().is_none());
}

#[test]
fn signs_of_life_are_told_every_few_seconds_only() {
    let shared = Shared::new();
    let mut tab = alice(&shared);
    tab.done.clear();
    for _ in 0..20 {
        tab.take(Event::Active);
    }
    assert!(tab.done.is_empty());
    shared.pass(5);
    tab.take(Event::Active);
    assert_eq!(tab.said(), [Message::Active]);
}

#[test]
fn whoever_comes_after_the_end_may_be_another_and_revives_nothing() {
    let shared = Shared::new();
    let mut tab = alice(&shared);
    shared.pass(8 * 3600);
    tab.take(Event::Active);
    assert!(!tab.is_signed_in());
    assert_eq!(tab.notice(), Some(AuthNotice::IdleSignedOut));
}

#[test]
fn a_page_opened_long_after_the_last_sign_of_life_signs_out() {
    let shared = Shared::new();
    let tab = alice(&shared);
    shared.pass(599);
    let tab = tab.load(PAGE);
    assert!(tab.is_signed_in());
    shared.pass(600);
    let tab = tab.load(PAGE);
    assert!(!tab.is_signed_in());
}

#[test]
fn a_session_from_before_idle_was_watched_begins_with_a_sign_of_life() {
    let shared = Shared::new();
    let tab = Tab::of_alice(&shared);
    shared.pass(3000);
    let tab = Tab::open_with(&shared, PAGE, &watched(), tab.session);
    assert!(tab.is_signed_in() && tab.notice().is_none());
}

#[test]
fn nothing_is_renewed_while_the_person_is_away() {
    let shared = Shared::new();
    let mut tab = alice(&shared);
    let short = org::tokens_with(2, None, shared.now(), |_| {}, |a| a["expires_in"] = 60.into());
    shared.pass(3570);
    tab.take(Event::Heard(Message::Active));
    tab.fetch(1, API);
    tab.answer("/token", 200, &short);
    tab.verify(true);
    shared.pass(479);
    tab.fetch(2, API);
    assert_eq!(tab.sent.len(), 1, "present: renewed");
    tab.answer("/token", 200, &org::renewed(3, shared.now()).replace("3600", "60"));
    tab.verify(true);
    shared.pass(100);
    tab.fetch(3, API);
    assert_eq!(tab.refused(3), Some(&FetchError::Idle));
    assert!(tab.sent.is_empty());
    tab.take(Event::Active);
    tab.fetch(4, API);
    tab.request("/token");
}

#[test]
fn without_the_setting_nobody_is_watched() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    assert!(!tab.machine().watches_activity());
    shared.pass(8 * 3600);
    tab.take(Event::Active);
    tab.take(Event::Woke);
    assert!(tab.is_signed_in() && tab.done.is_empty());
}

#[test]
fn whoever_signs_in_again_after_a_long_absence_stays_signed_in() {
    let shared = Shared::new();
    let mut tab = alice(&shared);
    let asked = tab.leave_for_org(SignIn::to("/"));
    shared.pass(1500);
    let mut tab = tab.come_back(&asked, 2, |_| {});
    assert_eq!(tab.notice(), None);
    shared.pass(479);
    tab.take(Event::Woke);
    assert!(tab.is_signed_in() && tab.notice().is_none());
    tab.take(Event::SignOutHere);
    assert!(shared.local.borrow().is_empty());
}
