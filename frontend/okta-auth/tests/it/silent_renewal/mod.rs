//! Renewal at `/authorize`, where the org gave no refresh token.

mod frame;
mod page;

use std::collections::BTreeMap;

use okta_auth::{AuthConfig, SignIn, SilentRenewal, Ticket};

use crate::browser::{PAGE, Shared, Tab, config};
use crate::org;

const API: &str = "http://localhost:8000/api/orders";
const LEAVES: &str = "http://localhost:8080/login/callback";

type Parameters = BTreeMap<String, String>;

fn with(silent_renewal: SilentRenewal) -> AuthConfig {
    AuthConfig { silent_renewal, ..config() }
}

/// Alice's tab, an hour after a sign-in that brought no refresh token, with a request that waits.
fn waiting_with(shared: &Shared, config: &AuthConfig) -> Tab {
    let mut tab = signed_in(shared, config);
    shared.pass(3600);
    tab.fetch(1, API);
    tab
}

fn waiting(shared: &Shared, silent_renewal: SilentRenewal) -> Tab {
    waiting_with(shared, &with(silent_renewal))
}

fn signed_in(shared: &Shared, config: &AuthConfig) -> Tab {
    let mut tab = Tab::open_with(shared, PAGE, config, BTreeMap::new());
    let asked = tab.leave_for_org(SignIn::to("/"));
    let mut tab = back(tab, &format!("{LEAVES}?code=c1&state={}", asked["state"]));
    bring_tokens(&mut tab, 1, &asked["nonce"]);
    tab.answer("/keys", 200, &org::keys("k1"));
    tab.verify(true);
    assert!(tab.is_signed_in(), "{:?}", tab.machine().callback());
    tab.done.clear();
    tab
}

/// The page is back from the org, and knows its documents.
fn back(tab: Tab, address: &str) -> Tab {
    let mut tab = tab.load(address);
    if tab.sent.iter().any(|(_, request)| request.url.ends_with("openid-configuration")) {
        tab.answer("openid-configuration", 200, &org::metadata());
    }
    tab
}

/// Tokens of generation `n`, none of which is a refresh token.
fn bring_tokens(tab: &mut Tab, n: u32, nonce: &str) {
    let drop_refresh = |answer: &mut serde_json::Value| {
        answer.as_object_mut().unwrap().remove("refresh_token");
    };
    let tokens = org::tokens_with(n, Some(nonce), tab.shared.now(), |_| {}, drop_refresh);
    tab.answer("/token", 200, &tokens);
}

/// The frame that is open: its ticket and what it asks.
#[track_caller]
fn frame(tab: &Tab) -> (Ticket, Parameters) {
    let (id, url) = tab.frames.last().expect("no frame was opened");
    (*id, tab.asked_at(url))
}
