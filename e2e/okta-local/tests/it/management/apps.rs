//! Apps, their secrets and assignments.

use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get, spa};
use crate::browser::{ALICE, org, post, text};

async fn made(org: &RunningOrg, body: &Value) -> Value {
    let answer = call(org, Method::POST, "/apps", body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn service(label: &str) -> Value {
    json!({
        "name": "oidc_client", "label": label, "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": {"token_endpoint_auth_method": "client_secret_basic"}},
        "settings": {"oauthClient": {"application_type": "service", "grant_types": ["client_credentials"]}},
    })
}

#[tokio::test]
async fn an_app_is_shown_as_it_was_given_and_can_be_given_back() {
    let org = org().await;
    let mut body = spa("Made");
    body["profile"] = json!({"owner": "garden"});
    let settings = &mut body["settings"]["oauthClient"];
    settings["client_uri"] = json!("http://localhost:8080");
    settings["initiate_login_uri"] = json!("http://localhost:8080/login");
    settings["refresh_token"] = json!({"rotation_type": "ROTATE", "leeway": 12});
    settings["consent_method"] = json!("REQUIRED");
    let app = made(&org, &body).await;
    let path = format!("/apps/{}", text(&app, "id"));
    for (name, value) in body["settings"]["oauthClient"].as_object().unwrap() {
        assert_eq!(&app["settings"]["oauthClient"][name], value, "{name}");
    }
    assert_eq!((&app["profile"], &app["status"]), (&body["profile"], &json!("ACTIVE")));
    assert!(text(&app["_links"]["deactivate"], "href").ends_with(&format!("{path}/lifecycle/deactivate")));
    let again = call(&org, Method::PUT, &path, &app).await;
    assert_eq!(again.status, 200, "{again:?}");
    assert_eq!(again.json()["settings"], app["settings"], "what was read can be written");
    let filter = "/apps?filter=status%20eq%20%22ACTIVE%22%20and%20name%20eq%20%22oidc_client%22&q=mad";
    assert_eq!(get(&org, filter).await[0]["label"], "Made");
    let inactive = call(&org, Method::POST, "/apps?activate=false", &spa("Asleep")).await.json();
    assert_eq!(inactive["status"], "INACTIVE");
    let path = format!("/apps/{}/lifecycle/activate", text(&inactive, "id"));
    assert_eq!(call(&org, Method::POST, &path, &json!({})).await.json(), json!({}));
    assert_eq!(get(&org, &format!("/apps/{}", text(&inactive, "id"))).await["status"], "ACTIVE");
}

#[tokio::test]
async fn the_leeway_of_an_app_is_its_grace_time() {
    let org = org().await;
    let id = org.client_id().to_owned();
    let mut app = get(&org, &format!("/apps/{id}")).await;
    app["settings"]["oauthClient"]["refresh_token"]["leeway"] = json!(0);
    assert_eq!(call(&org, Method::PUT, &format!("/apps/{id}"), &app).await.status, 200);
    let token = text(&crate::browser::tokens(&org).await, "refresh_token").to_owned();
    assert_eq!(crate::browser::refresh(&org, &token, &[]).await.status, 200);
    assert_eq!(crate::browser::refresh(&org, &token, &[]).await.status, 400);
}

async fn opens(org: &RunningOrg, id: &str, secret: &str) -> bool {
    let form = okta_types::Form::new()
        .with("grant_type", "client_credentials")
        .with("scope", "orders:read")
        .with("client_id", id)
        .with("client_secret", secret);
    post(org, "token", &form, &[]).await.status == 200
}

#[tokio::test]
async fn a_secret_is_replaced_while_the_other_works() {
    let org = org().await;
    let app = made(&org, &service("Export")).await;
    let (id, first) = (text(&app, "id"), text(&app["credentials"]["oauthClient"], "client_secret"));
    let base = format!("/apps/{id}/credentials/secrets");
    let secrets = get(&org, &base).await;
    assert_eq!((secrets.as_array().unwrap().len(), &secrets[0]["client_secret"]), (1, &json!(first)));
    let second = call(&org, Method::POST, &base, &json!({})).await;
    assert_eq!(second.status, 201, "{second:?}");
    let second = second.json();
    assert!(opens(&org, id, first).await && opens(&org, id, text(&second, "client_secret")).await);
    assert_eq!(call(&org, Method::POST, &base, &json!({})).await.status, 400, "two at most");
    let former = format!("{base}/{}", text(&secrets[0], "id"));
    assert_eq!(get(&org, &former).await["client_secret"], first);
    assert_eq!(call(&org, Method::DELETE, &former, &Value::Null).await.status, 400, "still active");
    let act =
        async |name: &str| call(&org, Method::POST, &format!("{former}/lifecycle/{name}"), &json!({})).await;
    assert_eq!(act("deactivate").await.json()["status"], "INACTIVE");
    assert!(!opens(&org, id, first).await);
    let only = format!("{base}/{}/lifecycle/deactivate", text(&second, "id"));
    assert_eq!(call(&org, Method::POST, &only, &json!({})).await.status, 400, "the only active one");
    assert_eq!(act("activate").await.json()["status"], "ACTIVE");
    act("deactivate").await;
    assert_eq!(call(&org, Method::DELETE, &former, &Value::Null).await.status, 204);
    let chosen = call(&org, Method::POST, &base, &json!({"client_secret": "of my own choice"})).await.json();
    assert!(opens(&org, id, "of my own choice").await, "{chosen}");
    let short = call(&org, Method::POST, &base, &json!({"client_secret": "short"})).await;
    assert!(text(&short.json()["errorCauses"][0], "errorSummary").contains("at least '14' characters"));
    let none =
        call(&org, Method::POST, &format!("/apps/{}/credentials/secrets", org.client_id()), &json!({})).await;
    assert_eq!(none.status, 400, "a browser app has none");
    let log = get(&org, "/logs?filter=eventType%20sw%20%22app.oauth2.credentials.lifecycle%22").await;
    let acts: Vec<_> = log.as_array().unwrap().iter().map(|event| text(event, "eventType")).collect();
    let acts: Vec<_> = acts.iter().filter_map(|name| name.rsplit('.').next()).collect();
    assert_eq!(acts, ["create", "deactivate", "activate", "deactivate", "delete", "create"]);
    assert_eq!(
        get(&org, "/logs?filter=eventType%20eq%20%22application.lifecycle.update%22").await,
        json!([])
    );
}

#[tokio::test]
async fn people_and_groups_get_an_app_and_lose_it() {
    let org = org().await;
    let app = made(&org, &spa("Made")).await;
    let base = format!("/apps/{}", text(&app, "id"));
    let alice = get(&org, &format!("/users/{ALICE}")).await["id"].as_str().unwrap().to_owned();
    let given = json!({"id": alice, "scope": "USER", "credentials": {"userName": ALICE}});
    let assigned = call(&org, Method::POST, &format!("{base}/users"), &given).await;
    assert_eq!((assigned.status.as_u16(), &assigned.json()["scope"]), (200, &json!("USER")));
    let one = format!("{base}/users/{alice}");
    assert_eq!(get(&org, &one).await["credentials"]["userName"], ALICE);
    assert_eq!(call(&org, Method::POST, &format!("{base}/users"), &given).await.status, 200, "confirmed");
    assert_eq!(call(&org, Method::PUT, &one, &json!({})).await.status, 405);
    let staff = get(&org, "/groups?q=shop").await[0]["id"].as_str().unwrap().to_owned();
    let group = format!("{base}/groups/{staff}");
    let put = call(&org, Method::PUT, &group, &json!({})).await.json();
    assert_eq!((&put["id"], &put["priority"]), (&json!(staff), &json!(0)));
    assert_eq!(get(&org, &group).await["id"], staff);
    assert_eq!(get(&org, &format!("/groups/{staff}/apps")).await[0]["label"], "Made");
    let users = get(&org, &format!("{base}/users?expand=user")).await;
    let scopes: Vec<_> = users.as_array().unwrap().iter().map(|user| text(user, "scope")).collect();
    assert_eq!(scopes, ["USER", "GROUP"], "bob has it through his group");
    assert_eq!(users[0]["_embedded"]["user"]["profile"]["login"], ALICE);
    assert_eq!(get(&org, &format!("{base}/users?q=bob")).await.as_array().unwrap().len(), 1);
    let bob = text(&users[1], "id");
    let of_group = call(&org, Method::DELETE, &format!("{base}/users/{bob}"), &Value::Null).await;
    assert_eq!(of_group.status, 403, "he has it through his group only");
    for path in [&one, &group] {
        assert_eq!(call(&org, Method::DELETE, path, &Value::Null).await.status, 204);
        assert_eq!(call(&org, Method::DELETE, path, &Value::Null).await.status, 404);
    }
    assert_eq!(get(&org, &format!("{base}/users")).await, json!([]));
    let nobody = call(&org, Method::POST, &format!("{base}/users"), &json!({"id": "00unobody"})).await;
    assert_eq!(nobody.json()["errorSummary"], "Not found: Resource not found: 00unobody (User)");
}

#[tokio::test]
async fn what_an_app_cannot_have_is_named() {
    let org = org().await;
    let refused = async |mut body: Value, path: &str, value: Value| {
        *body.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value;
        let answer = call(&org, Method::POST, "/apps", &body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["errorCode"]),
            (400, &json!("E0000001")),
            "{answer:?}"
        );
        answer.json()["errorCauses"][0]["errorSummary"].as_str().unwrap().to_owned()
    };
    let mut full = spa("New");
    let settings = &mut full["settings"]["oauthClient"];
    settings["refresh_token"] = json!({"rotation_type": "ROTATE", "leeway": 30});
    settings["consent_method"] = json!("TRUSTED");
    settings["dpop_bound_access_tokens"] = json!(false);
    settings["issuer_mode"] = json!("DYNAMIC");
    settings["idp_initiated_login"] = json!({"mode": "SPEC", "default_scope": []});
    settings["wildcard_redirect"] = json!("SUBDOMAIN");
    full["credentials"]["oauthClient"]["pkce_required"] = json!(true);
    full["credentials"]["oauthClient"]["client_id"] = json!(null);
    for (path, value, cause) in [
        ("/label", json!(" "), "label: The field cannot be left blank"),
        ("/settings/oauthClient/refresh_token/leeway", json!(61), "leeway: It must be from 0 to 60."),
        (
            "/settings/oauthClient/refresh_token/rotation_type",
            json!("SOMETIMES"),
            "rotationType: The field has an invalid value",
        ),
        ("/settings/oauthClient/consent_method", json!("MAYBE"), "consent_method: 'MAYBE' is not one of"),
        ("/settings/oauthClient/issuer_mode", json!("OWN"), "issuerMode: The field has an invalid value"),
        (
            "/settings/oauthClient/idp_initiated_login/mode",
            json!("okta"),
            "mode: The field has an invalid value",
        ),
        (
            "/settings/oauthClient/wildcard_redirect",
            json!("DOMAIN"),
            "wildcardRedirect: The field has an invalid value",
        ),
        ("/settings/oauthClient/response_types", json!(["token"]), "response_types: 'token' is not allowed"),
        (
            "/settings/oauthClient/grant_types",
            json!(["refresh_token"]),
            "'authorization_code' must be included",
        ),
        ("/credentials/oauthClient/pkce_required", json!(false), "pkce_required: It must be true"),
        ("/credentials/oauthClient/client_id", json!("my id"), "client_id: It must have 6"),
        ("/credentials/oauthClient/token_endpoint_auth_method", json!("magic"), "tokenAuthMethod: "),
    ] {
        assert!(refused(full.clone(), path, value).await.contains(cause), "{path}");
    }
    let other_kind = service("Grove");
    let path = format!("/apps/{}", org.client_id());
    assert_eq!(call(&org, Method::PUT, &path, &other_kind).await.status, 400, "its kind stays");
}
