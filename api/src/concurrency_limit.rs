//! How many requests are handled at a time. One more is refused at once, to be sent again later: a queue would
//! make all of them late.
//!
//! A request takes its place when all of it has arrived and its token is verified, so that nobody takes one who only
//! begins to send. People who are signed in have places of their own: whoever shows no token cannot take those.

use std::sync::Arc;

use actix_web::{FromRequest, Handler, HttpRequest, Responder, web};
use futures_util::future::LocalBoxFuture;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::connections;
use crate::error::ApiError;

/// Of so many places for people who are signed in there is one for others.
const SIGNED_IN_PER_ANONYMOUS: usize = 4;

/// Whose request it is, by its address: what asks for a token is answered only to those who have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Somebody with a good token.
    SignedIn,
    /// Anybody.
    Anonymous,
}

/// The places of all workers together.
#[derive(Clone, Debug)]
pub(crate) struct ConcurrencyLimit {
    signed_in: Arc<Semaphore>,
    anonymous: Arc<Semaphore>,
}

impl ConcurrencyLimit {
    /// Allows people who are signed in this many requests at a time, and others a quarter as many.
    pub(crate) fn new(requests: usize) -> Self {
        let places = |count: usize| Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)));
        Self { signed_in: places(requests), anonymous: places(requests.div_ceil(SIGNED_IN_PER_ANONYMOUS)) }
    }

    /// A place, until it is dropped.
    ///
    /// # Errors
    /// Where there is none just now.
    pub(crate) fn enter(&self, caller: Caller) -> Result<OwnedSemaphorePermit, ApiError> {
        let places = match caller {
            Caller::SignedIn => &self.signed_in,
            Caller::Anonymous => &self.anonymous,
        };
        Arc::clone(places).try_acquire_owned().map_err(|_| ApiError::Overloaded)
    }
}

/// A handler that is called where there is a place for it.
///
/// The place is given back with the answer, not when that is sent: what is sent is bounded by connections, and whoever
/// reads slowly must not keep others out.
#[derive(Clone)]
pub(crate) struct Limited<H> {
    /// What is done.
    pub(crate) handler: H,
    /// Whose places it takes.
    pub(crate) caller: Caller,
}

impl<H, Args> Handler<(HttpRequest, Args)> for Limited<H>
where
    H: Handler<Args>,
    H::Output: Responder + 'static,
    Args: FromRequest + 'static,
{
    type Output = Result<H::Output, ApiError>;
    type Future = LocalBoxFuture<'static, Self::Output>;

    fn call(&self, (request, args): (HttpRequest, Args)) -> Self::Future {
        connections::handling(&request);
        let limit = request.app_data::<web::Data<ConcurrencyLimit>>();
        let place = limit.map(|limit| limit.enter(self.caller)).transpose();
        let work = place.map(|place| (place, self.handler.call(args)));
        Box::pin(async move {
            let (_place, work) = work?;
            Ok(work.await)
        })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{App, HttpResponse, test};

    use super::*;

    async fn ok() -> HttpResponse {
        HttpResponse::Ok().finish()
    }

    #[actix_web::test]
    async fn without_a_place_it_is_503() {
        for (places, status) in [(0, 503), (1, 200)] {
            let handler = Limited { handler: ok, caller: Caller::Anonymous };
            let app = App::new()
                .app_data(web::Data::new(ConcurrencyLimit::new(places)))
                .default_service(web::to(handler));
            let app = test::init_service(app).await;
            let response = test::call_service(&app, test::TestRequest::get().to_request()).await;
            assert_eq!(response.status(), status, "with {places}");
            assert_eq!(response.headers().contains_key("retry-after"), status == 503);
        }
    }

    #[tokio::test]
    async fn those_without_a_token_take_no_place_of_those_with_one() {
        let limit = ConcurrencyLimit::new(8);
        let taken: Vec<_> = std::iter::from_fn(|| limit.enter(Caller::Anonymous).ok()).collect();
        assert_eq!(taken.len(), 2);
        let signed_in: Vec<_> = std::iter::from_fn(|| limit.enter(Caller::SignedIn).ok()).collect();
        assert_eq!(signed_in.len(), 8);
        drop(taken);
        assert!(limit.enter(Caller::Anonymous).is_ok() && limit.enter(Caller::SignedIn).is_err());
    }
}
