use okta_auth::{
    AnswerProblem, AuthStatus, Event, HttpFailure, Json, MetadataProblem, OrgError, Person, UserInfoStatus,
};

use crate::browser::{PAGE, Shared, Tab};
use crate::org;

const INFO: &str = r#"{"sub":"00u1","nickname":"Al","name":"Somebody else","groups":["Staff"]}"#;

fn person(tab: &Tab) -> Person {
    match tab.status() {
        AuthStatus::SignedIn(person) => person,
        status => panic!("{status:?}"),
    }
}

fn wanting(shared: &Shared) -> Tab {
    let mut tab = Tab::of_alice(shared);
    tab.take(Event::UserInfoWanted);
    tab
}

#[test]
fn what_the_org_says_adds_to_the_id_token_and_overrides_nothing() {
    let mut tab = wanting(&Shared::new());
    assert_eq!(tab.machine().user_info(), UserInfoStatus::Loading);
    assert!(!person(&tab).has_group("Staff"));
    let (id, request) = tab.request("/userinfo");
    assert_eq!(request.authorization.unwrap().header_value().expose(), "Bearer access-1");
    assert!(request.form.is_none() && request.url.starts_with(org::ISSUER));
    tab.answer_to(id, 200, INFO);
    let person = person(&tab);
    assert_eq!(tab.machine().user_info(), UserInfoStatus::Merged);
    assert_eq!(person.claim("nickname").and_then(Json::as_str), Some("Al"));
    assert_eq!(person.claim("name").and_then(Json::as_str), Some("Alice Shopper"));
    assert_eq!(person.name.as_deref(), Some("Alice Shopper"));
    assert!(person.has_group("Staff"));
}

#[test]
fn name_and_address_come_from_there_where_the_id_token_is_thin() {
    let shared = Shared::new();
    let mut tab = Tab::open(&shared, PAGE);
    let asked = tab.leave_for_org(okta_auth::SignIn::to("/"));
    let mut tab = tab.come_back(&asked, 1, |claims| {
        claims.as_object_mut().unwrap().retain(|name, _| name != "name" && name != "email");
    });
    assert_eq!(person(&tab).name, None);
    tab.take(Event::UserInfoWanted);
    tab.answer("/userinfo", 200, r#"{"sub":"00u1","name":"Alice","email":"a@b.c"}"#);
    assert_eq!((person(&tab).name.as_deref(), person(&tab).email.as_deref()), (Some("Alice"), Some("a@b.c")));
}

#[test]
fn it_is_asked_for_once_a_session() {
    let shared = Shared::new();
    let mut tab = wanting(&shared);
    tab.take(Event::UserInfoWanted);
    tab.answer("/userinfo", 200, INFO);
    tab.take(Event::UserInfoWanted);
    assert!(tab.sent.is_empty());
    let mut tab = tab.load(PAGE);
    assert_eq!(tab.machine().user_info(), UserInfoStatus::Absent);
    tab.take(Event::UserInfoWanted);
    assert!(tab.history.is_empty() && person(&tab).has_group("Staff"), "nor after a reload");
    for (key, text) in shared.local.borrow_mut().iter_mut() {
        if key.ends_with(".userinfo") {
            *text = INFO.replace("00u1", "00u2");
        }
    }
    let mut tab = tab.load(PAGE);
    tab.take(Event::UserInfoWanted);
    assert_eq!(tab.sent.len(), 1, "what was kept of somebody else is not used");
}

#[test]
fn an_answer_about_somebody_else_is_not_used() {
    for body in [INFO.replace("00u1", "00u2"), r#"{"nickname":"Al"}"#.into()] {
        let shared = Shared::new();
        let mut tab = wanting(&shared);
        tab.answer("/userinfo", 200, &body);
        let error = OrgError::Answer(AnswerProblem::OtherPerson);
        assert_eq!(tab.machine().user_info(), UserInfoStatus::Failed(error));
        assert_eq!(person(&tab).claim("nickname"), None);
        assert!(!shared.local.borrow().values().any(|text| text.contains("nickname")));
    }
}

#[track_caller]
fn check_failed(fail: impl FnOnce(&mut Tab), error: OrgError) {
    let mut tab = wanting(&Shared::new());
    fail(&mut tab);
    assert_eq!(tab.machine().user_info(), UserInfoStatus::Failed(error));
    assert!(tab.is_signed_in() && tab.notice().is_none());
    tab.take(Event::UserInfoWanted);
    tab.answer("/userinfo", 200, INFO);
    assert_eq!(tab.machine().user_info(), UserInfoStatus::Merged, "asked again");
}

#[test]
fn a_failure_is_told_and_may_be_tried_again() {
    let malformed = || OrgError::Answer(AnswerProblem::Malformed);
    check_failed(|tab| tab.fail("/userinfo", HttpFailure::Network), OrgError::Network);
    let cors = || HttpFailure::Cors { origin: PAGE.into() };
    check_failed(|tab| tab.fail("/userinfo", cors()), OrgError::Cors(PAGE.into()));
    check_failed(|tab| tab.answer("/userinfo", 401, ""), malformed());
    check_failed(|tab| tab.answer("/userinfo", 200, "<html>"), malformed());
    check_failed(|tab| tab.answer("/userinfo", 200, "[]"), malformed());
    let busy = OrgError::Unavailable { status: 503, until: None, after: None };
    check_failed(|tab| tab.answer("/userinfo", 503, ""), busy);
}

#[test]
fn after_a_reload_the_endpoint_is_asked_for_first() {
    let mut tab = Tab::of_alice(&Shared::new()).load(PAGE);
    tab.take(Event::UserInfoWanted);
    tab.answer("openid-configuration", 200, &org::metadata());
    tab.answer("/userinfo", 200, INFO);
    assert!(person(&tab).has_group("Staff"));
}

#[test]
fn an_org_that_cannot_be_reached_or_has_no_such_endpoint_is_told() {
    let mut tab = Tab::of_alice(&Shared::new()).load(PAGE);
    tab.take(Event::UserInfoWanted);
    tab.fail("openid-configuration", HttpFailure::Timeout);
    assert_eq!(tab.machine().user_info(), UserInfoStatus::Failed(OrgError::Timeout));
    tab.take(Event::UserInfoWanted);
    let none = org::metadata_with(|m| drop(m.as_object_mut().unwrap().remove("userinfo_endpoint")));
    tab.answer("openid-configuration", 200, &none);
    let missing = OrgError::Metadata(MetadataProblem::Missing);
    assert_eq!(tab.machine().user_info(), UserInfoStatus::Failed(missing));
}

#[test]
fn a_token_near_its_end_is_renewed_first() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    shared.pass(3600);
    tab.take(Event::UserInfoWanted);
    tab.answer("/token", 200, &org::renewed(2, shared.now()));
    tab.verify(true);
    let (_, request) = tab.request("/userinfo");
    assert_eq!(request.authorization.unwrap().token.expose(), org::access_token(2));
}

#[test]
fn a_renewal_that_fails_fails_it_too() {
    let shared = Shared::new();
    let mut tab = Tab::of_alice(&shared);
    shared.pass(3600);
    tab.take(Event::UserInfoWanted);
    tab.answer("/token", 400, &org::error("invalid_client", "no"));
    assert!(matches!(tab.machine().user_info(), UserInfoStatus::Failed(OrgError::Refused(_))));
}

#[test]
fn nobody_has_none_and_a_sign_out_takes_it_along() {
    let shared = Shared::new();
    let mut nobody = Tab::open(&shared, PAGE);
    nobody.take(Event::UserInfoWanted);
    assert!(nobody.sent.is_empty() && nobody.machine().user_info() == UserInfoStatus::Absent);
    let mut tab = wanting(&shared);
    let (id, _) = tab.request("/userinfo");
    tab.take(Event::SignOut);
    tab.answer_to(id, 200, INFO);
    assert_eq!(tab.machine().user_info(), UserInfoStatus::Absent);
    assert!(shared.local.borrow().is_empty(), "a late answer is dropped");
}

#[test]
fn somebody_else_who_signs_in_in_another_tab_is_asked_for_anew() {
    let shared = Shared::new();
    let mut tab = wanting(&shared);
    tab.answer("/userinfo", 200, INFO);
    let mut other = Tab::open(&shared, PAGE);
    let asked = other.leave_for_org(okta_auth::SignIn::to("/"));
    other.come_back(&asked, 2, |claims| claims["sub"] = "00u2".into());
    tab.take(Event::StorageChanged);
    assert_eq!((person(&tab).sub.as_str(), person(&tab).has_group("Staff")), ("00u2", false));
    tab.take(Event::UserInfoWanted);
    tab.answer("/userinfo", 200, &INFO.replace("00u1", "00u2"));
    assert!(person(&tab).has_group("Staff"));
}
