//! What a test does to an org from outside, whether by a Rust method or over the control plane.

use std::time::Duration;

use crate::org::policy::Lifetimes;
use crate::org::tenant::Tenant;

/// The longest grace time that Okta lets an administrator set.
const MAX_GRACE: Duration = Duration::from_secs(60);

impl Tenant {
    /// How long a rotated refresh token still works, up to 60 s.
    pub(crate) fn set_refresh_grace(&self, grace: Duration) {
        self.state().refresh_grace = grace.min(MAX_GRACE);
    }

    /// Changes the lifetimes of all rules.
    pub(crate) fn change_lifetimes(&self, change: impl Fn(&mut Lifetimes)) {
        let mut state = self.state();
        let policies = state.directory.servers.iter_mut().flat_map(|server| &mut server.policies);
        policies.flat_map(|policy| &mut policy.rules).for_each(|rule| change(&mut rule.lifetimes));
    }

    /// Takes all apps away from a person.
    pub(crate) fn unassign(&self, login: &str) -> bool {
        let mut state = self.state();
        let Some(id) = state.directory.id_of(login) else { return false };
        for client in &mut state.directory.clients {
            client.assignments.users.retain(|user| *user != id);
        }
        true
    }

    /// Gives a person all apps that people sign in to.
    pub(crate) fn assign(&self, login: &str) -> bool {
        let mut state = self.state();
        let Some(id) = state.directory.id_of(login) else { return false };
        for client in state.directory.clients.iter_mut().filter(|client| client.secret.is_none()) {
            if !client.assignments.users.contains(&id) {
                client.assignments.users.push(id.clone());
            }
        }
        true
    }

    /// Takes all access policies away: nobody gets a token any more.
    pub(crate) fn remove_policies(&self) {
        let mut state = self.state();
        state.directory.servers.iter_mut().for_each(|server| server.policies.clear());
    }

    /// Ends the browsers' sessions of a person, and says how many.
    pub(crate) fn end_sessions_of(&self, login: &str) -> usize {
        let mut state = self.state();
        let Some(id) = state.directory.id_of(login) else { return 0 };
        state.sessions.end_all_of(&id)
    }

    /// Revokes all codes and tokens of a person, and says of how many sign-ins.
    pub(crate) fn revoke_tokens_of(&self, login: &str) -> usize {
        let mut state = self.state();
        let Some(id) = state.directory.id_of(login) else { return 0 };
        state.grants.revoke_user(&id)
    }
}
