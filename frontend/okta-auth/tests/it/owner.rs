//! One person in another's place: nothing that is somebody's is shown to, sent by or left for another.

use okta_auth::{
    AuthConfig, AuthNotice, AuthStatus, Event, FetchError, FetchId, Message, Owner, ResumableRequest, SignIn,
    StorageKind, Subject,
};

use crate::browser::{PAGE, Shared, Tab, config};
use crate::org;

const API: &str = "http://localhost:8000/api/orders";
const STEP_UP: &str = r#"Bearer error="insufficient_user_authentication", max_age="300""#;

fn bob() -> Subject {
    Subject::new("00u2")
}

/// Bob signs in, in a tab that is somebody else's or nobody's.
fn bob_signs_in(mut tab: Tab) -> Tab {
    let asked = tab.leave_for_org(SignIn::to("/"));
    tab.come_back(&asked, 7, |claims| claims["sub"] = "00u2".into())
}

/// A tab of alice's with a draft and a note of hers, and one in which bob takes her place. The first has not
/// heard of it.
fn alice_replaced_by_bob(shared: &Shared) -> (Tab, Tab) {
    let mut alices = Tab::of_alice(shared);
    alices.write_owned("draft", "12 Orchard Lane");
    (alices, bob_signs_in(Tab::open(shared, PAGE)))
}

fn person(tab: &Tab) -> Owner {
    tab.machine().owner()
}

#[test]
fn what_belonged_to_somebody_goes_when_another_takes_their_place() {
    for event in [
        Event::StorageChanged,
        Event::Returned,
        Event::Heard(Message::SignedIn),
        Event::Heard(Message::SignedOut(org::alice())),
    ] {
        let shared = Shared::new();
        let (mut alices, _bobs) = alice_replaced_by_bob(&shared);
        assert_eq!(alices.owned_texts(), ["12 Orchard Lane"], "{event:?}");
        alices.take(event.clone());
        assert_eq!(person(&alices), Owner::Person(bob()), "{event:?}");
        assert_eq!(alices.owned_texts(), [""; 0], "{event:?}");
        assert_eq!(alices.notice(), Some(AuthNotice::PersonChanged), "{event:?}");
    }
}

#[test]
fn a_request_of_somebody_is_neither_sent_nor_answered_for_another() {
    let shared = Shared::new();
    let mut alices = Tab::of_alice(&shared);
    alices.fetch(1, API);
    shared.pass(3600);
    alices.fetch(2, API);
    assert_eq!((alices.forwarded(1).len(), alices.forwarded(2).len()), (1, 0));
    let _bobs = bob_signs_in(Tab::open(&shared, PAGE));
    alices.take(Event::StorageChanged);
    for number in [1, 2] {
        assert_eq!(alices.refused(number), Some(&FetchError::SignedOut), "{number}");
    }
    alices.take(Event::FetchAnswered { fetch: FetchId(1), status: 200, challenge: None });
    assert!(!alices.delivered(1) && alices.forwarded(2).is_empty());
    alices.fetch(3, API);
    assert_eq!(alices.forwarded(3), [Some(org::access_token(7))]);
}

#[test]
fn a_request_without_a_token_is_nobodys() {
    let shared = Shared::new();
    let mut alices = Tab::of_alice(&shared);
    alices.fetch(1, "http://localhost:8001/prices");
    let _bobs = bob_signs_in(Tab::open(&shared, PAGE));
    alices.take(Event::StorageChanged);
    alices.take(Event::FetchAnswered { fetch: FetchId(1), status: 200, challenge: None });
    assert!(alices.delivered(1) && alices.refused(1).is_none());
}

#[test]
fn a_sign_out_refuses_what_was_sent_before_it() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    tab.fetch(1, API);
    tab.take(Event::SignOut);
    assert_eq!(tab.refused(1), Some(&FetchError::SignedOut));
}

/// A request of alice's that a step-up keeps; the page has left for the org.
fn stepping_up(shared: &Shared) -> Tab {
    let mut tab = Tab::of_alice(shared);
    tab.fetch(1, API);
    let request =
        ResumableRequest { name: "order".into(), body: Some("alice".into()), ..ResumableRequest::default() };
    tab.take(Event::FetchResumable { fetch: FetchId(1), request, target: "/checkout".into() });
    tab.take(Event::FetchAnswered { fetch: FetchId(1), status: 401, challenge: Some(STEP_UP.into()) });
    assert!(tab.session.values().any(|text| text.contains("alice")));
    tab
}

#[test]
fn a_request_that_is_kept_is_nobody_elses_and_goes_with_its_owner() {
    for event in [Event::StorageChanged, Event::Heard(Message::SignedIn)] {
        let shared = Shared::new();
        let mut tab = stepping_up(&shared);
        let asked = tab.authorization();
        let _bobs = bob_signs_in(Tab::open(&shared, PAGE));
        tab.take(event);
        assert!(!tab.session.values().any(|text| text.contains("alice")), "{:?}", tab.session);
        let mut tab = tab.load(&format!("{PAGE}/login/callback?code=c1&state={}", asked["state"]));
        assert_eq!((person(&tab), tab.take_resumed("order")), (Owner::Person(bob()), None));
    }
}

#[test]
fn another_attempt_at_a_step_up_keeps_nothing_for_somebody_else() {
    let shared = Shared::new();
    let tab = stepping_up(&shared);
    let asked = tab.authorization();
    let mut tab = tab.load(&format!("{PAGE}/login/callback?error=access_denied&state={}", asked["state"]));
    let okta_auth::CallbackStatus::Failed(failure) = tab.machine().callback().clone() else { panic!() };
    let _bobs = bob_signs_in(Tab::open(&shared, PAGE));
    tab.take(Event::StorageChanged);
    let asked = tab.leave_for_org(failure.retry());
    let mut tab = tab.come_back(&asked, 8, |claims| {
        claims["sub"] = "00u2".into();
        claims["auth_time"] = shared.now().into();
    });
    assert_eq!(tab.take_resumed("order"), None);
}

#[test]
fn a_renewal_that_ends_after_somebody_else_signed_in_changes_nothing_of_theirs() {
    let shared = Shared::new();
    let mut alices = Tab::of_alice(&shared);
    shared.pass(3600);
    alices.fetch(1, API);
    let bobs = bob_signs_in(Tab::open(&shared, PAGE));
    let stored = shared.stored_session();
    alices.answer("/token", 200, &org::renewed(2, shared.now()));
    alices.verify(true);
    assert_eq!(shared.stored_session(), stored, "bob stays signed in");
    assert_eq!((person(&alices), person(&bobs)), (Owner::Person(bob()), Owner::Person(bob())));
    assert_eq!(alices.refused(1), Some(&FetchError::SignedOut));
    let (_, request) = alices.request("/revoke");
    assert!(request.form.unwrap().as_str().contains("token=refresh-2"));
}

#[test]
fn an_end_that_is_noticed_late_does_not_end_somebody_elses_session() {
    // Without a refresh token the page itself notices the end.
    let config = AuthConfig { scopes: vec!["openid".into()], ..config() };
    for event in
        [Event::Woke, Event::FetchWanted { fetch: FetchId(1), url: API.into(), method: "GET".into() }]
    {
        let shared = Shared::new();
        let mut tab = Tab::open_with(&shared, PAGE, &config, Default::default());
        let asked = tab.leave_for_org(SignIn::to("/"));
        let mut tab = tab.load(&format!("{PAGE}/login/callback?code=c1&state={}", asked["state"]));
        tab.answer("openid-configuration", 200, &org::metadata());
        let now = shared.now();
        let no_refresh = |answer: &mut serde_json::Value| {
            answer.as_object_mut().unwrap().remove("refresh_token");
        };
        tab.answer("/token", 200, &org::tokens_with(1, Some(&asked["nonce"]), now, |_| {}, no_refresh));
        tab.answer("/keys", 200, &org::keys("k1"));
        tab.verify(true);
        shared.pass(3601);
        let _bobs = bob_signs_in(Tab::open(&shared, PAGE));
        tab.take(event);
        assert_eq!(person(&tab), Owner::Person(bob()));
        assert!(Tab::open(&shared, PAGE).is_signed_in());
    }
}

#[test]
fn what_somebody_was_doing_waits_for_them_when_their_session_expires() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    let mut other = Tab::open(&shared, PAGE);
    tab.write_owned("draft", "12 Orchard Lane");
    shared.pass(3600);
    tab.fetch(1, API);
    tab.answer("/token", 400, &org::error("invalid_grant", ""));
    other.take(Event::StorageChanged);
    let reloaded = Tab::open(&shared, PAGE);
    for tab in [&tab, &other, &reloaded] {
        assert_eq!((tab.status(), person(tab)), (AuthStatus::Anonymous, Owner::Person(org::alice())));
        assert_eq!(tab.notice(), Some(AuthNotice::SessionExpired));
    }
    let asked = tab.leave_for_org(SignIn::to("/checkout"));
    let tab = tab.come_back(&asked, 2, |_| {});
    assert_eq!(tab.owned_texts(), ["12 Orchard Lane"]);
}

/// Alice's session has expired; a draft of hers waits.
fn expired(shared: &Shared) -> Tab {
    let mut tab = Tab::of_alice(shared);
    tab.write_owned("draft", "12 Orchard Lane");
    shared.pass(3600);
    tab.fetch(1, API);
    tab.answer("/token", 400, &org::error("invalid_grant", ""));
    assert!(!shared.local.borrow().values().any(|text| text.contains("eyJ")), "no token is kept");
    tab
}

#[test]
fn what_waited_is_gone_when_somebody_else_signs_in() {
    let shared = Shared::new();
    let tab = bob_signs_in(expired(&shared).load(PAGE));
    assert_eq!(tab.owned_texts(), [""; 0]);
    assert!(!shared.local.borrow().values().any(|text| text.contains("expired")));
}

#[test]
fn what_waited_is_gone_when_its_owner_signs_out_and_the_org_is_told_where_it_can_be() {
    for reloaded in [false, true] {
        let shared = Shared::new();
        let mut tab = expired(&shared);
        if reloaded {
            tab = tab.load(PAGE);
        }
        tab.take(Event::SignOut);
        assert_eq!(tab.said().last(), Some(&Message::SignedOut(org::alice())));
        if reloaded {
            tab.answer("openid-configuration", 200, &org::metadata());
            assert_eq!(tab.leave_for_org(SignIn::to("/"))["prompt"], "login", "it may still know her");
        } else {
            let form = tab.submitted();
            assert!(form.iter().any(|(name, _)| *name == "id_token_hint"), "the org's session ends, too");
        }
        assert_eq!(tab.owned_texts(), [""; 0]);
        assert!(!shared.local.borrow().values().any(|text| text.contains("expired")));
    }
}

#[test]
fn nothing_is_left_in_any_tab_after_a_sign_out_however_late_it_is_heard() {
    for event in [Event::Heard(Message::SignedOut(org::alice())), Event::StorageChanged, Event::Returned] {
        let shared = Shared::new();
        let mut first = Tab::of_alice(&shared);
        let mut second = stepping_up(&shared);
        second.write_owned("draft", "12 Orchard Lane");
        first.take(Event::SignOut);
        second.write_owned("draft", "13 Orchard Lane");
        second.take(event.clone());
        assert_eq!(person(&second), Owner::Nobody, "{event:?}");
        assert_eq!(second.owned_texts(), [""; 0], "{event:?}");
        assert!(
            !second.session.values().any(|text| text.contains("alice")),
            "{event:?}: {:?}",
            second.session
        );
    }
}

#[test]
fn a_tab_that_the_browser_restores_is_rid_of_what_was_somebody_elses() {
    let shared = Shared::new();
    let (mut alices, _bobs) = alice_replaced_by_bob(&shared);
    alices.write_owned("draft", "12 Orchard Lane");
    let tab = alices.load(PAGE);
    assert_eq!((person(&tab), tab.owned_texts()), (Owner::Person(bob()), vec![]));
}

#[test]
fn a_message_about_somebody_else_ends_no_session_that_a_tab_has_for_itself() {
    for kind in [StorageKind::Session, StorageKind::Memory] {
        let shared = Shared::new();
        let config = AuthConfig { session_storage: kind, ..config() };
        let mut tab = Tab::signed_in_with(&shared, &config);
        for message in [Message::SignedOut(bob()), Message::Expired(bob())] {
            tab.take(Event::Heard(message));
            assert!(tab.is_signed_in(), "{kind:?}");
        }
        tab.take(Event::Heard(Message::SignedOut(org::alice())));
        assert_eq!(person(&tab), Owner::Nobody, "{kind:?}");
        let reloaded = Tab::open_with(&shared, PAGE, &config, tab.session);
        assert_eq!(person(&reloaded), Owner::Nobody, "{kind:?}");
    }
}

#[test]
fn a_message_that_somebodys_session_has_expired_ends_the_one_that_a_tab_has_for_itself() {
    for kind in [StorageKind::Session, StorageKind::Memory] {
        let shared = Shared::new();
        let config = AuthConfig { session_storage: kind, ..config() };
        let mut tab = Tab::signed_in_with(&shared, &config);
        tab.take(Event::Heard(Message::Expired(org::alice())));
        assert!(!tab.is_signed_in(), "{kind:?}");
        assert_eq!(tab.notice(), Some(AuthNotice::SessionExpired), "{kind:?}");
    }
}

fn expire(tab: &mut Tab, shared: &Shared) {
    shared.pass(3600);
    tab.fetch(1, API);
    tab.answer("/token", 400, &org::error("invalid_grant", ""));
    assert!(shared.is_expired());
}

#[test]
fn of_a_session_that_has_expired_the_last_one_counts_and_is_told_once() {
    let shared = Shared::new();
    let mut alices = Tab::of_alice(&shared);
    expire(&mut alices, &shared);
    alices.take(Event::NoticeDismissed);
    alices.take(Event::StorageChanged);
    assert_eq!((person(&alices), alices.notice()), (Owner::Person(org::alice()), None));
    let mut bobs = bob_signs_in(Tab::open(&shared, PAGE));
    expire(&mut bobs, &shared);
    alices.take(Event::StorageChanged);
    assert_eq!((person(&alices), alices.notice()), (Owner::Person(bob()), Some(AuthNotice::SessionExpired)));
}

#[test]
fn a_later_version_of_the_app_keeps_what_it_has_stored() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    tab.write_owned("draft", "12 Orchard Lane");
    let newer = shared.stored_session().unwrap().replace(r#""v":2"#, r#""v":4"#);
    tab.store("session", &newer);
    tab.take(Event::StorageChanged);
    assert_eq!((person(&tab), tab.owned_texts()), (Owner::Unknown, vec!["12 Orchard Lane".to_owned()]));
    assert_eq!(person(&Tab::open(&shared, PAGE)), Owner::Unknown);
}
