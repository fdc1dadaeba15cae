//! Refresh tokens of an app, of somebody and of an authorization server: members, words and statuses are recorded ones.

use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get};
use crate::browser::{ALICE, Answer, Browser, introspect, org, redeem, refresh, text, tokens};

async fn delete(org: &RunningOrg, path: &str) -> u16 {
    call(org, Method::DELETE, path, &Value::Null).await.status.as_u16()
}

fn not_found(answer: &Answer, what: &str) {
    let error = answer.json();
    let summary = format!("Not found: Resource not found: {what}");
    assert_eq!(
        (answer.status.as_u16(), text(&error, "errorCode"), text(&error, "errorSummary")),
        (404, "E0000007", summary.as_str())
    );
}

/// The three places where the tokens of the app "Grove" and alice are.
async fn places(org: &RunningOrg) -> [String; 3] {
    let (app, server) = (org.client_id(), &get(org, "/authorizationServers").await[0]);
    let server = text(server, "id").to_owned();
    let alice = get(org, &format!("/users/{ALICE}")).await;
    [
        format!("/apps/{app}/tokens"),
        format!("/users/{}/clients/{app}/tokens", text(&alice, "id")),
        format!("/authorizationServers/{server}/clients/{app}/tokens"),
    ]
}

#[tokio::test]
async fn a_sign_in_gives_one_token_that_is_listed_wherever_it_belongs() {
    let org = org().await;
    let places = places(&org).await;
    for path in &places {
        assert_eq!(get(&org, path).await, json!([]));
    }
    let first = tokens(&org).await;
    org.advance_clock(std::time::Duration::from_secs(60));
    let rotated = refresh(&org, text(&first, "refresh_token"), &[]).await;
    assert_eq!(rotated.status, 200);
    let alice = get(&org, &format!("/users/{ALICE}")).await;
    let server = get(&org, "/authorizationServers").await[0].clone();
    for path in &places {
        let listed = get(&org, path).await;
        assert_eq!(listed.as_array().map(Vec::len), Some(1), "rotated and yet one: {listed}");
        let token = &listed[0];
        let id = text(token, "id");
        let jti = crate::browser::parts(text(&rotated.json(), "access_token")).1;
        assert!(id.starts_with("oar") && text(&jti, "jti").ends_with(id), "as its access tokens name it");
        let mut names: Vec<_> = token.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        let expected = [
            "_links",
            "clientId",
            "created",
            "expiresAt",
            "id",
            "issuer",
            "lastUpdated",
            "scopes",
            "status",
            "userId",
        ];
        assert_eq!(names, expected);
        assert_eq!((&token["status"], &token["userId"]), (&json!("ACTIVE"), &alice["id"]));
        assert_eq!(token["scopes"], json!(["openid", "profile", "email", "offline_access"]));
        assert_eq!(
            (&token["issuer"], &token["clientId"]),
            (&json!(org.issuer().as_str()), &json!(org.client_id()))
        );
        assert!(text(token, "created") < text(token, "lastUpdated"), "{token}");
        let api = format!("{}/api/v1", org.base_url());
        let own = format!("{api}{path}/{id}");
        let title = |href: String, title: &str| json!({"href": href, "title": title});
        let name =
            format!("{} {}", text(&alice["profile"], "firstName"), text(&alice["profile"], "lastName"));
        let links = json!({
            "app": title(format!("{api}/apps/{}", org.client_id()), "Grove"),
            "authorizationServer": title(format!("{api}/authorizationServers/{}", text(&server, "id")), "default"),
            "self": {"href": own}, "revoke": {"href": own, "hints": {"allow": ["DELETE"]}},
            "client": title(format!("{}/oauth2/v1/clients/{}", org.base_url(), org.client_id()), "Grove"),
            "user": title(format!("{api}/users/{}", text(&alice, "id")), &name),
        });
        assert_eq!(token["_links"], links);
        assert_eq!(get(&org, &format!("{path}/{id}")).await, *token);
        let expanded = get(&org, &format!("{path}?expand=scope&limit=10")).await;
        assert_eq!(expanded[0]["_embedded"]["scopes"][0]["name"], "openid", "{expanded}");
    }
}

#[tokio::test]
async fn what_is_revoked_is_dead_and_nothing_else_is() {
    let org = org().await;
    for place in 0..3 {
        let path = places(&org).await[place].clone();
        let (first, second) = (tokens(&org).await, tokens(&org).await);
        assert_eq!(get(&org, &path).await.as_array().map(Vec::len), Some(2));
        let claims = crate::browser::parts(text(&first, "access_token")).1;
        let id = text(&claims, "jti").rsplit('.').next().unwrap();
        assert_eq!(delete(&org, &format!("{path}/{id}")).await, 204);
        let is_alive =
            async |tokens: &Value| introspect(&org, text(tokens, "access_token")).await["active"].clone();
        let renewed = refresh(&org, text(&first, "refresh_token"), &[]).await;
        assert_eq!((renewed.status.as_u16(), is_alive(&first).await), (400, json!(false)), "{path}");
        assert_eq!(is_alive(&second).await, json!(true), "{path}");
        let code = Browser::new(&org).code_for(ALICE, &[("scope", Some("openid"))]).await;
        let without_refresh = redeem(&org, &code, &[]).await.json();
        assert_eq!(delete(&org, &path).await, 204);
        assert_eq!(refresh(&org, text(&second, "refresh_token"), &[]).await.status, 400);
        assert_eq!(is_alive(&without_refresh).await, json!(true), "it came without a refresh token");
        assert_eq!((get(&org, &path).await, delete(&org, &path).await), (json!([]), 204));
    }
    let log = get(&org, "/logs?filter=eventType%20eq%20%22app.oauth2.as.token.revoke%22").await;
    assert_eq!(log.as_array().map(Vec::len), Some(6));
    assert_eq!(
        (&log[0]["target"][0]["alternateId"], &log[0]["actor"]["type"]),
        (&json!(ALICE), &json!("User"))
    );
}

#[tokio::test]
async fn what_is_not_there_is_told_as_a_live_org_tells_it() {
    let org = org().await;
    let ask = async |method: Method, path: &str| call(&org, method, path, &Value::Null).await;
    not_found(&ask(Method::GET, "/apps/invalid-app-id-123/tokens").await, "invalid-app-id-123 (AppInstance)");
    let token = format!("{}.invalid-token-id-123 (OAuth2RefreshTokenTx)", org.client_id());
    let path = format!("/apps/{}/tokens/invalid-token-id-123", org.client_id());
    not_found(&ask(Method::GET, &path).await, &token);
    not_found(&ask(Method::DELETE, &path).await, &token);
    let server = "/authorizationServers/default/clients";
    let nobody = "0oa_dummy_client_id (PublicClientApp)";
    for path in [
        format!("{server}/0oa_dummy_client_id/tokens"),
        format!("/users/{ALICE}/clients/0oa_dummy_client_id/tokens"),
    ] {
        not_found(&ask(Method::GET, &path).await, nobody);
        not_found(&ask(Method::DELETE, &path).await, nobody);
    }
    let path = format!("/authorizationServers/ausnone/clients/{}/tokens", org.client_id());
    not_found(&ask(Method::GET, &path).await, "ausnone (AuthorizationServer)");
}

#[tokio::test]
async fn apps_with_tokens_are_clients_of_a_person_and_of_a_server() {
    let org = org().await;
    let (of_user, of_server) = (format!("/users/{ALICE}/clients"), "/authorizationServers/default/clients");
    assert_eq!((get(&org, &of_user).await, get(&org, of_server).await), (json!([]), json!([])));
    tokens(&org).await;
    let [_, user_tokens, server_tokens] = places(&org).await;
    let api = format!("{}/api/v1", org.base_url());
    let id = org.client_id();
    let client = json!({"client_id": id, "client_name": "Grove", "client_uri": null, "logo_uri": null});
    let mut of_person = client.clone();
    of_person["_links"] = json!({
        "grants": {"href": format!("{api}{}", user_tokens.replace("/tokens", "/grants"))},
        "tokens": {"href": format!("{api}{user_tokens}")},
    });
    assert_eq!(get(&org, &of_user).await, json!([of_person]));
    let mut of_it = client;
    of_it["_links"] = json!({
        "client": {"href": format!("{}/oauth2/v1/clients/{id}", org.base_url()), "title": "Grove"},
        "tokens": {"href": format!("{api}{server_tokens}"), "hints": {"allow": ["GET", "DELETE"]}},
    });
    assert_eq!(get(&org, of_server).await, json!([of_it]));
    let bob = get(&org, "/users/bob@example.com/clients").await;
    assert_eq!(bob, json!([]), "somebody else's");
}
