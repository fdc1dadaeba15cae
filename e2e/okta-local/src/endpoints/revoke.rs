//! `/revoke`: gives a token back (RFC 7009).
//!
//! A refresh token takes its whole family along; an access token goes alone. An API that verifies tokens
//! by itself goes on accepting a revoked access token until it expires.

use actix_web::{HttpRequest, HttpResponse, web};

use super::server_id::ServerId;
use super::{answer, client, presented};
use crate::catalogue::{Code, Refusal};
use crate::cors;
use crate::counters::Endpoint;
use crate::grants::RevokedRefresh;
use crate::org::tenant::{About, Tenant};
use crate::parameters::Parameters;
use crate::system_log::{Outcome, event_of};

/// Revokes a token; an unknown one is as good as revoked (§2.2).
pub(super) async fn revoke(
    tenant: web::Data<Tenant>,
    path: ServerId,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    tenant.counters.count(Endpoint::Revoke);
    if !answer::has_server(&tenant.state(), &path) {
        return answer::no_such_server(&path);
    }
    let Some(form) = Parameters::from_form(&request, &body) else { return answer::wrong_media_type() };
    client::fetch_keys(&tenant, &form).await;
    let mut response = match end(&tenant, &path, &request, &form) {
        Ok(()) => HttpResponse::Ok().insert_header(("Cache-Control", "no-cache, no-store")).finish(),
        Err(refusal) => answer::refusal_to(&request, &refusal),
    };
    cors::share_with_trusted(&tenant, &request, &mut response);
    response
}

fn end(tenant: &Tenant, server_id: &str, request: &HttpRequest, form: &Parameters) -> Result<(), Refusal> {
    if form.has_repetition() {
        return Err(Code::DuplicateOauthParams.into());
    }
    let mut state = tenant.state();
    let client_id = client::authenticate(tenant, server_id, &state.directory, request, form)?.id.clone();
    let token = form.get("token").ok_or(Code::RequestMissingToken)?;
    let about = About { actor: None, client_id: Some(&client_id) };
    match state.grants.revoke_refresh(token, &client_id) {
        Some(RevokedRefresh::OfAnotherClient) => return Err(Code::MismatchedClient.into()),
        Some(RevokedRefresh::Done) => {
            tenant.record(event_of(server_id, "app.oauth2.as.token.revoke"), Outcome::Success, about)
        }
        None => {
            let Some(claims) = presented::read(tenant, server_id, token) else { return Ok(()) };
            if claims.cid != client_id {
                return Err(Code::MismatchedClient.into());
            }
            state.grants.revoke_access(&claims.jti, claims.exp);
            tenant.record(event_of(server_id, "app.oauth2.as.token.revoke"), Outcome::Success, about);
        }
    }
    Ok(())
}
