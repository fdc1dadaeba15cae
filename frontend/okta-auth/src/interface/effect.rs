//! What the machine wants done. The driver does it and decides nothing.

use std::time::Duration;

use okta_types::{AccessToken, AuthScheme, Form, Jwk, UnixTime};

#[cfg(feature = "dpop")]
use crate::interface::dpop::{KeyName, Proof};
use crate::interface::error::FetchError;
use crate::interface::ids::{FetchId, Ticket};
use crate::interface::message::Message;
use crate::protocol::sensitive::Sensitive;

/// One thing to do, in the order given. Those with an `id` are answered by an event with the same `id`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Effect {
    /// Read a text; answer with [`Event::Loaded`](crate::Event::Loaded), best at once.
    Load {
        /// Goes into the answer.
        id: Ticket,
        /// What to read.
        slot: Slot,
    },
    /// Keep a text; answer with [`Event::Saved`](crate::Event::Saved), best at once.
    Save {
        /// Goes into the answer.
        id: Ticket,
        /// Where to.
        slot: Slot,
        /// What to keep.
        text: Sensitive,
    },
    /// Forget a text. Nothing is answered.
    Remove {
        /// Storage and key of the text.
        slot: Slot,
    },
    /// Forget every text in every storage of this tab whose key begins with `prefix`, save for those whose key
    /// begins with `except`. Nothing is answered.
    Erase {
        /// Of all that belongs to people.
        prefix: String,
        /// Of what belongs to the person who is there.
        except: Option<String>,
    },
    /// Ask the org; answer with [`Event::Answered`](crate::Event::Answered), at the latest when its time is up.
    Send {
        /// Goes into the answer.
        id: Ticket,
        /// What to ask.
        request: HttpRequest,
    },
    /// Check an RSASSA-PKCS1-v1_5 signature with SHA-256; answer with [`Event::Verified`](crate::Event::Verified).
    VerifySignature {
        /// Goes into the answer.
        id: Ticket,
        /// The public key.
        jwk: Jwk,
        /// What was signed, ASCII.
        signing_input: Sensitive,
        /// The signature's bytes.
        signature: Vec<u8>,
    },
    /// Make a key pair for ES256 whose private half cannot be exported, and keep it under this name; answer with
    /// [`Event::KeyMade`](crate::Event::KeyMade).
    #[cfg(feature = "dpop")]
    MakeKey {
        /// Goes into the answer.
        id: Ticket,
        /// What to keep it under.
        key: KeyName,
        /// Where a reload and other tabs find it, if the browser lets the page; else in the page's memory.
        keep: bool,
    },
    /// Forget the key pairs whose names are from `first` to `last`, in the order of their bytes, wherever they are kept; all
    /// names are ASCII. Nothing is answered.
    #[cfg(feature = "dpop")]
    DropKeys {
        /// It goes as well.
        first: KeyName,
        /// And so does this one; where there is but one to forget, it is the first.
        last: KeyName,
    },
    /// Ask the page's own server for the time (the `Date` header of any answer); answer with
    /// [`Event::TimeTold`](crate::Event::TimeTold).
    #[cfg(feature = "dpop")]
    AskTime {
        /// Goes into the answer.
        id: Ticket,
    },
    /// Get the lock that all tabs share; answer with [`Event::LockGranted`](crate::Event::LockGranted).
    AcquireLock {
        /// Goes into the answer.
        id: Ticket,
    },
    /// Give the lock of that ticket back, or stop waiting for it.
    ReleaseLock {
        /// Of [`Effect::AcquireLock`].
        id: Ticket,
    },
    /// Ask the org in a hidden frame; answer with [`Event::FrameAnswered`](crate::Event::FrameAnswered), at the latest
    /// when its time is up. The frame goes then.
    #[cfg(feature = "silent-renewal")]
    AskInFrame {
        /// Goes into the answer.
        id: Ticket,
        /// Absolute; at the org, with the authorization request, `response_mode=okta_post_message`.
        url: Sensitive,
        /// The org's: a message of another origin, or of another window than the frame's, is no answer.
        origin: String,
        /// The time after which it is given up.
        timeout: Duration,
    },
    /// Say where the page is and whether it may be left without a loss; answer with
    /// [`Event::PageChecked`](crate::Event::PageChecked), best at once.
    #[cfg(feature = "silent-renewal")]
    CheckPage {
        /// Goes into the answer.
        id: Ticket,
    },
    /// Leave the page.
    Navigate {
        /// Absolute; at the org, with the authorization request.
        url: Sensitive,
        /// In the place of this page's history entry, so that the back button does not lead to it.
        replace: bool,
    },
    /// Leave the page by `POST` of a form.
    SubmitForm {
        /// Absolute; `end_session_endpoint` of the discovery document.
        action: String,
        /// Names and values.
        fields: Vec<(&'static str, Sensitive)>,
    },
    /// Replace the history entry; the page stays.
    ReplaceUrl {
        /// A place of this origin, starting with a slash.
        url: String,
    },
    /// Tell the other tabs; they get it as [`Event::Heard`](crate::Event::Heard).
    Broadcast(Message),
    /// Send [`Event::Woke`](crate::Event::Woke) at this time, by the browser's clock. Earlier does no harm.
    WakeAt(UnixTime),
    /// Send a request of the app; answer with [`Event::FetchAnswered`](crate::Event::FetchAnswered).
    Forward {
        /// The number that the driver gave the request in [`Event::FetchWanted`](crate::Event::FetchWanted).
        fetch: FetchId,
        /// Absolute; to be used in place of what the app wrote.
        url: String,
        /// For the `Authorization` header; such a request must follow no redirect.
        authorization: Option<Authorization>,
        /// To be signed, for the `DPoP` header. Where the key is gone nothing is sent, and the answer is
        /// [`Event::FetchKeyLost`](crate::Event::FetchKeyLost).
        #[cfg(feature = "dpop")]
        proof: Option<Proof>,
    },
    /// Give the app the answer that came last.
    Deliver {
        /// The number that the driver gave the request in [`Event::FetchWanted`](crate::Event::FetchWanted).
        fetch: FetchId,
    },
    /// Tell the app why there is no answer.
    Refuse {
        /// The number that the driver gave the request in [`Event::FetchWanted`](crate::Event::FetchWanted).
        fetch: FetchId,
        /// The cause, for the app to explain.
        error: FetchError,
    },
}

/// A place to keep one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Which storage.
    pub area: Area,
    /// Its key there.
    pub key: String,
}

/// A storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// `localStorage`: all tabs of the origin, until removed.
    Local,
    /// `sessionStorage`: this tab, over a reload.
    Session,
    /// The driver's own memory.
    Memory,
}

/// A request to the org, without cookies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpRequest {
    /// Absolute; of the discovery document, or an endpoint in it.
    pub url: String,
    /// With a form: `POST`; else `GET`.
    pub form: Option<Form>,
    /// Whether an answer will do that the browser keeps, for as long as the org allows it (`Cache-Control`); else that is
    /// confirmed first (`no-cache`).
    pub may_be_cached: bool,
    /// For the `Authorization` header, where there is one.
    pub authorization: Option<Authorization>,
    /// To be signed, for the `DPoP` header. Where the key is gone nothing is sent, and the answer is
    /// [`HttpFailure::KeyLost`](crate::HttpFailure::KeyLost).
    #[cfg(feature = "dpop")]
    pub proof: Option<Proof>,
    /// The time after which it is given up: [`HttpFailure::Timeout`](crate::HttpFailure::Timeout).
    pub timeout: Duration,
}

/// What goes into the `Authorization` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// How the token is presented.
    pub scheme: AuthScheme,
    /// The token.
    pub token: AccessToken,
}

impl Authorization {
    /// The header's value.
    pub fn header_value(&self) -> Sensitive {
        Sensitive::new([self.scheme.as_str(), " ", self.token.expose()].concat())
    }
}
