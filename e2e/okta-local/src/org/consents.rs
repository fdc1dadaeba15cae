//! What people allowed apps to have. Asked once for each person, app and scope.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

/// What was allowed, by person and then by app.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Consents(HashMap<String, HashMap<String, BTreeSet<String>>>);

impl Consents {
    /// Notes that a person allowed an app these scopes.
    pub(crate) fn allow(&mut self, user_id: &str, client_id: &str, scopes: impl IntoIterator<Item = String>) {
        let apps = self.0.entry(user_id.to_owned()).or_default();
        apps.entry(client_id.to_owned()).or_default().extend(scopes);
    }

    /// Whether a person allowed an app this scope.
    pub(crate) fn has(&self, user_id: &str, client_id: &str, scope: &str) -> bool {
        let allowed = self.0.get(user_id).and_then(|apps| apps.get(client_id));
        allowed.is_some_and(|scopes| scopes.contains(scope))
    }
}
