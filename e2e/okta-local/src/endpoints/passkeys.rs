//! Who is offered a passkey, and how one is registered.

use crate::org::ceremony::Ceremony;
use crate::org::factor::Factor;
use crate::org::session::Session;
use crate::org::state::State;
use crate::org::tenant::{About, Tenant};
use crate::org::user::{User, UserStatus};
use crate::system_log::{Outcome, Target};

/// Whether somebody who just signed in is asked whether they want one: once, and never before they proved what they have
/// beside the password, so that a stolen password makes nobody a passkey.
pub(super) fn is_offered(state: &State, session: &Session) -> bool {
    let directory = &state.directory;
    let Some(user) = directory.user(&session.user_id) else { return false };
    let may = directory.authenticators.passkeys && !user.passkey_offered && !user.federated;
    may && user.passkeys().next().is_none() && has_proved_enough(state, session, user)
}

/// Whether somebody proved all that they can: a second factor, where they have one.
pub(super) fn has_proved_enough(state: &State, session: &Session, user: &User) -> bool {
    session.is_two_factor() || state.directory.methods_of(user).is_empty()
}

/// Keeps the passkey that a browser made for this person; `false` for an answer that is none, or not to this page.
pub(super) fn register(
    tenant: &Tenant,
    state: &mut State,
    user_id: &str,
    ceremony: Option<&Ceremony>,
    answer: &str,
) -> bool {
    let made = ceremony.and_then(|ceremony| ceremony.register(&tenant.base_url, answer));
    let Some(made) = made.filter(|made| state.directory.owner_of_passkey(&made.credential_id).is_none())
    else {
        return false;
    };
    let user = state.directory.user_mut(user_id).filter(|user| user.status == UserStatus::Active);
    let Some(user) = user else { return false };
    user.factors.push(Factor::passkey(made, tenant.now()));
    record(tenant, "user.mfa.factor.activate", user);
    true
}

/// Notes what somebody did about a factor of theirs.
pub(super) fn record(tenant: &Tenant, event: &'static str, user: &User) {
    let target = Target { display: Some(user.name()), ..Target::new("User", &user.id, &user.login) };
    let about = About { actor: Some(&user.login), client_id: None };
    tenant.record_with(event, Outcome::Success, about, vec![target], Vec::new());
}
