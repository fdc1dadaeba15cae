//! People: made, changed, from one status to another, and gone.

use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get};
use crate::browser::{ALICE, Browser, PASSWORD, introspect, org, refresh, text, tokens};

const DORA: &str = "dora@example.com";

fn dora() -> Value {
    json!({
        "profile": {"login": DORA, "email": DORA, "firstName": "Dora", "lastName": "Digger", "mobilePhone": "555-415-1337"},
        "credentials": {"password": {"value": "Garden-2026"}},
    })
}

#[tokio::test]
async fn a_person_is_made_and_signs_in() {
    let org = org().await;
    let staff = get(&org, "/groups?q=shop").await[0]["id"].clone();
    let mut body = dora();
    body["groupIds"] = json!([staff]);
    let made = call(&org, Method::POST, "/users?activate=true", &body).await;
    assert_eq!(made.status, 200, "{made:?}");
    let user = made.json();
    assert_eq!(
        (&user["status"], &user["profile"]["mobilePhone"]),
        (&json!("ACTIVE"), &json!("555-415-1337"))
    );
    assert_eq!(user["credentials"], json!({"password": {}, "provider": {"type": "OKTA", "name": "OKTA"}}));
    let path = format!("/users/{}", text(&user, "id"));
    let groups: Vec<_> = get(&org, &format!("{path}/groups")).await.as_array().unwrap().clone();
    assert_eq!(
        groups.iter().map(|group| text(&group["profile"], "name")).collect::<Vec<_>>(),
        ["Everyone", "shop-staff"]
    );
    org.assign(DORA);
    let browser = Browser::new(&org);
    let page = browser.authorize(&[]).await;
    browser.sign_in(&page, DORA, "Garden-2026").await.code();
    for id in [text(&user, "id"), DORA, "dora"] {
        assert_eq!(get(&org, &format!("/users/{id}")).await["id"], user["id"], "{id}");
    }
    assert_eq!(get(&org, "/users/me").await["profile"]["login"], "admin@okta-local.invalid");
    assert_eq!(
        call(&org, Method::POST, "/users", &body).await.json()["errorSummary"],
        "Api validation failed: login"
    );
}

#[tokio::test]
async fn a_person_is_changed_in_part_or_as_a_whole() {
    let org = org().await;
    call(&org, Method::POST, "/users", &dora()).await;
    let path = format!("/users/{DORA}");
    let partly = json!({"profile": {"lastName": "Delver", "city": "Kew"}, "credentials": {"password": {"value": "Changed-2026"}}});
    let changed = call(&org, Method::POST, &path, &partly).await.json();
    let profile = &changed["profile"];
    assert_eq!((&profile["lastName"], &profile["city"]), (&json!("Delver"), &json!("Kew")));
    assert_eq!(profile["mobilePhone"], "555-415-1337", "what is not named stays");
    let browser = Browser::new(&org);
    org.assign(DORA);
    let page = browser.authorize(&[]).await;
    browser.sign_in(&page, DORA, "Changed-2026").await.code();
    let whole = json!({"profile": {"login": DORA, "email": DORA, "firstName": "D", "lastName": "D"}});
    let replaced = call(&org, Method::PUT, &path, &whole).await.json();
    assert_eq!(replaced["profile"].get("city"), None, "what is not named goes");
    let taken = call(&org, Method::POST, &path, &json!({"profile": {"login": ALICE}})).await;
    assert_eq!(taken.json()["errorSummary"], "Api validation failed: login");
}

#[tokio::test]
async fn a_person_goes_from_status_to_status() {
    let org = org().await;
    let mut body = dora();
    body["credentials"] = json!({});
    let staged = call(&org, Method::POST, "/users?activate=false", &body).await.json();
    assert_eq!(staged["status"], "STAGED");
    let path = format!("/users/{}", text(&staged, "id"));
    let status = async || get(&org, &path).await["status"].as_str().unwrap().to_owned();
    let act = async |act: &str| {
        let answer = call(&org, Method::POST, &format!("{path}/lifecycle/{act}"), &json!({})).await;
        (answer.status.as_u16(), answer.json()["errorCode"].as_str().map(str::to_owned))
    };
    let fine = (200, None);
    let refused = |status: u16, code: &str| (status, Some(code.to_owned()));
    assert_eq!((act("activate").await, status().await), (fine.clone(), "PROVISIONED".into()));
    assert_eq!(act("activate").await, refused(403, "E0000038"));
    let password = json!({"credentials": {"password": {"value": "Garden-2026"}}});
    call(&org, Method::POST, &path, &password).await;
    assert_eq!((status().await, act("activate").await), ("ACTIVE".into(), refused(403, "E0000016")));
    assert_eq!(act("unsuspend").await, refused(400, "E0000001"));
    assert_eq!((act("suspend").await, status().await), (fine.clone(), "SUSPENDED".into()));
    assert_eq!(act("suspend").await, refused(400, "E0000001"));
    assert_eq!((act("unsuspend").await, status().await), (fine.clone(), "ACTIVE".into()));
    assert_eq!(act("unlock").await, refused(403, "E0000032"));
    assert_eq!(act("reset_factors").await, fine);
    assert_eq!((act("deactivate").await, status().await), (fine.clone(), "DEPROVISIONED".into()));
    assert_eq!(act("deactivate").await, refused(403, "E0000038"));
    assert_eq!((act("activate").await, status().await), (fine, "ACTIVE".into()));
    assert_eq!(act("explode").await, refused(404, "E0000008"));
    let delete = async || call(&org, Method::DELETE, &path, &Value::Null).await.status.as_u16();
    assert_eq!((delete().await, status().await), (204, "DEPROVISIONED".into()), "first they are deactivated");
    assert_eq!((delete().await, delete().await), (204, 404));
}

#[tokio::test]
async fn who_is_deactivated_loses_sessions_tokens_and_apps() {
    let org = org().await;
    let browser = Browser::new(&org);
    let code = browser.code_for(ALICE, &[]).await;
    let tokens = crate::browser::redeem(&org, &code, &[]).await.json();
    call(&org, Method::POST, &format!("/users/{ALICE}/lifecycle/deactivate"), &json!({})).await;
    assert_eq!(introspect(&org, text(&tokens, "access_token")).await["active"], false);
    assert_eq!(refresh(&org, text(&tokens, "refresh_token"), &[]).await.status, 400);
    let page = browser.authorize(&[]).await;
    assert!(page.is_sign_in_page());
    assert!(!browser.sign_in(&page, ALICE, PASSWORD).await.location().contains("code="));
}

#[tokio::test]
async fn sessions_end_and_tokens_where_it_is_asked_for() {
    let org = org().await;
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    let refresh_token = text(&tokens(&org).await, "refresh_token").to_owned();
    let path = format!("/users/{ALICE}/sessions");
    assert_eq!(call(&org, Method::DELETE, &path, &Value::Null).await.status, 204);
    assert!(browser.authorize(&[]).await.is_sign_in_page());
    let second = refresh(&org, &refresh_token, &[]).await;
    assert_eq!(second.status, 200);
    call(&org, Method::DELETE, &format!("{path}?oauthTokens=true"), &Value::Null).await;
    assert_eq!(refresh(&org, text(&second.json(), "refresh_token"), &[]).await.status, 400);
}

#[tokio::test]
async fn people_are_found_by_name_filter_and_search() {
    let org = org().await;
    call(&org, Method::POST, "/users", &dora()).await;
    let logins = async |query: &str| -> Vec<String> {
        let users = get(&org, &format!("/users?{query}")).await;
        users.as_array().unwrap().iter().map(|user| text(&user["profile"], "login").to_owned()).collect()
    };
    assert_eq!(logins("q=DO").await, [DORA]);
    assert_eq!(logins("filter=profile.login%20eq%20%22bob@example.com%22").await, ["bob@example.com"]);
    assert_eq!(logins("search=profile.lastName%20sw%20%22di%22").await, [DORA]);
    let sorted = logins("search=status%20eq%20%22ACTIVE%22&sortBy=profile.firstName&sortOrder=desc").await;
    assert_eq!(sorted[0], DORA);
    assert_eq!(logins("limit=2").await.len(), 2);
    call(&org, Method::POST, &format!("/users/{DORA}/lifecycle/deactivate"), &json!({})).await;
    assert_eq!(logins("q=do").await, Vec::<String>::new(), "who is gone is found by filter or search only");
    assert_eq!(logins("filter=status%20eq%20%22DEPROVISIONED%22").await, [DORA]);
    for bad in ["filter=profile.city%20eq%20%22Kew%22", "search=status%20is%20%22A%22", "filter=status"] {
        let answer = call(&org, Method::GET, &format!("/users?{bad}"), &Value::Null).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["errorCode"]), (400, &json!("E0000031")), "{bad}");
    }
}

#[tokio::test]
async fn all_that_is_wrong_with_a_person_is_named() {
    let org = org().await;
    let body =
        json!({"profile": {"login": "dora", "email": "", "firstName": "", "lastName": "D", "shoeSize": 4}});
    let error = call(&org, Method::POST, "/users", &body).await.json();
    assert_eq!(error["errorSummary"], "Api validation failed: login");
    let causes: Vec<_> =
        error["errorCauses"].as_array().unwrap().iter().map(|cause| text(cause, "errorSummary")).collect();
    for cause in [
        "login: Username must be in the form of an email address",
        "email: The field cannot be left blank",
        "shoeSize",
    ] {
        assert!(causes.iter().any(|told| told.contains(cause)), "{cause}: {causes:?}");
    }
    for weak in ["short1A", "alllowercase1", "NODIGITSHERE", "Dora-2026!"] {
        let mut body = dora();
        body["credentials"]["password"]["value"] = json!(weak);
        let error = call(&org, Method::POST, "/users", &body).await.json();
        assert_eq!(error["errorSummary"], "Api validation failed: password", "{weak}");
        assert!(!error.to_string().contains(weak), "the password is not repeated");
    }
}

#[tokio::test]
async fn who_is_locked_out_has_that_status_until_they_are_unlocked() {
    let org = org().await;
    let browser = Browser::new(&org);
    let path = format!("/users/{ALICE}");
    let status = async || text(&get(&org, &path).await, "status").to_owned();
    for _ in 0..10 {
        assert_eq!(status().await, "ACTIVE");
        browser.sign_in(&browser.authorize(&[]).await, ALICE, "wrong").await;
    }
    let alice = get(&org, &path).await;
    assert_eq!(alice["status"], "LOCKED_OUT");
    assert!(alice["_links"]["unlock"]["href"].as_str().unwrap().ends_with("/lifecycle/unlock"), "{alice}");
    let locked_out = get(&org, "/users?filter=status%20eq%20%22LOCKED_OUT%22").await;
    assert_eq!(locked_out.as_array().map(Vec::len), Some(1), "{locked_out}");
    let unlocked = call(&org, Method::POST, &format!("{path}/lifecycle/unlock"), &json!({})).await;
    assert_eq!((unlocked.status.as_u16(), status().await), (200, "ACTIVE".to_owned()));
}
