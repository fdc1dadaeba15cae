//! Scopes of an authorization server (RFC 6749 §3.3, and Okta's additions).

use serde::{Deserialize, Serialize};

use crate::random::seeded_id;

/// Whether people are asked before an app that needs consent gets a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Consent {
    /// `IMPLICIT`: consent is never asked for.
    Implicit,
    /// `REQUIRED`: consent is always asked for.
    Required,
    /// Unless an administrator's rule spares them; this org has no such rules.
    Flexible,
}

/// A scope of an authorization server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Scope {
    /// `scp…`.
    pub(crate) id: String,
    /// As it stands in requests.
    pub(crate) name: String,
    /// What the consent page calls it.
    pub(crate) display_name: String,
    /// What it means, for the consent page.
    pub(crate) description: String,
    /// Whether people are asked.
    pub(crate) consent: Consent,
    /// Whether it is granted where a request names none.
    pub(crate) default: bool,
    /// Whether the org made it; then it cannot be taken away.
    pub(crate) system: bool,
    /// Whether people may leave it out on the consent page; kept, and without effect here.
    pub(crate) optional: bool,
    /// Whether discovery lists it.
    pub(crate) published: bool,
}

impl Scope {
    /// One that the org has from the start or a description names.
    pub(crate) fn seeded(server_id: &str, name: &str, description: &str, consent: Consent) -> Self {
        Self {
            id: seeded_id("scp", 0, &format!("{server_id} {name}")),
            name: name.to_owned(),
            display_name: name.to_owned(),
            description: description.to_owned(),
            consent,
            default: false,
            system: false,
            optional: false,
            published: true,
        }
    }

    /// What the consent page says of it: its title, where that is more than its name.
    pub(crate) fn meaning(&self) -> &str {
        if self.display_name == self.name { &self.description } else { &self.display_name }
    }

    /// Whether people are asked before an app that needs consent gets it.
    pub(crate) fn asks_consent(&self) -> bool {
        self.consent != Consent::Implicit
    }
}

/// Whether a scope may be called that.
pub(crate) fn is_scope_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')
}
