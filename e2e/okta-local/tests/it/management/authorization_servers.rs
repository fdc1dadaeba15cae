//! Authorization servers with their keys, scopes and claims.

use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get};
use crate::browser::{Answer, Browser, authorize_query, http, org, parts, redeem, text, tokens};

const DEFAULT: &str = "/authorizationServers/default";

#[tokio::test]
async fn a_server_is_made_serves_sleeps_and_goes() {
    let org = org().await;
    let body = json!({"name": "Garden", "description": "Beds", "audiences": ["api://garden"]});
    let made = call(&org, Method::POST, "/authorizationServers", &body).await;
    assert_eq!(made.status, 201, "{made:?}");
    let server = made.json();
    let issuer = text(&server, "issuer").to_owned();
    assert_eq!(issuer, format!("{}/oauth2/{}", org.base_url(), text(&server, "id")));
    let path = format!("/authorizationServers/{}", text(&server, "id"));
    let found =
        async || Answer::to(http().get(format!("{issuer}/.well-known/openid-configuration"))).await.status;
    assert_eq!(found().await, 200);
    let changed = json!({"name": "Garden", "description": "More beds", "audiences": ["api://beds"]});
    let changed = call(&org, Method::PUT, &path, &changed).await.json();
    assert_eq!(
        (&changed["audiences"], &changed["description"]),
        (&json!(["api://beds"]), &json!("More beds"))
    );
    let act = async |act: &str| {
        call(&org, Method::POST, &format!("{path}/lifecycle/{act}"), &json!({})).await.status
    };
    assert_eq!((act("deactivate").await.as_u16(), found().await.as_u16()), (204, 404));
    assert_eq!((act("activate").await.as_u16(), found().await.as_u16()), (204, 200));
    assert_eq!(get(&org, "/authorizationServers?q=gar").await[0]["id"], server["id"]);
    assert_eq!(
        call(&org, Method::POST, "/authorizationServers", &body).await.status,
        400,
        "the name is taken"
    );
    for wrong in
        [json!({"name": "A"}), json!({"name": "A", "audiences": ["a", "b"]}), json!({"audiences": ["a"]})]
    {
        assert_eq!(call(&org, Method::POST, "/authorizationServers", &wrong).await.status, 400, "{wrong}");
    }
    assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 204);
    assert_eq!(call(&org, Method::DELETE, DEFAULT, &Value::Null).await.status, 403, "the default one stays");
    assert_eq!(call(&org, Method::GET, &path, &Value::Null).await.status, 404);
}

#[tokio::test]
async fn the_default_server_is_listed_by_its_id_and_answers_to_its_name_too() {
    let org = org().await;
    let server = get(&org, "/authorizationServers").await[0].clone();
    let id = text(&server, "id");
    assert!(id.starts_with("aus") && id.len() == 20, "{id}");
    assert_eq!((&server["name"], &server["default"]), (&json!("default"), &json!(true)));
    assert_eq!(server["issuer"], org.issuer().as_str());
    let links = server["_links"].as_object().unwrap();
    let hrefs = links.values().filter_map(|link| link["href"].as_str());
    for href in hrefs.chain(links["metadata"].as_array().unwrap().iter().map(|link| text(link, "href"))) {
        assert!(href.contains("/default"), "links name it: {href}");
    }
    for below in ["", "/scopes", "/claims", "/policies", "/credentials/keys"] {
        let by_id = get(&org, &format!("/authorizationServers/{id}{below}")).await;
        assert_eq!(by_id, get(&org, &format!("{DEFAULT}{below}")).await, "{below}");
    }
    let policy = get(&org, &format!("{DEFAULT}/policies")).await[0]["id"].clone();
    let rules = format!("/authorizationServers/{id}/policies/{}/rules", policy.as_str().unwrap());
    assert_eq!(get(&org, &rules).await[0]["name"], "Default Policy Rule");
    let itself = json!({"name": "default", "audiences": ["api://default"]});
    let path = format!("/authorizationServers/{id}");
    assert_eq!(call(&org, Method::PUT, &path, &itself).await.status, 200, "its name is its own");
    assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 403, "it stays");
    call(&org, Method::POST, &format!("{path}/lifecycle/deactivate"), &json!({})).await;
    assert_eq!(get(&org, DEFAULT).await["status"], "INACTIVE");
    let made = json!({"name": "Garden", "audiences": ["api://garden"]});
    let made = call(&org, Method::POST, "/authorizationServers", &made).await.json();
    assert_eq!(made["default"], false);
}

#[tokio::test]
async fn the_endpoints_of_the_default_server_answer_to_its_id_and_its_issuer_bears_its_name() {
    let org = org().await;
    let id = text(&get(&org, DEFAULT).await, "id").to_owned();
    assert_ne!(id, "default");
    let base = org.base_url();
    for document in [
        format!("{base}/oauth2/{id}/.well-known/openid-configuration"),
        format!("{base}/oauth2/{id}/.well-known/oauth-authorization-server"),
        format!("{base}/.well-known/oauth-authorization-server/oauth2/{id}"),
    ] {
        assert_eq!(Answer::to(http().get(document)).await.json()["issuer"], org.issuer().as_str());
    }
    let browser = Browser::new(&org);
    let query = authorize_query(&org, &[]);
    let page = browser.get(&format!("{base}/oauth2/{id}/v1/authorize?{query}")).await;
    let code = browser.sign_in(&page, crate::browser::ALICE, crate::browser::PASSWORD).await.code();
    let tokens = redeem(&org, &code, &[]).await.json();
    assert_eq!(parts(text(&tokens, "access_token")).1["iss"], org.issuer().as_str());
    let info = http().get(format!("{base}/oauth2/{id}/v1/userinfo"));
    let info = info.header("Authorization", format!("Bearer {}", text(&tokens, "access_token")));
    assert_eq!(Answer::to(info).await.status, 200);
}

#[tokio::test]
async fn a_server_says_of_which_address_its_issuer_is_and_who_rotates_its_keys() {
    let org = org().await;
    let made = json!({
        "name": "Garden", "audiences": ["api://garden"], "issuerMode": "ORG_URL",
        "credentials": {"signing": {"rotationMode": "MANUAL"}},
    });
    let server = call(&org, Method::POST, "/authorizationServers", &made).await.json();
    let signing = &server["credentials"]["signing"];
    assert_eq!((&server["issuerMode"], &signing["rotationMode"]), (&json!("ORG_URL"), &json!("AUTO")));
    assert!(text(signing, "lastRotated") < text(signing, "nextRotation"));
    let path = format!("/authorizationServers/{}", text(&server, "id"));
    let changed = call(&org, Method::PUT, &path, &made).await.json();
    let signing = &changed["credentials"]["signing"];
    assert_eq!((&signing["rotationMode"], signing.get("nextRotation")), (&json!("MANUAL"), None));
    let default = get(&org, DEFAULT).await;
    assert_eq!(default["issuerMode"], "DYNAMIC");
    let wrong = json!({"name": "Other", "audiences": ["a"], "issuerMode": "MOON"});
    let refused = call(&org, Method::POST, "/authorizationServers", &wrong).await;
    assert_eq!(refused.json()["errorCode"], "E0000003");
}

#[tokio::test]
async fn a_made_server_issues_tokens_once_it_has_a_policy() {
    let org = org().await;
    let body = json!({"name": "Garden", "audiences": ["api://garden"]});
    let id = text(&call(&org, Method::POST, "/authorizationServers", &body).await.json(), "id").to_owned();
    let service = org.service_client();
    let ask = async || {
        let form =
            okta_types::Form::new().with("grant_type", "client_credentials").with("scope", "beds:read");
        let request = http().post(format!("{}/oauth2/{id}/v1/token", org.base_url()));
        let request = request.basic_auth(&service.client_id, Some(service.client_secret.expose()));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        Answer::to(request.body(form.as_str().to_owned())).await
    };
    let base = format!("/authorizationServers/{id}");
    call(&org, Method::POST, &format!("{base}/scopes"), &json!({"name": "beds:read"})).await;
    assert_eq!(ask().await.error().0, "access_denied");
    let policy = json!({
        "type": "OAUTH_AUTHORIZATION_POLICY", "name": "Services", "description": "Theirs",
        "conditions": {"clients": {"include": [service.client_id]}},
    });
    let policy = call(&org, Method::POST, &format!("{base}/policies"), &policy).await.json();
    let rule = json!({
        "type": "RESOURCE_ACCESS", "name": "All",
        "conditions": {
            "people": {"groups": {"include": ["EVERYONE"]}},
            "grantTypes": {"include": ["client_credentials"]}, "scopes": {"include": ["*"]},
        },
    });
    call(&org, Method::POST, &format!("{base}/policies/{}/rules", text(&policy, "id")), &rule).await;
    let token = ask().await.json();
    assert_eq!(parts(text(&token, "access_token")).1["aud"], "api://garden");
}

#[tokio::test]
async fn keys_are_listed_and_rotated() {
    let org = org().await;
    let keys = format!("{DEFAULT}/credentials/keys");
    let before = get(&org, &keys).await;
    assert_eq!((&before[0]["status"], &before[1]["status"]), (&json!("ACTIVE"), &json!("NEXT")));
    let rotate = format!("{DEFAULT}/credentials/lifecycle/keyRotate");
    let after = call(&org, Method::POST, &rotate, &json!({"use": "sig"})).await.json();
    let statuses: Vec<_> = after.as_array().unwrap().iter().map(|key| text(key, "status")).collect();
    assert_eq!((statuses, &after[0]["kid"]), (vec!["ACTIVE", "NEXT", "EXPIRED"], &before[1]["kid"]));
    assert_eq!(get(&org, &format!("{keys}/{}", text(&after[0], "kid"))).await["status"], "ACTIVE");
    assert_eq!(get(&org, DEFAULT).await["credentials"]["signing"]["kid"], after[0]["kid"]);
    let wrong = call(&org, Method::POST, &rotate, &json!({"use": "enc"})).await.json();
    assert_eq!(wrong["errorSummary"], "Api validation failed: rotateKeys");
    let unknown = call(&org, Method::GET, &format!("{keys}/nope"), &Value::Null).await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn scopes_are_made_changed_and_deleted() {
    let org = org().await;
    let scopes = format!("{DEFAULT}/scopes");
    let body = json!({
        "name": "beds:dig", "displayName": "Dig", "description": "Dig your beds", "consent": "REQUIRED",
        "metadataPublish": "ALL_CLIENTS",
    });
    let scope = call(&org, Method::POST, &scopes, &body).await.json();
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&scope[name], value, "{name}");
    }
    let path = format!("{scopes}/{}", text(&scope, "id"));
    let mut changed = body.clone();
    changed["consent"] = json!("IMPLICIT");
    assert_eq!(call(&org, Method::PUT, &path, &changed).await.json()["consent"], "IMPLICIT");
    assert_eq!(get(&org, &path).await["consent"], "IMPLICIT");
    assert_eq!(get(&org, &format!("{scopes}?q=beds")).await.as_array().unwrap().len(), 1);
    assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 204);
    assert_eq!(call(&org, Method::GET, &path, &Value::Null).await.status, 404);
    let openid = get(&org, &format!("{scopes}?q=openid")).await[0].clone();
    assert_eq!(openid["system"], true);
    let openid = format!("{scopes}/{}", text(&openid, "id"));
    assert_eq!(
        call(&org, Method::DELETE, &openid, &Value::Null).await.status,
        403,
        "what the org made stays"
    );
    for wrong in [
        json!({"name": ""}),
        json!({"name": "two words"}),
        json!({"name": "openid"}),
        json!({"name": "a", "consent": "NO"}),
    ] {
        assert_eq!(call(&org, Method::POST, &scopes, &wrong).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn claims_are_made_stand_in_tokens_and_go() {
    let org = org().await;
    let claims = format!("{DEFAULT}/claims");
    let seeded = get(&org, &claims).await[0].clone();
    assert_eq!(
        (&seeded["name"], &seeded["valueType"], &seeded["group_filter_type"]),
        (&json!("groups"), &json!("GROUPS"), &json!("REGEX"))
    );
    let body = json!({
        "name": "all_groups", "status": "ACTIVE", "claimType": "RESOURCE", "valueType": "GROUPS", "value": "Every",
        "group_filter_type": "STARTS_WITH", "alwaysIncludeInToken": true, "conditions": {"scopes": []},
    });
    let claim = call(&org, Method::POST, &claims, &body).await;
    assert_eq!(claim.status, 201, "{claim:?}");
    let claim = claim.json();
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&claim[name], value, "{name}");
    }
    let access = async || parts(text(&tokens(&org).await, "access_token")).1;
    assert_eq!(access().await["all_groups"], json!(["Everyone"]));
    let path = format!("{claims}/{}", text(&claim, "id"));
    let mut changed = body.clone();
    changed["conditions"]["scopes"] = json!(["orders:write"]);
    assert_eq!(call(&org, Method::PUT, &path, &changed).await.status, 200);
    assert_eq!(access().await.get("all_groups"), None, "only with that scope");
    changed["conditions"]["scopes"] = json!([]);
    changed["status"] = json!("INACTIVE");
    call(&org, Method::PUT, &path, &changed).await;
    assert_eq!(
        (access().await.get("all_groups"), &get(&org, &path).await["status"]),
        (None, &json!("INACTIVE"))
    );
    assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 204);
    assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 404);
    for (name, value) in [
        ("name", json!("sub")),
        ("name", json!("")),
        ("name", json!("groups")),
        ("claimType", json!("BOTH")),
        ("valueType", json!("SYSTEM")),
        ("group_filter_type", json!("LIKE")),
        ("value", json!("")),
        ("conditions", json!({"scopes": ["nope"]})),
    ] {
        let mut wrong = body.clone();
        wrong[name] = value;
        let answer = call(&org, Method::POST, &claims, &wrong).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["errorCode"]),
            (400, &json!("E0000001")),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn a_claim_of_the_id_token_is_there_or_at_userinfo() {
    let org = org().await;
    for (name, always) in [("here", true), ("there", false)] {
        let body = json!({
            "name": name, "claimType": "IDENTITY", "valueType": "EXPRESSION", "value": "'x' + user.firstName",
            "alwaysIncludeInToken": always,
        });
        assert_eq!(call(&org, Method::POST, &format!("{DEFAULT}/claims"), &body).await.status, 201);
    }
    let code = Browser::new(&org).code_for(crate::browser::ALICE, &[]).await;
    let tokens = redeem(&org, &code, &[]).await.json();
    let id = parts(text(&tokens, "id_token")).1;
    assert_eq!((&id["here"], id.get("there")), (&json!("xAlice"), None));
    let info = http().get(format!("{}/v1/userinfo", org.issuer()));
    let info = info.header("Authorization", format!("Bearer {}", text(&tokens, "access_token")));
    assert_eq!(Answer::to(info).await.json()["there"], "xAlice");
}
