//! The end-user dashboard: who finds which tile there, and where a click leads.

use okta_local::{App, RunningOrg};
use okta_types::{IdClaims, base64url};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::browser::{ALICE, Answer, Browser, CALLBACK, PASSWORD, builder};
use crate::management::{call, get};

const INITIATE: &str = "http://localhost:8080/login";
const CAROL: &str = "carol@example.com";

async fn org() -> RunningOrg {
    let grove = App::spa("Grove").redirect_uri(CALLBACK).initiate_login_uri(INITIATE).on_dashboard();
    let hidden = App::spa("Hidden").redirect_uri(CALLBACK).initiate_login_uri(INITIATE);
    builder().app(grove).app(hidden).start().await.expect("an org on any port starts")
}

fn at(org: &RunningOrg, path: &str) -> String {
    format!("{}{path}", org.base_url())
}

/// Goes on until there is a page, or an address of another place.
async fn follow(org: &RunningOrg, browser: &Browser<'_>, mut answer: Answer) -> Answer {
    while answer.status.is_redirection() && answer.location().starts_with(org.base_url()) {
        answer = browser.get(answer.location()).await;
    }
    answer
}

/// Signs in where a page of the org asks for it.
async fn sign_in(org: &RunningOrg, browser: &Browser<'_>, path: &str, login: &str) -> Answer {
    let page = follow(org, browser, browser.get(&at(org, path)).await).await;
    let answer = browser.sign_in(&page, login, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    follow(org, browser, answer).await
}

async fn edit(org: &RunningOrg, change: impl FnOnce(&mut Value)) -> Value {
    let path = format!("/apps/{}", org.client_id());
    let mut app = get(org, &path).await;
    change(&mut app);
    let answer = call(org, Method::PUT, &path, &app).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn link(app: &Value) -> &str {
    app["_links"]["appLinks"][0]["href"].as_str().expect("a link")
}

#[tokio::test]
async fn the_org_leads_to_the_dashboard_and_asks_for_a_password_once() {
    let org = org().await;
    let browser = Browser::new(&org);
    assert_eq!(browser.get(&at(&org, "/")).await.location(), at(&org, "/app/UserHome"));
    let page = sign_in(&org, &browser, "/", ALICE).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("My apps") && page.body.contains(ALICE), "{page:?}");
    assert!(page.body.contains("Grove") && !page.body.contains("Hidden"), "{page:?}");
    let again = browser.get(&at(&org, "/app/UserHome")).await;
    assert_eq!(again.status, StatusCode::OK);

    let out = browser.get(&at(&org, "/login/signout")).await;
    assert_eq!(out.location(), at(&org, "/login/signed-out"));
    assert!(follow(&org, &browser, browser.get(&at(&org, "/app/UserHome")).await).await.is_sign_in_page());
}

#[tokio::test]
async fn a_click_on_a_tile_sends_the_browser_to_the_app_with_the_orgs_address() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = sign_in(&org, &browser, "/app/UserHome", ALICE).await;
    let app = get(&org, &format!("/apps/{}", org.client_id())).await;
    let path = link(&app).strip_prefix(org.base_url()).expect("of this org");
    assert!(page.body.contains(&format!("href=\"{path}\"")), "{path}: {page:?}");
    let answer = browser.get(link(&app)).await;
    assert_eq!(answer.status, StatusCode::FOUND);
    assert!(answer.location().starts_with(&format!("{INITIATE}?iss=")), "{answer:?}");
    assert_eq!(answer.returned("iss").as_deref(), Some(org.base_url()));
    assert!(!answer.location().contains("token"));
}

#[tokio::test]
async fn a_link_to_a_tile_asks_for_a_password_first_and_goes_on() {
    let org = org().await;
    let app = get(&org, &format!("/apps/{}", org.client_id())).await;
    let path = link(&app).strip_prefix(org.base_url()).expect("of this org");
    let answer = sign_in(&org, &Browser::new(&org), path, ALICE).await;
    assert!(answer.location().starts_with(&format!("{INITIATE}?iss=")), "{answer:?}");
}

#[tokio::test]
async fn after_the_sign_in_nobody_is_sent_elsewhere() {
    let org = org().await;
    for state in ["https://evil.example/", "//evil.example", "/\\evil.example", "/home/\r\nX: y", ""] {
        let query = okta_types::Form::new().with("code", "c").with("state", state);
        let answer =
            Browser::new(&org).get(&at(&org, &format!("/enduser/callback?{}", query.as_str()))).await;
        assert_eq!(answer.location(), at(&org, "/app/UserHome"), "{state}");
    }
    let refused = Browser::new(&org).get(&at(&org, "/enduser/callback?error=access_denied&state=x")).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

/// Whose tile it is not is told so, by the words of Okta's catalogue.
#[tokio::test]
async fn what_keeps_a_tile_away_refuses_its_link_too() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = sign_in(&org, &browser, "/app/UserHome", CAROL).await;
    assert!(page.body.contains("id=\"no-tiles\"") && !page.body.contains("Grove"), "{page:?}");
    let app = get(&org, &format!("/apps/{}", org.client_id())).await;
    let refused = browser.get(link(&app)).await;
    assert!(refused.status == 400 && refused.body.contains("User is not assigned"), "{refused:?}");

    let browser = Browser::new(&org);
    sign_in(&org, &browser, "/app/UserHome", ALICE).await;
    let dashboard = async || browser.get(&at(&org, "/app/UserHome")).await.body;
    assert!(dashboard().await.contains("Grove"));
    edit(&org, |app| app["visibility"]["hide"]["web"] = true.into()).await;
    assert!(!dashboard().await.contains("Grove"));
    assert_eq!(browser.get(link(&app)).await.status, StatusCode::FOUND, "hidden, and its link still works");
    edit(&org, |app| app["visibility"]["hide"]["web"] = false.into()).await;
    assert!(dashboard().await.contains("Grove"));
    edit(&org, |app| app["settings"]["implicitAssignment"] = true.into()).await;
    assert!(!dashboard().await.contains("Grove"), "Federation Broker Mode");
    edit(&org, |app| app["settings"]["implicitAssignment"] = false.into()).await;
    edit(&org, |app| {
        app["settings"]["oauthClient"]["idp_initiated_login"]["mode"] = "DISABLED".into();
    })
    .await;
    assert!(!dashboard().await.contains("Grove"));
    let refused = browser.get(link(&app)).await;
    assert!(refused.status == 400 && refused.body.contains("IdP-initiated login is disabled"), "{refused:?}");
    edit(&org, |app| {
        app["settings"]["oauthClient"]["idp_initiated_login"]["mode"] = "SPEC".into();
        app["settings"]["oauthClient"].as_object_mut().expect("settings").remove("initiate_login_uri");
    })
    .await;
    let refused = browser.get(link(&app)).await;
    assert!(refused.status == 400 && refused.body.contains("initiate_login_uri is missing"), "{refused:?}");
    for path in ["/home/oidc_client/0oaNobody", "/home/oidc_client/0oaNobody/alnX", "/home/bookmark/x"] {
        assert_eq!(browser.get(&at(&org, path)).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

/// The mode `OKTA`: "Send ID Token directly to app".
#[tokio::test]
async fn an_app_that_wants_an_id_token_is_posted_one_of_the_org_itself() {
    let org = org().await;
    let browser = Browser::new(&org);
    sign_in(&org, &browser, "/app/UserHome", ALICE).await;
    let mode = json!({"mode": "OKTA", "default_scope": ["openid", "email"]});
    let app = edit(&org, |app| app["settings"]["oauthClient"]["idp_initiated_login"] = mode.clone()).await;
    assert_eq!(app["settings"]["oauthClient"]["idp_initiated_login"], mode);
    let page = browser.get(link(&app)).await;
    assert!(page.status == 200 && page.body.contains(&format!("action=\"{INITIATE}\"")), "{page:?}");
    assert!(
        page.header("content-security-policy")
            .is_some_and(|policy| policy.contains("form-action http://localhost:8080;"))
    );
    let token = page.field("id_token");
    let payload = base64url::decode(token.split('.').nth(1).expect("a payload")).expect("base64url");
    let claims: IdClaims = serde_json::from_slice(&payload).expect("claims");
    assert_eq!((claims.iss.as_str(), claims.nonce.as_deref()), (org.base_url(), None));
    assert!(claims.aud.iter().eq([org.client_id()]) && claims.email.as_deref() == Some(ALICE));
}

#[tokio::test]
async fn a_bookmark_leads_where_it_says() {
    let org = org().await;
    let browser = Browser::new(&org);
    sign_in(&org, &browser, "/app/UserHome", ALICE).await;
    let body = json!({
        "name": "bookmark", "label": "Weather", "signOnMode": "BOOKMARK",
        "settings": {"app": {"requestIntegration": false, "url": "https://weather.example/"}},
    });
    let app = call(&org, Method::POST, "/apps", &body).await.json();
    assert!(!browser.get(&at(&org, "/app/UserHome")).await.body.contains("Weather"), "assigned to nobody");
    let everyone = get(&org, "/groups?q=Everyone").await[0]["id"].as_str().expect("an id").to_owned();
    let path = format!("/apps/{}/groups/{everyone}", app["id"].as_str().expect("an id"));
    call(&org, Method::PUT, &path, &json!({})).await;
    assert!(browser.get(&at(&org, "/app/UserHome")).await.body.contains("Weather"));
    assert_eq!(browser.get(link(&app)).await.location(), "https://weather.example/");
}

/// It is an app like any other only for whoever signs in to it.
#[tokio::test]
async fn the_dashboards_own_app_is_seen_by_no_administrator_and_gets_no_tokens() {
    let org = org().await;
    let browser = Browser::new(&org);
    let apps = get(&org, "/apps").await;
    assert!(!apps.to_string().contains("Okta Dashboard"));
    let page = follow(&org, &browser, browser.get(&at(&org, "/app/UserHome")).await).await;
    let answer = browser.sign_in(&page, ALICE, PASSWORD).await;
    let form = okta_types::Form::new()
        .with("grant_type", "authorization_code")
        .with("client_id", "okta.2b1959c8-bcc0-56eb-a589-cfcfb7422f26")
        .with("redirect_uri", &at(&org, "/enduser/callback"))
        .with("code", &answer.returned("code").expect("a code"));
    let refused = browser.post(&at(&org, "/oauth2/v1/token"), &form).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{refused:?}");
}

/// A session by password alone is no way around a policy that asks for two factors.
#[tokio::test]
async fn the_dashboard_and_its_tiles_ask_for_the_second_factor_that_the_policy_wants() {
    let org = org().await;
    let browser = Browser::new(&org);
    sign_in(&org, &browser, "/app/UserHome", ALICE).await;
    let app = get(&org, &format!("/apps/{}", org.client_id())).await;
    org.set_second_factor_required(true);
    for url in [at(&org, "/app/UserHome"), link(&app).to_owned()] {
        let page = follow(&org, &browser, browser.get(&url).await).await;
        assert!(page.body.contains("id=\"okta-second-factor\""), "{url}: {page:?}");
    }
    let page = follow(&org, &browser, browser.get(&at(&org, "/app/UserHome")).await).await;
    let code = org.totp_code(ALICE).expect("an authenticator app");
    let answer = crate::accounts::submit(&org, &browser, &page, &[("credentials.passcode", &code)]).await;
    let page = follow(&org, &browser, answer).await;
    assert!(page.body.contains("My apps"), "{page:?}");
    assert!(browser.get(link(&app)).await.location().starts_with(INITIATE));
}

/// In the mode `OKTA` the tile itself signs people in, so it asks for what the app wants.
#[tokio::test]
async fn no_id_token_is_posted_to_an_app_that_wants_a_second_factor_before_that_is_proved() {
    let bank = App::spa("Bank").redirect_uri(CALLBACK).initiate_login_uri(INITIATE).on_dashboard();
    let org = builder().app(bank.second_factor_required()).start().await.expect("an org");
    let browser = Browser::new(&org);
    sign_in(&org, &browser, "/app/UserHome", ALICE).await;
    let mode = json!({"mode": "OKTA", "default_scope": ["openid"]});
    let app = edit(&org, |app| app["settings"]["oauthClient"]["idp_initiated_login"] = mode).await;
    let page = follow(&org, &browser, browser.get(link(&app)).await).await;
    assert!(page.body.contains("id=\"okta-second-factor\"") && !page.body.contains("id_token"), "{page:?}");
    let code = org.totp_code(ALICE).expect("an authenticator app");
    let answer = crate::accounts::submit(&org, &browser, &page, &[("credentials.passcode", &code)]).await;
    let page = follow(&org, &browser, answer).await;
    assert!(page.body.contains("name=\"id_token\""), "{page:?}");
}
