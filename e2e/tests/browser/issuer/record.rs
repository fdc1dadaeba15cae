//! What an issuer was asked, what was wrong with that, and the secrets it gave away.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Asked {
    Authorize,
    /// The token endpoint, with a code.
    Code,
    /// The token endpoint, with a refresh token.
    Refresh,
    Keys,
    UserInfo,
    Revoke,
    Logout,
    Api,
}

/// Kept while an issuer runs.
#[derive(Default)]
pub(crate) struct Record(Mutex<Notes>);

#[derive(Default)]
struct Notes {
    counts: HashMap<Asked, usize>,
    complaints: Vec<String>,
    secrets: Vec<String>,
    pending: Option<Pending>,
    refresh_token: Option<String>,
}

/// The sign-in that was asked for last.
#[derive(Clone, Default)]
pub(super) struct Pending {
    pub(super) code: String,
    pub(super) nonce: String,
    pub(super) challenge: String,
    pub(super) redirect_uri: String,
    /// Seconds since the epoch.
    pub(super) at: u64,
}

impl Record {
    /// How often.
    pub(crate) fn count(&self, asked: Asked) -> usize {
        self.notes().counts.get(&asked).copied().unwrap_or_default()
    }

    /// What the client did that no client may do.
    pub(crate) fn complaints(&self) -> Vec<String> {
        self.notes().complaints.clone()
    }

    /// Codes and tokens.
    pub(crate) fn secrets(&self) -> Vec<String> {
        self.notes().secrets.clone()
    }

    pub(super) fn note(&self, asked: Asked) {
        *self.notes().counts.entry(asked).or_default() += 1;
    }

    /// Complains where `good` does not hold.
    pub(super) fn expect(&self, good: bool, complaint: &str) {
        if !good {
            self.notes().complaints.push(complaint.to_owned());
        }
    }

    /// A new secret, never given before.
    pub(super) fn secret(&self, kind: &str) -> String {
        let mut notes = self.notes();
        let secret = format!("{kind}-{}-that-nobody-may-keep", notes.secrets.len());
        notes.secrets.push(secret.clone());
        secret
    }

    pub(super) fn gave(&self, secret: &str) {
        self.notes().secrets.push(secret.to_owned());
    }

    pub(super) fn begin(&self, pending: Pending) {
        self.notes().pending = Some(pending);
    }

    /// The sign-in under way stays known, for the nonce of later ID tokens; its code is used up.
    pub(super) fn redeem(&self, code: &str) -> Option<Pending> {
        let mut notes = self.notes();
        let pending = notes.pending.as_mut().filter(|pending| !code.is_empty() && pending.code == code)?;
        let found = pending.clone();
        pending.code.clear();
        Some(found)
    }

    pub(super) fn nonce(&self) -> String {
        self.notes().pending.as_ref().map(|pending| pending.nonce.clone()).unwrap_or_default()
    }

    /// When the person proved who they are; a renewal changes nothing of that.
    pub(super) fn signed_in_at(&self) -> u64 {
        self.notes().pending.as_ref().map(|pending| pending.at).unwrap_or_default()
    }

    /// The refresh token that is good from now on.
    pub(super) fn rotate(&self, token: &str) {
        self.notes().refresh_token = Some(token.to_owned());
    }

    pub(super) fn refresh_token(&self) -> Option<String> {
        self.notes().refresh_token.clone()
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
