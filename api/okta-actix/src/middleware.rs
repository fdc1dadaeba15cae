//! A bearer token for every route below, with named exceptions: what is forgotten is closed.

use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::Error;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;

use crate::bearer::Bearer;
use crate::nonce_header::send_next_nonce;

/// Lets a request pass only with a good token, except where told otherwise. Handlers below still take
/// [`Bearer`], which costs nothing more, to learn who asks.
///
/// ```
/// use actix_web::{App, web};
/// use okta_actix::RequireBearer;
///
/// let app = App::new().service(
///     web::scope("/api").wrap(RequireBearer::everywhere().except("/api/health").except_under("/api/public")),
/// );
/// ```
///
/// - The [`BearerConfig`](crate::BearerConfig) must be registered with the `App`: what a scope registers is
///   not seen by the scope's own middleware.
/// - `actix-cors` goes outside, that is: is wrapped later. A browser's preflight has no token, and a refusal
///   without CORS headers cannot be read.
/// - What passes is private: it gets `Cache-Control: no-store`, unless the handler says something itself.
#[derive(Clone, Debug)]
pub struct RequireBearer {
    open: Rc<[Open]>,
}

#[derive(Clone, Debug)]
enum Open {
    Path(String),
    /// Ends with a slash.
    Under(String),
}

impl RequireBearer {
    /// Without an exception.
    pub fn everywhere() -> Self {
        Self { open: Rc::default() }
    }

    /// Opens one path, whatever the method. Compared with the request's path from its first slash on, to the
    /// letter: another spelling of the same route stays closed.
    ///
    /// # Panics
    /// If the path does not start with a slash, or is not plain (`%`, `{`, `*`, `?`): it would never match.
    #[must_use]
    pub fn except(self, path: &str) -> Self {
        self.with(Open::Path(plain(path).to_owned()))
    }

    /// Opens everything below a path, but not the path itself.
    ///
    /// # Panics
    /// As [`except`](Self::except).
    #[must_use]
    pub fn except_under(self, path: &str) -> Self {
        self.with(Open::Under(format!("{}/", plain(path).trim_end_matches('/'))))
    }

    fn with(self, open: Open) -> Self {
        Self { open: self.open.iter().cloned().chain([open]).collect() }
    }

    fn is_open(&self, path: &str) -> bool {
        self.open.iter().any(|open| match open {
            Open::Path(open) => path == open,
            // Whoever resolves dots later on must not be led out of there.
            Open::Under(open) => path.starts_with(open) && !path.contains("..") && !path.contains('%'),
        })
    }
}

fn plain(path: &str) -> &str {
    let is_plain = path.starts_with('/') && !path.contains(['%', '{', '}', '*', '?', '#']);
    assert!(is_plain, "{path:?} is not a plain path");
    path
}

impl<S, B> Transform<S, ServiceRequest> for RequireBearer
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = Guarded<S>;
    type InitError = ();
    type Future = Ready<Result<Guarded<S>, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(Guarded { service: Rc::new(service), rule: self.clone() }))
    }
}

/// A service behind [`RequireBearer`].
#[derive(Debug)]
pub struct Guarded<S> {
    service: Rc<S>,
    rule: RequireBearer,
}

impl<S, B> Service<ServiceRequest> for Guarded<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Error>>;

    forward_ready!(service);

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let service = Rc::clone(&self.service);
        if self.rule.is_open(request.path()) {
            return async move { Ok(service.call(request).await?.map_into_left_body()) }.boxed_local();
        }
        async move {
            if let Err(rejection) = request.extract::<Bearer>().await {
                // An answer and not an error: not every middleware outside has an eye for errors.
                return Ok(request.error_response(rejection).map_into_right_body());
            }
            let mut response = service.call(request).await?.map_into_left_body();
            let headers = response.headers_mut();
            if !headers.contains_key(CACHE_CONTROL) {
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            }
            send_next_nonce(&mut response);
            Ok(response)
        }
        .boxed_local()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, open: bool) {
        let rule = RequireBearer::everywhere().except("/health").except_under("/public");
        assert_eq!(rule.is_open(path), open, "{path}");
    }

    #[test]
    fn only_what_was_named_is_open() {
        check("/health", true);
        check("/public/logo.svg", true);
        for closed in [
            "/",
            "",
            "/Health",
            "/health/",
            "//health",
            "/health/x",
            "/healthy",
            "/%68ealth",
            "/public",
            "/publicity",
            "/public/../api",
            "/public/%2e%2e/api",
            "/api/health",
            "/api/public/x",
        ] {
            check(closed, false);
        }
    }

    #[test]
    #[should_panic(expected = "is not a plain path")]
    fn an_exception_that_could_never_match_is_a_mistake() {
        let _ = RequireBearer::everywhere().except("/items/{id}");
    }
}
