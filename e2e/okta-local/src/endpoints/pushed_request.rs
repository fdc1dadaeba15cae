//! `/par`: takes an authorization request before the browser comes with it (RFC 9126 §2), with the checks of
//! `/authorize` and those of the client at `/token`.

use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::authorize::{self, Asking, Refused};
use super::server_id::ServerId;
use super::{answer, client, id_token_hint};
use crate::catalogue::{Code, Refusal};
use crate::cors;
use crate::counters::Endpoint;
use crate::org::pushed_request::PushedRequest;
use crate::org::tenant::{About, Tenant};
use crate::parameters::Parameters;
use crate::system_log::{Outcome, event_of};
use crate::unverified::{PUSHED_REQUEST_LIFETIME, PUSHED_REQUEST_STATUS};

/// Parameters that authenticate the client and are not part of the request.
const CREDENTIALS: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

#[derive(Serialize)]
struct Pushed {
    request_uri: String,
    expires_in: u64,
}

/// Takes a request in.
pub(super) async fn push(
    tenant: web::Data<Tenant>,
    path: ServerId,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    tenant.counters.count(Endpoint::Par);
    if !answer::has_server(&tenant.state(), &path) {
        return answer::no_such_server(&path);
    }
    let Some(form) = Parameters::from_form(&request, &body) else { return answer::wrong_media_type() };
    client::fetch_keys(&tenant, &form).await;
    let taken = take(&tenant, &path, &request, &form);
    record(&tenant, &path, client::claimed_id(&request, &form), taken.as_ref().err());
    let mut response = match taken {
        Ok(pushed) => {
            let status = StatusCode::from_u16(PUSHED_REQUEST_STATUS).unwrap_or(StatusCode::CREATED);
            answer::json(status, &pushed)
        }
        Err(refusal) => answer::refusal_to(&request, &refusal),
    };
    cors::share_with_client(&tenant, &request, client::claimed_id(&request, &form), &mut response);
    response
}

fn take(
    tenant: &Tenant,
    server_id: &str,
    request: &HttpRequest,
    form: &Parameters,
) -> Result<Pushed, Refusal> {
    if form.has_repetition() {
        return Err(Code::DuplicateOauthParams.into());
    }
    let mut state = tenant.state();
    let client_id = authenticated(tenant, server_id, &state.directory, request, form)?;
    if form.get("request_uri").is_some() {
        return Err(Code::PushedAuthorizationRequestUriPresent.into());
    }
    let parameters = form.without(&CREDENTIALS).with("client_id", &client_id);
    let server = state.directory.server(server_id).ok_or(Code::ServerError)?;
    let read = |text| id_token_hint::read(tenant, server_id, text).ok_or(Code::InvalidRequest);
    let hint = parameters.get("id_token_hint").map(read).transpose();
    let asking = Asking { directory: &state.directory, server, iss: None, hint, pushed: true };
    authorize::check(asking, &parameters).map_err(Refused::into_refusal)?;
    let request = PushedRequest { server_id: server_id.to_owned(), client_id, parameters, used: false };
    let request_uri = state.pushed_requests.push(request, tenant.now());
    Ok(Pushed { request_uri, expires_in: PUSHED_REQUEST_LIFETIME.as_secs() })
}

/// The id of the client, which may stand in the request beside credentials in the header (RFC 9126 §2.1).
fn authenticated(
    tenant: &Tenant,
    server_id: &str,
    directory: &crate::org::state::Directory,
    request: &HttpRequest,
    form: &Parameters,
) -> Result<String, Refusal> {
    let by_header = request.headers().contains_key(AUTHORIZATION);
    let credentials = if by_header { form.without(&["client_id"]) } else { form.clone() };
    let client = client::authenticate(tenant, server_id, directory, request, &credentials)?;
    if form.get("client_id").is_some_and(|named| named != client.id) {
        return Err(Code::InvalidClient.into());
    }
    if cors::origin(request).is_some_and(|origin| !client.may_be_called_from(origin)) {
        return Err(Code::IllegalOriginBrowserRequest.into());
    }
    Ok(client.id.clone())
}

fn record(tenant: &Tenant, server_id: &str, client_id: Option<String>, refusal: Option<&Refusal>) {
    // Whatever names no app is not repeated.
    let known = client_id.filter(|id| tenant.state().directory.client(id).is_some());
    let outcome =
        refusal.map_or(Outcome::Success, |refusal| Outcome::Failure(refusal.code().internal().to_owned()));
    let about = About { actor: None, client_id: known.as_deref() };
    tenant.record(event_of(server_id, "app.oauth2.as.authorize"), outcome, about);
}
