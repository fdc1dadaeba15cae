//! Faults that a test injects: the next answers of an endpoint fail, come late, get lost or break off.

use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;

use crate::counters::Endpoint;

/// What happens to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The request is not looked at; the answer is an error with this status.
    Fail(u16),
    /// The request is carried out; the answer comes this much later, in real time.
    Delay(Duration),
    /// The request is carried out; the connection closes without an answer.
    Drop,
    /// The request is carried out; the connection closes in the middle of the answer.
    CutShort,
    /// `/userinfo` accepts a DPoP proof only with a nonce (RFC 9449 §9); a request without DPoP is answered as ever. At
    /// other endpoints it changes nothing.
    DemandNonce,
}

/// Marks a request to which [`Fault::DemandNonce`] applies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NonceDemanded;

/// The faults that are to come, by endpoint.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<BTreeMap<Endpoint, VecDeque<Fault>>>);

impl Faults {
    /// Adds a fault for the next answers, after those injected before.
    pub(crate) fn inject(&self, endpoint: Endpoint, fault: Fault, answers: usize) {
        self.lock().entry(endpoint).or_default().extend(std::iter::repeat_n(fault, answers));
    }

    /// The fault of this answer.
    pub(crate) fn take(&self, endpoint: Endpoint) -> Option<Fault> {
        self.lock().get_mut(&endpoint)?.pop_front()
    }

    /// Those that are to come at an endpoint.
    pub(crate) fn to_come(&self, endpoint: Endpoint) -> Vec<Fault> {
        self.lock().get(&endpoint).into_iter().flatten().copied().collect()
    }

    /// Forgets all that are to come.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Endpoint, VecDeque<Fault>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body that ends early: it promises a length, gives less, and fails.
#[derive(Debug)]
pub(crate) struct TruncatedBody {
    promised: u64,
    given: Option<Bytes>,
    /// Whether what was given had its turn to reach the wire.
    flushed: bool,
}

impl TruncatedBody {
    /// Nothing reaches the wire, not even the head.
    pub(crate) fn empty() -> Self {
        Self { promised: 1, given: None, flushed: true }
    }

    /// Half of it reaches the wire.
    pub(crate) fn half_of(body: &Bytes) -> Self {
        let half = body.slice(..body.len() / 2);
        Self { promised: body.len() as u64, given: Some(half), flushed: false }
    }
}

impl MessageBody for TruncatedBody {
    type Error = std::io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.promised)
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        if let Some(given) = self.given.take() {
            return Poll::Ready(Some(Ok(given)));
        }
        if !std::mem::replace(&mut self.flushed, true) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionAborted.into())))
    }
}
