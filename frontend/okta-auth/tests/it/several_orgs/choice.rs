use std::collections::BTreeMap;

use okta_auth::{AuthConfig, AuthNotice, Event, Orgs, Pages, SignIn, SignInError};
use proptest::prelude::*;

use super::{BIRCH, answer_of, birch, chosen, first, two};
use crate::browser::{PAGE, Shared, Tab, config};
use crate::org;

#[track_caller]
fn check(orgs: &Orgs, place: &str, issuer: Option<&str>) {
    assert_eq!(chosen(orgs, place).map(|config| config.issuer).as_deref(), issuer, "{place}");
}

#[test]
fn a_page_belongs_to_the_org_of_the_longest_path_above_it() {
    let orgs = two(birch());
    for place in [
        "/birch",
        "/birch/",
        "/birch/orders?x=1#y",
        "/b%69rch/a",
        "//birch/a",
        "/birch?iss=https://org.example",
    ] {
        check(&orgs, place, Some(BIRCH));
    }
    for place in ["/", "", "/birches", "/orders/birch", "/Birch", "/orders?x=/birch", "/#/birch"] {
        check(&orgs, place, Some(org::ISSUER));
    }
}

#[test]
fn a_page_may_be_no_orgs() {
    let orgs = Orgs::new([(Pages::below("/birch"), birch())]).unwrap();
    check(&orgs, "/birch/orders", Some(BIRCH));
    check(&orgs, "/", None);
}

#[test]
fn a_host_counts_before_a_path_and_the_port_does_not() {
    let of_host = AuthConfig {
        issuer: "https://rowan.example/oauth2/default".into(),
        client_id: "0oa3".into(),
        redirect_uri: "https://rowan.shop.example/login/callback".into(),
        post_logout_redirect_uri: "https://rowan.shop.example/".into(),
        ..config()
    };
    let orgs = Orgs::new([
        (Pages::default(), first()),
        (Pages::below("/birch"), birch()),
        (Pages::of_host("Rowan.shop.example"), of_host),
    ]);
    let orgs = orgs.unwrap();
    let at = |address: &str| orgs.of_page(address).unwrap().issuer;
    for address in ["https://rowan.shop.example/", "http://ROWAN.shop.example:8080/birch/x"] {
        assert_eq!(at(address), "https://rowan.example/oauth2/default", "{address}");
    }
    assert_eq!(at("https://shop.example/birch/x"), BIRCH);
    assert_eq!(at("https://rowan.shop.example.evil.test/"), org::ISSUER);
}

/// A link to the page that orgs share begins a sign-in at the one that it names.
#[test]
fn at_a_shared_login_page_the_link_says_which_org_it_is() {
    let orgs = two(birch()).with_login_page("/login");
    for iss in [BIRCH, "https://birch.example", "https%3A%2F%2Fbirch.example%2F", "https://dev-2.okta.com"] {
        check(&orgs, &format!("/login?login_hint=a&iss={iss}"), Some(BIRCH));
    }
    for query in ["", "?iss=", "?iss=https://org.example", "?iss=https://evil.test"] {
        check(&orgs, &format!("/login{query}"), Some(org::ISSUER));
    }
    // No other page is one that somebody's link could turn into another org's.
    check(&orgs, &format!("/orders?iss={BIRCH}"), Some(org::ISSUER));
    check(&orgs, "/birch/login?iss=https://org.example", Some(BIRCH));
}

#[track_caller]
fn check_link(place: &str, error: Option<SignInError>) {
    let config = chosen(&two(birch()).with_login_page("/login"), place).unwrap();
    let mut tab = Tab::open_with(&Shared::new(), &format!("{PAGE}{place}"), &config, BTreeMap::new());
    tab.take(Event::Initiated { query: place.split_once('?').unwrap().1.into() });
    assert_eq!(tab.notice(), error.map(AuthNotice::SignInFailed), "{place}");
}

#[test]
fn a_link_that_names_neither_org_is_refused_whatever_the_page() {
    check_link(&format!("/login?iss={BIRCH}"), None);
    check_link("/login?iss=https://org.example", None);
    check_link("/login?iss=https://evil.test", Some(SignInError::ForeignIssuer));
    check_link("/birch/login?iss=https://evil.test", Some(SignInError::ForeignIssuer));
    check_link("/birch/login?iss=https://org.example", Some(SignInError::ForeignIssuer));
    // It would end on a page of the other org.
    check_link(&format!("/login?iss={BIRCH}&target_link_uri=/orders"), Some(SignInError::ForeignTarget));
    check_link(&format!("/login?iss={BIRCH}&target_link_uri=/birch/orders"), None);
}

/// Whatever the answer says, and wherever the redirect URI is.
#[test]
fn a_redirect_uri_is_its_orgs() {
    let at = |uri: &str| two(AuthConfig { redirect_uri: format!("{PAGE}{uri}"), ..birch() });
    for (orgs, callback) in
        [(at("/birch/login/callback"), "/birch/login/callback"), (at("/callback/2"), "/callback/2")]
    {
        for answer in
            ["", "?code=c&state=s", "?code=c&iss=https://org.example", "?type_hint=ACTIVATION", "#error=x"]
        {
            check(&orgs, &format!("{callback}{answer}"), Some(BIRCH));
        }
        check(&orgs, &format!("/login/callback?code=c&state=s&iss={BIRCH}"), Some(org::ISSUER));
    }
    // Only the page at its own address is.
    let elsewhere = "https://localhost:8080/callback/2";
    assert_eq!(at("/callback/2").of_page(elsewhere).unwrap().issuer, org::ISSUER);
}

#[test]
fn each_org_knows_its_own_pages() {
    let orgs = two(birch());
    let part = |place: &str| chosen(&orgs, place).unwrap().own_part;
    let (first, birch) = (part("/"), part("/birch"));
    assert_eq!((first.home(), birch.home()), ("/", "/birch"));
    for (path, owner) in [("/birch", 2), ("/birch/a", 2), ("/%62irch", 2), ("/", 1), ("/birches", 1)] {
        assert_eq!((first.has_page(path), birch.has_page(path)), (owner == 1, owner == 2), "{path}");
    }
    // Browsers take the dots out, and then it is another page.
    for path in ["/birch/../orders", "/birch/%2e%2E/orders", "/./birch"] {
        assert!(!first.has_page(path) && !birch.has_page(path), "{path}");
    }
    let alone = config().own_part;
    assert!(alone.has_page("/birch/..") && alone.home() == "/");
}

#[track_caller]
fn check_target(orgs: &Orgs, from: &str, target: &str, lands_on: &str) {
    let config = chosen(orgs, from).unwrap();
    let mut tab = Tab::open_with(&Shared::new(), &format!("{PAGE}{from}"), &config, BTreeMap::new());
    tab.take(Event::SignIn(SignIn::to(target)));
    tab.answer("openid-configuration", 200, &answer_of(&config.issuer, &org::metadata()));
    let stored: serde_json::Value = serde_json::from_str(tab.session.values().next().unwrap()).unwrap();
    assert_eq!(stored["pending"][0]["target"], lands_on, "{from}: {target}");
}

#[test]
fn a_sign_in_ends_on_a_page_of_its_org() {
    let orgs = two(birch());
    check_target(&orgs, "/birch", "/birch/orders?x=1#y", "/birch/orders?x=1#y");
    check_target(&orgs, "/", "/orders?x=1#y", "/orders?x=1#y");
    for elsewhere in
        ["/", "/orders", "/birches", "/birch/../orders", "/birch/%2e%2e/orders", "https://evil.test"]
    {
        check_target(&orgs, "/birch", elsewhere, "/birch");
    }
    for elsewhere in ["/birch", "/birch/orders", "/x/../birch", "//birch"] {
        check_target(&orgs, "/", elsewhere, "/");
    }
}

/// Nothing that stands in an address makes the page of one org that of another, save where the page is shared.
#[test]
fn no_query_and_no_fragment_changes_whose_a_page_is() {
    let orgs = two(birch()).with_login_page("/login");
    let place = "(/birch|/orders|/birch/x|/)[?#]((iss|state|code)=(https://birch.example|https://org.example|a)&?){0,3}";
    let mut runner = proptest::test_runner::TestRunner::default();
    let strategy = proptest::string::string_regex(place).unwrap();
    runner
        .run(&strategy, |place| {
            let by_path = if place.starts_with("/birch") { BIRCH } else { org::ISSUER };
            prop_assert_eq!(chosen(&orgs, &place).unwrap().issuer, by_path);
            Ok(())
        })
        .unwrap();
}
