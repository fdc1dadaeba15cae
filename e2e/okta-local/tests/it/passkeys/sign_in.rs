//! Signing in with a passkey: alone, with a user name, and as a second factor.

use serde_json::json;

use super::{BOB, PHR, TWO, answer, enrolled, options, org, sign_in_page, signs_in};
use crate::accounts::follow;
use crate::browser::{ALICE, Browser, PASSWORD, parts, redeem, text};

#[tokio::test]
async fn a_passkey_signs_in_without_user_name_and_password() {
    let org = org().await;
    let mut device = enrolled(&org, BOB).await;
    let browser = Browser::new(&org);
    let (page, asked) = sign_in_page(&browser).await;
    assert_eq!((&asked["allowCredentials"], &asked["userVerification"]), (&json!([]), &json!("required")));
    let back = answer(&browser, &page, &device.get(&asked)).await;
    let id = parts(text(&redeem(&org, &back.code(), &[]).await.json(), "id_token")).1;
    assert_eq!((&id["amr"], &id["preferred_username"]), (&json!(["pop", "mfa"]), &json!(BOB)));
    // It is more than one factor, and resists phishing.
    for class in ["phr", "urn:okta:loa:2fa:any", "urn:okta:loa:1fa:any"] {
        let back = browser.authorize(&[("acr_values", Some(class)), ("prompt", Some("none"))]).await;
        let access = parts(text(&redeem(&org, &back.code(), &[]).await.json(), "access_token")).1;
        assert_eq!(access["acr"], class);
    }
    // It is no password.
    let page = browser.authorize(&[("acr_values", Some("urn:okta:loa:1fa:pwd"))]).await;
    assert!(page.is_sign_in_page() && !page.body.contains("okta-passkey"), "{page:?}");
    browser.sign_in(&page, BOB, PASSWORD).await.code();
}

#[tokio::test]
async fn a_user_name_that_was_typed_must_be_that_of_the_passkey() {
    let org = org().await;
    let mut device = enrolled(&org, BOB).await;
    for (name, is_theirs) in [("BOB@example.com ", true), (ALICE, false), ("nobody@example.com", false)] {
        let browser = Browser::new(&org);
        let (page, asked) = sign_in_page(&browser).await;
        let credential = device.get(&asked);
        let fields = [("credential", credential.as_str()), ("identifier", name)];
        let back = browser.submit("/login/passkey", &page, &fields).await;
        assert_eq!(back.location().contains("code="), is_theirs, "{name}: {back:?}");
    }
}

#[tokio::test]
async fn a_session_by_password_is_stepped_up_by_a_passkey() {
    let org = org().await;
    let mut device = enrolled(&org, BOB).await;
    let browser = Browser::new(&org);
    browser.code_for(BOB, &[]).await;
    let before = browser.cookie("sid");
    let page = browser.authorize(&PHR).await;
    let asked = options(&page, "okta-passkey");
    let allowed = json!([{"id": okta_types::base64url::encode(&device.id), "type": "public-key", "transports": ["internal"]}]);
    assert_eq!(asked["allowCredentials"], allowed);
    let back = answer(&browser, &page, &device.get(&asked)).await;
    let id = parts(text(&redeem(&org, &back.code(), &[]).await.json(), "id_token")).1;
    assert_eq!((&id["acr"], &id["amr"]), (&json!("phr"), &json!(["pwd", "pop", "mfa"])));
    assert_ne!(browser.cookie("sid"), before, "a session with more rights has another cookie");
}

#[tokio::test]
async fn a_code_of_an_authenticator_app_does_not_reach_phr() {
    let org = org().await;
    // Alice keeps her authenticator app beside the passkey.
    let browser = Browser::new(&org);
    let page = browser.authorize(&TWO).await;
    let page = follow(&browser, &browser.sign_in(&page, ALICE, PASSWORD).await).await;
    let code = org.totp_code(ALICE).unwrap();
    let fields = [("credentials.passcode", code.as_str())];
    let page = follow(&browser, &browser.submit("/login/second-factor", &page, &fields).await).await;
    let mut device = super::Authenticator::new(org.base_url());
    let made = device.create(&options(&page, "okta-enroll-passkey"));
    browser.submit("/login/enroll-passkey", &page, &[("credential", &made)]).await.code();

    let other = Browser::new(&org);
    let page = other.authorize(&PHR).await;
    let page = follow(&other, &other.sign_in(&page, ALICE, PASSWORD).await).await;
    assert!(page.body.contains("Use your passkey") && !page.body.contains("value=\"totp\""), "{page:?}");
    let chosen = other.submit("/login/select-factor", &page, &[("method", "totp")]).await;
    let page = other.get(chosen.location()).await;
    assert!(!page.body.contains("id=\"okta-second-factor\""), "nobody chooses something weaker: {page:?}");
    // Where two factors will do, either is offered.
    let page = other.authorize(&TWO).await;
    let page = follow(&other, &other.sign_in(&page, ALICE, PASSWORD).await).await;
    let page =
        follow(&other, &other.submit("/login/select-factor", &page, &[("method", "totp")]).await).await;
    assert!(page.body.contains("id=\"okta-second-factor\""), "{page:?}");
}

#[tokio::test]
async fn the_sign_in_page_asks_alike_whoever_there_is() {
    let org = org().await;
    enrolled(&org, BOB).await;
    let mut asked = Vec::new();
    for hint in [BOB, ALICE, "nobody@example.com"] {
        let page = Browser::new(&org).authorize(&[("login_hint", Some(hint))]).await;
        let mut options = options(&page, "okta-passkey");
        options["challenge"] = json!("");
        asked.push(options);
    }
    assert!(asked[0] == asked[1] && asked[1] == asked[2], "{asked:?}");
}

#[tokio::test]
async fn a_password_alone_still_signs_in_whoever_has_a_passkey() {
    let org = org().await;
    let mut device = enrolled(&org, BOB).await;
    Browser::new(&org).code_for(BOB, &[]).await;
    assert!(signs_in(&org, |asked| device.get(asked)).await);
}
