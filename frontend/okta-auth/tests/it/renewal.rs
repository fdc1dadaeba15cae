use okta_auth::{
    AuthNotice, Effect, Event, FetchError, FetchId, HttpAnswer, HttpFailure, Message, Sensitive,
};

use crate::browser::{PAGE, Shared, Tab};
use crate::org;

const API: &str = "http://localhost:8000/api/orders";

/// Alice's tab, an hour later, with a request that needs a renewal, up to the token request.
fn renewing(shared: &Shared) -> Tab {
    let mut tab = Tab::of_alice(shared);
    shared.pass(3600);
    tab.fetch(1, API);
    tab
}

#[test]
fn a_fresh_token_is_used_as_it_is() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    shared.pass(3569);
    tab.fetch(1, API);
    assert_eq!(tab.forwarded(1), [Some("access-1".to_owned())]);
    assert!(tab.sent.is_empty());
}

#[test]
fn a_token_near_its_end_is_renewed_before_it_is_used() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    shared.pass(3570);
    tab.fetch(1, API);
    tab.fetch(2, API);
    assert!(tab.forwarded(1).is_empty());
    let (id, request) = tab.request("/token");
    let form = request.form.unwrap();
    for part in ["grant_type=refresh_token", "refresh_token=refresh-1", "client_id=0oa1", "scope=openid"] {
        assert!(form.as_str().contains(part), "{part}");
    }
    tab.answer_to(id, 200, &org::renewed(2, shared.now()));
    tab.verify(true);
    assert_eq!(
        (tab.forwarded(1), tab.forwarded(2)),
        (vec![Some(org::access_token(2))], vec![Some(org::access_token(2))])
    );
    assert_eq!(tab.said(), [Message::Renewed]);
    assert!(shared.lock_is_free());
    assert!(shared.stored_session().unwrap().contains("refresh-2"));
    assert!(tab.sent.is_empty(), "one renewal for two requests");
}

#[test]
fn a_short_lived_token_is_not_renewed_on_every_use() {
    let shared = Shared::new();
    let mut tab = renewing(&shared);
    let short = org::tokens_with(2, None, shared.now(), |_| {}, |a| a["expires_in"] = 5.into());
    tab.answer("/token", 200, &short);
    tab.verify(true);
    tab.fetch(2, API);
    assert_eq!(tab.forwarded(2), [Some(org::access_token(2))]);
    shared.pass(4);
    tab.fetch(3, API);
    tab.request("/token");
}

#[test]
fn a_lifetime_with_a_fraction_is_a_lifetime() {
    let shared = Shared::new();
    let mut tab = renewing(&shared);
    let short = org::tokens_with(2, None, shared.now(), |_| {}, |a| a["expires_in"] = 5.999.into());
    tab.answer("/token", 200, &short);
    tab.verify(true);
    tab.fetch(2, API);
    assert_eq!(tab.forwarded(2), [Some(org::access_token(2))]);
    shared.pass(5);
    tab.fetch(3, API);
    tab.request("/token");
}

#[test]
fn no_answer_keeps_the_session_and_says_try_again() {
    for failure in [HttpFailure::Network, HttpFailure::Timeout] {
        let shared = Shared::new();
        let mut tab = renewing(&shared);
        tab.fail("/token", failure.clone());
        // Once more within the grace period, in case only the answer was lost.
        tab.fail("/token", failure);
        assert_eq!(tab.refused(1), Some(&FetchError::Unreachable));
        assert!(tab.is_signed_in() && tab.notice().is_none() && shared.stored_session().is_some());
        tab.fetch(2, API);
        assert!(tab.sent.is_empty() && tab.refused(2).is_some(), "not again at once");
        tab.take(Event::Woke);
        tab.fetch(3, API);
        tab.answer("/token", 200, &org::renewed(2, shared.now()));
        tab.verify(true);
        assert_eq!(tab.forwarded(3), [Some(org::access_token(2))]);
    }
}

#[test]
fn an_early_renewal_that_fails_still_uses_the_valid_token() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    shared.pass(3580);
    tab.fetch(1, API);
    tab.answer("/token", 503, "");
    assert_eq!(tab.forwarded(1), [Some(org::access_token(1))]);
}

#[test]
fn a_busy_org_is_asked_again_when_it_says_so() {
    let shared = Shared::new();
    let mut tab = renewing(&shared);
    let (id, _) = tab.request("/token");
    let answer = HttpAnswer {
        status: 429,
        body: Sensitive::new(org::error("invalid_grant", "API call exceeded rate limit.")),
        rate_limit_reset: Some((shared.now() + 100).to_string()),
        ..HttpAnswer::default()
    };
    tab.take(Event::Answered { id, answer: Ok(answer) });
    assert!(tab.is_signed_in(), "a rate limit is not the end of the session");
    shared.pass(99);
    tab.take(Event::Woke);
    tab.fetch(2, API);
    assert!(tab.sent.is_empty());
    shared.pass(2);
    tab.fetch(3, API);
    tab.request("/token");
}

#[test]
fn pauses_grow_and_end_with_success() {
    let shared = Shared::new();
    let mut tab = renewing(&shared);
    for round in 0..8 {
        tab.answer("/token", 500, "");
        shared.pass(90);
        tab.fetch(10 + round, API);
    }
    tab.answer("/token", 500, "");
    shared.pass(59);
    tab.fetch(30, API);
    assert!(tab.sent.is_empty(), "a minute at least after many failures");
}

#[test]
fn invalid_grant_ends_the_session_with_one_clean_state() {
    let shared = Shared::new();
    let mut tab = renewing(&shared);
    tab.fetch(2, API);
    tab.answer("/token", 400, &org::error("invalid_grant", "The refresh token is invalid or expired."));
    assert!(!tab.is_signed_in());
    assert_eq!(tab.notice(), Some(AuthNotice::SessionExpired));
    assert_eq!(
        (tab.refused(1), tab.refused(2)),
        (Some(&FetchError::SessionExpired), Some(&FetchError::SessionExpired))
    );
    assert_eq!((shared.is_expired(), tab.said()), (true, vec![Message::Expired(org::alice())]));
    assert!(shared.lock_is_free());
    assert!(tab.navigations().is_empty(), "nobody is taken away from what they were doing");
}

#[test]
fn other_refusals_keep_the_session() {
    let shared = Shared::new();
    let mut tab = renewing(&shared);
    tab.answer("/token", 400, &org::error("invalid_client", "no"));
    assert!(tab.is_signed_in() && matches!(tab.refused(1), Some(FetchError::Renewal(_))));
}

#[test]
fn a_renewal_without_a_new_refresh_or_id_token_keeps_the_old_ones() {
    let shared = Shared::new();
    let mut tab = renewing(&shared);
    let bare = org::tokens_with(
        2,
        None,
        shared.now(),
        |_| {},
        |a| {
            a.as_object_mut().unwrap().retain(|name, _| name != "refresh_token" && name != "id_token");
        },
    );
    tab.answer("/token", 200, &bare);
    assert_eq!(tab.forwarded(1), [Some(org::access_token(2))]);
    let stored = shared.stored_session().unwrap();
    assert!(stored.contains("refresh-1") && stored.contains("access-2"));
}

#[track_caller]
fn check_refused(change: impl FnOnce(&mut serde_json::Value), good_signature: bool) {
    let shared = Shared::new();
    let mut tab = renewing(&shared);
    tab.answer("/token", 200, &org::tokens_with(2, None, shared.now(), change, |_| {}));
    tab.verify(good_signature);
    assert!(!tab.is_signed_in() && tab.forwarded(1).is_empty());
    assert!(matches!(tab.notice(), Some(AuthNotice::SessionRefused(_))), "{:?}", tab.notice());
    assert!(shared.is_expired());
}

#[test]
fn a_renewed_id_token_of_somebody_else_ends_the_session() {
    check_refused(|_| {}, false);
    check_refused(|c| c["sub"] = "00u2".into(), true);
    check_refused(|c| c["iss"] = "https://evil.test".into(), true);
    check_refused(|c| c["nonce"] = "another".into(), true);
}

#[test]
fn a_rotated_refresh_token_is_not_lost_where_the_keys_cannot_be_had() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared).load(PAGE);
    shared.pass(3600);
    tab.fetch(1, API);
    tab.answer("openid-configuration", 200, &org::metadata());
    tab.answer("/token", 200, &org::renewed(2, shared.now()));
    tab.fail("/keys", HttpFailure::Network);
    assert!(tab.is_signed_in() && shared.stored_session().unwrap().contains("refresh-2"));
    assert_eq!(tab.forwarded(1), [Some(org::access_token(2))]);
}

#[test]
fn eight_hours_of_sleep_lead_to_one_renewal_on_use() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    shared.pass(8 * 3600);
    tab.take(Event::Woke);
    assert!(tab.is_signed_in() && tab.sent.is_empty());
    tab.fetch(1, API);
    assert_eq!(tab.sent.len(), 1);
}

#[test]
fn a_clock_set_back_does_not_make_a_token_eternal() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    shared.pass(-7200);
    tab.fetch(1, API);
    tab.request("/token");
}

#[test]
fn a_session_that_nothing_can_renew_ends_on_time() {
    let shared = Shared::new();
    let tab = Tab::of_alice(&shared);
    let record = shared.stored_session().unwrap().replace(r#""refresh_token":"refresh-1","#, "");
    shared.local.borrow_mut().values_mut().for_each(|text| text.clone_from(&record));
    let mut tab = tab.load(PAGE);
    assert!(tab.is_signed_in() && tab.done.iter().any(|effect| matches!(effect, Effect::WakeAt(_))));
    shared.pass(3599);
    tab.fetch(1, API);
    assert_eq!(tab.forwarded(1), [Some(org::access_token(1))]);
    shared.pass(1);
    tab.take(Event::Woke);
    assert_eq!(tab.notice(), Some(AuthNotice::SessionExpired));
    let tab = Tab::open(&shared, PAGE);
    assert!(!tab.is_signed_in());
}

#[test]
fn late_and_repeated_answers_are_dropped() {
    let shared = Shared::new();
    let mut tab = renewing(&shared);
    let (id, _) = tab.request("/token");
    tab.answer_to(id, 200, &org::renewed(2, shared.now()));
    let check = tab.checks[0];
    tab.verify(true);
    tab.answer_to(id, 200, &org::renewed(9, shared.now()));
    tab.take(Event::Verified { id: check, good: true });
    tab.take(Event::FetchAnswered { fetch: FetchId(77), status: 200, challenge: None });
    assert!(tab.checks.is_empty() && shared.stored_session().unwrap().contains("access-2"));
}

#[test]
fn a_text_that_nobody_waits_for_does_not_disturb_a_renewal() {
    let shared = Shared::new();
    let mut tab = renewing(&shared);
    let (id, _) = tab.request("/token");
    tab.take(Event::Loaded { id, text: None });
    tab.answer_to(id, 200, &org::renewed(2, shared.now()));
    tab.verify(true);
    assert_eq!(tab.forwarded(1), [Some(org::access_token(2))]);
}

#[test]
fn a_lock_granted_twice_is_kept_and_one_that_nobody_wants_is_given_back() {
    let shared = Shared::new();
    let (mut first, mut second) = (Tab::of_alice(&shared), Tab::open(&shared, PAGE));
    shared.pass(3600);
    first.fetch(1, API);
    second.fetch(1, API);
    let [held, given_up] = shared.queue()[..] else { panic!() };
    first.take(Event::LockGranted { id: held });
    assert!(first.released.is_empty() && first.sent.len() == 1, "it is under way already");
    shared.pass(45);
    second.take(Event::Woke);
    assert_eq!(second.released, [given_up]);
    shared.pass(60);
    second.fetch(2, API);
    second.take(Event::LockGranted { id: given_up });
    assert_eq!(second.released, [given_up, given_up], "a new wait is under way, the old one is over");
    assert_eq!(shared.queue().len(), 2);
}

#[test]
fn a_lock_is_waited_for_patiently_and_what_holds_it_is_not_hurried() {
    let shared = Shared::new();
    let (mut first, mut second) = (Tab::of_alice(&shared), Tab::open(&shared, PAGE));
    shared.pass(3600);
    first.fetch(1, API);
    second.fetch(1, API);
    shared.pass(44);
    second.take(Event::Woke);
    assert_eq!(second.refused(1), None);
    shared.pass(1);
    first.take(Event::Woke);
    assert!(first.released.is_empty() && first.refused(1).is_none());
    first.answer("/token", 200, &org::renewed(2, shared.now()));
    first.verify(true);
    assert_eq!(first.forwarded(1), [Some(org::access_token(2))]);
}

#[test]
fn a_stored_session_that_nothing_can_renew_is_not_renewed() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    tab.store("session", &shared.stored_session().unwrap().replace(r#""refresh_token":"refresh-1","#, ""));
    shared.pass(3600);
    tab.fetch(1, API);
    assert_eq!((tab.refused(1), tab.sent.len()), (Some(&FetchError::SessionExpired), 0));
    assert!(shared.lock_is_free());
}
