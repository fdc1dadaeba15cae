//! Proving a password, wherever one is shown: as slow for nobody as for somebody, and never in the way of others.

use actix_web::web;

use crate::org::lockout::{Attempt, Guess};
use crate::org::password::PasswordHash;
use crate::org::tenant::Tenant;
use crate::org::user::{User, UserStatus};
use crate::org::user_schema::UserSchema;
use crate::random;

/// Somebody's attempt to prove a password.
#[derive(Debug)]
pub(crate) struct Trial {
    /// Whose, where there is such a person and they may sign in.
    pub(crate) user_id: Option<String>,
    /// Whether it may be made.
    pub(crate) attempt: Attempt,
}

impl Tenant {
    /// A copy of the schema of people's profiles.
    pub(crate) fn schema(&self) -> UserSchema {
        self.state().directory.user_schema.clone()
    }

    /// Hashes a password, or one that nobody knows.
    pub(crate) async fn hash(&self, password: Option<String>) -> PasswordHash {
        let hashing = self.hashing;
        let password = password.unwrap_or_else(random::token);
        web::block(move || hashing.hash(&password)).await.expect("hashing neither panics nor is cancelled")
    }

    /// Begins an attempt of the person of this login, where their status is one of these.
    pub(crate) fn begin_trial(&self, login: &str, statuses: &[UserStatus]) -> Trial {
        let mut state = self.state();
        let user = state.directory.user_by_login(login).filter(|user| statuses.contains(&user.status));
        let Some(id) = user.map(|user| user.id.clone()) else {
            return Trial { user_id: None, attempt: Attempt::Allowed };
        };
        let attempt = state.lockouts.begin(&id, Guess::Password, self.now());
        Trial { user_id: Some(id), attempt }
    }

    /// The id of the person, where the password is theirs and may be tried.
    pub(crate) async fn prove(&self, trial: &Trial, password: String) -> Option<String> {
        let matches = self.is_password_of(trial.user_id.as_deref(), password).await;
        let user_id = trial.user_id.clone().filter(|_| matches && trial.attempt != Attempt::LockedOut)?;
        self.state().lockouts.succeed(&user_id, Guess::Password);
        Some(user_id)
    }

    /// Whether the password is that person's. What another system hashed is hashed again the first time.
    pub(crate) async fn is_password_of(&self, user_id: Option<&str>, password: String) -> bool {
        let check = {
            let state = self.state();
            let user = user_id.and_then(|id| state.directory.user(id));
            user.map(|user| (user.password_check(), user.imported.is_some()))
        };
        let hashing = self.hashing;
        let check_it = move || match check {
            Some((check, is_imported)) => {
                let matches = check(&password);
                (matches, (matches && is_imported).then(|| hashing.hash(&password)))
            }
            None => {
                let _as_slow = hashing.hash(&password);
                (false, None)
            }
        };
        let (matches, anew) = web::block(check_it).await.unwrap_or((false, None));
        if let (Some(id), Some(hash)) = (user_id, anew) {
            self.keep_own_hash(id, hash);
        }
        matches
    }

    fn keep_own_hash(&self, user_id: &str, hash: PasswordHash) {
        let mut state = self.state();
        let user = state.directory.user_mut(user_id).filter(|user| user.imported.is_some());
        if let Some(User { password, imported, .. }) = user {
            (*password, *imported) = (hash, None);
        }
    }
}
