//! Groups of people.

use crate::org::admin_role::RoleAssignment;
use okta_types::UnixTime;
use serde::{Deserialize, Serialize};

/// The group that everybody is in.
pub(crate) const EVERYONE: &str = "Everyone";

/// Somebody, or a group, that answers for a group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct GroupOwner {
    /// `00u…` or `00g…`.
    pub(crate) id: String,
    /// Whether it is a group.
    pub(crate) is_group: bool,
    /// Since when.
    pub(crate) since: UnixTime,
}

/// A group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    /// `00g…`.
    pub(crate) id: String,
    /// As it stands in a `groups` claim.
    pub(crate) name: String,
    /// For administrators.
    pub(crate) description: Option<String>,
    /// Ids of people.
    pub(crate) members: Vec<String>,
    /// Who answers for it; kept, and without effect here.
    #[serde(default)]
    pub(crate) owners: Vec<GroupOwner>,
    /// Roles of administrators that its members have; kept, and without effect here.
    #[serde(default)]
    pub(crate) roles: Vec<RoleAssignment>,
    /// When it was made.
    pub(crate) created_at: UnixTime,
    /// When its name or description last changed.
    pub(crate) updated_at: UnixTime,
    /// When its members last changed.
    pub(crate) members_updated_at: UnixTime,
}

impl Group {
    /// A group made now.
    pub(crate) fn new(id: String, name: String, members: Vec<String>, now: UnixTime) -> Self {
        let (created_at, updated_at, members_updated_at) = (now, now, now);
        let (owners, roles) = (Vec::new(), Vec::new());
        Self {
            id,
            name,
            description: None,
            members,
            owners,
            roles,
            created_at,
            updated_at,
            members_updated_at,
        }
    }

    /// For administrators; the org has words of its own for the group that it sees to.
    pub(crate) fn shown_description(&self) -> Option<&str> {
        let own = self.is_built_in().then_some("All users in your organization");
        self.description.as_deref().or(own)
    }

    /// Whether the org sees to its members itself.
    pub(crate) fn is_built_in(&self) -> bool {
        self.name == EVERYONE
    }
}
