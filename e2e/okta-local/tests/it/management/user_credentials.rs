//! Passwords and questions: imported, changed, forgotten, expired.

use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::{Value, json};

use super::user_shapes::make;
use super::{call, get};
use crate::browser::{ALICE, Answer, Browser, PASSWORD, org, text};

async fn post(org: &RunningOrg, path: &str, body: Value) -> Answer {
    call(org, Method::POST, &format!("/users/{ALICE}/{path}"), &body).await
}

async fn status(org: &RunningOrg) -> String {
    text(&get(org, &format!("/users/{ALICE}")).await, "status").to_owned()
}

async fn signs_in(org: &RunningOrg, login: &str, password: &str) -> bool {
    let browser = Browser::new(org);
    let page = browser.authorize(&[]).await;
    browser.sign_in(&page, login, password).await.location().contains("code=")
}

/// `Garden-2026`, hashed elsewhere.
fn imported() -> [Value; 4] {
    let salted = |algorithm: &str, order: &str, value: &str| json!({"hash": {"algorithm": algorithm, "salt": "TXlTYWx0", "saltOrder": order, "workFactor": 0, "value": value}});
    [
        salted("SHA-512", "PREFIX", SHA512),
        salted("SHA-256", "POSTFIX", SHA256),
        json!({"hash": {"algorithm": "SHA-1", "value": SHA1}}),
        json!({"hash": {"algorithm": "BCRYPT", "workFactor": 4, "salt": &BCRYPT[..22], "value": &BCRYPT[22..]}}),
    ]
}

const SHA512: &str =
    "Klvj4MgKXl5ozBgY7AnpPvLtxcg2ym4wLlS4IEJ+wiIqXt+eaTA/1iqN8dQkJE09gHPnnyPYP6PEGmBHKS19Qw==";
const SHA256: &str = "dn4JEVA0XqvVHjuD1mb0EmDfws1zEFKjOkIhTJhG9CQ=";
const SHA1: &str = "gw4Ywj9eUS8vrl1jXPjA3tcUgC0=";
/// Salt and hash, as they stand after `$2b$04$`.
const BCRYPT: &str = "abcdefghijklmnopqrstuuAxhbM50bZZyE0cJQIdOWgp1kMsETjq2";

#[tokio::test]
async fn a_password_hashed_elsewhere_is_imported_and_signs_in() {
    for password in imported() {
        let org = org().await;
        let user = make(&org, "?activate=false", json!({"password": password})).await;
        let provider = json!({"type": "IMPORT", "name": "IMPORT"});
        assert_eq!(user["credentials"], json!({"password": {}, "provider": provider}));
        assert_eq!(user["status"], "STAGED");
        assert!(user["passwordChanged"].is_string() && user["statusChanged"].is_string(), "{user}");
        let path = format!("/users/{}", text(&user, "id"));
        call(&org, Method::POST, &format!("{path}/lifecycle/activate"), &Value::Null).await;
        org.assign("fern@example.com");
        assert!(!signs_in(&org, "fern@example.com", "garden-2026").await);
        assert!(signs_in(&org, "fern@example.com", "Garden-2026").await, "{password}");
        let kept = get(&org, &path).await;
        assert_eq!(kept["credentials"]["provider"]["type"], "OKTA", "the org has hashed it itself by now");
        assert!(signs_in(&org, "fern@example.com", "Garden-2026").await);
    }
}

#[tokio::test]
async fn a_hash_that_is_none_is_refused() {
    let org = org().await;
    for hash in [
        json!({"algorithm": "ROT13", "value": "x"}),
        json!({"algorithm": "SHA-512", "value": "c2hvcnQ="}),
        json!({"algorithm": "SHA-512", "value": "***"}),
        json!({"algorithm": "BCRYPT", "salt": "short", "value": "short", "workFactor": 10}),
        json!({"algorithm": "BCRYPT", "salt": &BCRYPT[..22], "value": &BCRYPT[22..], "workFactor": 31}),
        json!("x"),
    ] {
        let body = json!({
            "profile": {"login": "f@example.com", "email": "f@example.com", "firstName": "F", "lastName": "F"},
            "credentials": {"password": {"hash": hash}},
        });
        let refused = call(&org, Method::POST, "/users", &body).await;
        assert_eq!(refused.status, 400, "{refused:?}");
    }
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_the_old_one() {
    let org = org().await;
    let body = |old: &str, new: &str| json!({"oldPassword": {"value": old}, "newPassword": {"value": new}});
    let changed = post(&org, "credentials/change_password", body(PASSWORD, "Garden-2026")).await;
    let provider = json!({"type": "OKTA", "name": "OKTA"});
    assert_eq!(
        (changed.status.as_u16(), changed.json()),
        (200, json!({"password": {}, "provider": provider}))
    );
    assert!(signs_in(&org, ALICE, "Garden-2026").await && !signs_in(&org, ALICE, PASSWORD).await);
    for (old, new) in [(PASSWORD, "Garden-2027"), ("Garden-2026", "weak")] {
        let refused = post(&org, "credentials/change_password", body(old, new)).await;
        let error = refused.json();
        assert_eq!((refused.status.as_u16(), text(&error, "errorCode")), (403, "E0000014"), "{error}");
        assert_eq!(text(&error, "errorSummary"), "Update of credentials failed");
        assert_eq!(error["errorCauses"].as_array().map(Vec::len), Some(1));
        assert!(!error.to_string().contains(new), "the password is not repeated");
    }
}

#[tokio::test]
async fn a_question_is_changed_with_the_password_and_its_answer_sets_a_new_one() {
    let org = org().await;
    let question = json!({"question": "Which symbol?", "answer": "Asterisk"});
    let body = json!({"password": {"value": PASSWORD}, "recovery_question": question});
    let changed = post(&org, "credentials/change_recovery_question", body).await.json();
    assert_eq!(changed["recovery_question"], json!({"question": "Which symbol?"}));
    let body = json!({"password": {"value": "wrong"}, "recovery_question": question});
    let refused = post(&org, "credentials/change_recovery_question", body).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["errorCode"]), (403, &json!("E0000014")));
    let answered =
        |answer: &str| json!({"password": {"value": "Garden-2026"}, "recovery_question": {"answer": answer}});
    for path in ["credentials/forgot_password", "credentials/forgot_password_recovery_question"] {
        let refused = post(&org, path, answered("Comma")).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["errorCode"]), (403, &json!("E0000014")));
        let set = post(&org, path, answered("Asterisk")).await.json();
        assert_eq!(set["recovery_question"], json!({"question": "Which symbol?"}), "{set}");
    }
    assert!(signs_in(&org, ALICE, "Garden-2026").await);
}

#[tokio::test]
async fn a_forgotten_password_is_reset_elsewhere() {
    let org = org().await;
    for (path, page) in [
        ("credentials/forgot_password", "signin/reset-password"),
        ("lifecycle/reset_password", "reset_password"),
    ] {
        let told = post(&org, &format!("{path}?sendEmail=false"), Value::Null).await.json();
        let url = text(&told, "resetPasswordUrl").to_owned();
        assert!(url.starts_with(&format!("{}/{page}/", org.base_url())), "{path}: {told}");
        assert_eq!(post(&org, path, Value::Null).await.json(), json!({}), "{path}");
    }
    assert_eq!(status(&org).await, "RECOVERY");
    assert!(!signs_in(&org, ALICE, PASSWORD).await, "a new one is to be set first");
    let body = json!({"credentials": {"password": {"value": "Garden-2026"}}});
    call(&org, Method::PUT, &format!("/users/{ALICE}"), &body).await;
    assert_eq!(status(&org).await, "ACTIVE");
}

#[tokio::test]
async fn an_expired_password_opens_nothing_until_it_is_changed() {
    let org = org().await;
    let expired = post(&org, "lifecycle/expire_password", Value::Null).await.json();
    assert_eq!((text(&expired, "status"), &expired["profile"]["login"]), ("PASSWORD_EXPIRED", &json!(ALICE)));
    assert!(!signs_in(&org, ALICE, PASSWORD).await);
    let told = post(&org, "lifecycle/expire_password_with_temp_password", Value::Null).await.json();
    let temporary = text(&told, "tempPassword").to_owned();
    assert_eq!(told.as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(status(&org).await, "PASSWORD_EXPIRED");
    let body = json!({"oldPassword": {"value": temporary}, "newPassword": {"value": "Garden-2026"}});
    assert_eq!(post(&org, "credentials/change_password", body).await.status, 200);
    assert_eq!(status(&org).await, "ACTIVE");
    assert!(signs_in(&org, ALICE, "Garden-2026").await);
}

#[tokio::test]
async fn password_operations_are_for_those_whose_status_allows_them() {
    let org = org().await;
    post(&org, "lifecycle/suspend", Value::Null).await;
    for act in [
        "expire_password",
        "expire_password_with_temp_password",
        "reset_password?sendEmail=false",
        "reactivate",
    ] {
        let refused = post(&org, &format!("lifecycle/{act}"), Value::Null).await;
        let error = refused.json();
        let summary = "This operation is not allowed in the user's current status.";
        assert_eq!((refused.status.as_u16(), text(&error, "errorSummary")), (403, summary), "{act}");
    }
}
