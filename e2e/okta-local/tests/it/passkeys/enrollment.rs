//! Who is offered a passkey, who needs one, and what becomes of it.

use okta_local::{App, StateError};
use reqwest::Method;
use serde_json::json;

use super::{
    Authenticator, BOB, PHR, TWO, answer, bare, enrolled, offer, options, org, sign_in_page, signs_in,
};
use crate::accounts::{administrator, follow};
use crate::browser::{ALICE, Answer, Browser, CALLBACK, PASSWORD, builder, parts, redeem, text};
use crate::management::{call, get};

const ENROLL: &str = "/login/enroll-passkey";

#[tokio::test]
async fn whoever_signs_in_is_offered_one_once_and_may_want_none() {
    let org = org().await;
    bare(&org, BOB).await;
    let browser = Browser::new(&org);
    let page = offer(&browser, BOB).await;
    assert!(browser.cookie("sid").is_some(), "nothing is missing");
    assert!(page.body.contains("<noscript>") && page.body.contains("need JavaScript"), "{page:?}");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    browser.submit(ENROLL, &page, &[]).await.code();
    // Not again, in whichever browser.
    Browser::new(&org).code_for(BOB, &[]).await;
    // Whoever has another factor is not asked before they proved it.
    Browser::new(&org).code_for(ALICE, &[]).await;
}

#[tokio::test]
async fn an_org_without_passkeys_neither_offers_nor_takes_them() {
    let grove = App::spa("Grove").redirect_uri(CALLBACK);
    let org = builder().app(grove).start().await.unwrap();
    bare(&org, BOB).await;
    let browser = Browser::new(&org);
    let page = browser.authorize(&[]).await;
    assert!(!page.body.contains("okta-passkey") && !page.body.contains("<script"), "{page:?}");
    browser.sign_in(&page, BOB, PASSWORD).await.code();
    let unmet = browser.authorize(&PHR).await;
    assert_eq!(unmet.returned("error").as_deref(), Some("unmet_authentication_requirements"));
    // Nor once they are switched off again.
    org.set_passkeys(true);
    let mut device = enrolled(&org, ALICE).await;
    let browser = Browser::new(&org);
    let (page, asked) = sign_in_page(&browser).await;
    org.set_passkeys(false);
    let back = answer(&browser, &page, &device.get(&asked)).await;
    assert!(!back.location().contains("code="), "{back:?}");
}

#[tokio::test]
async fn what_is_asked_for_is_a_discoverable_key_with_user_verification_for_this_host() {
    let org = org().await;
    bare(&org, BOB).await;
    let page = offer(&Browser::new(&org), BOB).await;
    let asked = options(&page, "okta-enroll-passkey");
    assert_eq!(asked["rp"]["id"], "localhost");
    let selection = json!({"residentKey": "required", "userVerification": "required"});
    assert_eq!(asked["authenticatorSelection"], selection);
    assert_eq!((&asked["user"]["name"], &asked["attestation"]), (&json!(BOB), &json!("none")));
    enrolled(&org, ALICE).await;
}

#[tokio::test]
async fn a_wrong_answer_is_told_and_registers_nothing() {
    let org = org().await;
    bare(&org, BOB).await;
    let browser = Browser::new(&org);
    let mut page = offer(&browser, BOB).await;
    let wrong: [fn(&mut Authenticator); 4] = [
        |device| device.origin = "https://evil.example".to_owned(),
        |device| device.rp_id = "evil.example".to_owned(),
        |device| _ = device.unverified(),
        |device| _ = device.absent(),
    ];
    for (place, wrong) in wrong.into_iter().enumerate() {
        let mut device = Authenticator::new(org.base_url());
        wrong(&mut device);
        let made = device.create(&options(&page, "okta-enroll-passkey"));
        page = follow(&browser, &browser.submit(ENROLL, &page, &[("credential", &made)]).await).await;
        assert!(
            page.body.contains("role=\"alert\"") && page.body.contains("was not set up"),
            "{place}: {page:?}"
        );
    }
    // The answer to a page before, and no answer at all.
    let before = options(&page, "okta-enroll-passkey");
    page = follow(&browser, &browser.submit(ENROLL, &page, &[("credential", "{}")]).await).await;
    let made = Authenticator::new(org.base_url()).create(&before);
    page = follow(&browser, &browser.submit(ENROLL, &page, &[("credential", &made)]).await).await;
    assert!(page.body.contains("was not set up"), "{page:?}");
    assert_eq!(get(&org, &format!("/users/{BOB}/factors")).await, json!([]));
}

#[tokio::test]
async fn a_key_belongs_to_one_person_only() {
    let org = org().await;
    let mut device = enrolled(&org, ALICE).await;
    bare(&org, BOB).await;
    let browser = Browser::new(&org);
    let page = offer(&browser, BOB).await;
    let made = device.create(&options(&page, "okta-enroll-passkey"));
    let page = follow(&browser, &browser.submit(ENROLL, &page, &[("credential", &made)]).await).await;
    assert!(page.body.contains("was not set up"), "{page:?}");
}

async fn phr_page(browser: &Browser<'_>, login: &str) -> Answer {
    let page = browser.authorize(&PHR).await;
    follow(browser, &browser.sign_in(&page, login, PASSWORD).await).await
}

#[tokio::test]
async fn who_needs_one_and_has_none_registers_it_and_then_proves_it() {
    let org = org().await;
    bare(&org, BOB).await;
    let browser = Browser::new(&org);
    let page = phr_page(&browser, BOB).await;
    assert!(page.body.contains("needs a passkey here") && browser.cookie("sid").is_none(), "{page:?}");
    let mut device = Authenticator::new(org.base_url());
    let made = device.create(&options(&page, "okta-enroll-passkey"));
    let page = follow(&browser, &browser.submit(ENROLL, &page, &[("credential", &made)]).await).await;
    assert!(
        page.body.contains("Use your passkey") && browser.cookie("sid").is_none(),
        "making one is no proof"
    );
    let back = answer(&browser, &page, &device.get(&options(&page, "okta-passkey"))).await;
    let tokens = redeem(&org, &back.code(), &[]).await.json();
    let (access, id) = (parts(text(&tokens, "access_token")).1, parts(text(&tokens, "id_token")).1);
    assert_eq!(
        (&access["acr"], &id["acr"], &id["amr"]),
        (&json!("phr"), &json!("phr"), &json!(["pwd", "pop", "mfa"]))
    );
}

#[tokio::test]
async fn whoever_has_another_factor_proves_it_before_they_register_one() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = phr_page(&browser, ALICE).await;
    assert!(page.body.contains("id=\"okta-second-factor\""), "{page:?}");
    let code = org.totp_code(ALICE).unwrap();
    let answer = browser.submit("/login/second-factor", &page, &[("credentials.passcode", &code)]).await;
    let page = follow(&browser, &answer).await;
    assert!(page.body.contains("needs a passkey here"), "{page:?}");
    // Who wants none goes back with the reason.
    let back = browser.submit(ENROLL, &page, &[]).await;
    assert_eq!(back.returned("error").as_deref(), Some("unmet_authentication_requirements"));
}

#[tokio::test]
async fn a_second_factor_that_is_missing_may_be_a_passkey() {
    let org = org().await;
    bare(&org, BOB).await;
    let browser = Browser::new(&org);
    let page = browser.authorize(&TWO).await;
    let page = follow(&browser, &browser.sign_in(&page, BOB, PASSWORD).await).await;
    assert!(page.body.contains("id=\"okta-enroll-passkey\"") && browser.cookie("sid").is_none(), "{page:?}");
}

#[tokio::test]
async fn hardware_that_the_org_knows_of_is_out_of_reach() {
    let org = org().await;
    let unmet = Browser::new(&org).authorize(&[("acr_values", Some("phrh"))]).await;
    assert_eq!(unmet.returned("error").as_deref(), Some("unmet_authentication_requirements"));
}

#[tokio::test]
async fn it_is_listed_by_the_management_api_and_taken_away_there() {
    let org = org().await;
    let mut device = enrolled(&org, BOB).await;
    let listed = get(&org, &format!("/users/{BOB}/factors")).await;
    let factor = &listed[0];
    assert!(text(factor, "id").starts_with("fwf"), "{factor}");
    assert_eq!(
        (&factor["factorType"], &factor["provider"], &factor["vendorName"], &factor["status"]),
        (&json!("webauthn"), &json!("FIDO"), &json!("FIDO"), &json!("ACTIVE"))
    );
    assert_eq!(text(&factor["profile"], "credentialId"), okta_types::base64url::encode(&device.id));
    let verify = format!("/users/{BOB}/factors/{}/verify", text(factor, "id"));
    assert_eq!(call(&org, Method::POST, &verify, &json!({"passCode": "1"})).await.status, 403);
    let path = format!("/users/{BOB}/factors/{}", text(factor, "id"));
    assert_eq!(call(&org, Method::DELETE, &path, &json!(null)).await.status, 204);
    assert!(!signs_in(&org, |asked| device.get(asked)).await);
    let events: Vec<_> = org.system_log().into_iter().map(|event| event.event_type).collect();
    for event in ["user.mfa.factor.activate", "user.mfa.factor.deactivate"] {
        assert!(events.contains(&event), "{event}: {events:?}");
    }
}

#[tokio::test]
async fn it_is_in_the_state_file_with_its_counter() -> Result<(), StateError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("org.json");
    let start = async || {
        let grove = App::spa("Grove").redirect_uri(CALLBACK);
        builder().app(grove).passkeys(true).state_file(&path).start().await.expect("an org")
    };
    let org = start().await;
    let mut device = enrolled(&org, BOB).await;
    assert!(signs_in(&org, |asked| device.get(asked)).await);
    let used = device.counter;
    org.stop().await;
    let org = start().await;
    device.origin = org.base_url().to_owned();
    device.counter = used - 1;
    assert!(!signs_in(&org, |asked| device.get(asked)).await, "the counter was kept");
    assert!(signs_in(&org, |asked| device.get(asked)).await);
    Ok(())
}

#[tokio::test]
async fn a_person_who_is_gone_registers_nothing() {
    let org = org().await;
    bare(&org, BOB).await;
    let browser = Browser::new(&org);
    let page = offer(&browser, BOB).await;
    administrator(&org, &format!("{BOB}/lifecycle/suspend")).await;
    let made = Authenticator::new(org.base_url()).create(&options(&page, "okta-enroll-passkey"));
    let page = follow(&browser, &browser.submit(ENROLL, &page, &[("credential", &made)]).await).await;
    assert!(page.body.contains("was not set up"), "{page:?}");
}
