use std::time::Duration;

use okta_auth::{Advice, AuthConfig, AuthNotice, Event, RedirectLimit, SignIn, SignInError};

use crate::browser::{PAGE, Shared, Tab, config};

const LOOP: AuthNotice = AuthNotice::SignInFailed(SignInError::Loop);

/// A guarded page whose API never accepts what the org gives: each round is a page of its own.
fn round(tab: Tab) -> Tab {
    let mut tab = tab.load(PAGE);
    tab.take(Event::SignIn(SignIn::to("/")));
    if !tab.sent.is_empty() {
        tab.answer("openid-configuration", 200, &crate::org::metadata());
    }
    tab
}

#[test]
fn five_redirects_in_half_a_minute_are_fine_and_the_sixth_is_explained() {
    let shared = Shared::new();
    let mut tab = Tab::open(&shared, PAGE);
    for n in 0..5 {
        tab = round(tab);
        assert_eq!((tab.navigations().len(), tab.notice()), (1, None), "{n}");
        shared.pass(5);
    }
    tab = round(tab);
    assert_eq!((tab.navigations().len(), tab.notice()), (0, Some(LOOP)));
    let explanation = SignInError::Loop.explanation();
    assert!(explanation.message.contains("circles") && explanation.advice == Advice::TryLater);
    assert!(tab.notice().unwrap().offers_sign_in());
    // The oldest of them leaves the window.
    shared.pass(5);
    assert_eq!(round(tab).navigations().len(), 1);
}

#[test]
fn a_loop_through_successful_sign_ins_is_a_loop_too() {
    let shared = Shared::new();
    let mut tab = Tab::open(&shared, PAGE);
    for n in 0..5 {
        let mut here = tab.load(PAGE);
        let asked = here.leave_for_org(SignIn::to("/"));
        tab = here.come_back(&asked, n, |_| {});
    }
    tab = round(tab);
    assert_eq!((tab.navigations().len(), tab.notice()), (0, Some(LOOP)));
}

#[test]
fn the_limit_is_the_apps_to_set() {
    let redirect_limit = RedirectLimit { redirects: 1, within: Duration::from_secs(300) };
    let config = AuthConfig { redirect_limit, ..config() };
    let shared = Shared::new();
    let tab = round(Tab::open_with(&shared, PAGE, &config, Default::default()));
    shared.pass(299);
    let tab = round(tab);
    assert_eq!((tab.navigations().len(), tab.notice()), (0, Some(LOOP)));
    shared.pass(1);
    assert_eq!(round(tab).navigations().len(), 1);
}

#[test]
fn each_tab_counts_for_itself() {
    let shared = Shared::new();
    for _ in 0..7 {
        assert_eq!(round(Tab::open(&shared, PAGE)).navigations().len(), 1);
    }
}
