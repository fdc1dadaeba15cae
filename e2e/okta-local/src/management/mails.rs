//! The mails that the management API has sent.

use crate::mail::Letter;
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::org::transaction::TokenPurpose;
use crate::org::user::UserStatus;

/// Where who was activated chooses a password.
pub(super) fn activation_link(tenant: &Tenant, token: &str) -> String {
    format!("{}/tokens/{token}/verify", tenant.base_url)
}

/// Has somebody who has no password yet choose one.
pub(super) fn activation(tenant: &Tenant, state: &mut State, user_id: &str) {
    let waits = |state: &State| {
        state.directory.user(user_id).is_some_and(|user| user.status == UserStatus::Provisioned)
    };
    if waits(state) {
        let token = state.transactions.hand_out(user_id, TokenPurpose::Activation, tenant.now());
        to_user(tenant, state, user_id, Letter::Activation, activation_link(tenant, &token));
    }
}

/// Sends somebody a link.
pub(super) fn to_user(tenant: &Tenant, state: &State, user_id: &str, letter: Letter, link: String) {
    if let Some(user) = state.directory.user(user_id) {
        tenant.outbox.send(letter.to(&user.email, &user.login, tenant.now()).with_link(link));
    }
}
