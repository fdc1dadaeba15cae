//! Groups as the management API shows them.

use serde_json::{Value, json};

use crate::org::group::Group;
use crate::org::tenant::Tenant;
use crate::timestamp::iso;

/// A group, as an answer.
pub(super) fn show(tenant: &Tenant, group: &Group) -> Value {
    let own = format!("{}/api/v1/groups/{}", tenant.base_url, group.id);
    json!({
        "id": group.id,
        "created": iso(group.created_at),
        "lastUpdated": iso(group.updated_at),
        "lastMembershipUpdated": iso(group.members_updated_at),
        "objectClass": ["okta:user_group"],
        "type": if group.is_built_in() { "BUILT_IN" } else { "OKTA_GROUP" },
        "profile": {"name": group.name, "description": group.shown_description()},
        "_links": {
            "logo": [logo(tenant, "medium"), logo(tenant, "large")],
            "owners": {"href": format!("{own}/owners")},
            "users": {"href": format!("{own}/users")},
            "apps": {"href": format!("{own}/apps")},
        },
    })
}

/// The picture of a group, of a size.
fn logo(tenant: &Tenant, size: &str) -> Value {
    let href = format!("{}/assets/img/logos/groups/odyssey/okta-{size}.png", tenant.base_url);
    json!({"name": size, "href": href, "type": "image/png"})
}
