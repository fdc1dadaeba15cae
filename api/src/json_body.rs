//! Bodies of requests: JSON, not too large, and not too slow.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use crate::error::ApiError;

/// The largest body in bytes: a hundred order lines have room five times over.
pub(crate) const MAX_BODY: usize = 64 * 1024;

/// How long a body may take. The framework limits the head alone.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// The body as a `T`.
#[derive(Debug)]
pub(crate) struct JsonBody<T>(pub(crate) T);

/// For `app_data`: the limit, and errors as [`ApiError`].
pub(crate) fn json_config() -> web::JsonConfig {
    web::JsonConfig::default().limit(MAX_BODY).error_handler(|error, _| ApiError::Body(error).into())
}

impl<T: DeserializeOwned + 'static> FromRequest for JsonBody<T> {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = tokio::time::timeout(READ_TIMEOUT, web::Json::<T>::from_request(request, payload));
        Box::pin(async move {
            let web::Json(value) = body.await.map_err(|_| ApiError::SlowBody)??;
            Ok(Self(value))
        })
    }
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
        assert!(matches!(refused.as_error(), Some(ApiError::SlowBody)), "{refused:?}");
    }
}
