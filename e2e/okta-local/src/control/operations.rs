//! What a test does to an org from outside, whether by a Rust method or over the control plane.

use std::time::Duration;

use crate::org::client::MAX_LEEWAY;
use crate::org::policy::Lifetimes;
use crate::org::tenant::Tenant;
use crate::org::user::UserStatus;

impl Tenant {
    /// Moves the org's clock forward, in whole seconds.
    pub(crate) fn advance_clock(&self, by: Duration) {
        self.clock.advance(by);
        self.note_change();
    }

    /// Makes the next key the active one. Takes a moment.
    pub(crate) fn rotate_keys(&self) -> String {
        let kid = self.keys.rotate(self.now());
        self.note_change();
        kid
    }

    /// Publishes one more key. Takes a moment.
    pub(crate) fn add_key(&self) -> String {
        let kid = self.keys.add();
        self.note_change();
        kid
    }

    /// Takes a former or added key away.
    pub(crate) fn retire_key(&self, kid: &str) -> bool {
        let retired = self.keys.retire(kid);
        self.note_change();
        retired
    }

    /// How long a rotated refresh token still works, up to 60 s, in all apps.
    pub(crate) fn set_refresh_grace(&self, grace: Duration) {
        for client in &mut self.state().directory.clients {
            client.leeway = grace.min(MAX_LEEWAY);
        }
    }

    /// Changes the lifetimes of all rules.
    pub(crate) fn change_lifetimes(&self, change: impl Fn(&mut Lifetimes)) {
        self.state().directory.rules_mut().for_each(|rule| change(&mut rule.lifetimes));
    }

    /// Takes all apps away from a person, however they came by them.
    pub(crate) fn unassign(&self, login: &str) -> bool {
        let mut state = self.state();
        let Some(id) = state.directory.id_of(login) else { return false };
        for client in &mut state.directory.clients {
            client.assignments.withheld.insert(id.clone());
        }
        true
    }

    /// Gives a person all apps that people sign in to.
    pub(crate) fn assign(&self, login: &str) -> bool {
        let now = self.now();
        let mut state = self.state();
        let directory = &mut state.directory;
        let Some(id) = directory.id_of(login) else { return false };
        let groups: Vec<_> = directory.groups_of(&id).map(|group| group.id.clone()).collect();
        for client in directory.clients.iter_mut().filter(|client| client.app.kind.has_people()) {
            let assignments = &mut client.assignments;
            assignments.withheld.remove(&id);
            if !assignments.cover(&id, groups.iter().map(String::as_str)) {
                assignments.users.push(id.clone());
                assignments.since.insert(id.clone(), now);
            }
        }
        true
    }

    /// Gives back all apps that [`Self::unassign`] took away, and says from how many people it had.
    pub(crate) fn restore_assignments(&self) -> usize {
        let mut state = self.state();
        let clients = state.directory.clients.iter_mut();
        let taken = clients.map(|client| std::mem::take(&mut client.assignments.withheld));
        taken.fold(std::collections::BTreeSet::new(), |all, taken| &all | &taken).len()
    }

    /// Takes all access policies away: nobody gets a token any more.
    pub(crate) fn remove_policies(&self) {
        let mut state = self.state();
        for server in &mut state.directory.servers {
            let policies = std::mem::take(&mut server.policies);
            server.set_aside.extend(policies);
        }
    }

    /// Puts the policies back that [`Self::remove_policies`] took away, before those made since, and says how
    /// many.
    pub(crate) fn restore_policies(&self) -> usize {
        let mut state = self.state();
        let mut restored = 0;
        for server in &mut state.directory.servers {
            let policies = std::mem::take(&mut server.set_aside);
            restored += policies.len();
            server.policies.splice(0..0, policies);
        }
        restored
    }

    /// Has another identity provider answer for a person.
    pub(crate) fn federate(&self, login: &str) -> bool {
        let mut state = self.state();
        let id = state.directory.id_of(login);
        id.and_then(|id| state.directory.user_mut(&id)).map(|user| user.federated = true).is_some()
    }

    /// Suspends an active person: they cannot sign in, and their sessions end. `None` where nobody has that
    /// login, `Some(false)` where they are not active.
    pub(crate) fn suspend(&self, login: &str) -> Option<bool> {
        self.change_status(login, UserStatus::Active, UserStatus::Suspended)
    }

    /// Ends a suspension; answers as [`Self::suspend`].
    pub(crate) fn unsuspend(&self, login: &str) -> Option<bool> {
        self.change_status(login, UserStatus::Suspended, UserStatus::Active)
    }

    fn change_status(&self, login: &str, from: UserStatus, to: UserStatus) -> Option<bool> {
        let mut state = self.state();
        let id = state.directory.id_of(login)?;
        let user = state.directory.users.iter_mut().find(|user| user.id == id)?;
        if user.status != from {
            return Some(false);
        }
        user.set_status(to, self.now());
        state.end_sessions_of(&id);
        Some(true)
    }

    /// Ends the browsers' sessions of a person, and says how many.
    pub(crate) fn end_sessions_of(&self, login: &str) -> usize {
        let mut state = self.state();
        let Some(id) = state.directory.id_of(login) else { return 0 };
        state.end_sessions_of(&id)
    }

    /// Revokes all codes and tokens of a person, and says of how many sign-ins.
    pub(crate) fn revoke_tokens_of(&self, login: &str) -> usize {
        let mut state = self.state();
        let Some(id) = state.directory.id_of(login) else { return 0 };
        state.grants.revoke_user(&id)
    }
}
