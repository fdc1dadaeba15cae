//! What a person looks like in each status: members, links and what is beside them.

use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get};
use crate::browser::{ALICE, Browser, PASSWORD, org, text};

/// Makes somebody and returns them.
pub(super) async fn make(org: &RunningOrg, query: &str, credentials: Value) -> Value {
    let body = json!({
        "profile": {"login": "fern@example.com", "email": "fern@example.com", "firstName": "Fern", "lastName": "Frond"},
        "credentials": credentials,
    });
    let made = call(org, Method::POST, &format!("/users{query}"), &body).await;
    assert_eq!(made.status, 200, "{made:?}");
    made.json()
}

/// The names of the links of somebody, in alphabetical order.
fn links(user: &Value) -> Vec<&str> {
    let mut names: Vec<_> = user["_links"].as_object().expect("links").keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

async fn act(org: &RunningOrg, user: &Value, act: &str) {
    let path = format!("/users/{}/{act}", text(user, "id"));
    let answer = call(org, Method::POST, &path, &json!({})).await;
    assert_eq!(answer.status, 200, "{act}: {answer:?}");
}

const ACTIVE: [&str; 11] = [
    "changePassword",
    "changeRecoveryQuestion",
    "deactivate",
    "expirePassword",
    "forgotPassword",
    "resetFactors",
    "resetPassword",
    "schema",
    "self",
    "suspend",
    "type",
];

#[tokio::test]
async fn the_links_of_a_person_follow_their_status() {
    let org = org().await;
    let user = make(&org, "?activate=false", json!({})).await;
    let path = format!("/users/{}", text(&user, "id"));
    let now = async || get(&org, &path).await;
    let staged = now().await;
    assert_eq!(links(&staged), ["activate", "resetFactors", "schema", "self", "type"]);
    assert_eq!((&staged["activated"], &staged["statusChanged"]), (&Value::Null, &Value::Null));
    act(&org, &user, "lifecycle/activate").await;
    let provisioned = now().await;
    let expected =
        ["deactivate", "reactivate", "resetFactors", "resetPassword", "schema", "self", "suspend", "type"];
    assert_eq!(
        (text(&provisioned, "status"), links(&provisioned).as_slice()),
        ("PROVISIONED", &expected[..])
    );
    assert!(provisioned["activated"].is_string(), "who is provisioned was activated: {provisioned}");
    call(&org, Method::POST, &path, &json!({"credentials": {"password": {"value": "Garden-2026"}}})).await;
    assert_eq!((text(&now().await, "status"), links(&now().await).as_slice()), ("ACTIVE", &ACTIVE[..]));
    act(&org, &user, "lifecycle/expire_password").await;
    let expired = now().await;
    assert_eq!((text(&expired, "status"), links(&expired).as_slice()), ("PASSWORD_EXPIRED", &ACTIVE[..]));
    call(&org, Method::POST, &path, &json!({"credentials": {"password": {"value": "Garden-2027"}}})).await;
    act(&org, &user, "lifecycle/suspend").await;
    let suspended = ["deactivate", "resetFactors", "schema", "self", "type", "unsuspend"];
    assert_eq!(links(&now().await), suspended);
    act(&org, &user, "lifecycle/deactivate").await;
    assert_eq!(links(&now().await), ["activate", "delete", "schema", "self", "type"]);
}

#[tokio::test]
async fn a_link_has_its_method_and_no_hints_and_those_to_be_read_have_none() {
    let org = org().await;
    let alice = get(&org, &format!("/users/{ALICE}")).await;
    let own = format!("{}/api/v1/users/{}", org.base_url(), text(&alice, "id"));
    let expected = json!({"href": format!("{own}/lifecycle/reset_password"), "method": "POST"});
    assert_eq!(alice["_links"]["resetPassword"], expected);
    let expected = json!({"href": format!("{own}/credentials/change_password"), "method": "POST"});
    assert_eq!(alice["_links"]["changePassword"], expected);
    assert_eq!(alice["_links"]["self"], json!({"href": own}));
    let meta = format!("{}/api/v1/meta", org.base_url());
    let kind = format!("{meta}/types/user/{}", text(&alice["type"], "id"));
    assert_eq!(alice["_links"]["type"], json!({"href": kind}));
    let schema = text(&alice["_links"]["schema"], "href");
    assert!(schema.starts_with(&format!("{meta}/schemas/user/osc")), "{schema}");
    assert_eq!(alice["_links"]["schema"].as_object().map(serde_json::Map::len), Some(1));
    assert!(text(&alice["type"], "id").starts_with("oty") && text(&alice, "realmId").starts_with("guo"));
}

#[tokio::test]
async fn in_lists_a_person_links_to_themselves_only() {
    let org = org().await;
    let everyone = get(&org, "/groups?q=everyone").await[0]["id"].as_str().unwrap().to_owned();
    for path in ["/users".to_owned(), "/users?q=alice".to_owned(), format!("/groups/{everyone}/users")] {
        for user in get(&org, &path).await.as_array().unwrap() {
            let own = format!("{}/api/v1/users/{}", org.base_url(), text(user, "id"));
            assert_eq!(user["_links"], json!({"self": {"href": own}}), "{path}");
        }
    }
}

#[tokio::test]
async fn an_activation_without_a_mail_hands_out_where_it_is_done() {
    let org = org().await;
    let user = make(&org, "?activate=false", json!({})).await;
    let path = format!("/users/{}/lifecycle", text(&user, "id"));
    let post = async |what: &str| call(&org, Method::POST, &format!("{path}/{what}"), &Value::Null).await;
    let told = |answer: &Value| {
        let token = text(answer, "activationToken").to_owned();
        assert!(!token.is_empty() && answer.as_object().map(serde_json::Map::len) == Some(2), "{answer}");
        let url = format!("{}/tokens/{token}/verify", org.base_url());
        assert_eq!(text(answer, "activationUrl"), url);
        token
    };
    let first = told(&post("activate?sendEmail=false").await.json());
    let second = told(&post("reactivate?sendEmail=false").await.json());
    assert_ne!(first, second);
    assert_eq!(post("reactivate").await.json(), json!({}));
    let active = format!("/users/{ALICE}/lifecycle/reactivate?sendEmail=false");
    let refused = call(&org, Method::POST, &active, &Value::Null).await;
    let error = refused.json();
    assert_eq!((refused.status.as_u16(), text(&error, "errorCode")), (403, "E0000038"));
}

#[tokio::test]
async fn a_recovery_question_is_echoed_without_its_answer() {
    let org = org().await;
    let question = json!({"question": "Which symbol?", "answer": "Asterisk"});
    let credentials = json!({"password": {"value": "Garden-2026"}, "recovery_question": question});
    let user = make(&org, "", credentials).await;
    let expected = json!({
        "password": {}, "recovery_question": {"question": "Which symbol?"},
        "provider": {"type": "OKTA", "name": "OKTA"},
    });
    assert_eq!(user["credentials"], expected);
    assert_eq!(get(&org, &format!("/users/{}", text(&user, "id"))).await["credentials"], expected);
}

#[tokio::test]
async fn credentials_alone_leave_the_profile_as_it_is() {
    let org = org().await;
    let path = format!("/users/{ALICE}");
    let before = get(&org, &path).await;
    let body = json!({"credentials": {"password": {"value": "Garden-2026"}}});
    let put = call(&org, Method::PUT, &path, &body).await;
    assert_eq!((put.status.as_u16(), &put.json()["profile"]), (200, &before["profile"]), "{put:?}");
    let browser = Browser::new(&org);
    browser.sign_in(&browser.authorize(&[]).await, ALICE, "Garden-2026").await.code();
}

#[tokio::test]
async fn a_sign_in_is_noted_as_the_last_one() {
    let org = org().await;
    let path = format!("/users/{ALICE}");
    assert_eq!(get(&org, &path).await["lastLogin"], Value::Null);
    let browser = Browser::new(&org);
    browser.sign_in(&browser.authorize(&[]).await, ALICE, PASSWORD).await.code();
    assert!(get(&org, &path).await["lastLogin"].is_string());
}

#[tokio::test]
async fn what_a_person_has_beside_groups_is_listed() {
    let org = org().await;
    for what in ["roles", "appLinks", "clients", "grants", "idps"] {
        let answer = call(&org, Method::GET, &format!("/users/{ALICE}/{what}"), &Value::Null).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "[]"), "{what}");
        let nobody = call(&org, Method::GET, &format!("/users/nobody/{what}"), &Value::Null).await;
        assert_eq!(nobody.json()["errorSummary"], "Not found: Resource not found: nobody (User)", "{what}");
    }
    let factors = get(&org, &format!("/users/{ALICE}/factors")).await;
    assert_eq!(
        (&factors[0]["factorType"], &factors[0]["status"], &factors[0]["profile"]["credentialId"]),
        (&json!("token:software:totp"), &json!("ACTIVE"), &json!(ALICE))
    );
    call(&org, Method::POST, &format!("/users/{ALICE}/lifecycle/reset_factors"), &Value::Null).await;
    assert_eq!(get(&org, &format!("/users/{ALICE}/factors")).await, json!([]));
    let blocks = call(&org, Method::GET, &format!("/users/{ALICE}/blocks"), &Value::Null).await;
    let error = blocks.json();
    let summary = "You do not have permission to access the feature you are requesting";
    assert_eq!(
        (blocks.status.as_u16(), text(&error, "errorCode"), text(&error, "errorSummary")),
        (401, "E0000015", summary)
    );
}

#[tokio::test]
async fn refusals_have_the_words_of_a_live_org() {
    let org = org().await;
    let profile = json!({
        "login": "fern@example.com", "email": "fern@example.com", "firstName": "Fern", "lastName": "Frond",
        "notValid": "x", "postalAddress": null,
    });
    let error = call(&org, Method::POST, "/users", &json!({ "profile": profile })).await.json();
    let causes = json!([{"errorSummary": "Property name 'notValid' is not defined in profile"}]);
    assert_eq!(
        (text(&error, "errorSummary"), &error["errorCauses"]),
        ("Api validation failed: newUser", &causes)
    );
    let unlock = call(&org, Method::POST, &format!("/users/{ALICE}/lifecycle/unlock"), &Value::Null).await;
    let error = unlock.json();
    let causes = json!([{"errorSummary": "The user is not locked out."}]);
    assert_eq!((unlock.status.as_u16(), &error["errorCauses"]), (403, &causes));
}

#[tokio::test]
async fn the_group_of_everyone_says_what_it_is() {
    let org = org().await;
    let everyone = get(&org, "/groups?q=Everyone").await[0].clone();
    assert_eq!(everyone["profile"]["description"], "All users in your organization");
    let names: Vec<_> = everyone["_links"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["logo", "owners", "users", "apps"]);
    let url = format!("{}/api/v1/groups/{}", org.base_url(), text(&everyone, "id"));
    assert_eq!(everyone["_links"]["users"], json!({"href": format!("{url}/users")}));
    let logos: Vec<_> = everyone["_links"]["logo"].as_array().unwrap().iter().collect();
    assert_eq!(
        (logos.len(), &logos[0]["name"], &logos[1]["type"]),
        (2, &json!("medium"), &json!("image/png"))
    );
}

#[tokio::test]
async fn an_app_is_told_all_claims_of_somebody_who_has_it() {
    let org = org().await;
    let path = format!("/apps/{}/users", org.client_id());
    let alice = get(&org, &format!("/users/{ALICE}")).await;
    let user = get(&org, &format!("{path}/{}", text(&alice, "id"))).await;
    let mut names: Vec<_> = user["profile"].as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = [
        "birthdate",
        "country",
        "email",
        "family_name",
        "formatted",
        "gender",
        "given_name",
        "locale",
        "locality",
        "middle_name",
        "name",
        "nickname",
        "phone_number",
        "picture",
        "postal_code",
        "profile",
        "region",
        "street_address",
        "website",
        "zoneinfo",
    ];
    assert_eq!(names, expected);
    assert_eq!((&user["profile"]["locale"], &user["profile"]["picture"]), (&json!("en_US"), &Value::Null));
    let d = format!("{}/api/v1", org.base_url());
    let app = json!({"href": format!("{d}/apps/{}", org.client_id())});
    assert_eq!((&user["_links"]["app"], &user["_links"]["user"]["hints"]), (&app, &Value::Null));
}
