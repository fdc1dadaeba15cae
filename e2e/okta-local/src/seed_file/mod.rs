//! Seeds: a description of people, groups, apps, scopes, claims, policies and trusted origins in TOML.
//!
//! What a file leaves out is as in every new org. Everything in it is checked before anything starts, and
//! all mistakes are told together, each with its line.

mod apply;
mod check;
mod content;
mod reading;

use std::fmt;

pub(crate) use content::Content;
use okta_types::UnixTime;

use crate::org::password::PasswordHashing;
use crate::org::state::Directory;
use crate::org::user::Account;

/// A description that was found to be free of mistakes.
#[derive(Clone)]
pub struct Seeds {
    content: Content,
    text: String,
}

impl Seeds {
    /// Reads and checks a description.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, SeedError> {
        let (content, mut mistakes) = reading::read(text);
        // Names that lead nowhere may only seem to, where an entry could not be read.
        if mistakes.is_empty() {
            mistakes = check::mistakes(&content);
        } else {
            mistakes.extend(check::mistakes_of_entries(&content));
        }
        if mistakes.is_empty() {
            return Ok(Self { content, text: text.to_owned() });
        }
        mistakes.sort_by_key(|(line, _)| *line);
        let told = mistakes.into_iter().map(|(line, mistake)| format!("line {line}: {mistake}"));
        Err(SeedError::Mistakes(told.collect()))
    }

    /// Whether it has apps of its own.
    pub fn has_apps(&self) -> bool {
        !self.content.apps.is_empty()
    }

    pub(crate) fn content(&self) -> &Content {
        &self.content
    }

    /// As it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The accounts there will be.
    pub(crate) fn accounts(&self, seed: u64) -> Vec<Account> {
        apply::accounts(&self.content, seed)
    }

    /// Replaces what the description has of its own.
    pub(crate) fn apply(
        &self,
        directory: &mut Directory,
        seed: u64,
        hashing: PasswordHashing,
        now: UnixTime,
    ) {
        apply::apply(&self.content, directory, seed, hashing, now);
    }
}

impl fmt::Debug for Seeds {
    /// Leaves out passwords and secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let logins: Vec<_> = self.content.users.iter().map(|user| &user.value.login).collect();
        let apps: Vec<_> = self.content.apps.iter().map(|app| &app.value.label).collect();
        f.debug_struct("Seeds").field("users", &logins).field("apps", &apps).finish_non_exhaustive()
    }
}

/// Why a description cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SeedError {
    /// All that is wrong, each entry with its line and place.
    #[error("the seed file has mistakes:\n  {}", .0.join("\n  "))]
    Mistakes(Vec<String>),
}
