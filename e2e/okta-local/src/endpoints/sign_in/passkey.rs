//! What a passkey answered: in place of user name and password, or as a second factor.

use actix_web::{HttpRequest, HttpResponse, web};

use super::completion::{by_first_page, factor_proved, record_failure};
use super::second_factor::refused;
use super::submission::{Submission, again, take};
use crate::org::factor_method::FactorMethod;
use crate::org::lockout::Attempt;
use crate::org::session::Session;
use crate::org::sign_in::{Stage, Verification};
use crate::org::state::State;
use crate::org::tenant::{About, Tenant};
use crate::org::user::UserStatus;

/// Takes the form.
pub(in crate::endpoints) async fn passkey(
    tenant: web::Data<Tenant>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let submission = match take(&tenant, &request, &body) {
        Ok(submission) => submission,
        Err(answered) => return *answered,
    };
    let mut state = tenant.state();
    match &submission.stage {
        Stage::Password => first(&tenant, &mut state, &request, &submission),
        Stage::SecondFactor(verification) => second(&tenant, &mut state, &request, &submission, verification),
        Stage::EnrollPasskey(_) | Stage::Consent { .. } => again(&tenant, &submission.asked),
    }
}

/// In place of user name and password. A user name that was typed must be that of the passkey; all that fails looks alike.
fn first(tenant: &Tenant, state: &mut State, request: &HttpRequest, submission: &Submission) -> HttpResponse {
    let now = tenant.now();
    let name = submission.form.get("identifier").unwrap_or_default().trim().to_owned();
    let answered = answered(tenant, state, submission).filter(|id| {
        let user = state.directory.user(id).filter(|user| user.status == UserStatus::Active);
        let is_meant = user.is_some_and(|user| name.is_empty() || user.login.eq_ignore_ascii_case(&name));
        is_meant && !state.lockouts.holds(id, now)
    });
    let (asked, device) = (&submission.asked, &submission.device);
    if let Some(user_id) = answered {
        return by_first_page(tenant, state, request, asked, device, Session::by_passkey(user_id, now));
    }
    let about = About { actor: (!name.is_empty()).then_some(&name), client_id: Some(&asked.client_id) };
    record_failure(tenant, "user.session.start", Attempt::Allowed, about);
    state.sign_ins.refuse(asked, device, name, now);
    again(tenant, asked)
}

/// Beside the password: it must be a passkey of the person who proved that.
fn second(
    tenant: &Tenant,
    state: &mut State,
    request: &HttpRequest,
    submission: &Submission,
    verification: &Verification,
) -> HttpResponse {
    let session = &verification.session;
    let answered = answered(tenant, state, submission);
    if answered.is_some_and(|id| id == session.user_id && !state.lockouts.holds(&id, tenant.now())) {
        let (asked, device) = (&submission.asked, &submission.device);
        return factor_proved(tenant, state, request, asked, device, session, FactorMethod::Passkey);
    }
    let actor = state.directory.user(&session.user_id).map(|user| user.login.as_str());
    let about = About { actor, client_id: Some(&submission.asked.client_id) };
    record_failure(tenant, "user.authentication.auth_via_mfa", Attempt::Allowed, about);
    refused(tenant, state, submission, verification.clone())
}

/// Whose passkey answered what this page asked for.
fn answered(tenant: &Tenant, state: &mut State, submission: &Submission) -> Option<String> {
    let answer = submission.form.get("credential").filter(|_| state.directory.authenticators.passkeys)?;
    state.try_passkey(&tenant.base_url, submission.ceremony.as_deref()?, answer)
}
