//! Rules that put people into groups.

use std::collections::BTreeSet;

use okta_types::UnixTime;
use serde::{Deserialize, Serialize};

use crate::org::group::Group;
use crate::org::group_expression::{Expression, Meant};
use crate::org::user::{User, UserStatus};

/// A rule that puts people into groups (Okta's group rules).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct GroupRule {
    /// `0pr…`.
    pub(crate) id: String,
    /// Its name, shown to administrators only.
    pub(crate) name: String,
    /// Whether it is followed.
    pub(crate) active: bool,
    /// Whom it puts there: an expression of the Okta Expression Language.
    pub(crate) expression: String,
    /// Whether exceptions were spoken of: only then they are shown.
    pub(crate) has_exceptions: bool,
    /// Ids of people whom the rule never applies to.
    pub(crate) excluded_users: Vec<String>,
    /// Ids of groups whose members the rule never applies to.
    pub(crate) excluded_groups: Vec<String>,
    /// Ids of the groups that it puts them into, `00g…`.
    pub(crate) groups: Vec<String>,
    /// Group and person of the memberships that it gave.
    pub(crate) given: BTreeSet<(String, String)>,
    /// When it was made.
    pub(crate) created_at: UnixTime,
    /// When it last changed.
    pub(crate) updated_at: UnixTime,
}

impl GroupRule {
    /// Whether all groups are still there that it names.
    pub(crate) fn is_valid(&self, groups: &[Group]) -> bool {
        self.groups.iter().all(|id| groups.iter().any(|group| group.id == *id))
    }

    /// Whether it applies to that person.
    pub(crate) fn means(&self, expression: &Expression, user: &User, groups: &[Group]) -> bool {
        let in_excluded = || {
            let of = |group: &&Group| group.members.contains(&user.id);
            groups.iter().filter(of).any(|group| self.excluded_groups.contains(&group.id))
        };
        user.status != UserStatus::Deprovisioned
            && !self.excluded_users.contains(&user.id)
            && !in_excluded()
            && expression.covers(Meant { user, groups })
    }
}
