//! What happened. Answers carry the id of the effect they belong to; late ones are dropped.

use crate::effect::Message;
use crate::sensitive::Sensitive;
use crate::sign_in::SignIn;

/// Marks an effect and its answer. Never used twice in the life of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket(pub(crate) u64);

/// Marks a request of the app; chosen by the driver, never twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FetchId(pub u64);

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The page was loaded. The first event, once.
    Started {
        /// `location.href`.
        address: Sensitive,
    },
    /// Somebody wants to sign in.
    SignIn(SignIn),
    /// Somebody wants to sign out.
    SignOut,
    /// The notice was read.
    NoticeDismissed,
    /// The app left the callback page for the wanted one.
    Landed,
    /// The app wants to send a request.
    FetchWanted {
        /// Marks it.
        fetch: FetchId,
        /// As the app wrote it.
        url: String,
    },
    /// A forwarded request was answered.
    FetchAnswered {
        /// Which.
        fetch: FetchId,
        /// The HTTP status.
        status: u16,
        /// The `WWW-Authenticate` header.
        challenge: Option<String>,
    },
    /// The app no longer waits, or the network gave no answer.
    FetchDropped {
        /// Which.
        fetch: FetchId,
    },
    /// A text was read.
    Loaded {
        /// Of the effect.
        id: Ticket,
        /// `None` where there is none or the storage refused.
        text: Option<Sensitive>,
    },
    /// A text was kept, or the storage refused.
    Saved {
        /// Of the effect.
        id: Ticket,
        /// Whether it was kept.
        ok: bool,
    },
    /// The org answered, or did not.
    Answered {
        /// Of the effect.
        id: Ticket,
        /// The answer.
        answer: Result<HttpAnswer, HttpFailure>,
    },
    /// A signature was checked.
    Verified {
        /// Of the effect.
        id: Ticket,
        /// Whether it holds. `false` also where the browser could not check.
        good: bool,
    },
    /// This tab has the lock.
    LockGranted {
        /// Of the effect.
        id: Ticket,
    },
    /// Another tab said something.
    Heard(Message),
    /// Another tab changed the storage.
    StorageChanged,
    /// A timer fired, the page became visible, or the network came back.
    Woke,
    /// The page came back from the browser's back/forward cache.
    Returned,
}

/// An answer of the org, of any status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Sensitive,
    /// The `X-Rate-Limit-Reset` header: seconds since the epoch.
    pub rate_limit_reset: Option<String>,
}

/// Why there is no answer of the org.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpFailure {
    /// Offline, blocked, or refused by CORS.
    Network,
    /// Its time was up.
    Timeout,
}
