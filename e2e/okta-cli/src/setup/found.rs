//! What a list of the org holds of a resource.

use serde_json::Value;

/// What a list holds of a resource.
#[derive(Debug)]
pub(super) enum Found {
    Nothing,
    One(Value),
    /// Something else that bears its name: what it is.
    Other(String),
}
