//! The address that the browser is at is taken as the browser has it: with everything that the URL standard leaves
//! in an address as it is.

use okta_auth::{CallbackStatus, Event, Machine, SignIn};
use proptest::prelude::*;

use crate::browser::{PAGE, Shared, Tab, config};
use crate::org;

/// A sign-in begun at this place, by a page that was loaded there; where it is to end.
fn target_of(place: &str) -> String {
    let mut tab = Tab::open(&Shared::new(), &[PAGE, place].concat());
    tab.leave_for_org(SignIn::to(place));
    let stored: serde_json::Value = serde_json::from_str(tab.session.values().next().unwrap()).unwrap();
    stored["pending"][0]["target"].as_str().unwrap().to_owned()
}

#[track_caller]
fn check_comes_back(place: &str) {
    assert_eq!(target_of(place), place);
}

#[test]
fn a_sign_in_ends_at_whatever_address_it_began() {
    check_comes_back(r"/products?q=a\b");
    check_comes_back(r"/orders?note=5\6#C:\garden\plan");
    check_comes_back("/products?q=a|b^c`{d}'%&%zz");
    check_comes_back("/100%/gr%C3%BCn|x?%#%#!$");
    check_comes_back("/a//b/?#");
    check_comes_back(&["/products?q=", &"a".repeat(20_000)].concat());
}

#[test]
fn a_path_that_could_lead_elsewhere_still_leads_home() {
    for place in
        [r"/\evil.test?x", r"/a\..\\evil.test", "//evil.test/?q=1", "/login/callback/", "/login/call%62ack?x"]
    {
        assert_eq!(target_of(place), "/", "{place}");
    }
}

/// A page that was loaded at this place, after a sign-in that left for the org.
fn back_at(place: impl FnOnce(&str) -> String) -> Tab {
    let mut tab = Tab::open(&Shared::new(), PAGE);
    let asked = tab.leave_for_org(SignIn::to("/a"));
    tab.load(&[PAGE, &place(&asked["state"])].concat())
}

#[track_caller]
fn check_exchanged(place: impl FnOnce(&str) -> String) {
    let mut tab = back_at(place);
    assert_eq!(tab.replaced(), ["/login/callback"], "the code leaves the address bar");
    tab.answer("openid-configuration", 200, &org::metadata());
    assert!(tab.request("/token").1.form.unwrap().as_str().contains("code=c1"));
}

#[test]
fn the_callback_is_known_however_its_path_is_written() {
    check_exchanged(|state| format!("/login/callback?code=c1&state={state}"));
    check_exchanged(|state| format!("/login/callback/?code=c1&state={state}"));
    check_exchanged(|state| format!("//login//callback?code=c1&state={state}"));
    check_exchanged(|state| format!("/login/call%62ack?code=c1&state={state}#x"));
    check_exchanged(|state| format!(r"/login/callback?code=c1&state={state}&session_state=a\b|c"));
}

#[track_caller]
fn check_refused(place: impl FnOnce(&str) -> String, description: &str) {
    let tab = back_at(place);
    assert_eq!(tab.replaced(), ["/login/callback"]);
    let CallbackStatus::Failed(failure) = tab.machine().callback() else { panic!() };
    assert_eq!((failure.code(), failure.description().as_str()), ("access_denied", description));
    assert_eq!(failure.retry(), SignIn::to("/a"));
}

#[test]
fn a_refusal_is_read_wherever_the_org_puts_it() {
    let refusal =
        |state: &str| format!(r"error=access_denied&error_description=CORP\alice+is+unknown&state={state}");
    check_refused(|state| format!("/login/callback?{}", refusal(state)), r"CORP\alice is unknown");
    check_refused(|state| format!("/login/callback#{}", refusal(state)), r"CORP\alice is unknown");
    check_refused(|state| format!("/login/callback/?#{}", refusal(state)), r"CORP\alice is unknown");
}

#[test]
fn whatever_stands_behind_the_callback_leaves_the_address_bar() {
    for place in [
        "/login/callback?x=1",
        "/login/callback#access_token=a&id_token=b",
        "/login/callback/",
        "/login/callback?code",
        "/login/callback?session_state=a#_=_",
    ] {
        let tab = Tab::open(&Shared::new(), &[PAGE, place].concat());
        assert_eq!(
            (tab.replaced(), tab.failure().as_deref()),
            (vec!["/login/callback"], Some("not_started")),
            "{place}"
        );
    }
}

#[track_caller]
fn check_initiated(target: &str, lands_on: &str) {
    let query = okta_types::Form::new().with("iss", org::ISSUER).with("target_link_uri", target);
    let mut tab = Tab::open(&Shared::new(), &format!("{PAGE}/login?{}", query.as_str()));
    tab.take(Event::Initiated { query: query.as_str().to_owned() });
    assert!(!tab.sent.is_empty(), "{target}: {:?}", tab.notice());
    tab.answer("openid-configuration", 200, &org::metadata());
    let stored: serde_json::Value = serde_json::from_str(tab.session.values().next().unwrap()).unwrap();
    assert_eq!(stored["pending"][0]["target"], lands_on, "{target}");
}

#[test]
fn a_link_may_end_at_any_address_of_this_origin() {
    check_initiated(r"http://localhost:8080/products?q=a\b", r"/products?q=a\b");
    check_initiated("http://localhost:8080/products?q=für zwei", "/products?q=für zwei");
    check_initiated("HTTP://LOCALHOST:8080/gr%C3%BCn|x#{y}", "/gr%C3%BCn|x#{y}");
    check_initiated("http://localhost:8080?q=a", "/?q=a");
    check_initiated("http://localhost:8080#x", "/#x");
}

/// What the URL standard leaves as it is: in a path, a query and a fragment.
fn place() -> impl Strategy<Value = String> {
    (
        "(/[!$&'()*+,.0-9:;=@A-Z\\[\\]^_a-z{|}~%-]{1,12}){1,4}/{0,2}",
        "(\\?[!$-;=?-~]{0,40})?",
        "(#[!#-;=?-_a-~]{0,40})?",
    )
        .prop_map(|(path, query, fragment)| [path, query, fragment].concat())
}

/// The callback's path in all its ways, and what an org may put behind it.
fn callback() -> impl Strategy<Value = String> {
    let paths = [
        "/login/callback",
        "/login/callback/",
        "/login//callback",
        "/%6Cogin/callbac%6b",
        "/login/callback//",
    ];
    let answers = [
        "code=c1&state=s",
        "code=c1&state=STATE",
        "error=e&state=STATE",
        "error=e",
        "code=c1&code=c2",
        "x=1",
    ];
    (
        prop::sample::select(paths.to_vec()),
        prop::sample::select(vec!['?', '#']),
        prop::sample::select(answers.to_vec()),
        "(&[a-z]{1,3}=[!$-%'-;=?-~]{0,20})?",
    )
        .prop_map(|(path, mark, answer, more)| format!("{path}{mark}{answer}{more}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_address_keeps_a_page_from_starting_or_a_sign_in_from_coming_back(place in place()) {
        let address = [PAGE, &place].concat();
        prop_assert!(Machine::new(&config(), &address).is_ok(), "{address}");
        let tab = Tab::open(&Shared::new(), &address);
        prop_assert_eq!(tab.status(), okta_auth::AuthStatus::Anonymous);
        let encoded = place.as_bytes();
        // Decoders that come after might take these for `//`.
        prop_assume!(encoded[1] != b'%');
        prop_assert_eq!(target_of(&place), place);
    }

    #[test]
    fn no_answer_stays_in_the_address_bar(place in callback()) {
        let tab = back_at(|state| place.replace("STATE", state));
        prop_assert_eq!(tab.replaced(), ["/login/callback"]);
        prop_assert!(tab.machine().callback() != &CallbackStatus::None);
    }
}
