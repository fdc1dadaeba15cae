//! What happened. Answers carry the id of the effect they belong to; late ones are dropped.

#[cfg(feature = "dpop")]
use okta_types::UnixTime;

#[cfg(feature = "dpop")]
use crate::interface::dpop::{KeyName, MadeKey};
use crate::interface::ids::{FetchId, Ticket};
use crate::interface::message::Message;
use crate::interface::resumable_request::ResumableRequest;
use crate::interface::sign_in::SignIn;
use crate::protocol::sensitive::Sensitive;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The page was loaded. The first event, once.
    Started {
        /// `location.href` of the page, query and fragment included.
        address: Sensitive,
    },
    /// Somebody wants to sign in.
    SignIn(SignIn),
    /// Somebody wants to sign out, here and at the org.
    SignOut,
    /// Somebody wants to sign out of this app only; the session at the org goes on.
    SignOutHere,
    /// The page was asked by somebody else to begin a sign-in (OpenID Connect Core §4): a link of the org's
    /// dashboard to the "initiate login URI". Where the query names a foreign issuer or a target of another
    /// origin nothing begins, and the notice says so.
    Initiated {
        /// The query of the page, without the question mark: `iss`, `login_hint`, `target_link_uri`.
        query: String,
    },
    /// The notice was read.
    NoticeDismissed,
    /// The app left the callback page for the wanted one.
    Landed,
    /// The app wants to send a request.
    FetchWanted {
        /// A number that the driver chooses, never twice in the life of a page.
        fetch: FetchId,
        /// As the app wrote it.
        url: String,
        /// The HTTP method.
        #[cfg(feature = "dpop")]
        method: String,
    },
    /// The app wants this request stored should the API ask for a stronger or more recent sign-in (RFC 9470).
    /// Comes right after its [`Event::FetchWanted`]. Without it such a refusal is delivered like any other.
    FetchResumable {
        /// As in its [`Event::FetchWanted`].
        fetch: FetchId,
        /// What to store.
        request: ResumableRequest,
        /// Where to land on return: a place of this origin, the page that will take the request back.
        target: String,
    },
    /// A forwarded request was answered.
    FetchAnswered {
        /// As in its [`Event::FetchWanted`].
        fetch: FetchId,
        /// The HTTP status.
        status: u16,
        /// The `WWW-Authenticate` header.
        challenge: Option<String>,
    },
    /// An answer has a `DPoP-Nonce` header (RFC 9449 §9). Comes right before its [`Event::FetchAnswered`].
    #[cfg(feature = "dpop")]
    NonceGiven {
        /// Which.
        fetch: FetchId,
        /// The header's value.
        nonce: String,
    },
    /// A request was not sent because the key of its proof is gone.
    #[cfg(feature = "dpop")]
    FetchKeyLost {
        /// Which.
        fetch: FetchId,
        /// The key's name.
        key: KeyName,
    },
    /// The app no longer waits, or the network gave no answer.
    FetchDropped {
        /// As in its [`Event::FetchWanted`].
        fetch: FetchId,
    },
    /// A text was read.
    Loaded {
        /// The ticket of the effect that is answered.
        id: Ticket,
        /// `None` where there is none.
        text: Option<Sensitive>,
    },
    /// A text could not be read: the storage threw. What is in memory stays.
    LoadFailed {
        /// The ticket of the effect that is answered.
        id: Ticket,
    },
    /// A text was kept, or the storage refused.
    Saved {
        /// The ticket of the effect that is answered.
        id: Ticket,
        /// Whether it was kept.
        ok: bool,
    },
    /// The org answered, or did not.
    Answered {
        /// The ticket of the effect that is answered.
        id: Ticket,
        /// The answer.
        answer: Result<HttpAnswer, HttpFailure>,
    },
    /// A signature was checked.
    Verified {
        /// The ticket of the effect that is answered.
        id: Ticket,
        /// Whether it holds. `false` also where the browser could not check.
        good: bool,
    },
    /// A key pair was made, or could not be.
    #[cfg(feature = "dpop")]
    KeyMade {
        /// Of the effect.
        id: Ticket,
        /// Its public half.
        key: Option<MadeKey>,
    },
    /// The page's own server said what time it is, or did not.
    #[cfg(feature = "dpop")]
    TimeTold {
        /// Of the effect.
        id: Ticket,
        /// By the server's clock.
        time: Option<UnixTime>,
    },
    /// The org has answered in a frame, or has not.
    #[cfg(feature = "silent-renewal")]
    FrameAnswered {
        /// The ticket of the effect that is answered.
        id: Ticket,
        /// The members of the message (`code`, `state`, `error`, …), as a query; `None` where none has come.
        answer: Option<Sensitive>,
    },
    /// Where the page is, and whether it may be left.
    #[cfg(feature = "silent-renewal")]
    PageChecked {
        /// The ticket of the effect that is answered.
        id: Ticket,
        /// Path, query and fragment.
        place: String,
        /// Whether a form holds input that was not sent.
        has_unsent_input: bool,
    },
    /// This tab has the lock.
    LockGranted {
        /// The ticket of the effect that is answered.
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
    /// The app wants the claims of `/userinfo` (OpenID Connect Core §5.3). Asked once a session; what came is
    /// merged into the [`Person`](crate::Person).
    #[cfg(feature = "userinfo")]
    UserInfoWanted,
    /// The person did something: a key, a pointer, a touch. Cheap; send it as often as it happens.
    #[cfg(feature = "idle")]
    Active,
}

/// An answer of the org, of any status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Sensitive,
    /// The `X-Rate-Limit-Reset` header: seconds since the epoch, by the org's clock. Okta does not expose it to
    /// pages of other origins (okta/okta-auth-js#932), so browsers show it only behind a proxy that does.
    pub rate_limit_reset: Option<String>,
    /// The `Retry-After` header; only the form in seconds is understood.
    pub retry_after: Option<String>,
    /// The `DPoP-Nonce` header (RFC 9449 §8).
    #[cfg(feature = "dpop")]
    pub dpop_nonce: Option<String>,
    /// The `WWW-Authenticate` header.
    #[cfg(all(feature = "dpop", feature = "userinfo"))]
    pub challenge: Option<String>,
}

/// Why there is no answer of the org.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpFailure {
    /// Offline or blocked.
    Network,
    /// Its time was up.
    Timeout,
    /// The server answers (a request of mode `no-cors` comes through), but the browser withholds the answer:
    /// the org does not trust this origin.
    Cors {
        /// The page's own origin, which the org should trust.
        origin: String,
    },
    /// Nothing was sent: the key of the request's proof is gone from the browser.
    #[cfg(feature = "dpop")]
    KeyLost {
        /// Its name.
        key: KeyName,
    },
}
