use okta_auth::{AuthConfig, Orgs, Pages};

use super::{BIRCH, birch, first};
use crate::browser::PAGE;
use crate::org;

#[track_caller]
fn check(orgs: Vec<(Pages, AuthConfig)>, words: &[&str]) {
    let error = Orgs::new(orgs).expect_err(&words.concat());
    for word in words {
        assert!(error.to_string().contains(word), "{error}");
    }
}

/// With pages of its own, so that nothing but what the test says is wrong.
fn other(path: &str) -> AuthConfig {
    AuthConfig {
        issuer: "https://rowan.example/oauth2/default".into(),
        redirect_uri: format!("{PAGE}/rowan/callback"),
        post_logout_redirect_uri: format!("{PAGE}{path}"),
        ..birch()
    }
}

#[test]
fn an_org_stands_once() {
    let again = AuthConfig { post_logout_redirect_uri: format!("{PAGE}/birch"), ..first() };
    let twice = |again| vec![(Pages::default(), first()), (Pages::below("/birch"), again)];
    check(twice(again.clone()), &[org::ISSUER, "named twice", "one host or path"]);
    let slash = AuthConfig { issuer: format!("{}/", org::ISSUER), ..again.clone() };
    check(twice(slash), &["named twice"]);
    let other_app = AuthConfig { client_id: "0oa9".into(), ..again };
    check(twice(other_app), &["named twice"]);
}

#[test]
fn pages_are_one_orgs() {
    for path in ["/birch", "/birch/", "/b%69rch"] {
        let two = vec![(Pages::below("/birch"), birch()), (Pages::below(path), other("/birch"))];
        check(
            two,
            &[
                BIRCH,
                "https://rowan.example/oauth2/default",
                "both have the pages",
                path,
                "another host or path",
            ],
        );
    }
    check(vec![(Pages::default(), first()), (Pages::below("/"), other("/"))], &["both have the pages /:"]);
    let at = |host: &str, config: AuthConfig| {
        let post_logout_redirect_uri = "https://a.shop.example".to_owned();
        (Pages::of_host(host), AuthConfig { post_logout_redirect_uri, ..config })
    };
    let two = vec![at("a.shop.example", birch()), at("A.shop.example", other("/"))];
    check(two, &["both have the pages A.shop.example/"]);
}

#[test]
fn paths_hosts_and_issuers_are_written_as_such() {
    for path in ["birch", "/birch?x", "/birch#x", "/birch/..", "/./birch", "/a/%2e%2e", "/birch\\x"] {
        check(vec![(Pages::below(path), birch())], &[&format!("{path:?}"), "no path of pages", "/birch"]);
    }
    for host in ["", "https://a.example", "a.example:80", "a.example/x", "a b", "a@b", "a?b"] {
        check(vec![(Pages::of_host(host), first())], &["is no host", "birch.shop.example"]);
    }
    let placeholder = AuthConfig { issuer: "https://{yourOktaDomain}/oauth2/default".into(), ..first() };
    check(
        vec![(Pages::default(), placeholder)],
        &["https://{yourOktaDomain}/oauth2/default still holds a placeholder"],
    );
}

/// The code of the one would go to the other: an org can send people on to another one with the `state` that it was given.
#[test]
fn a_redirect_uri_is_one_orgs() {
    for uri in ["/login/callback", "/login/callb%61ck/"] {
        let shared = AuthConfig { redirect_uri: format!("{PAGE}{uri}"), ..birch() };
        let two = vec![(Pages::default(), first()), (Pages::below("/birch"), shared)];
        check(two, &[org::ISSUER, BIRCH, "both have the redirect URI", uri, "one of its own"]);
    }
}

/// On a page of the other org whoever has signed out would see who is there.
#[test]
fn a_sign_out_ends_on_a_page_of_its_org() {
    let elsewhere = AuthConfig { post_logout_redirect_uri: PAGE.into(), ..birch() };
    let two = vec![(Pages::default(), first()), (Pages::below("/birch"), elsewhere)];
    check(two, &["`post_logout_redirect_uri` of https://birch.example/oauth2/default is no page of its own"]);
}

#[test]
fn all_mistakes_are_told_together() {
    let error = Orgs::new([(Pages::below("a"), first()), (Pages::below("b"), first())]).unwrap_err();
    assert!(error.iter().count() >= 3 && error.to_string().contains("; "), "{error}");
}
