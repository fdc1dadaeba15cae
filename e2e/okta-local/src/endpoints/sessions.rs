//! `/api/v1/sessions/me`: the browser's session with the org, for pages of trusted origins.
//!
//! The cookie goes along only between pages of one site, and other origins than trusted ones are refused,
//! so no page of another site can end or prolong anyone's session.

use actix_web::http::StatusCode;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use super::resource::resource;
use super::{answer, cookies};
use crate::counters::Endpoint;
use crate::org::session::Session;
use crate::org::state::State;
use crate::org::tenant::{About, Tenant};
use crate::session_shape::{Named, shown};
use crate::system_log::Outcome;
use crate::{cors, okta_error};

const ME: &str = "/api/v1/sessions/me";
const REFRESH: &str = "/api/v1/sessions/me/lifecycle/refresh";

/// Adds the routes.
pub(super) fn routes(config: &mut ServiceConfig) {
    let preflight = || web::method(actix_web::http::Method::OPTIONS).to(cors::preflight_with_cookies);
    config
        .service(resource(ME).route(preflight()).route(web::get().to(show)).route(web::delete().to(end)))
        .service(resource(REFRESH).route(preflight()).route(web::post().to(show)));
}

/// Answers the session. Looking prolongs it, so this is its renewal too.
async fn show(tenant: web::Data<Tenant>, request: HttpRequest) -> HttpResponse {
    with_session(&tenant, &request, |state, _, session| {
        answer::json(StatusCode::OK, &shown(&tenant, state, session, Named::Me))
    })
}

async fn end(tenant: web::Data<Tenant>, request: HttpRequest) -> HttpResponse {
    with_session(&tenant, &request, |state, sid, session| {
        state.sessions.end(sid, tenant.now());
        let actor = state.directory.user(&session.user_id).map(|user| user.login.as_str());
        tenant.record("user.session.end", Outcome::Success, About { actor, client_id: None });
        let mut response = HttpResponse::NoContent().finish();
        // A cookie without a value is always one.
        let _ = response.add_cookie(&cookies::clear_session());
        response
    })
}

fn with_session(
    tenant: &Tenant,
    request: &HttpRequest,
    act: impl FnOnce(&mut State, &str, &Session) -> HttpResponse,
) -> HttpResponse {
    tenant.counters.count(Endpoint::Sessions);
    let mut response = if cors::origin(request).is_some_and(|origin| !tenant.state().directory.trusts(origin))
    {
        let summary = "You do not have permission to perform the requested action";
        okta_error::respond(StatusCode::FORBIDDEN, "E0000006", summary)
    } else {
        let mut state = tenant.state();
        let sid = cookies::session(request).unwrap_or_default();
        match state.sessions.find(&sid, tenant.now()) {
            Some(session) => act(&mut state, &sid, &session),
            None => okta_error::not_found("me (Session)"),
        }
    };
    cors::share_with_cookies(tenant, request, &mut response);
    response
}
