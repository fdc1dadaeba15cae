//! What a passkey must not do.

use std::time::Duration;

use serde_json::json;

use super::{BOB, PHR, answer, enrolled, options, org, sign_in_page, signs_in};
use crate::accounts::{administrator, follow};
use crate::browser::{ALICE, Browser, PASSWORD};

#[tokio::test]
async fn an_answer_is_good_once_and_to_its_own_page_only() {
    let org = org().await;
    let mut device = enrolled(&org, BOB).await;
    let browser = Browser::new(&org);
    let (page, asked) = sign_in_page(&browser).await;
    let credential = device.get(&asked);
    answer(&browser, &page, &credential).await.code();
    // The page again, in the same browser without its session and elsewhere.
    org.end_sessions_of(BOB);
    let again = answer(&browser, &page, &credential).await;
    assert!(follow(&browser, &again).await.is_sign_in_page());
    let mallory = Browser::new(&org);
    mallory.authorize(&[]).await;
    assert_eq!(answer(&mallory, &page, &credential).await.status, 400, "the page is another browser's");
    // Another page has another challenge.
    assert!(!signs_in(&org, |_| credential).await);
}

#[tokio::test]
async fn a_challenge_ends_with_its_page() {
    let org = org().await;
    let mut device = enrolled(&org, BOB).await;
    let browser = Browser::new(&org);
    let (page, asked) = sign_in_page(&browser).await;
    org.advance_clock(Duration::from_secs(3600));
    let late = answer(&browser, &page, &device.get(&asked)).await;
    assert!(late.returned("error").is_some() && browser.cookie("sid").is_none(), "{late:?}");
}

#[tokio::test]
async fn other_origins_other_hosts_and_unverified_people_are_refused() {
    let org = org().await;
    let mut device = enrolled(&org, BOB).await;
    let origin = device.origin.clone();
    for other in [
        "https://evil.example",
        "http://localhost",
        "http://localhost:1",
        "http://localhost.evil.example",
        "",
    ] {
        device.origin = other.to_owned();
        assert!(!signs_in(&org, |asked| device.get(asked)).await, "{other}");
    }
    device.origin = origin;
    device.rp_id = "evil.example".to_owned();
    assert!(!signs_in(&org, |asked| device.get(asked)).await, "another host");
    device.rp_id = "localhost".to_owned();
    let flags = device.flags;
    assert!(!signs_in(&org, |asked| device.unverified().get(asked)).await, "no user verification");
    assert!(!signs_in(&org, |asked| device.absent().get(asked)).await, "no user presence");
    device.flags = flags;
    assert!(
        !signs_in(&org, |asked| {
            let made = device.client_data("webauthn.create", asked);
            device.sign(&made)
        })
        .await
    );
    assert!(signs_in(&org, |asked| device.get(asked)).await, "it was good all the time");
}

#[tokio::test]
async fn a_counter_that_does_not_grow_is_a_copy() {
    let org = org().await;
    let mut device = enrolled(&org, BOB).await;
    assert!(signs_in(&org, |asked| device.get(asked)).await);
    let used = device.counter;
    for count in [used - 1, used - 2, 0] {
        device.counter = count;
        assert!(!signs_in(&org, |asked| device.get(asked)).await || count + 1 > used, "{count}");
    }
    device.counter = used;
    assert!(signs_in(&org, |asked| device.get(asked)).await);
}

#[tokio::test]
async fn a_signature_of_another_key_is_none() {
    let org = org().await;
    let device = enrolled(&org, BOB).await;
    let mut other = super::Authenticator::new(org.base_url());
    (other.id, other.user_handle, other.counter) = (device.id.clone(), device.user_handle.clone(), 100);
    assert!(!signs_in(&org, |asked| other.get(asked)).await);
    for nonsense in ["", "{}", "[]", "null", "{\"rawId\":\"\"}"] {
        assert!(!signs_in(&org, |_| nonsense.to_owned()).await, "{nonsense}");
    }
}

#[tokio::test]
async fn somebody_elses_passkey_is_no_second_factor_and_no_user_handle_makes_it_one() {
    let org = org().await;
    let mut of_bob = enrolled(&org, BOB).await;
    let of_alice = enrolled(&org, ALICE).await;
    let browser = Browser::new(&org);
    let page = browser.authorize(&PHR).await;
    let page = follow(&browser, &browser.sign_in(&page, ALICE, PASSWORD).await).await;
    let credential = of_bob.get(&options(&page, "okta-passkey"));
    let page = follow(&browser, &answer(&browser, &page, &credential).await).await;
    assert!(
        page.body.contains("The passkey was not accepted") && browser.cookie("sid").is_none(),
        "{page:?}"
    );
    // Bob's key with the name of alice.
    of_bob.user_handle = of_alice.user_handle.clone();
    assert!(!signs_in(&org, |asked| of_bob.get(asked)).await);
}

#[tokio::test]
async fn whoever_may_not_sign_in_may_not_with_a_passkey() {
    let org = org().await;
    let mut device = enrolled(&org, BOB).await;
    for _ in 0..10 {
        let browser = Browser::new(&org);
        let page = browser.authorize(&[]).await;
        browser.sign_in(&page, BOB, "wrong").await;
    }
    assert!(org.is_locked_out(BOB) && !signs_in(&org, |asked| device.get(asked)).await);
    org.unlock(BOB);
    assert!(signs_in(&org, |asked| device.get(asked)).await);
    administrator(&org, &format!("{BOB}/lifecycle/suspend")).await;
    assert!(!signs_in(&org, |asked| device.get(asked)).await);
}

/// The password alone makes nobody another factor where the person has a passkey.
#[tokio::test]
async fn the_authentication_api_lets_nobody_enroll_past_a_passkey() {
    let org = org().await;
    enrolled(&org, BOB).await;
    org.set_second_factor_required(true);
    let body = json!({"username": BOB, "password": PASSWORD});
    let answer = crate::browser::http()
        .post(format!("{}/api/v1/authn", org.base_url()))
        .json(&body)
        .send()
        .await
        .unwrap();
    let answer: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(answer["status"], "MFA_REQUIRED", "{answer}");
}
