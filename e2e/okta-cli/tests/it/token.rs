//! `cargo okta token`.

use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::{Ran, okta, with_shop};
use okta_local::RunningOrg;

async fn start() -> (RunningOrg, TempDir) {
    (with_shop().start().await.unwrap(), tempdir().unwrap())
}

pub(super) fn variables(org: &RunningOrg) -> Vec<(&'static str, String)> {
    let service = org.service_client();
    vec![
        ("OKTA_OAUTH2_ISSUER", org.issuer().to_string()),
        ("OKTA_OAUTH2_CLIENT_ID", format!("{},{}", org.client_id(), service.client_id)),
        ("OKTA_SERVICE_CLIENT_ID", service.client_id),
        ("OKTA_SERVICE_CLIENT_SECRET", service.client_secret.expose().to_owned()),
        ("OKTA_PASSWORD", "Grove-2026!".to_owned()),
    ]
}

#[track_caller]
fn refused(ran: &Ran, names: &str) {
    assert!(
        ran.code == 1 && ran.out.is_empty() && ran.err.contains(names),
        "{} {} {}",
        ran.code,
        ran.out,
        ran.err
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_stands_alone_on_standard_output_and_the_api_would_take_it() {
    let (org, folder) = start().await;
    for args in [vec!["token", "--user", "alice@example.com"], vec!["token", "--client"]] {
        let ran = okta(&folder, &args, &variables(&org), "").await;
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        let token = ran.out.trim_end();
        assert_eq!(ran.out, format!("{token}\n"));
        let verified = okta(&folder, &["token", "--stdin", "--verify"], &variables(&org), token).await;
        assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
        assert!(verified.out.starts_with("The API accepts it"), "{}", verified.out);
    }
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_org_that_takes_pushed_requests_only_gives_a_token_too() {
    let (org, folder) = start().await;
    org.require_pushed_authorization_requests(true);
    let ran = okta(&folder, &["token", "--user", "alice@example.com"], &variables(&org), "").await;
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_claims_are_shown_in_place_of_the_token() {
    let (org, folder) = start().await;
    let args = ["token", "--user", "alice@example.com", "--decode"];
    let ran = okta(&folder, &args, &variables(&org), "").await;
    let shown: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(shown["claims"]["sub"], "alice@example.com");
    assert_eq!(shown["header"]["alg"], "RS256");
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_why_and_what_was_expected() {
    let (org, folder) = start().await;
    let args = ["token", "--client", "--verify"];
    let mut other = variables(&org);
    other.push(("OKTA_API_AUDIENCE", "api://other".to_owned()));
    let ran = okta(&folder, &args, &other, "").await;
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("401 invalid_token") && ran.out.contains("api://other"), "{}", ran.out);
    assert!(ran.out.contains("\"api://default\""), "{}", ran.out);
    let mut standard = variables(&org);
    standard.push(("REQUIRE_AT_JWT", "true".to_owned()));
    let ran = okta(&folder, &args, &standard, "").await;
    assert!(ran.code == 1 && ran.out.contains("the type is not at+jwt"), "{}", ran.out);
    org.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_named() {
    let (org, folder) = start().await;
    let with = |name: &'static str, value: &str| {
        let mut variables = variables(&org);
        variables.retain(|(found, _)| *found != name);
        variables.push((name, value.to_owned()));
        variables
    };
    let user = ["token", "--user", "alice@example.com"];
    refused(&okta(&folder, &user, &with("OKTA_PASSWORD", "wrong"), "").await, "password is wrong");
    refused(
        &okta(&folder, &user, &with("OKTA_OAUTH2_ISSUER", "http://localhost:1/oauth2/default"), "").await,
        "cargo dev",
    );
    refused(&okta(&folder, &user, &with("OKTA_OAUTH2_CLIENT_ID", "0oanope"), "").await, "400");
    let carol = ["token", "--user", "carol@example.com"];
    refused(&okta(&folder, &carol, &variables(&org), "").await, "not assigned");
    let scope = ["token", "--client", "--scope", "nope"];
    refused(&okta(&folder, &scope, &variables(&org), "").await, "invalid_scope");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let uri = format!("http://localhost:{}/cb", taken.local_addr().unwrap().port());
    refused(&okta(&folder, &["token", "--redirect-uri", &uri], &variables(&org), "").await, "is in use");
    refused(&okta(&folder, &["token", "--stdin"], &variables(&org), " \n").await, "standard input was empty");
    org.stop().await;
}
