use std::collections::BTreeMap;

use okta_auth::{AuthConfig, AuthNotice, Event, SignInError};

use crate::browser::{PAGE, Shared, Tab, config};
use crate::org;

fn initiated(query: &str) -> Tab {
    let mut tab = Tab::open(&Shared::new(), &format!("{PAGE}/login?{query}"));
    tab.take(Event::Initiated { query: query.into() });
    if !tab.sent.is_empty() {
        tab.answer("openid-configuration", 200, &org::metadata());
    }
    tab
}

/// The issuer bears the org's custom domain, and its dashboard names the address that Okta gave it.
#[test]
fn a_link_may_name_another_address_of_the_org_that_the_app_knows() {
    let begins = |iss: &str| {
        let config = AuthConfig { org_addresses: vec!["https://dev-1.okta.com/".into()], ..config() };
        let shared = Shared::new();
        let mut tab = Tab::open_with(&shared, &format!("{PAGE}/login"), &config, BTreeMap::new());
        tab.take(Event::Initiated { query: format!("iss={iss}") });
        tab.notice() != Some(AuthNotice::SignInFailed(SignInError::ForeignIssuer))
    };
    assert!(
        begins("https://dev-1.okta.com") && begins("https%3A%2F%2Fdev-1.okta.com%2F") && begins(org::ISSUER)
    );
    for foreign in
        ["https://dev-2.okta.com", "https://dev-1.okta.com.evil.test", "https://dev-1.okta.com/oauth2/x", ""]
    {
        assert!(!begins(foreign), "{foreign}");
    }
}

#[track_caller]
fn check_target(target: &str, lands_on: &str) {
    let tab = initiated(&format!("iss={}&target_link_uri={target}", org::ISSUER));
    let stored = tab.session.values().next().unwrap_or_else(|| panic!("{target}: {:?}", tab.notice()));
    let stored: serde_json::Value = serde_json::from_str(stored).unwrap();
    assert_eq!(stored["pending"][0]["target"], lands_on, "{target}");
}

#[test]
fn a_link_of_the_dashboard_begins_a_sign_in() {
    let tab = initiated(&format!("iss={}&login_hint=alice%40example.com&unknown=1", org::ISSUER));
    let asked = tab.authorization();
    assert_eq!(asked["login_hint"], "alice@example.com");
    assert!(!asked.contains_key("unknown"));
    initiated("").authorization();
    // Okta's dashboard names the org.
    initiated("iss=https%3A%2F%2Forg.example").authorization();
    initiated("iss=https%3A%2F%2Forg.example%2F").authorization();
    check_target("http%3A%2F%2Flocalhost%3A8080%2Forders%3Fa%3D1%23b", "/orders?a=1#b");
    check_target("http%3A%2F%2Flocalhost%3A8080", "/");
    check_target("%2Forders", "/orders");
}

#[track_caller]
fn check_refused(query: &str, error: SignInError) {
    let tab = initiated(query);
    assert_eq!(tab.notice(), Some(AuthNotice::SignInFailed(error)), "{query}");
    assert!(tab.history.is_empty() && tab.session.is_empty() && tab.navigations().is_empty());
}

#[test]
fn a_link_of_another_issuer_begins_nothing() {
    check_refused("iss=https%3A%2F%2Fevil.test", SignInError::ForeignIssuer);
    check_refused("iss=https%3A%2F%2Forg.example%2Foauth2%2Fother", SignInError::ForeignIssuer);
    check_refused("iss=", SignInError::ForeignIssuer);
    check_refused(&format!("iss={}%2F", org::ISSUER), SignInError::ForeignIssuer);
    check_refused(&format!("iss={}&iss=https%3A%2F%2Fevil.test", org::ISSUER), SignInError::ForeignIssuer);
}

#[test]
fn a_link_that_ends_elsewhere_begins_nothing() {
    for target in [
        "https://evil.test/",
        "https://localhost:8080/",
        "http://localhost:8080@evil.test/",
        "http://localhost:8081/",
        "//evil.test",
        "/%255cevil.test%5c",
        "javascript:alert(1)",
        "http://localhost:8080//evil.test",
        "http://localhost:8080/login/callback?code=x",
    ] {
        check_refused(&format!("target_link_uri={target}"), SignInError::ForeignTarget);
    }
}

#[test]
fn a_refused_link_stops_no_sign_out() {
    let mut tab = Tab::of_alice(&Shared::new());
    tab.take(Event::SignOut);
    tab.take(Event::Initiated { query: "iss=https%3A%2F%2Fevil.test".into() });
    tab.answer("/revoke", 200, "");
    assert!(tab.done.iter().any(|effect| matches!(effect, okta_auth::Effect::SubmitForm { .. })));
}
