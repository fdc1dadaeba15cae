//! The proof of a token request (RFC 9449 §5): which requests need one, and the key that it proves.

use actix_web::http::header::HeaderValue;
use actix_web::{HttpRequest, HttpResponse};
use okta_types::Thumbprint;

use crate::catalogue::{Code, Refusal};
use crate::dpop::{Expected, NONCE_HEADER};
use crate::org::app_kind::GrantType;
use crate::org::client::Client;
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;

/// The key that the tokens are to be bound to; `None` where the answer is a bearer token, and a proof is ignored.
///
/// A refresh token that is bound to a key stays bound, whatever the app's setting says by now.
///
/// # Errors
/// Why the proof is not good. The code or the refresh token was not looked at.
pub(super) fn key(
    tenant: &Tenant,
    request: &HttpRequest,
    client: &Client,
    grant_type: GrantType,
    form: &Parameters,
) -> Result<Option<Thumbprint>, Refusal> {
    let token = form.get("refresh_token").filter(|_| grant_type == GrantType::RefreshToken);
    let bound = token.and_then(|token| tenant.state().grants.key_of_refresh(token).cloned());
    if !client.app.dpop_bound && bound.is_none() {
        return Ok(None);
    }
    let expected = Expected {
        method: request.method().as_str(),
        url: &format!("{}{}", tenant.base_url, request.path()),
        nonce: true,
        access_token: None,
        key: bound.as_ref().map(|key| (key, Code::InvalidDpopProofInvalidPublicKeyBinding)),
        now: tenant.now(),
    };
    Ok(Some(tenant.dpop.judge(request.headers(), &expected)?))
}

/// Tells the client the nonce that its next proof is to hold.
pub(super) fn add_nonce(tenant: &Tenant, response: &mut HttpResponse) {
    if let Ok(nonce) = HeaderValue::from_str(&tenant.dpop.nonces.current(tenant.now())) {
        response.headers_mut().insert(NONCE_HEADER, nonce);
    }
}
