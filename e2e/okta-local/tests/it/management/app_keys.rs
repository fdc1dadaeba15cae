//! Keys of apps: those that the org makes, with certificates, and those that an app registers. Members, words and
//! statuses are those of recorded orgs; of the registered keys, where none was recorded, of Okta's description.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jsonwebtoken::Algorithm;
use okta_local::RunningOrg;
use okta_types::base64url;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::client_assertions::{claims, elliptic, grant, service, show, signed};
use super::{call, get, spa};
use crate::browser::{Answer, org, text};

async fn post(org: &RunningOrg, path: &str, body: &Value) -> Answer {
    call(org, Method::POST, path, body).await
}

fn refused(answer: &Answer, summary: &str, cause: &str) {
    let error = answer.json();
    assert_eq!(
        (answer.status.as_u16(), text(&error, "errorCode"), text(&error, "errorSummary")),
        (400, "E0000001", format!("Api validation failed: {summary}").as_str())
    );
    assert_eq!(error["errorCauses"], json!([{ "errorSummary": cause }]));
}

fn not_found(answer: &Answer, what: &str) {
    let error = answer.json();
    let summary = format!("Not found: Resource not found: {what}");
    assert_eq!((answer.status.as_u16(), text(&error, "errorSummary")), (404, summary.as_str()));
}

#[tokio::test]
async fn each_app_has_a_key_with_a_certificate_that_its_credentials_name() {
    let org = org().await;
    let app = post(&org, "/apps", &spa("Keys")).await.json();
    let path = format!("/apps/{}/credentials/keys", text(&app, "id"));
    let keys = get(&org, &path).await;
    assert_eq!(keys.as_array().map(Vec::len), Some(1));
    let key = &keys[0];
    let mut names: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = ["created", "e", "expiresAt", "kid", "kty", "lastUpdated", "n", "use", "x5c", "x5t#S256"];
    assert_eq!(names, expected);
    assert_eq!((&key["kty"], &key["use"], &key["e"]), (&json!("RSA"), &json!("sig"), &json!("AQAB")));
    assert_eq!(key["kid"], app["credentials"]["signing"]["kid"]);
    assert_eq!(key["created"], app["created"]);
    let certificate = BASE64_STANDARD.decode(key["x5c"][0].as_str().unwrap()).expect("base64 with padding");
    assert_eq!(text(key, "x5t#S256"), base64url::encode(Sha256::digest(&certificate)));
    let modulus = base64url::decode(text(key, "n")).unwrap();
    assert!(certificate.windows(modulus.len()).any(|part| part == modulus), "it is of that key");
    assert_eq!(get(&org, &format!("{path}/{}", text(key, "kid"))).await, *key);
    assert_eq!(get(&org, &path).await, keys, "it is made once");
    not_found(&call(&org, Method::GET, &format!("{path}/none"), &Value::Null).await, "none (JsonWebKey)");
    let nobody = call(&org, Method::GET, "/apps/none/credentials/keys", &Value::Null).await;
    not_found(&nobody, "none (AppInstance)");
}

#[tokio::test]
async fn a_key_is_made_cloned_and_becomes_the_apps_own() {
    let org = org().await;
    let app = post(&org, "/apps", &spa("Keys")).await.json();
    let other = post(&org, "/apps", &spa("Clone")).await.json();
    let path = format!("/apps/{}/credentials/keys", text(&app, "id"));
    for years in ["", "?validityYears=1", "?validityYears=11", "?validityYears=x"] {
        let answer = post(&org, &format!("{path}/generate{years}"), &Value::Null).await;
        refused(&answer, "generateKey", "Validity years out of range. It should be 2 - 10 years");
    }
    let made = post(&org, &format!("{path}/generate?validityYears=2"), &Value::Null).await;
    let key = made.json();
    assert_eq!(made.status, 201, "{made:?}");
    let kid = text(&key, "kid");
    assert_eq!(made.header("location"), Some(format!("{}/api/v1{path}/{kid}", org.base_url()).as_str()));
    let years = |key: &Value, name: &str| text(key, name)[..4].parse::<i32>().unwrap();
    assert_eq!(years(&key, "expiresAt") - years(&key, "created"), 2);
    assert_eq!(get(&org, &path).await.as_array().map(Vec::len), Some(2));
    let clone = format!("{path}/{kid}/clone?targetAid={}", text(&other, "id"));
    let cloned = post(&org, &clone, &Value::Null).await;
    let to = format!("/apps/{}/credentials/keys", text(&other, "id"));
    assert_eq!((cloned.status.as_u16(), cloned.json()), (201, key.clone()));
    assert_eq!(get(&org, &format!("{to}/{kid}")).await, key);
    let again = post(&org, &clone, &Value::Null).await;
    refused(&again, "cloneKey", "Key already exists in the list of key credentials for the target app.");
    not_found(
        &post(&org, &format!("{path}/{kid}/clone?targetAid=none"), &Value::Null).await,
        "none (AppInstance)",
    );
    let mut body = spa("Keys");
    body["credentials"]["signing"] = json!({ "kid": kid });
    let own = format!("/apps/{}", text(&app, "id"));
    let changed = call(&org, Method::PUT, &own, &body).await.json();
    assert_eq!(changed["credentials"]["signing"]["kid"], kid, "{changed}");
    body["credentials"]["signing"] = json!({"kid": "none"});
    assert_eq!(call(&org, Method::PUT, &own, &body).await.status, 400);
    let log = get(&org, "/logs").await;
    let names: Vec<_> = log.as_array().unwrap().iter().map(|event| text(event, "eventType")).collect();
    for name in ["app.keys.generate", "app.keys.clone", "app.keys.rotate"] {
        assert!(names.contains(&name), "{names:?}");
    }
}

#[tokio::test]
async fn a_registered_key_is_added_used_deactivated_and_deleted() {
    let org = org().await;
    let (former, jwk) = elliptic();
    let app = service(&org, "private_key_jwt", Some(json!([jwk]))).await;
    let id = text(&app, "id");
    let path = format!("/apps/{id}/credentials/jwks");
    let token = async |key, name: &str| {
        let assertion = signed(key, Algorithm::ES256, &claims(&org, id, name));
        show(&org, "token", grant(), &assertion).await.status.as_u16()
    };
    let first = get(&org, &path).await[0].clone();
    assert_eq!(first["id"], app["settings"]["oauthClient"]["jwks"]["keys"][0]["id"]);
    let (key, mut jwk) = elliptic();
    jwk["d"] = json!("secret");
    let taken = post(&org, &path, &jwk).await;
    assert_eq!(taken.json()["errorSummary"], "Api validation failed: JsonWebKey", "of the same name");
    let deactivate = format!("{path}/{}/lifecycle/deactivate", text(&first, "id"));
    let deactivated = post(&org, &deactivate, &Value::Null).await;
    assert_eq!((deactivated.status.as_u16(), &deactivated.json()["status"]), (200, &json!("INACTIVE")));
    assert_eq!(token(&former, "1").await, 401, "an inactive key proves nothing");
    let own = format!("{path}/{}", text(&first, "id"));
    assert_eq!(call(&org, Method::DELETE, &own, &Value::Null).await.status, 204);
    not_found(
        &call(&org, Method::GET, &own, &Value::Null).await,
        &format!("{} (JsonWebKey)", text(&first, "id")),
    );
    let added = post(&org, &path, &jwk).await;
    let shown = added.json();
    assert_eq!(added.status, 201, "{added:?}");
    assert!(text(&shown, "id").starts_with("pks") && shown.get("d").is_none(), "{shown}");
    let deactivate = format!("{}/api/v1{path}/{}/lifecycle/deactivate", org.base_url(), text(&shown, "id"));
    let links = json!({"deactivate": {"href": deactivate, "hints": {"allow": ["POST"]}}});
    assert_eq!((&shown["status"], &shown["_links"]), (&json!("ACTIVE"), &links));
    assert_eq!(get(&org, &format!("{path}/{}", text(&shown, "id"))).await, shown);
    assert_eq!(token(&key, "2").await, 200);
    let app = get(&org, &format!("/apps/{id}")).await;
    let settings = &app["settings"]["oauthClient"]["jwks"]["keys"];
    assert_eq!((&settings[0]["id"], settings[0].get("created")), (&shown["id"], None), "one truth");
    let own = format!("{path}/{}", text(&shown, "id"));
    assert_eq!(call(&org, Method::DELETE, &own, &Value::Null).await.status, 400, "it is active");
    post(&org, &format!("{own}/lifecycle/deactivate"), &Value::Null).await;
    let off = get(&org, &own).await;
    let mut links: Vec<_> = off["_links"].as_object().unwrap().keys().map(String::as_str).collect();
    links.sort_unstable();
    assert_eq!(links, ["activate", "delete"]);
    org.advance_clock(std::time::Duration::from_secs(60));
    let on = post(&org, &format!("{own}/lifecycle/activate"), &Value::Null).await.json();
    assert!(on["status"] == "ACTIVE" && on["lastUpdated"] != on["created"], "{on}");
    assert_eq!(token(&key, "3").await, 200);
}

#[tokio::test]
async fn a_key_that_will_not_do_is_refused_in_the_orgs_words() {
    let org = org().await;
    let app = service(&org, "private_key_jwt", Some(json!([elliptic().1]))).await;
    let path = format!("/apps/{}/credentials/jwks", text(&app, "id"));
    let short = base64url::encode([255; 128]);
    let in_body = async |key: &Value| {
        let mut body = app.clone();
        body["settings"]["oauthClient"]["jwks"]["keys"] = json!([elliptic().1, key]);
        call(&org, Method::PUT, &format!("/apps/{}", text(&app, "id")), &body).await
    };
    for key in [
        json!({"kid": "test-key-2048", "status": "ACTIVE", "kty": "RSA", "use": "sig"}),
        json!({"kid": "short", "kty": "RSA", "e": "AQAB", "n": short}),
    ] {
        let cause = "RSA key length in the 'jwks' is less than '2,048' bits for the given key.";
        refused(&post(&org, &path, &key).await, "JsonWebKey", cause);
        refused(&in_body(&key).await, "JsonWebKey", cause);
    }
    for key in [json!({"kid": "a", "kty": "oct", "k": "x"}), json!({"kty": "EC"}), elliptic().1] {
        assert_eq!(post(&org, &path, &key).await.status, 400, "{key}");
        assert_eq!(in_body(&key).await.status, 400, "{key}");
    }
    let long = base64url::encode([255; 256]);
    let enc = |kid: &str| json!({"kid": kid, "kty": "RSA", "use": "enc", "e": "AQAB", "n": long});
    let first = post(&org, &path, &enc("e1")).await.json();
    let second = post(&org, &path, &enc("e2")).await.json();
    let status =
        async |key: &Value| get(&org, &format!("{path}/{}", text(key, "id"))).await["status"].clone();
    assert_eq!((status(&first).await, status(&second).await), (json!("INACTIVE"), json!("ACTIVE")));
    post(&org, &format!("{path}/{}/lifecycle/activate", text(&first, "id")), &Value::Null).await;
    assert_eq!((status(&first).await, status(&second).await), (json!("ACTIVE"), json!("INACTIVE")));
    let off = post(&org, &format!("{path}/{}/lifecycle/deactivate", text(&first, "id")), &Value::Null).await;
    refused(&off, "JsonWebKey", "You can only deactivate signing keys.");
}
