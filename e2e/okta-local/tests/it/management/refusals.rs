//! What holds of all parts of the API: errors, limits, links, rate limits.

use std::time::Duration;

use okta_local::{Endpoint, Fault};
use reqwest::Method;
use serde_json::{Value, json};

use super::call;
use super::recorded_apps::{made, terraform};
use crate::browser::{Answer, http, org, text};

#[tokio::test]
async fn paths_methods_and_bodies_that_are_none_are_told_apart() {
    let org = org().await;
    let server = "/authorizationServers/default";
    let policies = format!("{server}/policies");
    for (method, path, body, status, code) in [
        (Method::GET, "/nowhere", &Value::Null, 404, "E0000008"),
        (Method::GET, "/meta/schemas/user/linkedObjects", &Value::Null, 404, "E0000008"),
        (Method::POST, "/meta/schemas/user/linkedObjects", &json!({}), 404, "E0000008"),
        (Method::GET, "/meta/schemas/user/oscnone", &Value::Null, 404, "E0000007"),
        (Method::POST, "/policies/simulate", &json!({}), 404, "E0000008"),
        (Method::PATCH, "/apps", &Value::Null, 405, "E0000022"),
        (Method::POST, "/logs", &json!({}), 405, "E0000022"),
        (Method::DELETE, "/users", &Value::Null, 405, "E0000022"),
        (Method::GET, "/users/x/lifecycle/suspend", &Value::Null, 405, "E0000022"),
        (Method::GET, "/apps/0oanone", &Value::Null, 404, "E0000007"),
        (Method::GET, "/users/nobody", &Value::Null, 404, "E0000007"),
        (Method::GET, "/trustedOrigins/tosnone", &Value::Null, 404, "E0000007"),
        (Method::GET, "/authorizationServers/ausnone/scopes", &Value::Null, 404, "E0000007"),
        (Method::GET, "/authorizationServers/ausnone/claims", &Value::Null, 404, "E0000007"),
        (Method::POST, "/users", &json!([]), 400, "E0000003"),
        (Method::POST, "/groups", &json!({"profile": {"name": 1}}), 400, "E0000003"),
        (Method::POST, &policies, &json!({"name": 1}), 400, "E0000003"),
        (Method::GET, "/users?limit=0", &Value::Null, 400, "E0000001"),
        (Method::GET, "/users?limit=some", &Value::Null, 400, "E0000001"),
    ] {
        let answer = call(&org, method.clone(), path, body).await;
        let error = answer.json();
        assert_eq!((answer.status.as_u16(), text(&error, "errorCode")), (status, code), "{method} {path}");
        assert_eq!(error["errorLink"], error["errorCode"]);
        assert!(text(&error, "errorId").starts_with("oae") && error["errorCauses"].is_array());
    }
}

#[tokio::test]
async fn every_list_links_to_itself_and_to_what_follows() {
    let org = org().await;
    let server = "/authorizationServers/default";
    for name in ["a", "b"] {
        let body = json!({"profile": {"name": name}});
        assert_eq!(call(&org, Method::POST, "/groups", &body).await.status, 200);
    }
    let app = format!("/apps/{}", org.client_id());
    for (path, total) in [
        ("/apps".to_owned(), 3),
        (format!("{app}/users"), 2),
        (format!("{app}/groups"), 0),
        ("/users".to_owned(), 3),
        ("/groups".to_owned(), 4),
        ("/trustedOrigins".to_owned(), 2),
        ("/authorizationServers".to_owned(), 1),
        (format!("{server}/scopes"), 29),
        ("/logs?sortOrder=DESCENDING".to_owned(), 2),
    ] {
        let separator = if path.contains('?') { '&' } else { '?' };
        let mut next = format!("{path}{separator}limit=1");
        let mut seen = Vec::new();
        for _ in 0..40 {
            let answer = call(&org, Method::GET, &next, &Value::Null).await;
            seen.extend(answer.json().as_array().unwrap().clone());
            let links: Vec<_> =
                answer.headers.get_all("link").iter().map(|link| link.to_str().unwrap().to_owned()).collect();
            assert_eq!(links[0], format!("<{}/api/v1{next}>; rel=\"self\"", org.base_url()), "{path}");
            let Some(link) = links.get(1) else { break };
            let url = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).unwrap();
            next = url.split_once("/api/v1").unwrap().1.to_owned();
        }
        assert_eq!(seen.len(), total, "{path}");
        assert_eq!(seen.iter().collect::<std::collections::HashSet<_>>().len(), total, "{path}: each once");
    }
}

#[tokio::test]
async fn what_is_given_whole_has_no_link() {
    let org = org().await;
    let server = "/authorizationServers/default";
    for (path, total) in [
        (format!("{server}/scopes"), 29),
        (format!("{server}/claims"), 20),
        (format!("{server}/policies"), 1),
        (format!("{server}/credentials/keys"), 2),
        ("/groups?q=shop&limit=200".to_owned(), 1),
    ] {
        let answer = call(&org, Method::GET, &path, &Value::Null).await;
        assert_eq!((answer.json().as_array().unwrap().len(), answer.header("link")), (total, None), "{path}");
    }
}

#[tokio::test]
async fn each_part_has_limits_and_faults_of_its_own() {
    let org = org().await;
    org.set_rate_limit(Endpoint::ApiUsers, 1);
    let get = async |path: &str| call(&org, Method::GET, path, &Value::Null).await;
    let first = get("/users").await;
    assert_eq!((first.status.as_u16(), first.header("x-rate-limit-remaining")), (200, Some("0")));
    let second = get("/users/alice").await;
    assert_eq!((second.status.as_u16(), &second.json()["errorCode"]), (429, &json!("E0000047")));
    let words = "API call exceeded rate limit due to too many requests.";
    assert_eq!(second.json()["errorSummary"], words);
    org.inject(Endpoint::ApiLogs, Fault::Fail(429), 1);
    assert_eq!(get("/logs").await.json()["errorSummary"], words);
    assert!(second.header("x-rate-limit-reset").is_some());
    assert_eq!(get("/groups").await.status, 200, "groups have limits of their own");
    org.advance_clock(Duration::from_secs(60));
    assert_eq!(get("/users").await.status, 200);
    org.inject(Endpoint::ApiApps, Fault::Fail(503), 1);
    let failed = get("/apps").await;
    assert_eq!((failed.status.as_u16(), &failed.json()["errorCode"]), (503, &json!("E0000009")));
    assert_eq!(org.requests(Endpoint::ApiGroups), 1);
}

#[tokio::test]
async fn all_answers_have_the_headers_of_a_live_org() {
    let org = org().await;
    let app = made(&org, &terraform("web", &["authorization_code"], &["code"])).await;
    let path = format!("/apps/{}", text(&app, "id"));
    let deactivate = format!("{path}/lifecycle/deactivate");
    for (method, path, status) in [
        (Method::GET, "/apps", 200),
        (Method::GET, "/users", 200),
        (Method::GET, "/apps/0oanone", 404),
        (Method::GET, "/nowhere", 404),
        (Method::PUT, "/apps", 405),
        (Method::POST, deactivate.as_str(), 200),
        (Method::DELETE, path.as_str(), 204),
    ] {
        let answer = call(&org, method, path, &Value::Null).await;
        assert_eq!(answer.status, status, "{path}");
        for (name, value) in [
            ("cache-control", "no-cache, no-store"),
            ("pragma", "no-cache"),
            ("expires", "0"),
            ("p3p", "CP=\"HONK\""),
            ("referrer-policy", "strict-origin-when-cross-origin"),
            ("x-xss-protection", "0"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path} {name}");
        }
    }
    let without = Answer::to(http().get(format!("{}/api/v1/apps", org.base_url()))).await;
    assert_eq!((without.status.as_u16(), without.header("expires")), (403, Some("0")));
    let me = Answer::to(http().get(format!("{}/api/v1/sessions/me", org.base_url()))).await;
    assert_eq!((me.status.as_u16(), me.header("expires")), (404, Some("0")));
    org.inject(Endpoint::ApiLogs, Fault::Fail(503), 1);
    org.set_rate_limit(Endpoint::ApiUsers, 0);
    for (path, status) in [("/logs", 503), ("/users", 429)] {
        let answer = call(&org, Method::GET, path, &Value::Null).await;
        let told = ["cache-control", "expires", "p3p"].map(|name| answer.header(name).unwrap_or_default());
        assert_eq!((answer.status.as_u16(), told), (status, ["no-cache, no-store", "0", "CP=\"HONK\""]));
    }
}
