//! `POST /api/global-token-revocation`: the org ends a person's tokens (Okta's Universal Logout).

use actix_web::{HttpRequest, HttpResponse, web};
use okta_actix::{RevocationRequests, carry_out_revocation};
use shared::paths;

use crate::clock;
use crate::error::ApiError;
use crate::store::Store;

#[utoipa::path(
    post, path = paths::GLOBAL_TOKEN_REVOCATION, tag = "org", operation_id = "revoke_tokens",
    summary = "Ends a person's tokens, for the org alone",
    description = "For Okta's Universal Logout, where the API is configured for it: the bearer token is a message that the \
        org signs, the body says whose tokens are refused from now on (`sub_id`, RFC 9493).",
    request_body = Object,
    responses(
        (status = 204, description = "They are."),
        (status = 401, description = "`unauthorized`: the message is not the org's.", body = Object,
            content_type = "application/problem+json"),
        (status = 404, description = "`not_found`: the person is another org's, or there is no such endpoint.", body = Object,
            content_type = "application/problem+json"),
    ),
)]
pub(super) async fn revoke(
    request: HttpRequest,
    body: web::Bytes,
    requests: web::Data<Option<RevocationRequests>>,
    store: web::Data<Store>,
) -> Result<HttpResponse, actix_web::Error> {
    let Some(requests) = requests.as_ref() else { return Err(ApiError::NotFound.into()) };
    let revoked = carry_out_revocation(&request, &body, requests).await?;
    // For all processes to know it.
    store.revoke(&revoked, clock::now()).await.map_err(ApiError::from)?;
    Ok(HttpResponse::NoContent().finish())
}
