//! What was found out about a request's token, for whoever extracts it next in the same request. A proof is good for one
//! use, so it is judged once.

use std::sync::Arc;

use actix_web::{HttpMessage as _, HttpRequest};
use futures_util::future::{LocalBoxFuture, Shared};

use crate::bearer::Bearer;
use crate::config::BearerConfig;
use crate::rejection::Rejection;

/// What an extraction comes to.
pub(crate) type Outcome = Result<Bearer, Rejection>;

/// An outcome that has to be waited for, by as many extractors as ask.
pub(crate) type Awaited = Shared<LocalBoxFuture<'static, Outcome>>;

/// An outcome, or the way to it. It holds nothing of the request that it is kept in.
#[derive(Clone)]
pub(crate) enum Known {
    Outcome(Outcome),
    Awaited(Awaited),
}

/// Under which configuration it was found out: the pointer is compared and never followed.
struct Remembered {
    under: *const BearerConfig,
    known: Known,
}

/// For the extractors that come after this one.
pub(crate) fn remember(request: &HttpRequest, config: &Arc<BearerConfig>, known: Known) {
    request.extensions_mut().insert(Remembered { under: Arc::as_ptr(config), known });
}

/// What an earlier extraction in the same request found, under the same configuration.
pub(crate) fn remembered(request: &HttpRequest, config: &Arc<BearerConfig>) -> Option<Known> {
    let extensions = request.extensions();
    let found =
        extensions.get::<Remembered>().filter(|found| std::ptr::eq(found.under, Arc::as_ptr(config)))?;
    Some(found.known.clone())
}

/// The nonce that the client should use next, where the last extraction let its proof in.
pub(crate) fn next_nonce(request: &HttpRequest) -> Option<Arc<str>> {
    let extensions = request.extensions();
    let outcome = match &extensions.get::<Remembered>()?.known {
        Known::Outcome(outcome) => Some(outcome),
        Known::Awaited(awaited) => awaited.peek(),
    };
    outcome?.as_ref().ok()?.next_nonce().cloned()
}
