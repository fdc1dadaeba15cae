//! `/authorize`: sends the browser back with a code, or shows a page first (RFC 6749 §4.1.1).
//!
//! No answer here can be read by pages of other origins (RFC 9700 §2.6).

mod check;
mod limit;
mod response_type;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use okta_types::UnixTime;

use super::server_id::ServerId;
use super::steps::{self, Step};
use super::{answer, authorization_response, cookies, id_token_hint, stage_page};
use crate::catalogue::{Code, Refusal};
use crate::counters::Endpoint;
use crate::org::authorize_request::AuthorizeRequest;
use crate::org::pushed_request::PushedRequest;
use crate::org::session::Session;
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::pages;
use crate::parameters::Parameters;
pub(super) use check::{Asking, Refused, check};

/// `GET /authorize`: the parameters are in the query.
pub(super) async fn get(tenant: web::Data<Tenant>, server: ServerId, request: HttpRequest) -> HttpResponse {
    authorize(&tenant, &server, &request, &Parameters::parse(request.query_string()))
}

/// For requests too long for a query (OpenID Connect Core §3.1.2.1).
pub(super) async fn post(
    tenant: web::Data<Tenant>,
    server: ServerId,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    match Parameters::from_form(&request, &body) {
        Some(parameters) => authorize(&tenant, &server, &request, &parameters),
        None => answer::wrong_media_type(),
    }
}

fn authorize(tenant: &Tenant, server: &str, request: &HttpRequest, parameters: &Parameters) -> HttpResponse {
    tenant.counters.count(Endpoint::Authorize);
    match limit::take(tenant, request, parameters) {
        Err(refused) => *refused,
        Ok(allowance) => {
            let mut response = within_limits(tenant, server, request, parameters);
            if let Some(allowance) = allowance {
                allowance.tell(response.headers_mut());
            }
            response
        }
    }
}

fn within_limits(
    tenant: &Tenant,
    server: &str,
    request: &HttpRequest,
    parameters: &Parameters,
) -> HttpResponse {
    let now = tenant.now();
    let mut state = tenant.state();
    let pushed = match pushed(&mut state, server, parameters, now) {
        Ok(pushed) => pushed,
        Err(refusal) => return pages::error::bad_request(&refusal),
    };
    let (uri, parameters) = match &pushed {
        Some((uri, pushed)) => (Some(*uri), &pushed.parameters),
        None => (None, parameters),
    };
    let read = |hint| id_token_hint::read(tenant, server, hint).ok_or(Code::InvalidRequest);
    let hint = parameters.get("id_token_hint").map(read).transpose();
    let Some(server) = state.directory.server(server) else { return answer::no_such_server(server) };
    let iss = state.response_iss.then(|| tenant.issuer(&server.id));
    let asking = Asking { directory: &state.directory, server, iss, hint, pushed: uri.is_some() };
    let asked = match check(asking, parameters) {
        Ok(asked) => Arc::new(asked.known_as(uri)),
        Err(Refused::Here(refusal)) => return pages::error::bad_request(&refusal),
        Err(Refused::Back(return_to, refusal)) => {
            return authorization_response::with_error(&return_to, StatusCode::FOUND, &refusal);
        }
    };
    let by_token = parameters.get("sessionToken").and_then(|token| state.session_tokens.take(token, now));
    if let Some(session) = by_token {
        return by_session_token(tenant, &mut state, request, asked, session);
    }
    let session = cookies::session(request).and_then(|sid| state.sessions.find(&sid, now));
    match steps::next(&state, &asked, session, false, now) {
        Step::Ask(stage) => stage_page::begin(tenant, &mut state, asked, stage, request),
        Step::Back(session) => steps::conclude(tenant, &mut state, &asked, &session, StatusCode::FOUND),
        Step::Refuse(refusal) => steps::refuse(tenant, &asked, &refusal, StatusCode::FOUND),
    }
}

/// The request that was pushed under the name that the browser brings, and that name: all that counts (RFC 9126 §4).
fn pushed<'a>(
    state: &mut State,
    server: &str,
    parameters: &'a Parameters,
    now: UnixTime,
) -> Result<Option<(&'a str, PushedRequest)>, Refusal> {
    let Some(uri) = parameters.get("request_uri").filter(|_| !parameters.has_repetition()) else {
        return Ok(None);
    };
    match state.pushed_requests.look(uri, now).filter(|request| request.server_id == server) {
        Some(request) if parameters.get("client_id") != Some(&request.client_id) => {
            Err(Code::AuthorizeRequestUriMismatchedClient.into())
        }
        Some(request) => Ok(Some((uri, request))),
        // Nobody can tell where its app is.
        None if parameters.get("redirect_uri").is_none() => Err(Code::InvalidRequest.into()),
        None => Ok(None),
    }
}

/// Goes on with a password that was proved for a session token; the session is opened where nothing more has to be
/// proved.
fn by_session_token(
    tenant: &Tenant,
    state: &mut State,
    request: &HttpRequest,
    asked: Arc<AuthorizeRequest>,
    session: Session,
) -> HttpResponse {
    let now = tenant.now();
    let step = steps::next(state, &asked, Some(session.clone()), true, now);
    let opens = !matches!(&step, Step::Ask(stage) if stage.comes_before_the_session());
    let cookie = opens.then(|| {
        if let Some(user) = state.directory.user_mut(&session.user_id) {
            user.last_login = Some(now);
        }
        let sid = state.sessions.open(session.clone(), cookies::session(request).as_deref(), now);
        cookies::set_session(sid, &session, now)
    });
    let mut response = match step {
        Step::Ask(stage) => stage_page::begin(tenant, state, asked, stage, request),
        Step::Back(session) => steps::conclude(tenant, state, &asked, &session, StatusCode::FOUND),
        Step::Refuse(refusal) => steps::refuse(tenant, &asked, &refusal, StatusCode::FOUND),
    };
    if let Some(cookie) = cookie {
        // A cookie made of base64url is always one.
        let _ = response.add_cookie(&cookie);
    }
    response
}
