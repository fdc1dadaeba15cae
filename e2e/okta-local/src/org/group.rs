//! Groups of people.

use crate::org::admin_role::RoleAssignment;
use okta_types::UnixTime;
use serde::{Deserialize, Serialize};

/// The group that everybody is in.
pub(crate) const EVERYONE: &str = "Everyone";

/// Somebody, or a group, that answers for a group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct GroupOwner {
    /// Id of the owner: `00u…` of a person, `00g…` of a group.
    pub(crate) id: String,
    /// Whether it is a group.
    pub(crate) is_group: bool,
    /// When they became an owner.
    pub(crate) since: UnixTime,
}

/// A group of people.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    /// `00g…`.
    pub(crate) id: String,
    /// As it stands in a `groups` claim.
    pub(crate) name: String,
    /// Its description, shown to administrators only.
    pub(crate) description: Option<String>,
    /// Ids of its members, `00u…`.
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

    /// Its description; `Everyone` has Okta's own.
    pub(crate) fn shown_description(&self) -> Option<&str> {
        let own = self.is_built_in().then_some("All users in your organization");
        self.description.as_deref().or(own)
    }

    /// Whether the org manages its members itself.
    pub(crate) fn is_built_in(&self) -> bool {
        self.name == EVERYONE
    }
}
