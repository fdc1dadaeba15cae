//! `/logout`: ends the browser's session with the org (OpenID Connect RP-Initiated Logout 1.0 §2).
//!
//! Tokens stay good: an app that wants them gone revokes them first.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use okta_types::{Form, IdClaims};

use super::server_id::ServerId;
use super::{answer, cookies, id_token_hint};
use crate::catalogue::{Code, Refusal};
use crate::counters::Endpoint;
use crate::org::return_address::with_query;
use crate::org::state::State;
use crate::org::tenant::{About, Tenant};
use crate::parameters::Parameters;
use crate::system_log::Outcome;
use crate::{pages, paths};

/// `GET /logout`: the parameters are in the query.
pub(super) async fn get(tenant: web::Data<Tenant>, path: ServerId, request: HttpRequest) -> HttpResponse {
    logout(&tenant, &path, &request, &Parameters::parse(request.query_string()))
}

/// By a form, which keeps the ID token out of addresses.
pub(super) async fn post(
    tenant: web::Data<Tenant>,
    path: ServerId,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    match Parameters::from_form(&request, &body) {
        Some(parameters) => logout(&tenant, &path, &request, &parameters),
        None => answer::wrong_media_type(),
    }
}

fn logout(tenant: &Tenant, server_id: &str, request: &HttpRequest, parameters: &Parameters) -> HttpResponse {
    tenant.counters.count(Endpoint::Logout);
    let mut state = tenant.state();
    if !answer::has_server(&state, server_id) {
        return answer::no_such_server(server_id);
    }
    let sid = cookies::session(request);
    match end_session(tenant, &mut state, server_id, sid.as_deref(), parameters) {
        Ok(location) => {
            let mut response = answer::redirect(StatusCode::FOUND, &location);
            // A cookie without a value is always one.
            let _ = response.add_cookie(&cookies::clear_session());
            response
        }
        Err(refusal) => pages::error::bad_request(&refusal),
    }
}

/// Ends the session and says where the browser goes. Everything is checked before anything ends.
fn end_session(
    tenant: &Tenant,
    state: &mut State,
    server_id: &str,
    sid: Option<&str>,
    parameters: &Parameters,
) -> Result<String, Refusal> {
    if parameters.has_repetition() {
        return Err(Code::DuplicateOauthParams.into());
    }
    let hint =
        parameters.get("id_token_hint").ok_or(Code::MissingTokenRequestParameter.with("id_token_hint"))?;
    let claims = id_token_hint::read(tenant, server_id, hint).ok_or(Code::IdTokenInvalid)?;
    let location = location(tenant, state, &claims, parameters)?;
    let now = tenant.now();
    if let Some((sid, session)) = sid.and_then(|sid| Some((sid, state.sessions.find(sid, now)?))) {
        if session.user_id != claims.sub {
            return Err(Code::IdTokenDoesNotMatchSession.into());
        }
        state.sessions.end(sid, now);
        let actor = state.directory.user(&session.user_id).map(|user| user.login.as_str());
        tenant.record("user.session.end", Outcome::Success, About { actor, client_id: None });
    }
    Ok(location)
}

fn location(
    tenant: &Tenant,
    state: &State,
    claims: &IdClaims,
    parameters: &Parameters,
) -> Result<String, Refusal> {
    let client = claims.aud.iter().find_map(|id| state.directory.client(id)).ok_or(Code::IdTokenInvalid)?;
    let Some(uri) = parameters.get("post_logout_redirect_uri") else {
        return Ok(format!("{}{}", tenant.base_url, paths::SIGNED_OUT));
    };
    if !client.may_end_at(uri) {
        return Err(Code::IllegalPostLogoutRedirectUri.into());
    }
    Ok(match parameters.get("state") {
        None => uri.to_owned(),
        Some(value) => with_query(uri, &Form::new().with("state", value)),
    })
}
