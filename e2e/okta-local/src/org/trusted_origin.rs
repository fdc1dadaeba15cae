//! Trusted origins: whose pages may call the org (CORS), and where it may send browsers (REDIRECT).

use okta_types::UnixTime;
use serde::{Deserialize, Serialize};

use crate::random::seeded_id;

/// What an origin is trusted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum OriginScope {
    /// Its pages may read what the org answers.
    Cors,
    /// The org may send browsers there.
    Redirect,
    /// It may show the org in a frame; this org forbids frames all the same.
    IframeEmbed,
}

/// An origin whose pages may call the org, or be redirected to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TrustedOrigin {
    /// `tos…`.
    pub(crate) id: String,
    /// Its name, shown to administrators only.
    pub(crate) name: String,
    /// As browsers state it.
    pub(crate) origin: String,
    /// What it is trusted with.
    pub(crate) scopes: Vec<OriginScope>,
    /// Whether it is trusted at all.
    pub(crate) active: bool,
    /// When it was made.
    pub(crate) created_at: UnixTime,
    /// When it was last changed.
    pub(crate) updated_at: UnixTime,
}

impl TrustedOrigin {
    /// An origin of a new org, trusted with CORS and redirects. Its id is made of it.
    pub(crate) fn seeded(origin: String, now: UnixTime) -> Self {
        Self {
            id: seeded_id("tos", 0, &origin),
            name: origin.clone(),
            origin,
            scopes: vec![OriginScope::Cors, OriginScope::Redirect],
            active: true,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether it is that origin. It may have been given with a slash at its end, which Okta keeps.
    pub(crate) fn is(&self, origin: &str) -> bool {
        self.origin.strip_suffix('/').unwrap_or(&self.origin) == origin
    }

    /// Whether pages of this origin may call the org.
    pub(crate) fn may_call(&self, origin: &str) -> bool {
        self.active && self.is(origin) && self.scopes.contains(&OriginScope::Cors)
    }
}
