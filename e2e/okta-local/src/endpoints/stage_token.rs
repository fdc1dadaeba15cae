//! The state token of a page, and what the page asks a passkey for.

use std::sync::Arc;

use crate::org::authorize_request::AuthorizeRequest;
use crate::org::ceremony::Ceremony;
use crate::org::factor_method::FactorMethod;
use crate::org::sign_in::Stage;
use crate::org::state::State;
use crate::org::tenant::Tenant;

/// Keeps a page that is about to be shown in that browser; returns its state token.
pub(super) fn begin(
    tenant: &Tenant,
    state: &mut State,
    asked: &Arc<AuthorizeRequest>,
    stage: Stage,
    device: &str,
) -> (String, Option<Arc<Ceremony>>) {
    let ceremony = ceremony(tenant, state, &stage).map(Arc::new);
    let token = state.sign_ins.begin(Arc::clone(asked), stage, ceremony.clone(), device, tenant.now());
    (token, ceremony)
}

fn ceremony(tenant: &Tenant, state: &State, stage: &Stage) -> Option<Ceremony> {
    let user = |id: &str| state.directory.user(id);
    match stage {
        Stage::Password => {
            let is_on = state.directory.authenticators.passkeys;
            is_on.then(|| Ceremony::assertion(&tenant.base_url, None)).flatten()
        }
        Stage::SecondFactor(verification) if verification.by == FactorMethod::Passkey => {
            Ceremony::assertion(&tenant.base_url, Some(user(&verification.session.user_id)?))
        }
        Stage::EnrollPasskey(enrollment) => {
            Ceremony::registration(&tenant.base_url, user(&enrollment.session.user_id)?)
        }
        Stage::SecondFactor(_) | Stage::Consent { .. } => None,
    }
}
