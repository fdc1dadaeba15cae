//! What people do about their accounts on the org's pages, from the sign-in page and from the mails.

mod activation;
mod expired_password;
mod kept_session;
mod recovery;
mod recovery_guards;
mod sign_up;
mod unlock;

use okta_local::{App, RunningOrg};
use okta_types::Form;
use reqwest::Method;
use serde_json::Value;

use crate::browser::{Answer, Browser, CALLBACK, builder};
use crate::management::call;

pub(crate) const INITIATE: &str = "http://localhost:8080/login";
pub(crate) const NEW: &str = "Garden-2026";

/// An org whose app begins sign-ins itself.
pub(crate) async fn org() -> RunningOrg {
    let grove = App::spa("Grove").redirect_uri(CALLBACK).initiate_login_uri(INITIATE);
    builder().app(grove).start().await.expect("an org on any port starts")
}

/// From the answer to a form or a link to the page that it leads to.
pub(crate) async fn follow(browser: &Browser<'_>, answer: &Answer) -> Answer {
    assert_eq!(answer.status, 303, "{answer:?}");
    let page = browser.get(answer.location()).await;
    assert_eq!(page.status, 200, "{page:?}");
    page
}

/// Posts the form of a page, with its state token.
pub(crate) async fn submit(
    org: &RunningOrg,
    browser: &Browser<'_>,
    page: &Answer,
    fields: &[(&str, &str)],
) -> Answer {
    let action =
        page.body.split_once("action=\"").and_then(|(_, rest)| rest.split_once('"')).expect("a form").0;
    let token = Form::new().with("stateToken", &page.field("stateToken"));
    let form = fields.iter().fold(token, |form, (name, value)| form.with(name, value));
    browser.post(&format!("{}{action}", org.base_url()), &form).await
}

/// Follows the link of this id on a page.
pub(crate) async fn click(org: &RunningOrg, browser: &Browser<'_>, page: &Answer, id: &str) -> Answer {
    let (_, link) =
        page.body.split_once(&format!("id=\"{id}\" href=\"")).unwrap_or_else(|| panic!("no {id}: {page:?}"));
    let path = link.split_once('"').expect("an end").0;
    follow(browser, &browser.get(&format!("{}{path}", org.base_url())).await).await
}

/// From the sign-in page to the page that asks for the code of a mail.
pub(crate) async fn ask_for_mail(org: &RunningOrg, browser: &Browser<'_>, link: &str, login: &str) -> Answer {
    let page = click(org, browser, &browser.authorize(&[]).await, link).await;
    let page = follow(browser, &submit(org, browser, &page, &[("identifier", login)]).await).await;
    assert!(page.body.contains("id=\"okta-mail-code\""), "{page:?}");
    page
}

/// Fills in a page that asks for a new password.
pub(crate) async fn choose(org: &RunningOrg, browser: &Browser<'_>, page: &Answer, password: &str) -> Answer {
    assert!(page.body.contains("id=\"okta-new-password\""), "{page:?}");
    let fields = [("credentials.passcode", password), ("confirmPassword", password)];
    submit(org, browser, page, &fields).await
}

/// What the org says of the way by which somebody comes to the app.
pub(crate) fn hints(answer: &Answer) -> [String; 3] {
    ["type_hint", "session_hint", "login_hint"].map(|name| answer.returned(name).unwrap_or_default())
}

pub(crate) async fn administrator(org: &RunningOrg, path: &str) -> Value {
    call(org, Method::POST, &format!("/users/{path}"), &Value::Null).await.json()
}

/// Whether a fresh browser signs in with it.
pub(crate) async fn signs_in(org: &RunningOrg, login: &str, password: &str) -> bool {
    let browser = Browser::new(org);
    let page = browser.authorize(&[]).await;
    browser.sign_in(&page, login, password).await.location().contains("code=")
}

/// The events about accounts since the start, in order.
pub(crate) fn events(org: &RunningOrg) -> Vec<&'static str> {
    let about = ["user.account.", "user.lifecycle.", "system.email.", "user.session.", "application."];
    let log = org.system_log().into_iter().map(|event| event.event_type);
    log.filter(|name| about.iter().any(|kind| name.starts_with(kind))).collect()
}
