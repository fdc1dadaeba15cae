//! The answer to the sign-in page: proves the password and opens the session, or asks for more.

use actix_web::{HttpRequest, HttpResponse, web};

use super::completion::{open_and_go_on, record_failure};
use super::submission::{Submission, again, take};
use crate::endpoints::cookies;
use crate::endpoints::steps::{self, Step};
use crate::org::lockout::Attempt;
use crate::org::session::Session;
use crate::org::sign_in::Stage;
use crate::org::tenant::{About, Tenant};
use crate::org::user::UserStatus;

/// Handles the submitted user name and password.
pub(in crate::endpoints) async fn password(
    tenant: web::Data<Tenant>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let submission = match take(&tenant, &request, &body) {
        Ok(submission) if matches!(submission.stage, Stage::Password) => submission,
        Ok(submission) => return again(&tenant, &submission.asked),
        Err(answered) => return *answered,
    };
    let name = submission.form.get("identifier").unwrap_or_default().to_owned();
    let password = submission.form.get("credentials.passcode").unwrap_or_default().to_owned();
    let trial = tenant.begin_trial(&name, &[UserStatus::Active]);
    match tenant.prove(&trial, password).await {
        Some(user_id) => proved(&tenant, &request, &submission, user_id),
        None => refused(&tenant, &submission, name, trial.attempt),
    }
}

/// The session is opened where nothing more has to be proved.
fn proved(tenant: &Tenant, request: &HttpRequest, submission: &Submission, user_id: String) -> HttpResponse {
    let now = tenant.now();
    let mut state = tenant.state();
    let mut session = Session::by_password(user_id, now);
    let is_federated = state.directory.user(&session.user_id).is_some_and(|user| user.federated);
    if is_federated
        && let Some(former) = cookies::session(request).and_then(|sid| state.sessions.find(&sid, now))
    {
        session = session.proved_when(&former);
    }
    match steps::next(&state, &submission.asked, Some(session.clone()), true, now) {
        step @ Step::Ask(Stage::SecondFactor { .. }) => {
            steps::go_on(tenant, &mut state, &submission.asked, step, &submission.device)
        }
        _ => open_and_go_on(tenant, &mut state, request, submission, session),
    }
}

fn refused(tenant: &Tenant, submission: &Submission, name: String, attempt: Attempt) -> HttpResponse {
    let about = About { actor: Some(&name), client_id: Some(&submission.asked.client_id) };
    record_failure(tenant, "user.session.start", attempt, about);
    tenant.state().sign_ins.refuse(&submission.asked, &submission.device, name, tenant.now());
    again(tenant, &submission.asked)
}
