//! Apps, groups and people as events of the System Log name them.

use crate::org::client::Client;
use crate::org::group::Group;
use crate::org::user::User;
use crate::system_log::Target;

/// An app in an event of the System Log.
pub(super) fn app(client: &Client) -> Target {
    Target::new("AppInstance", client.app_id(), &client.app.label)
}

/// A group in an event of the System Log.
pub(super) fn group(group: &Group) -> Target {
    Target::new("UserGroup", &group.id, &group.name)
}

/// Somebody in an event of the System Log.
pub(super) fn user(user: &User) -> Target {
    Target { display: Some(user.name()), ..Target::new("User", &user.id, &user.login) }
}
