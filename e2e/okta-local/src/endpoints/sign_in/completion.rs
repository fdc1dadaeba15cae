//! What follows a right answer, and a wrong one.

use actix_web::{HttpRequest, HttpResponse};

use super::submission::Submission;
use crate::endpoints::{cookies, steps};
use crate::org::lockout::Attempt;
use crate::org::session::Session;
use crate::org::state::State;
use crate::org::tenant::{About, Tenant};
use crate::system_log::Outcome;

/// Opens a session in place of the browser's former one and goes on.
pub(super) fn open_and_go_on(
    tenant: &Tenant,
    state: &mut State,
    request: &HttpRequest,
    submission: &Submission,
    session: Session,
) -> HttpResponse {
    let now = tenant.now();
    if let Some(user) = state.directory.user_mut(&session.user_id) {
        user.last_login = Some(now);
    }
    let sid = state.sessions.open(session.clone(), cookies::session(request).as_deref(), now);
    let actor = state.directory.user(&session.user_id).map(|user| user.login.as_str());
    let about = About { actor, client_id: Some(&submission.asked.client_id) };
    tenant.record_sign_in(about);
    let step = steps::next(state, &submission.asked, Some(session), true, now);
    let mut response = steps::go_on(tenant, state, &submission.asked, step, &submission.device);
    // A cookie made of base64url is always one.
    let _ = response.add_cookie(&cookies::set_session(sid));
    response
}

/// Notes a wrong password or code, and that it locked the person out.
pub(in crate::endpoints) fn record_failure(
    tenant: &Tenant,
    event: &'static str,
    attempt: Attempt,
    about: About<'_>,
) {
    let reason = if attempt == Attempt::LockedOut { "LOCKED_OUT" } else { "INVALID_CREDENTIALS" };
    tenant.record(event, Outcome::Failure(reason.to_owned()), about);
    if attempt == Attempt::Last {
        tenant.record("user.account.lock", Outcome::Failure("LOCKED_OUT".to_owned()), about);
    }
}
