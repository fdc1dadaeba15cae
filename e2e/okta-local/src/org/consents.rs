//! What people allowed apps to have. Asked once for each person, app, authorization server and scope.

use std::collections::{BTreeSet, HashMap};

use okta_types::UnixTime;
use serde::{Deserialize, Serialize};

use crate::org::authorization_server::DEFAULT_SERVER;
use crate::random;

/// A scope that somebody allowed an app.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AllowedScope {
    /// `oag…`.
    pub(crate) id: String,
    /// Client id of the app.
    pub(crate) client_id: String,
    /// Whose scope it is.
    pub(crate) server_id: String,
    /// Name of the scope.
    pub(crate) scope: String,
    /// When the person consented.
    pub(crate) created_at: UnixTime,
}

/// What was allowed, by person, in the order in which it was.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(from = "HashMap<String, StoredState>")]
pub(crate) struct Consents(HashMap<String, Vec<AllowedScope>>);

/// What a file holds of one person.
#[derive(Deserialize)]
#[serde(untagged)]
enum StoredState {
    Now(Vec<AllowedScope>),
    /// By app, without server and time.
    Former(HashMap<String, BTreeSet<String>>),
}

impl From<HashMap<String, StoredState>> for Consents {
    fn from(kept: HashMap<String, StoredState>) -> Self {
        let allowed = |kept| match kept {
            StoredState::Now(allowed) => allowed,
            StoredState::Former(apps) => {
                apps.into_iter().flat_map(|(app, scopes)| former(&app, scopes)).collect()
            }
        };
        Self(kept.into_iter().map(|(user_id, kept)| (user_id, allowed(kept))).collect())
    }
}

fn former(client_id: &str, scopes: BTreeSet<String>) -> Vec<AllowedScope> {
    let allowed = |scope| AllowedScope::new(client_id, DEFAULT_SERVER, scope, UnixTime::default());
    scopes.into_iter().map(allowed).collect()
}

impl AllowedScope {
    fn new(client_id: &str, server_id: &str, scope: String, now: UnixTime) -> Self {
        let (client_id, server_id) = (client_id.to_owned(), server_id.to_owned());
        Self { id: random::id("oag"), client_id, server_id, scope, created_at: now }
    }
}

impl Consents {
    /// Notes that a person allowed an app these scopes of a server; those that were allowed before stay as they are.
    pub(crate) fn allow(
        &mut self,
        user_id: &str,
        client_id: &str,
        server_id: &str,
        scopes: impl IntoIterator<Item = String>,
        now: UnixTime,
    ) {
        for scope in scopes {
            if !self.has(user_id, client_id, server_id, &scope) {
                let allowed = AllowedScope::new(client_id, server_id, scope, now);
                self.0.entry(user_id.to_owned()).or_default().push(allowed);
            }
        }
    }

    /// Whether a person allowed an app this scope of a server.
    pub(crate) fn has(&self, user_id: &str, client_id: &str, server_id: &str, scope: &str) -> bool {
        let is_it = |allowed: &AllowedScope| {
            allowed.client_id == client_id && allowed.server_id == server_id && allowed.scope == scope
        };
        self.of(user_id).iter().any(is_it)
    }

    /// All that a person allowed.
    pub(crate) fn of(&self, user_id: &str) -> &[AllowedScope] {
        self.0.get(user_id).map_or(&[], Vec::as_slice)
    }

    /// Forgets the consents of a person that match, and returns how many there were.
    pub(crate) fn revoke(&mut self, user_id: &str, meant: impl Fn(&AllowedScope) -> bool) -> usize {
        let Some(allowed) = self.0.get_mut(user_id) else { return 0 };
        let before = allowed.len();
        allowed.retain(|allowed| !meant(allowed));
        before - allowed.len()
    }

    /// Forgets a person who no longer exists.
    pub(crate) fn forget_user(&mut self, user_id: &str) {
        self.0.remove(user_id);
    }

    /// Forgets an app that no longer exists.
    pub(crate) fn forget_client(&mut self, client_id: &str) {
        self.0.values_mut().for_each(|allowed| allowed.retain(|allowed| allowed.client_id != client_id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_allowed_before_it_had_a_name_is_read() {
        let consents: Consents = serde_json::from_str(r#"{"00u1":{"0oa1":["a","b"]}}"#).unwrap();
        assert!(consents.has("00u1", "0oa1", DEFAULT_SERVER, "b"));
        let kept = serde_json::to_string(&consents).unwrap();
        let again: Consents = serde_json::from_str(&kept).unwrap();
        assert_eq!(again.of("00u1")[0].id, consents.of("00u1")[0].id);
    }
}
