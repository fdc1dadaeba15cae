//! The answer to the page of the second factor. A code is good once (RFC 6238 §5.2), and after a few wrong
//! ones the sign-in starts again.

use actix_web::{HttpRequest, HttpResponse, web};

use super::completion::{open_and_go_on, record_failure};
use super::submission::{Submission, again, take};
use crate::endpoints::steps::{self, Step};
use crate::org::lockout::{Attempt, Guess};
use crate::org::second_factor::CodeCheck;
use crate::org::session::Session;
use crate::org::sign_in::Stage;
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
    let Stage::SecondFactor { session, failures } = &submission.stage else {
        return again(&tenant, &submission.asked);
    };
    let mut state = tenant.state();
    let attempt = state.lockouts.begin(&session.user_id, Guess::SecondFactor, tenant.now());
    if attempt != Attempt::LockedOut && prove(&tenant, &mut state, &submission, session) {
        state.lockouts.succeed(&session.user_id, Guess::SecondFactor);
        let is_federated = state.directory.user(&session.user_id).is_some_and(|user| user.federated);
        let proved = session.with_second_factor(tenant.now());
        let session = if is_federated { proved.proved_when(session) } else { proved };
        return open_and_go_on(&tenant, &mut state, &request, &submission.asked, &submission.device, session);
    }
    note(&tenant, &state, &submission, session, attempt);
    refused(&tenant, &mut state, &submission, session.clone(), failures + 1)
}

/// Whether the code is good now and was not used before.
fn prove(tenant: &Tenant, state: &mut State, submission: &Submission, session: &Session) -> bool {
    let code = submission.form.get("credentials.passcode").unwrap_or_default();
    state.try_code(&session.user_id, None, code, tenant.now()) == CodeCheck::Good
}

fn note(tenant: &Tenant, state: &State, submission: &Submission, session: &Session, attempt: Attempt) {
    let actor = state.directory.user(&session.user_id).map(|user| user.login.as_str());
    let about = About { actor, client_id: Some(&submission.asked.client_id) };
    record_failure(tenant, "user.authentication.auth_via_mfa", attempt, about);
}

fn refused(
    tenant: &Tenant,
    state: &mut State,
    submission: &Submission,
    session: Session,
    failures: u8,
) -> HttpResponse {
    if failures >= MAX_FAILURES {
        return again(tenant, &submission.asked);
    }
    let step = Step::Ask(Stage::SecondFactor { session, failures });
    steps::go_on(tenant, state, &submission.asked, step, &submission.device)
}
