use std::time::Duration;

use okta_local::RunningOrg;
use okta_types::Form;

use crate::browser::{ALICE, Answer, Browser, HOME, PASSWORD, introspect, org, redeem, text};

struct SignedIn<'a> {
    browser: Browser<'a>,
    id_token: String,
    access_token: String,
}

async fn signed_in<'a>(org: &'a RunningOrg, login: &str) -> SignedIn<'a> {
    let browser = Browser::new(org);
    let tokens = redeem(org, &browser.code_for(login, &[]).await, &[]).await.json();
    let (id_token, access_token) =
        (text(&tokens, "id_token").to_owned(), text(&tokens, "access_token").to_owned());
    SignedIn { browser, id_token, access_token }
}

async fn logout(org: &RunningOrg, browser: &Browser<'_>, pairs: &[(&str, &str)]) -> Answer {
    let form = pairs.iter().fold(Form::new(), |form, (name, value)| form.with(name, value));
    browser.get(&format!("{}/v1/logout?{}", org.issuer(), form.as_str())).await
}

#[tokio::test]
async fn sign_out_ends_the_session_and_goes_where_the_app_says() {
    let org = org().await;
    let SignedIn { browser, id_token, access_token } = signed_in(&org, ALICE).await;
    let pairs = [("id_token_hint", id_token.as_str()), ("post_logout_redirect_uri", HOME), ("state", "a b")];
    let answer = logout(&org, &browser, &pairs).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (302, "http://localhost:8080?state=a+b"));
    assert_eq!(browser.cookie("sid"), None);
    assert!(browser.authorize(&[]).await.is_sign_in_page());
    assert_eq!(introspect(&org, &access_token).await["active"], true, "tokens are revoked by /revoke only");
    // Without a session there is nothing to end, and the way is the same.
    assert_eq!(logout(&org, &browser, &pairs).await.location(), "http://localhost:8080?state=a+b");
}

#[tokio::test]
async fn the_session_is_dead_even_where_the_cookie_is_kept() {
    let org = org().await;
    let SignedIn { browser, id_token, .. } = signed_in(&org, ALICE).await;
    let sid = browser.cookie("sid").unwrap();
    let form = Form::new().with("id_token_hint", &id_token);
    let answer = browser.post(&format!("{}/v1/logout", org.issuer()), &form).await;
    let page = browser.get(answer.location()).await;
    assert!(page.body.contains("Signed out"), "{page:?}");
    assert!(page.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
    let url = format!("{}/v1/authorize?{}", org.issuer(), crate::browser::authorize_query(&org, &[]));
    let replay = crate::browser::http().get(url).header("Cookie", format!("sid={sid}")).send().await.unwrap();
    assert_eq!(replay.status(), 200, "the sign-in page");
}

#[tokio::test]
async fn an_expired_hint_is_fine() {
    let org = org().await;
    let SignedIn { browser, id_token, .. } = signed_in(&org, ALICE).await;
    org.advance_clock(Duration::from_secs(7000));
    let answer =
        logout(&org, &browser, &[("id_token_hint", &id_token), ("post_logout_redirect_uri", HOME)]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (302, HOME));
}

#[tokio::test]
async fn what_is_not_in_order_ends_nothing_and_redirects_nowhere() {
    let org = org().await;
    let SignedIn { browser, id_token, access_token } = signed_in(&org, ALICE).await;
    let bob = signed_in(&org, "bob@example.com").await;
    let mut forged = id_token.clone();
    forged.replace_range(forged.len() - 8..forged.len() - 4, "AAAA");
    let slash = format!("{HOME}/");
    let query = format!("{HOME}?x=1");
    for pairs in [
        vec![],
        vec![("post_logout_redirect_uri", HOME)],
        vec![("id_token_hint", "garbage"), ("post_logout_redirect_uri", HOME)],
        vec![("id_token_hint", &forged), ("post_logout_redirect_uri", HOME)],
        vec![("id_token_hint", &access_token), ("post_logout_redirect_uri", HOME)],
        vec![("id_token_hint", &bob.id_token), ("post_logout_redirect_uri", HOME)],
        vec![("id_token_hint", &id_token), ("post_logout_redirect_uri", &slash)],
        vec![("id_token_hint", &id_token), ("post_logout_redirect_uri", &query)],
        vec![("id_token_hint", &id_token), ("post_logout_redirect_uri", "https://evil.test")],
        vec![("id_token_hint", &id_token), ("id_token_hint", &id_token)],
    ] {
        let answer = logout(&org, &browser, &pairs).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (400, None), "{pairs:?}");
    }
    browser.authorize(&[]).await.code();
    let page = browser.authorize(&[("prompt", Some("login"))]).await;
    browser.sign_in(&page, ALICE, PASSWORD).await.code();
}
