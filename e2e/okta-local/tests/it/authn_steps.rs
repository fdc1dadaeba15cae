//! The Authentication API beyond the password: second factors, activation and recovery. Members, statuses and words are
//! those of Okta's reference of that API.

use std::time::Duration;

use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::{Value, json};

use crate::browser::{ALICE, Answer, Browser, PASSWORD, http, org, parts, redeem, text};
use crate::management::{call, get, totp};

const TWO: (&str, Option<&str>) = ("acr_values", Some("urn:okta:loa:2fa:any"));

async fn post(org: &RunningOrg, path: &str, body: &Value) -> Answer {
    Answer::to(http().post(format!("{}/api/v1/authn{path}", org.base_url())).json(body)).await
}

async fn sign_in(org: &RunningOrg, password: &str) -> Value {
    post(org, "", &json!({"username": ALICE, "password": password})).await.json()
}

fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status.as_u16(), &answer.json()["errorCode"]), (status, &json!(code)), "{answer:?}");
}

/// Path below `/authn` of a link.
fn path(link: &Value) -> &str {
    text(link, "href").split_once("/api/v1/authn").expect("a link to this API").1
}

#[tokio::test]
async fn the_orgs_policy_decides_whether_a_factor_is_asked_for() {
    let org = org().await;
    assert_eq!(sign_in(&org, PASSWORD).await["status"], "SUCCESS", "the default one does not");
    org.set_second_factor_required(true);
    let asked = sign_in(&org, PASSWORD).await;
    assert_eq!((text(&asked, "status"), asked.get("sessionToken")), ("MFA_REQUIRED", None), "{asked}");
    let factor = &asked["_embedded"]["factors"][0];
    let id = text(factor, "id");
    let verify = format!("{}/api/v1/authn/factors/{id}/verify", org.base_url());
    let expected = json!({
        "id": id, "factorType": "token:software:totp", "provider": "GOOGLE", "vendorName": "GOOGLE",
        "profile": {"credentialId": ALICE},
        "_links": {"verify": {"href": verify, "hints": {"allow": ["POST"]}}},
    });
    assert_eq!(factor, &expected);
    let token = json!(text(&asked, "stateToken"));
    let again = post(&org, "", &json!({ "stateToken": token })).await.json();
    assert_eq!(again["_embedded"], asked["_embedded"], "the transaction is told again");
    // Browsers are asked too.
    let browser = Browser::new(&org);
    let page = browser.sign_in(&browser.authorize(&[]).await, ALICE, PASSWORD).await;
    assert!(browser.get(page.location()).await.body.contains("id=\"okta-second-factor\""));
}

#[tokio::test]
async fn a_code_is_verified_and_the_session_has_two_factors() {
    let org = org().await;
    org.set_second_factor_required(true);
    let asked = sign_in(&org, PASSWORD).await;
    let verify = path(&asked["_embedded"]["factors"][0]["_links"]["verify"]).to_owned();
    let with = |code: &str| json!({"stateToken": asked["stateToken"], "passCode": code});
    let wrong = post(&org, &verify, &with("x")).await;
    refused(&wrong, 403, "E0000068");
    let causes = json!([{"errorSummary": "Your passcode doesn't match our records. Please try again."}]);
    assert_eq!(
        (&wrong.json()["errorCauses"], &wrong.json()["errorSummary"]),
        (&causes, &json!("Invalid Passcode/Answer"))
    );
    refused(&post(&org, "/factors/uftnone/verify", &with("x")).await, 404, "E0000007");
    refused(&post(&org, &verify, &json!({"stateToken": "none", "passCode": "x"})).await, 401, "E0000011");
    refused(&post(&org, "/previous", &with("")).await, 403, "E0000079");
    let code = org.totp_code(ALICE).unwrap();
    let done = post(&org, &verify, &with(&code)).await.json();
    assert_eq!(text(&done, "status"), "SUCCESS");
    refused(&post(&org, &verify, &with(&code)).await, 401, "E0000011");
    let next = sign_in(&org, PASSWORD).await;
    let replay = json!({"stateToken": next["stateToken"], "passCode": code});
    refused(&post(&org, &verify, &replay).await, 403, "E0000082");
    let browser = Browser::new(&org);
    let by_token = [("sessionToken", Some(text(&done, "sessionToken"))), ("prompt", Some("none")), TWO];
    let code = browser.authorize(&by_token).await.code();
    let id = parts(text(&redeem(&org, &code, &[]).await.json(), "id_token")).1;
    assert_eq!((&id["amr"], &id["acr"]), (&json!(["pwd", "otp", "mfa"]), &json!("urn:okta:loa:2fa:any")));
    let again = Browser::new(&org).authorize(&by_token).await;
    assert_eq!(again.returned("error").as_deref(), Some("login_required"), "a session token is good once");
}

#[tokio::test]
async fn who_has_no_factor_enrolls_one() {
    let org = org().await;
    call(&org, Method::POST, &format!("/users/{ALICE}/lifecycle/reset_factors"), &Value::Null).await;
    org.set_second_factor_required(true);
    let asked = sign_in(&org, PASSWORD).await;
    assert_eq!(text(&asked, "status"), "MFA_ENROLL");
    let offered = &asked["_embedded"]["factors"][1];
    assert_eq!((&offered["provider"], &offered["status"]), (&json!("GOOGLE"), &json!("NOT_SETUP")));
    let token = text(&asked, "stateToken");
    let body = json!({"stateToken": token, "factorType": "token:software:totp", "provider": "OKTA"});
    let unknown = json!({"stateToken": token, "factorType": "sms", "provider": "OKTA"});
    refused(&post(&org, "/factors", &unknown).await, 400, "E0000001");
    let first = post(&org, path(&offered["_links"]["enroll"]), &body).await.json();
    assert_eq!(text(&first, "status"), "MFA_ENROLL_ACTIVATE");
    refused(&post(&org, "/factors", &body).await, 403, "E0000079");
    let back = post(&org, path(&first["_links"]["prev"]), &json!({ "stateToken": token })).await.json();
    assert_eq!(text(&back, "status"), "MFA_ENROLL");
    assert_eq!(get(&org, &format!("/users/{ALICE}/factors")).await, json!([]));
    let second = post(&org, "/factors", &body).await.json();
    let factor = &second["_embedded"]["factor"];
    let secret = text(&factor["_embedded"]["activation"], "sharedSecret");
    let activate = path(&second["_links"]["next"]);
    let with = |code: &str| json!({"stateToken": token, "passCode": code});
    refused(&post(&org, activate, &with("000000x")).await, 403, "E0000068");
    let done = post(&org, activate, &with(&totp(&org, secret))).await.json();
    assert_eq!(text(&done, "status"), "SUCCESS", "{done}");
    let by_token = [("sessionToken", Some(text(&done, "sessionToken"))), ("prompt", Some("none")), TWO];
    Browser::new(&org).authorize(&by_token).await.code();
    let factors = get(&org, &format!("/users/{ALICE}/factors")).await;
    assert_eq!((&factors[0]["id"], &factors[0]["status"]), (&factor["id"], &json!("ACTIVE")));
    assert_eq!(sign_in(&org, PASSWORD).await["status"], "MFA_REQUIRED");
}

#[tokio::test]
async fn a_transaction_is_cancelled_or_forgotten() {
    let org = org().await;
    org.set_second_factor_required(true);
    let token = json!({"stateToken": sign_in(&org, PASSWORD).await["stateToken"]});
    assert_eq!(post(&org, "/cancel", &token).await.status, 200);
    refused(&post(&org, "", &token).await, 401, "E0000011");
    refused(&post(&org, "/cancel", &token).await, 401, "E0000011");
    let token = json!({"stateToken": sign_in(&org, PASSWORD).await["stateToken"]});
    org.advance_clock(Duration::from_secs(290));
    assert_eq!(post(&org, "", &token).await.status, 200);
    org.advance_clock(Duration::from_secs(300));
    refused(&post(&org, "", &token).await, 401, "E0000011");
    let token = json!({"stateToken": sign_in(&org, PASSWORD).await["stateToken"]});
    org.suspend(ALICE);
    refused(&post(&org, "", &token).await, 401, "E0000011");
}

#[tokio::test]
async fn an_activation_token_leads_to_a_first_password() {
    let org = org().await;
    let profile = json!({"login": "fern@example.com", "email": "fern@example.com", "firstName": "Fern", "lastName": "Frond"});
    call(&org, Method::POST, "/users?activate=false", &json!({ "profile": profile })).await;
    let activated = "/users/fern@example.com/lifecycle/activate?sendEmail=false";
    let activated = call(&org, Method::POST, activated, &Value::Null).await.json();
    let reactivated = "/users/fern@example.com/lifecycle/reactivate?sendEmail=false";
    let reactivated = call(&org, Method::POST, reactivated, &Value::Null).await.json();
    assert!(text(&reactivated, "activationUrl").contains(text(&reactivated, "activationToken")));
    let with = |given: &Value| json!({"token": given["activationToken"]});
    refused(&post(&org, "", &with(&activated)).await, 401, "E0000004");
    let reset = post(&org, "", &with(&reactivated)).await.json();
    assert_eq!(
        (text(&reset, "status"), &reset["recoveryType"]),
        ("PASSWORD_RESET", &json!("ACCOUNT_ACTIVATION"))
    );
    assert_eq!(path(&reset["_links"]["next"]), "/credentials/reset_password");
    refused(&post(&org, "", &with(&reactivated)).await, 401, "E0000004");
    let choose = |password: &str| json!({"stateToken": reset["stateToken"], "newPassword": password});
    refused(&post(&org, "/credentials/reset_password", &choose("weak")).await, 403, "E0000014");
    let done = post(&org, "/credentials/reset_password", &choose("Garden-2026")).await.json();
    assert_eq!(text(&done, "status"), "SUCCESS", "{done}");
    assert_eq!(get(&org, "/users/fern@example.com").await["status"], "ACTIVE");
    let signed_in =
        post(&org, "", &json!({"username": "fern@example.com", "password": "Garden-2026"})).await.json();
    assert_eq!(text(&signed_in, "status"), "SUCCESS");
}

/// The token at the end of an address that was handed out.
fn token_of(url: &Value) -> Value {
    let url = text(url, "resetPasswordUrl");
    json!({"recoveryToken": url.rsplit('/').next()})
}

#[tokio::test]
async fn a_recovery_token_leads_to_another_password() {
    let org = org().await;
    let reset = format!("/users/{ALICE}/lifecycle/reset_password?sendEmail=false");
    let token = token_of(&call(&org, Method::POST, &reset, &Value::Null).await.json());
    let begun = post(&org, "/recovery/token", &token).await.json();
    assert_eq!(text(&begun, "status"), "PASSWORD_RESET", "an administrator's reset asks no question");
    refused(&post(&org, "/recovery/token", &token).await, 401, "E0000011");
    let choose =
        json!({"stateToken": begun["stateToken"], "newPassword": "Garden-2026", "revokeSessions": true});
    let answer = json!({"stateToken": begun["stateToken"], "answer": "blue"});
    refused(&post(&org, "/recovery/answer", &answer).await, 403, "E0000079");
    assert_eq!(post(&org, "/credentials/reset_password", &choose).await.json()["status"], "SUCCESS");
    assert_eq!(sign_in(&org, "Garden-2026").await["status"], "SUCCESS");
    refused(&post(&org, "/credentials/reset_password", &choose).await, 401, "E0000011");
    let late = token_of(&call(&org, Method::POST, &reset, &Value::Null).await.json());
    org.advance_clock(Duration::from_secs(3600));
    refused(&post(&org, "/recovery/token", &late).await, 401, "E0000011");
}

#[tokio::test]
async fn who_forgot_a_password_answers_their_question_first() {
    let org = org().await;
    let question =
        json!({"credentials": {"recovery_question": {"question": "Which colour?", "answer": "blue"}}});
    call(&org, Method::POST, &format!("/users/{ALICE}"), &question).await;
    let forgot = format!("/users/{ALICE}/credentials/forgot_password?sendEmail=false");
    let token = token_of(&call(&org, Method::POST, &forgot, &Value::Null).await.json());
    let begun = post(&org, "/recovery/token", &token).await.json();
    assert_eq!(text(&begun, "status"), "RECOVERY");
    assert_eq!(begun["_embedded"]["user"]["recovery_question"], json!({"question": "Which colour?"}));
    assert_eq!(begun["_links"]["next"]["name"], "answer");
    let state = &begun["stateToken"];
    let early = json!({"stateToken": state, "newPassword": "Garden-2026"});
    refused(&post(&org, "/credentials/reset_password", &early).await, 403, "E0000079");
    refused(
        &post(&org, "/recovery/answer", &json!({"stateToken": state, "answer": "red"})).await,
        403,
        "E0000087",
    );
    let answered =
        post(&org, "/recovery/answer", &json!({"stateToken": state, "answer": " Blue"})).await.json();
    assert_eq!(text(&answered, "status"), "PASSWORD_RESET");
    assert_eq!(post(&org, "/credentials/reset_password", &early).await.json()["status"], "SUCCESS");
    assert_eq!(sign_in(&org, "Garden-2026").await["status"], "SUCCESS");
}
