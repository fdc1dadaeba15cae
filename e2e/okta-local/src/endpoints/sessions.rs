//! `/api/v1/sessions/me`: the browser's session with the org, for pages of trusted origins.
//!
//! The cookie goes along only between pages of one site, and other origins than trusted ones are refused,
//! so no stranger's page can end or prolong anyone's session.

use actix_web::http::StatusCode;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::{answer, cookies, resource};
use crate::counters::Endpoint;
use crate::org::session::Session;
use crate::org::state::State;
use crate::org::tenant::{About, Tenant};
use crate::system_log::Outcome;
use crate::timestamp::iso;
use crate::unverified::SESSION_IDLE;
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
        answer::json(StatusCode::OK, &shown(&tenant, state, session))
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

/// A session as it is shown, in Okta's order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    id: &'a str,
    user_id: &'a str,
    login: Option<&'a str>,
    expires_at: String,
    status: &'static str,
    last_password_verification: String,
    last_factor_verification: Option<String>,
    amr: &'a [String],
    idp: Idp<'a>,
    mfa_active: bool,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Serialize)]
struct Idp<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct Links {
    #[serde(rename = "self")]
    me: Link,
    refresh: Link,
    user: Link,
}

#[derive(Serialize)]
struct Link {
    href: String,
    hints: Hints,
}

#[derive(Serialize)]
struct Hints {
    allow: &'static [&'static str],
}

fn shown<'a>(tenant: &Tenant, state: &'a State, session: &'a Session) -> Shown<'a> {
    let link =
        |path: &str, allow| Link { href: format!("{}{path}", tenant.base_url), hints: Hints { allow } };
    Shown {
        id: &session.id,
        user_id: &session.user_id,
        login: state.directory.user(&session.user_id).map(|user| user.login.as_str()),
        expires_at: iso(tenant.now() + SESSION_IDLE),
        status: "ACTIVE",
        last_password_verification: iso(session.password_at),
        last_factor_verification: session.factor_at.map(iso),
        amr: &session.amr,
        idp: Idp { id: &state.directory.idp_id, kind: "OKTA" },
        mfa_active: session.is_two_factor(),
        links: Links {
            me: link(ME, &["GET", "DELETE"]),
            refresh: link(REFRESH, &["POST"]),
            user: link(&format!("/api/v1/users/{}", session.user_id), &["GET"]),
        },
    }
}
