//! The answers to the org's pages: password, second factor, consent.
//!
//! Always answered by 303, so that a reload repeats no password (RFC 9700 §4.12 forbids 307).

mod consent;
mod password;
mod second_factor;

pub(super) use consent::consent;
pub(super) use password::password;
pub(super) use second_factor::second_factor;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{answer, back, cookies, stage_page, steps};
use crate::catalogue::Code;
use crate::counters::Endpoint;
use crate::org::authorize_request::AuthorizeRequest;
use crate::org::lockout::Attempt;
use crate::org::session::Session;
use crate::org::sign_in::{Answered, Stage};
use crate::org::state::State;
use crate::org::tenant::{About, Tenant};
use crate::pages;
use crate::parameters::Parameters;
use crate::system_log::Outcome;

/// A form that answers a page, from the browser that got the page.
struct Answer {
    asked: Arc<AuthorizeRequest>,
    stage: Stage,
    device: String,
    form: Parameters,
}

/// Takes an answer: the first one within the hour. All others are answered here.
fn take(tenant: &Tenant, request: &HttpRequest, body: &[u8]) -> Result<Answer, Box<HttpResponse>> {
    tenant.counters.count(Endpoint::SignIn);
    let form = Parameters::from_form(request, body).ok_or_else(|| Box::new(answer::wrong_media_type()))?;
    let device = cookies::device(request).ok_or_else(|| Box::new(expired()))?;
    let token = form.get("stateToken").unwrap_or_default();
    let answered = tenant.state().sign_ins.answer(token, &device, tenant.now());
    match answered {
        None => Err(Box::new(expired())),
        Some(Answered::Again(asked)) => Err(Box::new(again(tenant, &asked))),
        Some(Answered::Late(asked)) => {
            let refusal = Code::RequestExpired.into();
            Err(Box::new(back::with_error(&asked.return_to, StatusCode::SEE_OTHER, &refusal)))
        }
        Some(Answered::First(asked, stage)) => Ok(Answer { asked, stage, device, form }),
    }
}

/// Shows the page that waits for an answer, after a redirect.
pub(super) async fn step(tenant: web::Data<Tenant>, request: HttpRequest) -> HttpResponse {
    let query = Parameters::parse(request.query_string());
    let token = query.get("stateToken").unwrap_or_default();
    let Some(device) = cookies::device(&request) else { return expired() };
    let now = tenant.now();
    let mut state = tenant.state();
    match state.sign_ins.look(token, &device, now) {
        Some((asked, stage)) => stage_page::show(&tenant, &mut state, &asked, &stage, token, &device),
        None => expired(),
    }
}

/// Opens a session in place of the browser's former one and goes on.
fn open_and_go_on(
    tenant: &Tenant,
    state: &mut State,
    request: &HttpRequest,
    taken: &Answer,
    session: Session,
) -> HttpResponse {
    let now = tenant.now();
    if let Some(user) = state.directory.user_mut(&session.user_id) {
        user.last_login = Some(now);
    }
    let sid = state.sessions.open(session.clone(), cookies::session(request).as_deref(), now);
    let actor = state.directory.user(&session.user_id).map(|user| user.login.as_str());
    let about = About { actor, client_id: Some(&taken.asked.client_id) };
    tenant.record_sign_in(about);
    let step = steps::next(state, &taken.asked, Some(session), true, now);
    let mut response = steps::go_on(tenant, state, &taken.asked, step, &taken.device);
    // A cookie made of base64url is always one.
    let _ = response.add_cookie(&cookies::set_session(sid));
    response
}

/// Notes a wrong password or code, and that it locked the person out.
pub(super) fn record_failure(tenant: &Tenant, event: &'static str, attempt: Attempt, about: About<'_>) {
    let reason = if attempt == Attempt::LockedOut { "LOCKED_OUT" } else { "INVALID_CREDENTIALS" };
    tenant.record(event, Outcome::Failure(reason.to_owned()), about);
    if attempt == Attempt::Last {
        tenant.record("user.account.lock", Outcome::Failure("LOCKED_OUT".to_owned()), about);
    }
}

fn again(tenant: &Tenant, asked: &AuthorizeRequest) -> HttpResponse {
    answer::redirect(StatusCode::SEE_OTHER, &steps::begin_again(tenant, asked))
}

fn expired() -> HttpResponse {
    pages::error::bad_request(&Code::RequestExpired.into())
}
