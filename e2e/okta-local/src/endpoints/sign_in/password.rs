//! The answer to the sign-in page: proves the password and opens the session, or asks for more.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

use super::completion::{by_first_page, record_failure};
use super::submission::{Submission, again, take};
use crate::endpoints::{account_step, cookies};
use crate::org::account::{AccountPage, Beginning, NewPassword, Occasion};
use crate::org::lockout::Attempt;
use crate::org::session::Session;
use crate::org::sign_in::Stage;
use crate::org::state::State;
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
    let trial = tenant.begin_trial(&name, &[UserStatus::Active, UserStatus::PasswordExpired]);
    match tenant.prove(&trial, password).await {
        Some(user_id) => proved(&tenant, &request, &submission, user_id),
        None => refused(&tenant, &submission, name, trial.attempt),
    }
}

/// Whose password has expired chooses another one first.
fn proved(tenant: &Tenant, request: &HttpRequest, submission: &Submission, user_id: String) -> HttpResponse {
    let now = tenant.now();
    let mut state = tenant.state();
    if state.directory.user(&user_id).is_some_and(|user| user.status == UserStatus::PasswordExpired) {
        return change_first(tenant, &mut state, submission, user_id);
    }
    let mut session = Session::by_password(user_id, now);
    if wants_to_be_kept(submission) {
        session = session.kept(now);
    }
    let is_federated = state.directory.user(&session.user_id).is_some_and(|user| user.federated);
    if is_federated
        && let Some(former) = cookies::session(request).and_then(|sid| state.sessions.find(&sid, now))
    {
        session = session.proved_when(&former);
    }
    by_first_page(tenant, &mut state, request, &submission.asked, &submission.device, session)
}

/// "Keep me signed in".
fn wants_to_be_kept(submission: &Submission) -> bool {
    submission.form.get("rememberMe").is_some()
}

fn change_first(
    tenant: &Tenant,
    state: &mut State,
    submission: &Submission,
    user_id: String,
) -> HttpResponse {
    let now = tenant.now();
    let page = AccountPage::NewPassword(NewPassword {
        user_id,
        token: None,
        occasion: Occasion::Expired(now),
        asks_question: false,
        is_kept: wants_to_be_kept(submission),
        problems: Vec::new(),
    });
    let beginning = Beginning::of(Arc::clone(&submission.asked), &submission.device, now);
    account_step::go_to(tenant, state, page, Some(beginning), &submission.device)
}

fn refused(tenant: &Tenant, submission: &Submission, name: String, attempt: Attempt) -> HttpResponse {
    let about = About { actor: Some(&name), client_id: Some(&submission.asked.client_id) };
    record_failure(tenant, "user.session.start", attempt, about);
    tenant.state().sign_ins.refuse(&submission.asked, &submission.device, name, tenant.now());
    again(tenant, &submission.asked)
}
