//! `/logout` and `/api/v1/sessions/me` (okta 4.6).

use std::time::Duration;

use okta_local::RunningOrg;
use okta_types::Form;
use reqwest::Method;

use super::wire::{REDIRECT, head, like, refused_by_api, told_on_a_page};
use crate::browser::{
    ALICE, Answer, Browser, HOME, ORIGIN, changed, http, introspect, org, redeem, still_org, text,
};

/// A browser that is signed in, its ID token and its access token.
async fn signed_in<'a>(org: &'a RunningOrg, login: &str) -> (Browser<'a>, String, String) {
    let browser = Browser::new(org);
    let tokens = redeem(org, &browser.code_for(login, &[]).await, &[]).await.json();
    let (id_token, access_token) = (text(&tokens, "id_token"), text(&tokens, "access_token"));
    (browser, id_token.to_owned(), access_token.to_owned())
}

async fn logout(org: &RunningOrg, browser: &Browser<'_>, pairs: &[(&str, &str)]) -> Answer {
    browser.get(&format!("{}/v1/logout?{}", org.issuer(), changed(pairs, &[]).as_str())).await
}

#[tokio::test]
async fn a_hint_ends_the_session_and_state_is_echoed() {
    let org = still_org().await;
    let (browser, id_token, access_token) = signed_in(org, ALICE).await;
    let pairs = [("id_token_hint", id_token.as_str()), ("post_logout_redirect_uri", HOME), ("state", "a b")];
    let answer = logout(org, &browser, &pairs).await;
    head(&answer, 302, &REDIRECT);
    assert_eq!(answer.location(), format!("{HOME}?state=a+b"));
    assert!(browser.authorize(&[]).await.is_sign_in_page());
    assert_eq!(introspect(org, &access_token).await["active"], true, "tokens are not revoked by it");
    // Without a session it goes straight there.
    assert_eq!(logout(org, &browser, &pairs[..2]).await.location(), HOME);
}

#[tokio::test]
async fn a_form_does_the_same() {
    let org = still_org().await;
    let (browser, id_token, _) = signed_in(org, ALICE).await;
    let form = Form::new().with("id_token_hint", &id_token).with("post_logout_redirect_uri", HOME);
    let answer = browser.post(&format!("{}/v1/logout", org.issuer()), &form).await;
    head(&answer, 302, &REDIRECT);
    assert_eq!(answer.location(), HOME);
}

#[tokio::test]
async fn an_expired_hint_is_fine() {
    let org = org().await;
    let (browser, id_token, _) = signed_in(&org, ALICE).await;
    org.advance_clock(Duration::from_secs(7000));
    let pairs = [("id_token_hint", id_token.as_str()), ("post_logout_redirect_uri", HOME)];
    assert_eq!(logout(&org, &browser, &pairs).await.location(), HOME);
    assert!(browser.authorize(&[]).await.is_sign_in_page());
}

#[tokio::test]
async fn without_an_address_it_ends_at_the_org() {
    let org = still_org().await;
    let (browser, id_token, _) = signed_in(org, ALICE).await;
    let answer = logout(org, &browser, &[("id_token_hint", &id_token)]).await;
    head(&answer, 302, &REDIRECT);
    assert!(answer.location().starts_with(&format!("{}/login/", org.base_url())), "{answer:?}");
}

#[tokio::test]
async fn a_bad_hint_ends_on_an_error_page_and_the_session_stays() {
    let org = still_org().await;
    let (browser, id_token, access_token) = signed_in(org, ALICE).await;
    let (head_and_payload, _) = id_token.rsplit_once('.').expect("three parts");
    for hint in ["garbage", &format!("{head_and_payload}."), &access_token] {
        let answer =
            logout(org, &browser, &[("id_token_hint", hint), ("post_logout_redirect_uri", HOME)]).await;
        told_on_a_page(&answer, "invalid_token", "The id token is invalid.");
    }
    browser.authorize(&[]).await.code();
}

#[tokio::test]
async fn a_hint_of_somebody_else_ends_nothing() {
    let org = still_org().await;
    let (_, bobs, _) = signed_in(org, "bob@example.com").await;
    let (browser, _, _) = signed_in(org, ALICE).await;
    let answer = logout(org, &browser, &[("id_token_hint", &bobs), ("post_logout_redirect_uri", HOME)]).await;
    let description = "The ID token subject does not match the current session's user.";
    told_on_a_page(&answer, "id_token_does_not_match_session", description);
    browser.authorize(&[]).await.code();
}

#[tokio::test]
async fn an_address_that_is_not_registered_is_not_gone_to() {
    let org = still_org().await;
    let (browser, id_token, _) = signed_in(org, ALICE).await;
    let description =
        "The 'post_logout_redirect_uri' parameter must be a Logout redirect URI in the client app settings.";
    for uri in
        ["http://localhost:8080/", "http://localhost:8080?x=1", "https://localhost:8080", "javascript:0"]
    {
        let pairs = [("id_token_hint", id_token.as_str()), ("post_logout_redirect_uri", uri)];
        told_on_a_page(&logout(org, &browser, &pairs).await, "invalid_request", description);
    }
    browser.authorize(&[]).await.code();
}

async fn me(org: &RunningOrg, browser: &Browser<'_>, method: Method, path: &str) -> Answer {
    let url = format!("{}/api/v1/sessions/me{path}", org.base_url());
    let cookie = format!("sid={}", browser.cookie("sid").unwrap_or_default());
    Answer::to(http().request(method, url).header("Origin", ORIGIN).header("Cookie", cookie)).await
}

#[tokio::test]
async fn a_session_is_shown_with_oktas_members_in_order() {
    let org = still_org().await;
    let (browser, ..) = signed_in(org, ALICE).await;
    let answer = me(org, &browser, Method::GET, "").await;
    let headers = [
        ("content-type", "application/json"),
        ("access-control-allow-origin", ORIGIN),
        ("access-control-allow-credentials", "true"),
    ];
    head(&answer, 200, &headers);
    let d = org.base_url();
    let time = "….000Z";
    let start = format!(
        r#"{{"id":"102…","userId":"00u…","login":"{ALICE}","createdAt":"{time}","expiresAt":"{time}","status":"ACTIVE","lastPasswordVerification":"{time}","lastFactorVerification":null,"amr":["pwd"],"idp":{{"id":"00o…","type":"OKTA"}},"mfaActive":true,"_links":{{"self":{{"href":"{d}/api/v1/sessions/me","hints":{{"allow":["GET","DELETE"]}}}},"refresh":{{"href":"{d}/api/v1/sessions/me/lifecycle/refresh","hints":{{"allow":["POST"]}}}},"user":{{"name":"Alice Shopper","href":"{d}/api/v1/users/me","hints":{{"allow":["GET"]}}}}}}}}"#
    );
    like(&answer.body, &start);
}

#[tokio::test]
async fn a_session_is_prolonged_and_deleted() {
    let org = org().await;
    let (browser, ..) = signed_in(&org, ALICE).await;
    let before = me(&org, &browser, Method::GET, "").await.json();
    org.advance_clock(Duration::from_secs(3600));
    let after = me(&org, &browser, Method::POST, "/lifecycle/refresh").await;
    assert_eq!(after.status, 200);
    assert!(after.json()["expiresAt"].as_str() > before["expiresAt"].as_str());
    let deleted = me(&org, &browser, Method::DELETE, "").await;
    assert_eq!((deleted.status.as_u16(), deleted.body.as_str()), (204, ""));
    assert!(browser.authorize(&[]).await.is_sign_in_page());
}

#[tokio::test]
async fn without_a_session_there_is_none_to_show() {
    let org = still_org().await;
    let nobody = Browser::new(org);
    for (method, path) in [(Method::GET, ""), (Method::DELETE, ""), (Method::POST, "/lifecycle/refresh")] {
        let answer = me(org, &nobody, method, path).await;
        refused_by_api(&answer, 404, "E0000007", "Not found: Resource not found: me (Session)");
    }
}
