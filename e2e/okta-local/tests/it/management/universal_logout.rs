//! Universal Logout: the org ends somebody's sessions and tokens, and tells the apps that want to know.

use std::net::SocketAddr;

use okta_local::{App, RunningOrg};
use okta_types::{CompactJws, JwkSet};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::{call, get};
use crate::browser::{ALICE, Answer, Browser, builder, http, org, redeem, refresh, text};

const EVENT: &str = "user.authentication.universal_logout";

/// What an app was told: the value of `Authorization`, and the body.
type Told = (String, Value);

/// An app on this machine that answers one message with that status.
async fn app(status: u16) -> (SocketAddr, JoinHandle<Told>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    let told = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("the org connects");
        let mut stream = BufReader::new(stream);
        let (mut authorization, mut length, mut line) = (String::new(), 0, String::new());
        while stream.read_line(&mut line).await.expect("a header line") > 2 {
            match line.trim().split_once(": ") {
                Some(("authorization", value)) => authorization = value.to_owned(),
                Some(("content-length", value)) => length = value.parse().expect("a length"),
                _ => {}
            }
            line.clear();
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.expect("the whole body");
        let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.expect("the org reads");
        (authorization, serde_json::from_slice(&body).expect("JSON"))
    });
    (addr, told)
}

async fn org_with(apps: impl IntoIterator<Item = App>) -> RunningOrg {
    apps.into_iter()
        .fold(builder(), |builder, app| builder.app(app))
        .start()
        .await
        .expect("an org on any port starts")
}

fn telling(label: &str, addr: SocketAddr) -> App {
    App::spa(label).universal_logout(format!("http://{addr}/global-token-revocation"))
}

async fn revoke(org: &RunningOrg, subject: &Value) -> Answer {
    let url = format!("{}/oauth2/v1/global-token-revocation", org.base_url());
    let request = http().post(url).json(&json!({"sub_id": subject}));
    Answer::to(request.header("Authorization", format!("SSWS {}", org.api_token().expose()))).await
}

/// Whether each message about an app arrived, by the app's label.
async fn logged(org: &RunningOrg) -> Vec<(String, String)> {
    let events = get(org, &format!("/logs?filter=eventType%20eq%20%22{EVENT}%22")).await;
    let of = |event: &Value| {
        (text(&event["target"][1], "displayName").to_owned(), text(&event["outcome"], "result").to_owned())
    };
    events.as_array().expect("a list").iter().map(of).collect()
}

#[tokio::test]
async fn an_app_gets_a_message_that_the_orgs_key_signed_for_it() {
    let (addr, told) = app(204).await;
    let org = org_with([telling("Grove", addr)]).await;
    let id = text(&get(&org, &format!("/users/{ALICE}")).await, "id").to_owned();
    assert_eq!(revoke(&org, &json!({"format": "opaque", "id": id})).await.status, 204);

    let (authorization, body) = told.await.expect("the app was told");
    let subject = json!({"format": "iss_sub", "iss": org.base_url(), "sub": id});
    assert_eq!(body, json!({"sub_id": subject}));
    let message = authorization.strip_prefix("Bearer ").expect("a bearer token");
    let jws = CompactJws::parse(message, 10_000).expect("a JWS");
    assert_eq!(jws.unverified_header.typ.as_deref(), Some("global-token-revocation+jwt"));
    let claims = Value::Object(jws.unverified_claims().expect("claims"));
    let now = org.now().0;
    assert_eq!(claims["iss"], org.base_url());
    assert_eq!(claims["aud"], format!("http://{addr}/global-token-revocation"));
    assert_eq!(claims["exp"].as_i64().expect("a time") - claims["iat"].as_i64().expect("a time"), 300);
    assert!((now - 5..=now).contains(&claims["iat"].as_i64().expect("a time")), "{claims}");
    let keys = Answer::to(http().get(format!("{}/oauth2/v1/keys", org.base_url()))).await.json();
    let keys: JwkSet = serde_json::from_value(keys).expect("a key set");
    assert!(keys.keys.iter().any(|key| key.kid == jws.unverified_header.kid), "one of the org's own keys");
    assert_eq!(logged(&org).await, [("Grove".to_owned(), "SUCCESS".to_owned())]);
}

#[tokio::test]
async fn the_persons_sessions_and_tokens_end() {
    let org = org().await;
    let browser = Browser::new(&org);
    let code = browser.code_for(ALICE, &[]).await;
    let tokens = redeem(&org, &code, &[]).await.json();
    let asked = || browser.authorize(&[("prompt", Some("none"))]);
    assert!(asked().await.returned("code").is_some());
    let id = text(&get(&org, &format!("/users/{ALICE}")).await, "id").to_owned();
    let subject = json!({"format": "iss_sub", "iss": org.issuer().as_str(), "sub": id});
    assert_eq!(revoke(&org, &subject).await.status, 204);
    assert_eq!(asked().await.returned("error").as_deref(), Some("login_required"));
    let renewed = refresh(&org, text(&tokens, "refresh_token"), &[]).await;
    assert_eq!(renewed.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn apps_that_somebody_may_not_use_or_that_do_not_want_it_are_told_nothing() {
    let (addr, told) = app(204).await;
    let org = org_with([App::spa("Silent"), telling("Grove", addr)]).await;
    org.unassign(ALICE);
    let id = text(&get(&org, &format!("/users/{ALICE}")).await, "id").to_owned();
    assert_eq!(revoke(&org, &json!({"format": "opaque", "id": id})).await.status, 204);
    assert!(logged(&org).await.is_empty() && !told.is_finished());
    told.abort();
    let apps = get(&org, "/apps").await;
    let status = |label: &str| {
        let app = apps.as_array().expect("a list").iter().find(|app| app["label"] == label).expect("the app");
        text(&app["universalLogout"], "status").to_owned()
    };
    assert_eq!(["Silent", "Grove"].map(status), ["DISABLED", "ENABLED"]);
}

#[tokio::test]
async fn what_an_app_does_not_take_is_in_the_log_and_sessions_that_are_cleared_are_told_of() {
    let (busy, told) = app(503).await;
    let gone = TcpListener::bind("127.0.0.1:0").await.expect("a free port").local_addr().expect("an address");
    let org = org_with([telling("Busy", busy), telling("Gone", gone)]).await;
    let path = format!("/users/{ALICE}/sessions");
    assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 204);
    told.await.expect("the app was told");
    let failed = |label: &str| (label.to_owned(), "FAILURE".to_owned());
    assert_eq!(logged(&org).await, [failed("Busy"), failed("Gone")]);
}

#[tokio::test]
async fn who_may_not_ask_and_what_names_nobody_is_refused() {
    let org = org_with([App::spa("Grove")]).await;
    let url = format!("{}/oauth2/v1/global-token-revocation", org.base_url());
    let without = Answer::to(http().post(url).json(&json!({}))).await;
    assert_eq!((without.status.as_u16(), &without.json()["errorCode"]), (403, &json!("E0000005")));
    for (subject, status, code) in [
        (json!({"format": "opaque", "id": "00u1"}), 404, "E0000007"),
        (json!({"format": "opaque", "id": ALICE}), 404, "E0000007"),
        (json!({"format": "iss_sub", "iss": "https://other.okta.com", "sub": "00u1"}), 404, "E0000007"),
        (json!({"format": "email", "email": ALICE}), 400, "E0000003"),
        (json!({}), 400, "E0000003"),
        (Value::Null, 400, "E0000003"),
    ] {
        let answer = revoke(&org, &subject).await;
        let told = (answer.status.as_u16(), text(&answer.json(), "errorCode").to_owned());
        assert_eq!(told, (status, code.to_owned()), "{subject}");
    }
}
