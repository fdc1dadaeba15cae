//! What follows a right answer, and a wrong one.

use std::sync::Arc;

use actix_web::cookie::Cookie;
use actix_web::{HttpRequest, HttpResponse};

use crate::endpoints::cookies;
use crate::endpoints::steps::{self, Step};
use crate::org::authorize_request::AuthorizeRequest;
use crate::org::factor_method::FactorMethod;
use crate::org::lockout::Attempt;
use crate::org::session::Session;
use crate::org::state::State;
use crate::org::tenant::{About, Tenant};
use crate::system_log::Outcome;

/// After a password, or a passkey in its place: the session is opened where nothing more has to be proved.
pub(in crate::endpoints) fn by_first_page(
    tenant: &Tenant,
    state: &mut State,
    request: &HttpRequest,
    asked: &Arc<AuthorizeRequest>,
    device: &str,
    session: Session,
) -> HttpResponse {
    match steps::next(state, asked, Some(session.clone()), true, tenant.now()) {
        Step::Ask(stage) if stage.comes_before_the_session() => {
            steps::go_on(tenant, state, asked, Step::Ask(stage), device)
        }
        _ => open_and_go_on(tenant, state, request, asked, device, session),
    }
}

/// After the second factor: the session is opened, and the sign-in goes on.
pub(super) fn factor_proved(
    tenant: &Tenant,
    state: &mut State,
    request: &HttpRequest,
    asked: &Arc<AuthorizeRequest>,
    device: &str,
    session: &Session,
    by: FactorMethod,
) -> HttpResponse {
    let user = state.directory.user(&session.user_id);
    let is_federated = user.is_some_and(|user| user.federated);
    let proved = session.with_second_factor(by, tenant.now());
    let session = if is_federated { proved.proved_when(session) } else { proved };
    open_and_go_on(tenant, state, request, asked, device, session)
}

/// Opens a session in place of the browser's former one and goes on.
fn open_and_go_on(
    tenant: &Tenant,
    state: &mut State,
    request: &HttpRequest,
    asked: &Arc<AuthorizeRequest>,
    device: &str,
    session: Session,
) -> HttpResponse {
    let cookie = open(tenant, state, request, &session, Some(&asked.client_id));
    let step = steps::next(state, asked, Some(session), true, tenant.now());
    let mut response = steps::go_on(tenant, state, asked, step, device);
    // A cookie made of base64url is always one.
    let _ = response.add_cookie(&cookie);
    response
}

/// Opens a session in place of the browser's former one; its cookie goes along with the answer.
pub(in crate::endpoints) fn open(
    tenant: &Tenant,
    state: &mut State,
    request: &HttpRequest,
    session: &Session,
    client_id: Option<&str>,
) -> Cookie<'static> {
    let now = tenant.now();
    if let Some(user) = state.directory.user_mut(&session.user_id) {
        user.last_login = Some(now);
    }
    let sid = state.sessions.open(session.clone(), cookies::session(request).as_deref(), now);
    let actor = state.directory.user(&session.user_id).map(|user| user.login.as_str());
    tenant.record_sign_in(About { actor, client_id });
    cookies::set_session(sid, session, now)
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
