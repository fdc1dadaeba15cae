//! Back from the org: what becomes of its answer.

mod answers;
mod exchange;

use okta_auth::{Advice, AuthStatus, CallbackStatus, Effect, Event, HttpFailure, Json, Message, SignIn};
use serde_json::{Value, json};

use crate::browser::{PAGE, Shared, Tab};
use crate::org;

/// A tab that comes back from the org with this query, after a sign-in that asked for `target`.
fn back_with(shared: &Shared, target: &str, query: impl FnOnce(&str) -> String) -> (Tab, String) {
    let mut tab = Tab::open(shared, PAGE);
    let asked = tab.leave_for_org(SignIn::to(target));
    let address = format!("{PAGE}/login/callback?{}", query(&asked["state"]));
    (tab.load(&address), asked["nonce"].clone())
}

fn back(shared: &Shared) -> (Tab, String) {
    let (mut tab, nonce) = back_with(shared, "/a", |state| format!("code=c1&state={state}"));
    tab.answer("openid-configuration", 200, &org::metadata());
    (tab, nonce)
}

/// Nothing of a refused answer remains or goes anywhere.
#[track_caller]
fn assert_refused(tab: &Tab, code: &str) {
    assert_eq!(tab.failure().as_deref(), Some(code));
    assert_eq!(tab.status(), AuthStatus::Anonymous);
    assert_eq!(tab.shared.stored_session(), None);
    assert!(tab.navigations().is_empty() && tab.said().is_empty());
    // What was issued is revoked, and that is all.
    for request in tab.under_way() {
        let form = request.form.as_ref().map_or("", |form| form.as_str());
        assert!(request.url.ends_with("/revoke") && form.starts_with("token=refresh-1&"), "{request:?}");
    }
    assert!(tab.under_way().len() < 2, "{:?}", tab.sent);
}
