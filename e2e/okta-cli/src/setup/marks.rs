//! How what this command made says so: apps in their `profile`, the rest in its description.

use serde_json::{Value, json};

/// Marks what this command made where the resource has a description.
pub(super) const MADE_BY: &str = "Made by `cargo okta setup`";

/// What an app that this command makes says of itself.
pub(super) fn marked() -> Value {
    json!({"grove": {"made_by": "cargo okta setup"}})
}

/// Whether this command made the app.
pub(super) fn is_marked(app: &Value) -> bool {
    app["profile"]["grove"]["made_by"] == "cargo okta setup"
}

/// Whether a description says that this command made the item.
pub(super) fn says_so(item: &Value) -> bool {
    item["description"].as_str().is_some_and(|text| text.contains(MADE_BY))
}
