//! The apps that somebody finds on the end-user dashboard.

use crate::org::app::Client;
use crate::org::state::Directory;
use crate::org::user::User;

/// An app on somebody's dashboard.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AppLink<'a> {
    /// The app.
    pub(crate) client: &'a Client,
}

impl AppLink<'_> {
    /// Where it leads, below the org's address.
    pub(crate) fn path(&self) -> String {
        format!("/home/{}/{}", self.client.name(), self.client.id)
    }
}

/// All active apps that are assigned to somebody, directly or through a group, and are not hidden, in the order in
/// which they were made.
pub(crate) fn of<'a>(directory: &'a Directory, user: &User) -> Vec<AppLink<'a>> {
    let groups: Vec<_> = directory.groups_of(&user.id).map(|group| group.id.as_str()).collect();
    let has = |client: &&Client| {
        !client.implicit_assignment && client.assignments.cover(&user.id, groups.iter().copied())
    };
    let visible = directory.clients.iter().filter(|client| client.active && !is_hidden(client));
    visible.filter(has).map(|client| AppLink { client }).collect()
}

/// Whether browsers do not show it: as its `visibility` says, and else where it is an OAuth client.
fn is_hidden(client: &Client) -> bool {
    let said = client.remarks.get("/visibility").and_then(|visibility| visibility["hide"]["web"].as_bool());
    said.unwrap_or(client.integration.is_none())
}
