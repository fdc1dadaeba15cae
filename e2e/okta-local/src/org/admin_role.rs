//! Roles of administrators. The API token may do everything, and nobody signs in to administer: roles are kept without
//! effect.

use okta_types::UnixTime;
use serde::{Deserialize, Serialize};

use crate::random;

/// A role that somebody or a group has.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RoleAssignment {
    /// Of a role that can be limited to groups or apps the base32 of its type, of any other `ra1…` or `gra…`.
    pub(crate) id: String,
    /// Okta's type of it.
    pub(crate) kind: String,
    /// When it was assigned.
    pub(crate) created_at: UnixTime,
}

/// Okta's standard roles: type, name, and the id of those that can be limited.
const ROLES: [(&str, &str, Option<&str>); 9] = [
    ("API_ACCESS_MANAGEMENT_ADMIN", "API Access Management Administrator", None),
    ("APP_ADMIN", "Application Administrator", Some("IFIFAX2BIRGUSTQ")),
    (
        "GROUP_MEMBERSHIP_ADMIN",
        "Group Membership Administrator",
        Some("I5JE6VKQL5GUKTKCIVJFGSCJKBPUCRCNJFHA"),
    ),
    ("HELP_DESK_ADMIN", "Help Desk Administrator", Some("JBCUYUC7IRCVGS27IFCE2SKO")),
    ("ORG_ADMIN", "Organization Administrator", None),
    ("READ_ONLY_ADMIN", "Read-only Administrator", None),
    ("REPORT_ADMIN", "Report Administrator", None),
    ("SUPER_ADMIN", "Super Administrator", None),
    ("USER_ADMIN", "Group Administrator", Some("KVJUKUS7IFCE2SKO")),
];

impl RoleAssignment {
    /// A role of that type, assigned now; `None` where there is no such type. `prefix` begins the id of one that cannot
    /// be limited.
    pub(crate) fn new(kind: &str, prefix: &str, now: UnixTime) -> Option<Self> {
        let (_, _, fixed) = ROLES.into_iter().find(|(known, ..)| *known == kind)?;
        let id = fixed.map_or_else(|| random::id(prefix), str::to_owned);
        Some(Self { id, kind: kind.to_owned(), created_at: now })
    }

    /// What administrators call it.
    pub(crate) fn label(&self) -> &'static str {
        ROLES.into_iter().find(|(known, ..)| *known == self.kind).map_or("", |(_, label, _)| label)
    }
}

/// The types of all roles.
pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    ROLES.into_iter().map(|(kind, ..)| kind)
}
