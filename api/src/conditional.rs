//! Answers that a cache may keep and must ask about (RFC 9110 §13): bytes that are made once, in the codings that
//! clients take, each with an entity tag of its own, and 304 where the client has that content already.

use std::sync::OnceLock;

use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, EntityTag, Header as _, HeaderMap,
    HeaderName, HeaderValue, IF_NONE_MATCH, IfNoneMatch, VARY,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use okta_types::base64url;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::coding::{accepts, brotli_of, gzip_of};
use crate::error::ApiError;

/// Stock changes with every order: caches may keep the answer, but must ask before they use it.
const CACHING: (HeaderName, HeaderValue) = (CACHE_CONTROL, HeaderValue::from_static("no-cache"));
const VARYING: (HeaderName, HeaderValue) = (VARY, HeaderValue::from_static("accept-encoding"));
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// A message as the bytes of its answer.
#[derive(Debug)]
pub(crate) struct Prepared {
    media_type: HeaderValue,
    plain: Form,
    /// `None` where the coding saves nothing. Made for the first client that takes it.
    brotli: OnceLock<Option<Form>>,
    gzip: OnceLock<Option<Form>>,
}

/// The message in one coding.
#[derive(Debug)]
struct Form {
    body: Bytes,
    tag: EntityTag,
    tag_header: HeaderValue,
    coding: Option<HeaderValue>,
}

impl Prepared {
    /// The message as JSON.
    ///
    /// # Errors
    /// When the message has no JSON form.
    pub(crate) fn json<T: Serialize>(message: &T) -> Result<Self, ApiError> {
        let body = Bytes::from(serde_json::to_vec(message).map_err(ApiError::Answer)?);
        Ok(Self::new(JSON, body))
    }

    /// A page.
    pub(crate) fn html(page: String) -> Self {
        Self::new(HTML, page.into())
    }

    fn new(media_type: HeaderValue, body: Bytes) -> Self {
        let hash = base64url::encode(&Sha256::digest(&body)[..12]);
        let plain = Form::new(body, hash, None);
        Self { media_type, plain, brotli: OnceLock::new(), gzip: OnceLock::new() }
    }

    /// The message without a coding.
    pub(crate) fn body(&self) -> &Bytes {
        &self.plain.body
    }

    /// Bytes in memory, or a little less.
    pub(crate) fn weight(&self) -> u64 {
        2 * self.plain.body.len() as u64 + 1024
    }

    /// The answer to this request.
    pub(crate) fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let form = self.form(request.headers());
        let is_known = form.is_known(request);
        let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        answer.insert_header(CACHING).insert_header(VARYING).insert_header((ETAG, form.tag_header.clone()));
        if is_known {
            return answer.finish();
        }
        if let Some(coding) = &form.coding {
            answer.insert_header((CONTENT_ENCODING, coding.clone()));
        }
        answer.insert_header((CONTENT_TYPE, self.media_type.clone())).body(form.body.clone())
    }

    fn form(&self, headers: &HeaderMap) -> &Form {
        let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let coded = if accepts(accepted, "br") {
            self.brotli.get_or_init(|| self.plain.coded("br", brotli_of)).as_ref()
        } else if accepts(accepted, "gzip") {
            self.gzip.get_or_init(|| self.plain.coded("gzip", gzip_of)).as_ref()
        } else {
            None
        };
        coded.unwrap_or(&self.plain)
    }
}

impl Form {
    /// The tag is made of characters that a header may hold.
    fn new(body: Bytes, tag: String, coding: Option<&'static str>) -> Self {
        let tag = EntityTag::new_strong(tag);
        let tag_header = HeaderValue::try_from(tag.to_string()).unwrap_or(HeaderValue::from_static("\"\""));
        Self { body, tag, tag_header, coding: coding.map(HeaderValue::from_static) }
    }

    /// The same in a coding, if it is smaller then.
    fn coded(&self, coding: &'static str, code: fn(&[u8]) -> Bytes) -> Option<Self> {
        let body = code(&self.body);
        let tag = format!("{}-{coding}", self.tag.tag());
        (body.len() < self.body.len()).then(|| Self::new(body, tag, Some(coding)))
    }

    /// Whether the client has it. A header that cannot be read is none.
    fn is_known(&self, request: &HttpRequest) -> bool {
        request.headers().contains_key(IF_NONE_MATCH)
            && match IfNoneMatch::parse(request) {
                Ok(IfNoneMatch::Any) => true,
                Ok(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(&self.tag)),
                Err(_) => false,
            }
    }
}
