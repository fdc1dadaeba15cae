//! Ends a lock, and leads back to the sign-in.

use actix_web::HttpResponse;

use super::submission::expired;
use crate::endpoints::account_step;
use crate::fingerprint::Fingerprint;
use crate::org::account::{AccountPage, Beginning};
use crate::org::tenant::{About, Tenant};
use crate::org::transaction::TokenPurpose;
use crate::system_log::{Outcome, Target};

/// Uses up what was mailed. Whoever did it still has to show the password.
pub(super) fn unlock(
    tenant: &Tenant,
    token: Fingerprint,
    beginning: Option<Beginning>,
    device: &str,
) -> HttpResponse {
    let mut state = tenant.state();
    let handed = state.transactions.take_handed(&token, tenant.now());
    let handed = handed.filter(|handed| handed.purpose == TokenPurpose::Unlock);
    let user = handed.and_then(|handed| state.directory.user(&handed.user_id).cloned());
    let Some(user) = user else { return expired() };
    state.lockouts.unlock(&user.id);
    let target = Target { display: Some(user.name()), ..Target::new("User", &user.id, &user.login) };
    let about = About { actor: Some(&user.login), client_id: None };
    tenant.record_with("user.account.unlock", Outcome::Success, about, vec![target], Vec::new());
    account_step::go_to(tenant, &mut state, AccountPage::Unlocked, beginning, device)
}
