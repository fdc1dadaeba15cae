//! Assignments of apps as the management API shows them.

use serde_json::{Value, json};

use super::shape::link_bare;
use super::user_shape;
use crate::org::app_user;
use crate::org::client::Client;
use crate::org::group::Group;
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::org::user::User;
use crate::timestamp::iso;

/// Whether somebody has an app for themselves or through a group; nobody has one that everybody may use.
pub(super) fn has(state: &State, client: &Client, user: &User) -> bool {
    let groups = state.directory.groups_of(&user.id).map(|group| group.id.as_str());
    !client.implicit_assignment && client.assignments.cover(&user.id, groups)
}

/// Somebody who has an app; `None` for one who has not.
pub(super) fn show_user(
    tenant: &Tenant,
    state: &State,
    client: &Client,
    user: &User,
    expand: bool,
) -> Option<Value> {
    if !has(state, client, user) {
        return None;
    }
    let direct = client.assignments.users.contains(&user.id);
    let since = client.assignments.since.get(&user.id).copied().unwrap_or(client.created_at);
    let mut shown = json!({
        "id": user.id,
        "externalId": null,
        "created": iso(since),
        "lastUpdated": iso(since),
        "scope": if direct { "USER" } else { "GROUP" },
        "status": "ACTIVE",
        "statusChanged": iso(since),
        "passwordChanged": null,
        "syncState": "DISABLED",
        "credentials": {"userName": app_user::user_name(client, user)},
        "profile": app_user::profile(client, user),
        "_links": {
            "app": link_bare(tenant, &format!("/apps/{}", client.app_id())),
            "user": link_bare(tenant, &format!("/users/{}", user.id)),
        },
    });
    if expand {
        shown["_embedded"] = json!({"user": user_shape::show(tenant, state, user)});
    }
    Some(shown)
}

/// A group that has an app.
pub(super) fn show_group(tenant: &Tenant, client: &Client, group: &Group) -> Value {
    let assignments = &client.assignments;
    let since = assignments.since.get(&group.id).copied().unwrap_or(client.created_at);
    let details = assignments.details.get(&group.id);
    let place = || assignments.groups.iter().position(|id| *id == group.id).unwrap_or_default() as u64;
    json!({
        "id": group.id,
        "lastUpdated": iso(since),
        "priority": details.and_then(|details| details.priority).unwrap_or_else(place),
        "profile": details.map(|details| details.profile.clone()).unwrap_or_default(),
        "_links": {
            "app": link_bare(tenant, &format!("/apps/{}", client.app_id())),
            "self": link_bare(tenant, &format!("/apps/{}/groups/{}", client.app_id(), group.id)),
            "group": link_bare(tenant, &format!("/groups/{}", group.id)),
        },
    })
}
