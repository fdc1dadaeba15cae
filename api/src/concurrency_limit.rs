//! How many requests are handled at a time. Where some more come at once, they wait for a place. Where more come than can be
//! handled, one that finds none is refused at once, to be sent again later: a queue would make all of them late. (As
//! "controlled delay" does it, Nichols and Jacobson, RFC 8289: a queue that empties is a burst, one that stands is overload.)
//!
//! A request takes its place when all of it has arrived and its token is verified, so that nobody takes one who only
//! begins to send. People who are signed in have places of their own: whoever shows no token cannot take those.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_web::{FromRequest, Handler, HttpRequest, Responder, web};
use futures_util::future::LocalBoxFuture;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::connections;
use crate::error::ApiError;

/// Whose request it is, by its address: what asks for a token is answered only to those who have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Somebody with a good token.
    SignedIn,
    /// Anybody.
    Anonymous,
}

/// How long a request waits for a place, and how long a queue may stand. A few that come at the same time are no overload:
/// somebody who types a word into the search asks for each letter.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long nobody waits after somebody was refused.
const IMPATIENCE: Duration = Duration::from_secs(1);

/// The places of all workers together.
#[derive(Debug)]
pub(crate) struct ConcurrencyLimit {
    signed_in: Places,
    anonymous: Places,
}

#[derive(Debug)]
struct Places {
    free: Arc<Semaphore>,
    opened: Instant,
    /// Since when nobody who came has found a place free, in milliseconds since `opened`; 0 where the last one has.
    standing: AtomicU64,
    /// When somebody was last refused; 0 for nobody.
    refused: AtomicU64,
}

impl ConcurrencyLimit {
    /// Allows people who are signed in this many requests at a time, and others as many.
    pub(crate) fn new(requests: usize) -> Self {
        Self { signed_in: Places::new(requests), anonymous: Places::new(requests) }
    }

    /// A place, until it is dropped.
    ///
    /// # Errors
    /// Where there is none, and none becomes free while it makes sense to wait.
    pub(crate) async fn enter(&self, caller: Caller) -> Result<OwnedSemaphorePermit, ApiError> {
        match caller {
            Caller::SignedIn => self.signed_in.enter().await,
            Caller::Anonymous => self.anonymous.enter().await,
        }
    }
}

impl Places {
    fn new(count: usize) -> Self {
        let free = Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)));
        Self { free, opened: Instant::now(), standing: AtomicU64::new(0), refused: AtomicU64::new(0) }
    }

    async fn enter(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        if let Ok(place) = Arc::clone(&self.free).try_acquire_owned() {
            self.standing.store(0, Ordering::Relaxed);
            return Ok(place);
        }
        let _ = self.standing.compare_exchange(0, self.now(), Ordering::Relaxed, Ordering::Relaxed);
        if !self.is_within(&self.refused, IMPATIENCE)
            && self.is_within(&self.standing, PATIENCE)
            && let Ok(Ok(place)) =
                tokio::time::timeout(PATIENCE, Arc::clone(&self.free).acquire_owned()).await
        {
            return Ok(place);
        }
        self.refused.store(self.now(), Ordering::Relaxed);
        Err(ApiError::Overloaded)
    }

    /// Whether it was, and so recently.
    fn is_within(&self, moment: &AtomicU64, time: Duration) -> bool {
        let moment = moment.load(Ordering::Relaxed);
        moment > 0 && Duration::from_millis(self.now().saturating_sub(moment)) < time
    }

    /// Milliseconds since it was opened, from 1 on.
    fn now(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
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
        let limit = request.app_data::<web::Data<ConcurrencyLimit>>().cloned();
        let Self { handler, caller } = self.clone();
        Box::pin(async move {
            let _place = match &limit {
                Some(limit) => Some(limit.enter(caller).await?),
                None => None,
            };
            Ok(handler.call(args).await)
        })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{App, HttpResponse, test};
    use futures_util::FutureExt as _;

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

    fn all(limit: &ConcurrencyLimit, caller: Caller) -> Vec<OwnedSemaphorePermit> {
        let mut places = Vec::new();
        while let Some(Ok(place)) = limit.enter(caller).now_or_never() {
            places.push(place);
        }
        places
    }

    #[tokio::test]
    async fn those_without_a_token_take_no_place_of_those_with_one() {
        let limit = ConcurrencyLimit::new(8);
        let taken = all(&limit, Caller::Anonymous);
        assert_eq!(taken.len(), 8);
        let signed_in = all(&limit, Caller::SignedIn);
        assert_eq!(signed_in.len(), 8);
        drop(taken);
        assert!(limit.enter(Caller::Anonymous).await.is_ok());
        assert!(limit.enter(Caller::SignedIn).now_or_never().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_comes_with_others_waits_and_not_where_there_are_too_many() {
        let limit = ConcurrencyLimit::new(1);
        let place = limit.enter(Caller::SignedIn).await.unwrap();
        let (waited, ()) = tokio::join!(limit.enter(Caller::SignedIn), async {
            tokio::time::sleep(PATIENCE / 2).await;
            drop(place);
        });
        let place = waited.unwrap();
        drop(place);
        let place = limit.enter(Caller::SignedIn).now_or_never().unwrap().unwrap();
        // In vain, and then nobody waits for a second.
        let asked = Instant::now();
        assert!(limit.enter(Caller::SignedIn).await.is_err());
        assert_eq!(asked.elapsed(), PATIENCE);
        assert!(limit.enter(Caller::SignedIn).now_or_never().unwrap().is_err());
        tokio::time::advance(IMPATIENCE - Duration::from_millis(1)).await;
        assert!(limit.enter(Caller::SignedIn).now_or_never().unwrap().is_err());
        tokio::time::advance(IMPATIENCE).await;
        drop(place);
        let _place = limit.enter(Caller::SignedIn).now_or_never().unwrap().unwrap();
        assert!(limit.enter(Caller::SignedIn).now_or_never().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_in_a_queue_that_stands() {
        let limit = ConcurrencyLimit::new(1);
        let mut place = limit.enter(Caller::SignedIn).await.unwrap();
        // Each waits for a moment only, but there is always one.
        let mut waited = Duration::ZERO;
        let refused = loop {
            let (next, ()) = tokio::join!(limit.enter(Caller::SignedIn), async {
                tokio::time::sleep(PATIENCE / 10).await;
                drop(place);
            });
            match next {
                Ok(next) => place = next,
                Err(error) => break error,
            }
            waited += PATIENCE / 10;
            assert!(waited <= PATIENCE, "{waited:?}");
        };
        assert!(matches!(refused, ApiError::Overloaded) && waited == PATIENCE, "{waited:?}");
    }
}
