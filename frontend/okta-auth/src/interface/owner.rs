//! To whom belongs what a page keeps and shows of a person.
//!
//! A page outlives a sign-in: one person may take another's place with nobody in between, in this tab or in
//! another one. So everything about a person belongs to a [`Subject`]. Whenever the [`Owner`] changes, this
//! crate refuses the requests that were made for the one before, drops what a step-up kept for them, and has
//! their texts erased from the storages of this tab ([`Effect::Erase`](crate::Effect::Erase)); apps rebuild what they show.

use okta_types::base64url;

/// A person within the issuer: the `sub` of the ID token (OpenID Connect Core §2), with Okta `00u…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject(String);

impl Subject {
    /// The person of this `sub`.
    pub fn new(sub: impl Into<String>) -> Self {
        Self(sub.into())
    }

    /// The `sub`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the storage keys of everything that is this person's begin with. Encoded, so that no `sub` begins
    /// like another one's.
    pub fn key_prefix(&self, all: &str) -> String {
        [all, &base64url::encode(&self.0), "."].concat()
    }
}

/// Whose is what the page keeps and shows of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Owner {
    /// Not known: show nothing of anybody's and erase nothing. Before the stored session was read, and where
    /// a later version of the app has it.
    #[default]
    Unknown,
    /// Nobody's: whoever was here has signed out, or nobody has been.
    Nobody,
    /// This person's, who has signed in, or whose session has expired: what they were doing waits for them.
    Person(Subject),
}

impl Owner {
    /// The person, if there is one.
    pub fn subject(&self) -> Option<&Subject> {
        match self {
            Self::Person(subject) => Some(subject),
            Self::Unknown | Self::Nobody => None,
        }
    }
}
