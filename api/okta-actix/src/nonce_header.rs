//! The next nonce along with a good answer (RFC 9449 §8.2).

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::middleware::Next;

use crate::header_names::DPOP_NONCE;
use crate::remembered::next_nonce;

/// A middleware for apps that ask for nonces and do not use [`RequireBearer`](crate::RequireBearer), which does the same:
/// a client whose nonce gets old learns the next one from a good answer. Without it that takes a refusal.
///
/// ```
/// use actix_web::App;
/// use actix_web::middleware::from_fn;
///
/// let app = App::new().wrap(from_fn(okta_actix::renew_nonces));
/// ```
///
/// # Errors
/// Those of the service below.
pub async fn renew_nonces(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = next.call(request).await?;
    send_next_nonce(&mut response);
    Ok(response)
}

/// An answer with a nonce in it must not be kept.
pub(crate) fn send_next_nonce<B>(response: &mut ServiceResponse<B>) {
    let nonce = next_nonce(response.request()).and_then(|nonce| HeaderValue::from_str(&nonce).ok());
    if let Some(nonce) = nonce {
        let headers = response.headers_mut();
        headers.insert(DPOP_NONCE, nonce);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
