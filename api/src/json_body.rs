//! Bodies of requests: JSON, not too large, not too slow, and said to be what they are.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use crate::body_error::BodyError;
use crate::error::ApiError;
use crate::strict_json::{self, Tree};

/// The largest body in bytes: a hundred order lines have room five times over.
pub(crate) const MAX_BODY: usize = 64 * 1024;

/// How long a body may take. The framework limits the head alone.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// The body as a `T`.
#[derive(Debug)]
pub(crate) struct JsonBody<T>(pub(crate) T);

/// For `app_data`: the limit, and errors as [`ApiError`].
pub(crate) fn json_config() -> web::JsonConfig {
    let refuse = |error, _: &HttpRequest| ApiError::Body(BodyError::Json(error)).into();
    web::JsonConfig::default().limit(MAX_BODY).error_handler(refuse)
}

impl<T: DeserializeOwned + 'static> FromRequest for JsonBody<T> {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let declared = check_declared(request);
        let body = tokio::time::timeout(READ_TIMEOUT, web::Json::<Tree>::from_request(request, payload));
        Box::pin(async move {
            declared.map_err(ApiError::Body)?;
            let web::Json(tree) = body.await.map_err(|_| ApiError::Body(BodyError::Slow))??;
            Ok(Self(strict_json::read(&tree).map_err(|error| ApiError::Body(BodyError::Shape(error)))?))
        })
    }
}

/// What the head says of the body. The media type itself is for the framework to compare.
fn check_declared(request: &HttpRequest) -> Result<(), BodyError> {
    if has_coding(request.headers()) {
        return Err(BodyError::Coding);
    }
    let media_type = request.mime_type().ok().flatten();
    let is_other = |charset: &str| !matches!(charset.to_ascii_lowercase().as_str(), "utf-8" | "utf8");
    let mut parameters = media_type.iter().flat_map(|media_type| media_type.params());
    let other_charset = parameters.any(|(name, value)| name == "charset" && is_other(value.as_str()));
    let several = request.headers().get_all(header::CONTENT_TYPE).count() > 1;
    if other_charset || several { Err(BodyError::MediaType) } else { Ok(()) }
}

fn has_coding(headers: &HeaderMap) -> bool {
    let codings =
        headers.get_all(header::CONTENT_ENCODING).flat_map(|value| value.as_bytes().split(|b| *b == b','));
    codings
        .map(<[u8]>::trim_ascii)
        .any(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity"))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[actix_web::test]
    async fn a_body_that_never_ends_is_given_up() {
        tokio::time::pause();
        let request = TestRequest::post()
            .insert_header(("content-type", "application/json"))
            .app_data(json_config())
            .to_http_request();
        let endless = futures_util::stream::pending::<Result<web::Bytes, actix_web::error::PayloadError>>();
        let mut payload: Payload = Payload::Stream { payload: Box::pin(endless) };
        let refused = JsonBody::<serde_json::Value>::from_request(&request, &mut payload).await.unwrap_err();
        assert!(matches!(refused.as_error(), Some(ApiError::Body(BodyError::Slow))), "{refused:?}");
    }

    #[track_caller]
    fn check(headers: &[(&'static str, &'static str)], good: bool) {
        let request =
            headers.iter().fold(TestRequest::post(), |request, header| request.append_header(*header));
        assert_eq!(check_declared(&request.to_http_request()).is_ok(), good, "{headers:?}");
    }

    #[test]
    fn a_body_is_in_utf_8_and_not_compressed() {
        let json = ("content-type", "application/json");
        check(&[json], true);
        for charset in ["utf-8", "UTF-8", "\"utf-8\"", "utf8"] {
            let media_type: &'static str = format!("application/json; charset={charset}").leak();
            check(&[("content-type", media_type)], true);
        }
        for charset in ["utf-16", "iso-8859-1", "\"windows-1252\"", "utf-8; charset=utf-16"] {
            let media_type: &'static str = format!("application/json; charset={charset}").leak();
            check(&[("content-type", media_type)], false);
        }
        check(&[json, ("content-type", "text/plain")], false);
        for coding in ["", "identity", "Identity, identity"] {
            check(&[json, ("content-encoding", coding)], true);
        }
        for coding in ["gzip", "br", "x", "identity, gzip", "gzip, identity"] {
            check(&[json, ("content-encoding", coding)], false);
        }
        check(&[json, ("content-encoding", "identity"), ("content-encoding", "zstd")], false);
    }
}
