//! The answer to the page of the second factor. A code is good once (RFC 6238 §5.2), and after a few wrong
//! ones the sign-in starts again.

use actix_web::{HttpRequest, HttpResponse, web};

use super::completion::{factor_proved, record_failure};
use super::submission::{Submission, again, take};
use crate::endpoints::cookies;
use crate::endpoints::steps::{self, Step};
use crate::org::factor_method::FactorMethod;
use crate::org::lockout::{Attempt, Guess};
use crate::org::second_factor::CodeCheck;
use crate::org::sign_in::{FactorNotice, Stage, Verification};
use crate::org::state::State;
use crate::org::tenant::{About, Tenant};

/// Wrong codes before the sign-in starts again.
const MAX_FAILURES: u8 = 5;

/// Handles the submitted code.
pub(in crate::endpoints) async fn second_factor(
    tenant: web::Data<Tenant>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let submission = match take(&tenant, &request, &body) {
        Ok(submission) => submission,
        Err(answered) => return *answered,
    };
    let Stage::SecondFactor(verification) = &submission.stage else {
        return again(&tenant, &submission.asked);
    };
    let mut state = tenant.state();
    if was_proved_elsewhere(&tenant, &mut state, &request, verification) {
        return again(&tenant, &submission.asked);
    }
    let session = &verification.session;
    let attempt = state.lockouts.begin(&session.user_id, Guess::SecondFactor, tenant.now());
    if attempt != Attempt::LockedOut && prove(&tenant, &mut state, &submission, verification) {
        state.lockouts.succeed(&session.user_id, Guess::SecondFactor);
        let (asked, device) = (&submission.asked, &submission.device);
        return factor_proved(&tenant, &mut state, &request, asked, device, session, verification.by);
    }
    note(&tenant, &state, &submission, &session.user_id, attempt);
    refused(&tenant, &mut state, &submission, verification.clone())
}

/// Whether the mail's link was followed in another tab, which has gone on from here.
pub(super) fn was_proved_elsewhere(
    tenant: &Tenant,
    state: &mut State,
    request: &HttpRequest,
    verification: &Verification,
) -> bool {
    let now = tenant.now();
    let Some(mailed) = &verification.mailed else { return false };
    let session = cookies::session(request).and_then(|sid| state.sessions.find(&sid, now));
    let is_theirs = session
        .is_some_and(|session| session.user_id == verification.session.user_id && session.is_two_factor());
    is_theirs && state.mail_challenges.look(mailed, now).is_none()
}

/// Whether the code is good now and was not used before.
fn prove(tenant: &Tenant, state: &mut State, submission: &Submission, verification: &Verification) -> bool {
    let code = submission.form.get("credentials.passcode").unwrap_or_default();
    let user_id = &verification.session.user_id;
    match verification.by {
        FactorMethod::Totp => state.try_code(user_id, None, code, tenant.now()) == CodeCheck::Good,
        FactorMethod::Email => {
            let code: String = code.split_whitespace().collect();
            let mailed = verification.mailed.as_ref();
            mailed.is_some_and(|mailed| state.mail_challenges.redeem(mailed, &code, tenant.now()))
        }
        // It is no code.
        FactorMethod::Passkey => false,
    }
}

fn note(tenant: &Tenant, state: &State, submission: &Submission, user_id: &str, attempt: Attempt) {
    let actor = state.directory.user(user_id).map(|user| user.login.as_str());
    let about = About { actor, client_id: Some(&submission.asked.client_id) };
    record_failure(tenant, "user.authentication.auth_via_mfa", attempt, about);
}

/// Shows the page again, a few times.
pub(super) fn refused(
    tenant: &Tenant,
    state: &mut State,
    submission: &Submission,
    verification: Verification,
) -> HttpResponse {
    let failures = verification.failures + 1;
    if failures >= MAX_FAILURES {
        return again(tenant, &submission.asked);
    }
    let notice = Some(FactorNotice::Wrong);
    let step = Step::Ask(Stage::SecondFactor(Verification { failures, notice, ..verification }));
    steps::go_on(tenant, state, &submission.asked, step, &submission.device)
}
