//! The control plane over HTTP, and the same by Rust methods.

use okta_local::RunningOrg;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::browser::{ALICE, Browser, SCOPES, builder, http, introspect, refresh, text, tokens};

async fn org() -> RunningOrg {
    let app = okta_local::App::spa("Grove").redirect_uri(crate::browser::CALLBACK);
    builder().app(app).control_port(0).start().await.expect("an org on any port starts")
}

async fn order(org: &RunningOrg, path: &str, body: &Value) -> Response {
    let url = format!("{}{path}", org.control_url().expect("a control plane"));
    http().post(url).json(body).send().await.expect("the control plane answers")
}

async fn told(org: &RunningOrg, path: &str) -> Value {
    let url = format!("{}{path}", org.control_url().expect("a control plane"));
    http().get(url).send().await.expect("the control plane answers").json().await.expect("JSON")
}

#[tokio::test]
async fn without_a_port_there_is_no_control_plane() {
    let org = crate::browser::org().await;
    assert_eq!(org.control_url(), None);
    let answer = http().get(format!("{}/counters", org.base_url())).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND, "it is never on the org's own port");
}

#[tokio::test]
async fn the_clock_moves_and_lifetimes_change() {
    let org = org().await;
    let before = told(&org, "/clock").await["now"].as_i64().unwrap();
    order(&org, "/clock", &json!({"advance_seconds": 3600})).await;
    assert!(org.now().0 - before >= 3600);
    let settings = json!({
        "access_token_seconds": 60, "refresh_token_seconds": 600, "refresh_window_seconds": 300,
        "refresh_grace_seconds": 0, "response_iss": true, "limits_groups": true,
        "require_pushed_authorization_requests": false
    });
    assert_eq!(order(&org, "/settings", &settings).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(told(&org, "/settings").await["limits_groups"], true);
    let pushing = "require_pushed_authorization_requests";
    for required in [true, false] {
        order(&org, "/settings", &json!({pushing: required})).await;
        assert_eq!(told(&org, "/settings").await[pushing], required);
    }
    let first = tokens(&org).await;
    assert_eq!(first["expires_in"], 60);
    refresh(&org, text(&first, "refresh_token"), &[]).await;
    assert_eq!(refresh(&org, text(&first, "refresh_token"), &[]).await.status, 400, "there is no grace");
    let told = Browser::new(&org).get(&format!("{}/.well-known/openid-configuration", org.issuer())).await;
    assert_eq!(told.json()["authorization_response_iss_parameter_supported"], true);
    order(&org, "/settings", &json!({"second_factor": true})).await;
    assert_eq!(self::told(&org, "/settings").await["second_factor"], true);
}

#[tokio::test]
async fn keys_are_rotated_added_and_retired() {
    let org = org().await;
    let former = org.public_keys().keys[0].kid.clone();
    let active = order(&org, "/keys/rotate", &json!({})).await.json::<Value>().await.unwrap();
    assert_eq!(org.public_keys().keys[0].kid.as_deref(), active["kid"].as_str());
    order(&org, "/keys/add", &json!({})).await;
    assert_eq!(org.public_keys().keys.len(), 4);
    assert_eq!(order(&org, "/keys/retire", &json!({"kid": former})).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(order(&org, "/keys/retire", &json!({"kid": former})).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn people_lose_apps_sessions_and_tokens() {
    let org = org().await;
    let alice = json!({"login": ALICE});
    let browser = Browser::new(&org);
    let code = browser.code_for(ALICE, &[]).await;
    let tokens = crate::browser::redeem(&org, &code, &[]).await.json();
    order(&org, "/tokens/revoke", &alice).await;
    assert_eq!(introspect(&org, text(&tokens, "access_token")).await["active"], false);
    assert_eq!(refresh(&org, text(&tokens, "refresh_token"), &[]).await.status, 400);
    browser.authorize(&[]).await.code();
    let ended = order(&org, "/sessions/end", &alice).await.json::<Value>().await.unwrap();
    assert_eq!(ended["ended"], 1);
    assert!(browser.authorize(&[]).await.is_sign_in_page());
    assert_eq!(order(&org, "/users/unassign", &alice).await.status(), StatusCode::NO_CONTENT);
    let page = browser.authorize(&[]).await;
    let refused = browser.sign_in(&page, ALICE, crate::browser::PASSWORD).await;
    assert_eq!(refused.returned("error").as_deref(), Some("access_denied"));
    order(&org, "/users/assign", &alice).await;
    browser.authorize(&[]).await.code();
    let nobody = json!({"login": "nobody@example.com"});
    assert_eq!(order(&org, "/users/unassign", &nobody).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn without_a_policy_nobody_gets_anything() {
    let org = org().await;
    let refresh_token = text(&tokens(&org).await, "refresh_token").to_owned();
    order(&org, "/policies/remove", &json!({})).await;
    let description = "Policy evaluation failed for this request, please check the policy configurations.";
    let renewal = refresh(&org, &refresh_token, &[]).await;
    assert_eq!((renewal.status.as_u16(), renewal.error().1.as_str()), (401, description));
    let browser = Browser::new(&org);
    let page = browser.authorize(&[("scope", Some(SCOPES))]).await;
    let refused = browser.sign_in(&page, ALICE, crate::browser::PASSWORD).await;
    assert_eq!(refused.returned("error_description").as_deref(), Some(description));
}

#[tokio::test]
async fn counters_and_the_log_are_told() {
    let org = org().await;
    let tokens = tokens(&org).await;
    let counters = told(&org, "/counters").await;
    assert_eq!(
        (&counters["token"], &counters["authorize"], &counters["sign_in"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let log = told(&org, "/log").await;
    let types: Vec<_> = log.as_array().unwrap().iter().map(|event| text(event, "eventType")).collect();
    let expected = [
        "user.session.start",
        "policy.evaluate_sign_on",
        "app.oauth2.as.authorize.code",
        "user.authentication.sso",
        "app.oauth2.as.token.grant.access_token",
        "app.oauth2.as.token.grant.id_token",
        "app.oauth2.as.token.grant.refresh_token",
    ];
    assert_eq!(types, expected);
    assert_eq!(log[0]["actor"]["alternateId"], ALICE);
    assert!(!log.to_string().contains(text(&tokens, "access_token")));
}

#[tokio::test]
async fn pages_and_strange_names_cannot_use_it() {
    let org = org().await;
    let url = format!("{}/clock", org.control_url().unwrap());
    let body = r#"{"advance_seconds":1}"#;
    let as_a_form = http().post(&url).header("Content-Type", "text/plain").body(body).send().await.unwrap();
    assert!(as_a_form.status().is_client_error(), "what a page may send without asking is not read");
    let asked = http().request(reqwest::Method::OPTIONS, &url).header("Origin", "http://evil.example");
    let asked = asked.send().await.unwrap();
    assert!(!asked.headers().contains_key("access-control-allow-origin"));
    let rebound = http().get(&url).header("Host", "evil.example").send().await.unwrap();
    assert_eq!(rebound.status(), StatusCode::FORBIDDEN);
    let typo = order(&org, "/settings", &json!({"acess_token_seconds": 1})).await;
    assert_eq!(typo.status(), StatusCode::BAD_REQUEST, "a mistake is not passed over");
    for (path, body, named) in [
        (
            "/faults",
            json!({"endpoint": "nope", "answers": 1, "fault": "drop"}),
            "there is no endpoint nope; the endpoints are: ",
        ),
        ("/faults", json!({"endpoint": "token", "answers": 0, "fault": "drop"}), "answers must be from 1"),
        (
            "/faults",
            json!({"endpoint": "token", "answers": 1, "fault": "fail"}),
            "needs a status from 400 to 599",
        ),
        (
            "/faults",
            json!({"endpoint": "token", "answers": 1, "fault": "fail", "status": 42}),
            "from 400 to 599",
        ),
        ("/faults", json!({"endpoint": "token", "answers": 1, "fault": "delay"}), "needs milliseconds"),
        (
            "/faults",
            json!({"endpoint": "token", "answers": 1, "fault": "drop", "status": 500}),
            "goes with the fault",
        ),
        (
            "/faults",
            json!({"endpoint": "token", "answers": 1, "fault": "explode"}),
            "unknown variant `explode`",
        ),
        ("/faults", json!({"endpoint": "token", "answer": 1, "fault": "drop"}), "unknown field `answer`"),
        ("/rate-limits", json!({"endpoint": "nope", "requests_per_minute": 1}), "there is no endpoint nope"),
        ("/settings", json!({"refresh_grace_seconds": 61}), "from 0 to 60"),
        ("/settings", json!({"access_token_seconds": 0}), "at least 1"),
        ("/clock", json!({"advance_seconds": -1}), "invalid value"),
        ("/users/unsuspend", json!({"login": ALICE}), "alice@example.com is not suspended"),
    ] {
        let refused = order(&org, path, &body).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{path} {body}");
        let error = refused.json::<Value>().await.unwrap();
        assert!(text(&error, "error").contains(named), "{error}");
    }
}

#[tokio::test]
async fn what_was_taken_away_can_be_put_back() {
    let org = org().await;
    let browser = Browser::new(&org);
    let refresh_token = text(&tokens(&org).await, "refresh_token").to_owned();
    let renews = async || refresh(&org, &refresh_token, &[]).await.status == 200;
    assert!(renews().await);
    order(&org, "/policies/remove", &json!({})).await;
    assert!(!renews().await);
    assert_eq!(told(&org, "/policies").await[0]["removed"], json!(["Default Policy"]));
    let restored = order(&org, "/policies/restore", &json!({})).await.json::<Value>().await.unwrap();
    assert_eq!(restored["restored"], 2, "that of the org's own server too");
    assert!(renews().await);
    order(&org, "/users/unassign", &json!({"login": ALICE})).await;
    assert!(!renews().await);
    order(&org, "/assignments/restore", &json!({})).await;
    assert!(renews().await);
    browser.code_for(ALICE, &[]).await;
    order(&org, "/users/suspend", &json!({"login": ALICE})).await;
    assert!(!renews().await && browser.authorize(&[]).await.is_sign_in_page());
    assert_eq!(told(&org, "/users").await[0]["status"], "SUSPENDED");
    order(&org, "/users/unsuspend", &json!({"login": ALICE})).await;
    assert!(renews().await);
    assert!(org.suspend(ALICE) && !org.suspend(ALICE) && org.unsuspend(ALICE) && !org.unsuspend(ALICE));
    org.unassign(ALICE);
    org.remove_policies();
    assert_eq!((org.restore_assignments(), org.restore_policies()), (1, 2));
    assert!(renews().await);
}

#[tokio::test]
async fn an_app_of_a_group_can_be_taken_away_from_one_of_it() {
    let org = org().await;
    let token = format!("SSWS {}", org.api_token().expose());
    let groups =
        http().get(format!("{}/api/v1/groups?q=Everyone", org.base_url())).header("Authorization", &token);
    let everyone =
        groups.send().await.unwrap().json::<Value>().await.unwrap()[0]["id"].as_str().unwrap().to_owned();
    let url = format!("{}/api/v1/apps/{}/groups/{everyone}", org.base_url(), org.client_id());
    assert_eq!(http().put(url).header("Authorization", &token).send().await.unwrap().status(), 200);
    order(&org, "/users/unassign", &json!({"login": ALICE})).await;
    let browser = Browser::new(&org);
    let page = browser.authorize(&[]).await;
    let refused = browser.sign_in(&page, ALICE, crate::browser::PASSWORD).await;
    assert_eq!(refused.returned("error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn what_is_set_is_told() {
    let org = org().await;
    order(&org, "/settings", &json!({"access_token_seconds": 77, "refresh_grace_seconds": 5})).await;
    let settings = told(&org, "/settings").await;
    assert_eq!(
        (&settings["access_token_seconds"], &settings["refresh_grace_seconds"]),
        (&json!(77), &json!(5))
    );
    let fault = json!({"endpoint": "keys", "answers": 2, "fault": "fail", "status": 503});
    order(&org, "/faults", &fault).await;
    let fail = json!({"fault": "fail", "status": 503});
    assert_eq!(told(&org, "/faults").await, json!({"keys": [fail, fail]}));
    assert_eq!(org.faults_to_come(okta_local::Endpoint::Keys), 2);
    let statuses: Vec<_> =
        told(&org, "/keys").await.as_array().unwrap().iter().map(|key| key["status"].clone()).collect();
    assert_eq!(statuses, ["active", "next"]);
    tokens(&org).await;
    assert_eq!(told(&org, "/counters").await["token_grants"]["authorization_code"], 1);
    assert_eq!(order(&org, "/nowhere", &json!({})).await.status(), StatusCode::NOT_FOUND);
}
