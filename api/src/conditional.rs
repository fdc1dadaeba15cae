//! Answers that a cache may keep and must ask about (RFC 9110 §13): an entity tag of the content, and 304
//! where the client has that content already.

use actix_web::dev::Payload;
use actix_web::http::header::{self, ETag, EntityTag, IfNoneMatch};
use actix_web::web::Header;
use actix_web::{FromRequest as _, HttpRequest, HttpResponse};
use okta_types::base64url;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::ApiError;

/// Stock changes with every order: caches may keep the answer, but must ask before they use it.
const CACHING: (header::HeaderName, &str) = (header::CACHE_CONTROL, "no-cache");

/// The message as JSON with its tag, or 304.
///
/// # Errors
/// When the message has no JSON form.
pub(crate) async fn json<T: Serialize>(request: &HttpRequest, message: &T) -> Result<HttpResponse, ApiError> {
    let body = serde_json::to_vec(message).map_err(ApiError::Answer)?;
    let tag = EntityTag::new_strong(base64url::encode(&Sha256::digest(&body)[..12]));
    let is_known = knows(request, &tag).await;
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header(CACHING).insert_header(ETag(tag));
    Ok(if is_known { answer.finish() } else { answer.content_type("application/json").body(body) })
}

/// A header that cannot be read is none.
async fn knows(request: &HttpRequest, tag: &EntityTag) -> bool {
    match Header::<IfNoneMatch>::from_request(request, &mut Payload::None).await {
        Ok(Header(IfNoneMatch::Any)) => true,
        Ok(Header(IfNoneMatch::Items(known))) => known.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}
