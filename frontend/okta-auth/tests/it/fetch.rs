use okta_auth::{
    AuthStatus, Context, Effect, Event, FetchError, FetchId, Machine, RANDOM_BYTES, Sensitive, SignIn, step,
};
use okta_types::UnixTime;

use crate::browser::{PAGE, Shared, Tab, config};
use crate::org;

const API: &str = "http://localhost:8000/api/orders";
const INVALID: &str = r#"Bearer realm="grove", error="invalid_token""#;
const STRONGER: &str = r#"Bearer error="insufficient_user_authentication", max_age="300""#;

fn answered(tab: &mut Tab, number: u64, status: u16, challenge: Option<&str>) {
    let challenge = challenge.map(str::to_owned);
    tab.take(Event::FetchAnswered { fetch: FetchId(number), status, challenge });
}

#[test]
fn the_token_goes_to_the_listed_origin_and_nowhere_else() {
    let mut tab = Tab::of_alice(&Shared::new());
    for (number, url, token) in [
        (1, API, true),
        (2, "http://localhost:8001/api", false),
        (3, "https://localhost:8000/api", false),
        (4, "http://evil.test/localhost:8000", false),
        (5, "/api/hello", false),
    ] {
        tab.fetch(number, url);
        assert_eq!(
            tab.forwarded(number),
            if token { vec![Some("access-1".into())] } else { vec![None] },
            "{url}"
        );
    }
    tab.fetch(9, "//localhost:8000/api");
    assert_eq!(tab.refused(9), Some(&FetchError::Address));
}

#[test]
fn the_address_that_was_judged_is_the_one_that_is_used() {
    let mut tab = Tab::open(&Shared::new(), PAGE);
    tab.fetch(1, "/api/hello");
    let url = tab.done.iter().find_map(|effect| match effect {
        Effect::Forward { url, .. } => Some(url.as_str()),
        _ => None,
    });
    assert_eq!(url, Some("http://localhost:8080/api/hello"));
}

#[test]
fn nobodys_requests_go_without_a_token() {
    let mut tab = Tab::open(&Shared::new(), PAGE);
    tab.fetch(1, API);
    assert_eq!(tab.forwarded(1), [None]);
    answered(&mut tab, 1, 401, Some(INVALID));
    assert!(tab.delivered(1) && tab.sent.is_empty());
}

#[test]
fn a_server_that_gets_no_token_has_none_renewed_and_no_sign_in_begun() {
    let mut tab = Tab::of_alice(&Shared::new());
    for (number, challenge) in [(1, INVALID), (2, STRONGER)] {
        tab.fetch(number, "http://localhost:8001/api");
        answered(&mut tab, number, 401, Some(challenge));
        assert_eq!(tab.forwarded(number), [None], "{challenge}");
        assert!(tab.delivered(number) && tab.sent.is_empty() && tab.navigations().is_empty(), "{challenge}");
    }
}

/// A storage may take its time.
#[test]
fn a_request_that_comes_before_anybody_is_known_goes_once_it_is() {
    let context =
        Context { now: UnixTime(1_700_000_000), random: [7; RANDOM_BYTES], read_json: org::read_json };
    let machine = Machine::new(&config(), PAGE).unwrap();
    let (machine, effects) = step(machine, Event::Started { address: Sensitive::new(PAGE) }, &context);
    let [Effect::Load { id, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    let wanted = Event::FetchWanted { fetch: FetchId(1), url: API.to_owned(), method: "GET".into() };
    let (machine, effects) = step(machine, wanted, &context);
    assert_eq!(effects, []);
    let (_, effects) = step(machine, Event::Loaded { id: *id, text: None }, &context);
    let sent = effects.iter().any(|effect| matches!(effect, Effect::Forward { authorization: None, .. }));
    assert!(sent, "{effects:?}");
}

#[test]
fn a_request_waits_for_the_end_of_a_callback() {
    let shared = Shared::new();
    let mut tab = Tab::open(&shared, PAGE);
    let asked = tab.leave_for_org(SignIn::to("/"));
    let mut tab = tab.load(&format!("{PAGE}/login/callback?code=c1&state={}", asked["state"]));
    assert_eq!(tab.status(), AuthStatus::Unknown);
    tab.fetch(1, API);
    assert!(tab.forwarded(1).is_empty());
    tab.answer("openid-configuration", 200, &org::metadata());
    tab.answer("/token", 200, &org::tokens(1, &asked["nonce"], shared.now()));
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(true);
    assert_eq!(tab.forwarded(1), [Some(org::access_token(1))]);
}

#[test]
fn a_refused_token_is_renewed_and_the_request_sent_once_more() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    tab.fetch(1, API);
    answered(&mut tab, 1, 401, Some(INVALID));
    assert!(!tab.delivered(1));
    tab.answer("/token", 200, &org::renewed(2, shared.now()));
    tab.verify(true);
    assert_eq!(tab.forwarded(1), [Some(org::access_token(1)), Some(org::access_token(2))]);
    answered(&mut tab, 1, 401, Some(INVALID));
    assert!(tab.delivered(1) && tab.sent.is_empty(), "once");
}

#[test]
fn a_request_refused_while_another_renewed_is_sent_with_the_new_token() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    tab.fetch(1, API);
    tab.fetch(2, API);
    answered(&mut tab, 1, 401, Some(INVALID));
    tab.answer("/token", 200, &org::renewed(2, shared.now()));
    tab.verify(true);
    answered(&mut tab, 2, 401, Some(INVALID));
    assert_eq!(tab.forwarded(2), [Some(org::access_token(1)), Some(org::access_token(2))]);
    assert!(tab.sent.is_empty(), "one renewal for both");
}

#[test]
fn a_refusal_stands_where_the_token_cannot_be_renewed() {
    let mut tab = Tab::of_alice(&Shared::new());
    tab.fetch(1, API);
    answered(&mut tab, 1, 401, Some(INVALID));
    tab.answer("/token", 503, "");
    assert!(tab.delivered(1) && tab.is_signed_in());
}

#[test]
fn other_answers_are_the_apps() {
    let mut tab = Tab::of_alice(&Shared::new());
    for (number, status, challenge) in [
        (1, 200, None),
        (2, 403, Some(r#"Bearer error="insufficient_scope""#)),
        (3, 401, None),
        (4, 401, Some("Bearer")),
        (5, 401, Some(r#"Bearer error="insufficient_user_authentication""#)),
        (6, 403, Some(INVALID)),
    ] {
        tab.fetch(number, API);
        answered(&mut tab, number, status, challenge);
        assert!(tab.delivered(number) && tab.sent.is_empty(), "{status} {challenge:?}");
    }
}

#[test]
fn a_forgotten_request_is_not_sent_later() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    shared.pass(3600);
    tab.fetch(1, API);
    tab.take(Event::FetchDropped { fetch: FetchId(1) });
    tab.answer("/token", 200, &org::renewed(2, shared.now()));
    tab.verify(true);
    assert!(tab.forwarded(1).is_empty());
}
