use okta_local::RunningOrg;
use okta_types::Form;
use reqwest::Method;

use crate::browser::{Answer, ORIGIN, http, org, post, refresh, text, tokens};

const ALLOWED: &str = "access-control-allow-origin";

async fn preflight(org: &RunningOrg, endpoint: &str, origin: &str) -> Answer {
    let request = http()
        .request(Method::OPTIONS, format!("{}/v1/{endpoint}", org.issuer()))
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "x-okta-user-agent-extended");
    Answer::to(request).await
}

#[tokio::test]
async fn the_token_endpoint_answers_preflights_of_its_clients_pages() {
    let org = org().await;
    let answer = preflight(&org, "token", ORIGIN).await;
    assert_eq!((answer.status.as_u16(), answer.header(ALLOWED)), (204, Some(ORIGIN)));
    assert_eq!(answer.header("access-control-allow-methods"), Some("POST"));
    assert_eq!(answer.header("access-control-max-age"), Some("3600"));
    assert_eq!(answer.header("vary"), Some("Origin"));
    assert!(answer.header("access-control-allow-headers").unwrap().contains("X-Okta-User-Agent-Extended"));
    assert_eq!(preflight(&org, "token", "http://evil.test").await.header(ALLOWED), None);
}

#[tokio::test]
async fn the_token_endpoint_asks_each_client_for_its_own_origins() {
    let org = org().await;
    let token = text(&tokens(&org).await, "refresh_token").to_owned();
    let form = Form::new()
        .with("grant_type", "refresh_token")
        .with("client_id", org.client_id())
        .with("refresh_token", &token);
    // The second origin is another client's, and therefore trusted for everything else.
    for origin in ["http://evil.test", "http://localhost:9999", "http://localhost:8080.evil.test", "null"] {
        let answer = post(&org, "token", &form, &[("Origin", origin)]).await;
        assert_eq!((answer.status.as_u16(), answer.header(ALLOWED)), (400, None), "{origin}");
        let description = "Browser requests to the token endpoint must be part of at least one whitelisted \
            redirect_uri.";
        assert_eq!(answer.error(), ("invalid_request".to_owned(), description.to_owned()));
    }
    let answer = post(&org, "token", &form, &[("Origin", ORIGIN)]).await;
    assert_eq!((answer.status.as_u16(), answer.header(ALLOWED)), (200, Some(ORIGIN)));
    let bad = Form::new().with("grant_type", "refresh_token").with("client_id", org.client_id());
    let refused = post(&org, "token", &bad.with("refresh_token", "nope"), &[("Origin", ORIGIN)]).await;
    assert_eq!(
        (refused.status.as_u16(), refused.header(ALLOWED)),
        (400, Some(ORIGIN)),
        "the page can read why"
    );
    assert_eq!(refresh(&org, &token, &[]).await.header(ALLOWED), None);
}

#[tokio::test]
async fn other_endpoints_are_shared_with_trusted_origins_only() {
    let org = org().await;
    for endpoint in ["userinfo", "revoke", "introspect", "keys"] {
        assert_eq!(preflight(&org, endpoint, ORIGIN).await.header(ALLOWED), Some(ORIGIN), "{endpoint}");
        assert_eq!(preflight(&org, endpoint, "http://evil.test").await.header(ALLOWED), None, "{endpoint}");
    }
    for (origin, allowed) in [(ORIGIN, Some(ORIGIN)), ("http://evil.test", None)] {
        let request = http().get(org.issuer().discovery_url()).header("Origin", origin);
        assert_eq!(Answer::of(request.send().await.unwrap()).await.header(ALLOWED), allowed);
    }
}

#[tokio::test]
async fn the_authorization_endpoint_has_no_cors() {
    let org = org().await;
    let url = format!("{}/v1/authorize", org.issuer());
    let answer = Answer::of(http().get(&url).header("Origin", ORIGIN).send().await.unwrap()).await;
    assert_eq!(answer.header(ALLOWED), None);
    let preflight = preflight(&org, "authorize", ORIGIN).await;
    assert_eq!((preflight.status.as_u16(), preflight.header(ALLOWED)), (405, None));
}
