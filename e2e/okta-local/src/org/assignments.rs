//! Who may use an app: people, and groups of them.

use std::collections::{BTreeMap, BTreeSet};

use okta_types::UnixTime;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Who may use an app.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Assignments {
    /// Ids of the people it is assigned to, `00u…`.
    pub(crate) users: Vec<String>,
    /// Ids of the groups it is assigned to, `00g…`.
    pub(crate) groups: Vec<String>,
    /// Ids of people who may not, whatever else is said: a test took the app away from them.
    pub(crate) withheld: BTreeSet<String>,
    /// When a person or group got it; what a new org has dates from the app's making.
    pub(crate) since: BTreeMap<String, UnixTime>,
    /// What was said of an assignment; it is shown as it was given.
    #[serde(default)]
    pub(crate) details: BTreeMap<String, AssignmentDetails>,
}

/// What an administrator says of somebody's assignment to an app.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct AssignmentDetails {
    /// Of a person: the name that the app knows them by.
    pub(crate) user_name: Option<String>,
    /// Of a group: its rank among the app's groups, 0 being the first; where nobody says, in the order of assignment.
    pub(crate) priority: Option<u64>,
    /// Attributes of the app.
    pub(crate) profile: Map<String, Value>,
}

impl Assignments {
    /// To these people and groups.
    pub(crate) fn to(users: Vec<String>, groups: Vec<String>) -> Self {
        Self { users, groups, ..Self::default() }
    }

    /// Whether that person, who is in groups of these ids, may use the app.
    pub(crate) fn cover<'a>(&self, user_id: &str, mut groups: impl Iterator<Item = &'a str>) -> bool {
        !self.withheld.contains(user_id)
            && (self.users.iter().any(|id| id == user_id)
                || groups.any(|group| self.groups.iter().any(|id| id == group)))
    }

    /// Changes what is said of an assignment.
    pub(crate) fn detail(&mut self, id: &str, tell: impl FnOnce(&mut AssignmentDetails)) {
        tell(self.details.entry(id.to_owned()).or_default());
    }

    /// Forgets a person or group that no longer exists.
    pub(crate) fn forget(&mut self, id: &str) {
        self.users.retain(|user| user != id);
        self.groups.retain(|group| group != id);
        self.withheld.remove(id);
        self.since.remove(id);
        self.details.remove(id);
    }
}
