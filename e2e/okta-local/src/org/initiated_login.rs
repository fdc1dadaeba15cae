//! What an app says of sign-ins that begin on the end-user dashboard.

use serde_json::{Map, Value, json};

/// The member of an OpenID Connect app that says how a sign-in begins on the dashboard.
pub(crate) const INITIATED_LOGIN: &str = "idp_initiated_login";

/// What an app says of itself that has a tile: a click sends the browser.
pub(crate) fn with_tile() -> Map<String, Value> {
    let said = [
        (INITIATED_LOGIN, json!({"mode": "SPEC", "default_scope": []})),
        ("/visibility", json!({"hide": {"iOS": false, "web": false}})),
    ];
    said.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
