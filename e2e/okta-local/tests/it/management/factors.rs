//! Factors over the management API: members, words and statuses are recorded ones or those of Okta's reference.

use std::time::Duration;

use okta_local::RunningOrg;
use okta_types::Form;
use reqwest::Method;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use super::{call, get};
use crate::browser::{ALICE, Answer, Browser, PASSWORD, org, text};

const CAROL: &str = "carol@example.com";

async fn post(org: &RunningOrg, path: &str, body: &Value) -> Answer {
    call(org, Method::POST, path, body).await
}

/// The code that an authenticator app with this secret shows now.
pub(crate) fn code(org: &RunningOrg, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).expect("a secret");
    let totp = Builder::new().with_secret(secret).build().expect("a long secret");
    totp.generate(org.now().0.try_into().expect("a time after 1970")).to_string()
}

/// Somebody without any factor.
async fn bare(org: &RunningOrg) -> String {
    post(org, &format!("/users/{CAROL}/lifecycle/reset_factors"), &Value::Null).await;
    text(&get(org, &format!("/users/{CAROL}")).await, "id").to_owned()
}

fn refused(answer: &Answer, status: u16, code: &str, cause: &str) {
    let error = answer.json();
    assert_eq!((answer.status.as_u16(), text(&error, "errorCode")), (status, code), "{error}");
    assert_eq!(error["errorCauses"], json!([{ "errorSummary": cause }]));
}

#[tokio::test]
async fn an_authenticator_app_is_enrolled_activated_verified_and_taken_away() {
    let org = org().await;
    let id = bare(&org).await;
    let path = format!("/users/{id}/factors");
    for (provider, prefix) in [("OKTA", "ost"), ("GOOGLE", "uft")] {
        let body = json!({"factorType": "token:software:totp", "provider": provider});
        let enrolled = post(&org, &path, &body).await;
        let factor = enrolled.json();
        assert_eq!(enrolled.status, 200, "{factor}");
        assert!(text(&factor, "id").starts_with(prefix), "{factor}");
        let own = format!("{}/api/v1{path}/{}", org.base_url(), text(&factor, "id"));
        let secret = text(&factor["_embedded"]["activation"], "sharedSecret");
        let user =
            json!({"href": format!("{}/api/v1/users/{id}", org.base_url()), "hints": {"allow": ["GET"]}});
        let expected = json!({
            "id": factor["id"], "factorType": "token:software:totp", "provider": provider, "vendorName": provider,
            "status": "PENDING_ACTIVATION", "created": factor["created"], "lastUpdated": factor["created"],
            "profile": {"credentialId": CAROL},
            "_links": {
                "activate": {"href": format!("{own}/lifecycle/activate"), "hints": {"allow": ["POST"]}},
                "self": {"href": own, "hints": {"allow": ["GET"]}}, "user": user,
            },
            "_embedded": {"activation": {"timeStep": 30, "sharedSecret": secret, "encoding": "base32", "keyLength": 6}},
        });
        assert_eq!(factor, expected);
        let at = format!("{path}/{}", text(&factor, "id"));
        let wrong = "Your passcode doesn't match our records. Please try again.";
        let activate = format!("{at}/lifecycle/activate");
        let with = |code: &str| json!({ "passCode": code });
        refused(&post(&org, &activate, &with("000000x")).await, 403, "E0000068", wrong);
        refused(
            &post(&org, &format!("{at}/verify"), &with(&code(&org, secret))).await,
            403,
            "E0000068",
            wrong,
        );
        let shown = code(&org, secret);
        let active = post(&org, &activate, &with(&shown)).await.json();
        let mut expected = factor.clone();
        expected.as_object_mut().unwrap().remove("_embedded");
        expected["status"] = json!("ACTIVE");
        expected["lastUpdated"] = active["lastUpdated"].clone();
        expected["_links"] = json!({
            "verify": {"href": format!("{own}/verify"), "hints": {"allow": ["POST"]}},
            "self": {"href": own, "hints": {"allow": ["GET", "DELETE"]}}, "user": user,
        });
        assert_eq!(active, expected, "the secret is told no more");
        let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&active["_links"]), ["self", "verify", "user"]);
        assert_eq!(names(&factor["_links"]), ["activate", "self", "user"]);
        assert_eq!(get(&org, &at).await, active);
        let replayed = post(&org, &format!("{at}/verify"), &with(&shown)).await;
        assert_eq!((replayed.status.as_u16(), &replayed.json()["errorCode"]), (403, &json!("E0000082")));
        org.advance_clock(Duration::from_secs(60));
        let verified = post(&org, &format!("{at}/verify"), &with(&code(&org, secret))).await;
        assert_eq!((verified.status.as_u16(), verified.json()), (200, json!({"factorResult": "SUCCESS"})));
        let again = post(&org, &path, &body).await;
        assert_eq!(again.json()["errorSummary"], "Api validation failed: factorEnrollRequest");
        refused(&again, 400, "E0000001", "A factor of this type is already set up.");
        assert_eq!(call(&org, Method::DELETE, &at, &Value::Null).await.status, 204);
        let gone = call(&org, Method::GET, &at, &Value::Null).await;
        let summary = format!("Not found: Resource not found: {} (UserFactor)", text(&factor, "id"));
        assert_eq!((gone.status.as_u16(), text(&gone.json(), "errorSummary").to_owned()), (404, summary));
        org.advance_clock(Duration::from_secs(60));
    }
    assert_eq!(get(&org, &path).await, json!([]));
    let log = get(&org, "/logs").await;
    let names: Vec<_> = log.as_array().unwrap().iter().map(|event| text(event, "eventType")).collect();
    for name in ["user.mfa.factor.activate", "user.mfa.factor.deactivate", "user.authentication.auth_via_mfa"]
    {
        assert!(names.contains(&name), "{names:?}");
    }
}

#[tokio::test]
async fn a_sign_in_takes_the_code_of_an_app_that_was_enrolled() {
    let org = org().await;
    let reset = format!("/users/{ALICE}/lifecycle/reset_factors");
    post(&org, &reset, &Value::Null).await;
    let two = [("acr_values", Some("urn:okta:loa:2fa:any"))];
    let browser = Browser::new(&org);
    let refused = browser.sign_in(&browser.authorize(&two).await, ALICE, PASSWORD).await;
    assert_eq!(refused.returned("error").as_deref(), Some("unmet_authentication_requirements"));
    let path = format!("/users/{ALICE}/factors");
    let body = json!({"factorType": "token:software:totp", "provider": "OKTA"});
    let factor = post(&org, &path, &body).await.json();
    let secret = text(&factor["_embedded"]["activation"], "sharedSecret");
    let refused = Browser::new(&org);
    let page = refused.authorize(&two).await;
    let refused = refused.sign_in(&page, ALICE, PASSWORD).await;
    assert_eq!(
        refused.returned("error").as_deref(),
        Some("unmet_authentication_requirements"),
        "it waits yet"
    );
    let activate = format!("{path}/{}/lifecycle/activate", text(&factor, "id"));
    assert_eq!(post(&org, &activate, &json!({"passCode": code(&org, secret)})).await.status, 200);
    let browser = Browser::new(&org);
    let page = browser.authorize(&two).await;
    let answer = browser.sign_in(&page, ALICE, PASSWORD).await;
    let page = browser.get(answer.location()).await;
    org.advance_clock(Duration::from_secs(60));
    assert_eq!(org.totp_code(ALICE), Some(code(&org, secret)));
    let form = Form::new().with("stateToken", &page.field("stateToken"));
    let form = form.with("credentials.passcode", &code(&org, secret));
    browser.post(&format!("{}/login/second-factor", org.base_url()), &form).await.code();
}

#[tokio::test]
async fn a_question_is_enrolled_changed_verified_and_taken_away() {
    let org = org().await;
    let id = bare(&org).await;
    let path = format!("/users/{id}/factors");
    let questions = get(&org, &format!("{path}/questions")).await;
    let recorded = json!([
        {"question": "disliked_food", "questionText": "What is the food you least liked as a child?"},
        {"question": "name_of_first_plush_toy", "questionText": "What is the name of your first stuffed animal?"},
        {"question": "first_award", "questionText": "What did you earn your first medal or award for?"},
    ]);
    assert_eq!(json!(questions.as_array().unwrap()[..3]), recorded);
    let body = |question: &str, answer: &str| json!({"factorType": "question", "provider": "OKTA", "profile": {"answer": answer, "question": question}});
    let enrolled = post(&org, &path, &body("disliked_food", "meatball")).await.json();
    let own = format!("{}/api/v1{path}/{}", org.base_url(), text(&enrolled, "id"));
    let mut expected = json!({
        "id": enrolled["id"], "factorType": "question", "provider": "OKTA", "vendorName": "OKTA", "status": "ACTIVE",
        "created": enrolled["created"], "lastUpdated": enrolled["created"], "profile": recorded[0],
        "_links": {
            "questions": {"href": format!("{}/api/v1{path}/questions", org.base_url()), "hints": {"allow": ["GET"]}},
            "self": {"href": own, "hints": {"allow": ["GET", "DELETE"]}},
            "user": {"href": format!("{}/api/v1/users/{id}", org.base_url()), "hints": {"allow": ["GET"]}},
        },
    });
    assert_eq!(enrolled, expected);
    assert!(text(&enrolled, "id").starts_with("ufs"));
    let at = format!("{path}/{}", text(&enrolled, "id"));
    let changed = call(&org, Method::PUT, &at, &body("name_of_first_plush_toy", "meatball")).await.json();
    expected["profile"] = recorded[1].clone();
    expected["lastUpdated"] = changed["lastUpdated"].clone();
    assert_eq!((&changed, &get(&org, &path).await), (&expected, &json!([expected])));
    let verify = format!("{at}/verify");
    let right = post(&org, &verify, &json!({"answer": " Meatball"})).await;
    assert_eq!(right.json(), json!({"factorResult": "SUCCESS"}));
    let wrong = post(&org, &verify, &json!({"answer": "banana"})).await;
    refused(&wrong, 403, "E0000068", "Your answer doesn't match our records. Please try again.");
    for bad in [
        body("no_question", "meatball"),
        body("first_award", "abc"),
        json!({"factorType": "sms", "provider": "OKTA"}),
    ] {
        assert_eq!(post(&org, &path, &bad).await.json()["errorCode"], "E0000001", "{bad}");
    }
    let catalog = get(&org, &format!("{path}/catalog")).await;
    let enroll = json!({"href": format!("{}/api/v1{path}", org.base_url()), "hints": {"allow": ["POST"]}});
    let totp = json!({
        "factorType": "token:software:totp", "provider": "OKTA", "vendorName": "OKTA", "_links": {"enroll": enroll},
        "status": "NOT_SETUP",
    });
    assert_eq!((&catalog[0]["status"], &catalog[1]), (&json!("ACTIVE"), &totp));
    assert_eq!(call(&org, Method::DELETE, &at, &Value::Null).await.status, 204);
    assert_eq!(get(&org, &path).await, json!([]));
}

#[tokio::test]
async fn wrong_codes_lock_somebody_out_here_too() {
    let org = org().await;
    let factor = get(&org, &format!("/users/{ALICE}/factors")).await[0].clone();
    assert_eq!(factor["provider"], "GOOGLE", "the seeded one");
    let verify = format!("/users/{ALICE}/factors/{}/verify", text(&factor, "id"));
    for _ in 0..10 {
        assert_eq!(post(&org, &verify, &json!({"passCode": "x"})).await.status, 403);
    }
    assert!(org.is_locked_out(ALICE));
    let right = post(&org, &verify, &json!({"passCode": org.totp_code(ALICE)})).await;
    assert_eq!(right.json()["errorCode"], "E0000068");
    org.unlock(ALICE);
    let right = post(&org, &verify, &json!({"passCode": org.totp_code(ALICE)})).await;
    assert_eq!(right.json(), json!({"factorResult": "SUCCESS"}));
    let own = format!("/users/{ALICE}/factors/{}", text(&factor, "id"));
    assert_eq!(get(&org, &own).await["id"], factor["id"]);
    assert_eq!(call(&org, Method::DELETE, &own, &Value::Null).await.status, 204);
    assert_eq!(org.totp_code(ALICE), None);
}
