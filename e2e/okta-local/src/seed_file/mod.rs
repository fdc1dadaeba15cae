//! Seeds: a description of people, groups, apps, scopes and policies in TOML.
//!
//! What a file leaves out is as in every new org. Everything in it is checked before anything starts, and
//! all mistakes are told together.

mod check;
mod content;
mod plant;

use std::fmt;

use content::Content;
use okta_types::UnixTime;

use crate::org::password::PasswordHashing;
use crate::org::state::Directory;
use crate::org::user::Account;

/// A checked description.
#[derive(Clone)]
pub struct Seeds(Content);

impl Seeds {
    /// Reads and checks a description.
    ///
    /// # Errors
    /// TOML that cannot be read, or mistakes in what it says.
    pub fn parse(text: &str) -> Result<Self, SeedError> {
        let content: Content = toml::from_str(text).map_err(|error| SeedError::Syntax(Box::new(error)))?;
        let mistakes = check::mistakes(&content);
        if mistakes.is_empty() { Ok(Self(content)) } else { Err(SeedError::Mistakes(mistakes)) }
    }

    /// Whether it has apps of its own.
    pub fn has_apps(&self) -> bool {
        !self.0.apps.is_empty()
    }

    pub(crate) fn content(&self) -> &Content {
        &self.0
    }

    /// The accounts there will be.
    pub(crate) fn accounts(&self, seed: u64) -> Vec<Account> {
        plant::accounts(&self.0, seed)
    }

    /// Replaces what the description has of its own.
    pub(crate) fn plant(
        &self,
        directory: &mut Directory,
        seed: u64,
        hashing: PasswordHashing,
        now: UnixTime,
    ) {
        plant::plant(&self.0, directory, seed, hashing, now);
    }
}

impl fmt::Debug for Seeds {
    /// It holds passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Content { users, groups, apps, scopes, policies } = &self.0;
        let counts = [users.len(), groups.len(), apps.len(), scopes.len(), policies.len()];
        f.debug_tuple("Seeds").field(&counts).finish()
    }
}

/// Why a description cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SeedError {
    /// It is not TOML of this shape; the cause names the place.
    #[error("the seeds cannot be read")]
    Syntax(#[source] Box<toml::de::Error>),
    /// What is said is wrong; each entry names its place.
    #[error("the seeds have mistakes: {}", .0.join("; "))]
    Mistakes(Vec<String>),
}
