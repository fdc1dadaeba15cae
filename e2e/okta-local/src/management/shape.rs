//! What the answers about most things share: links, `status`, texts that may be null.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::org::tenant::Tenant;

/// A link to something of the API, with what may be done there.
pub(super) fn link(tenant: &Tenant, path: &str, allow: &[&str]) -> Value {
    json!({"href": format!("{}/api/v1{path}", tenant.base_url), "hints": {"allow": allow}})
}

/// A link that tells no more than where.
pub(super) fn link_bare(tenant: &Tenant, path: &str) -> Value {
    json!({"href": format!("{}/api/v1{path}", tenant.base_url)})
}

/// A text that may be left out, as it is shown: null where it was.
pub(super) fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// A `status` of a body.
#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Status {
    Active,
    Inactive,
}

impl Status {
    pub(super) fn is_active(self) -> bool {
        self == Self::Active
    }
}

/// Okta's word for a status: `ACTIVE` or `INACTIVE`.
pub(super) fn status(active: bool) -> &'static str {
    if active { "ACTIVE" } else { "INACTIVE" }
}

/// The name of the act that would change it, as links name it.
pub(super) fn lifecycle_act(active: bool) -> &'static str {
    if active { "deactivate" } else { "activate" }
}
