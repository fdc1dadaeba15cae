//! What can go wrong, each as the thing the app should tell apart.
//!
//! The words for people are in the module `explanation`.

use std::time::Duration;

use okta_types::{OAuthError, UnixTime};

use crate::interface::config::ConfigErrors;
use crate::protocol::id_token::IdTokenError;

/// Why the org gave no usable answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OrgError {
    /// No answer at all: offline, a blocked request, or an origin the org does not trust (browsers do not
    /// tell these apart). Trying again later may help.
    #[error("the org cannot be reached")]
    Network,
    /// No answer in time. Trying again later may help.
    #[error("the org did not answer in time")]
    Timeout,
    /// The org answers, but the browser withholds it: the org does not trust the page's origin.
    #[error("the org does not trust this page: add {0} under Security → API → Trusted Origins, type CORS")]
    Cors(String),
    /// Status 429 or 5xx. Trying again later may help.
    #[error("the org is not available (status {status})")]
    Unavailable {
        /// The HTTP status.
        status: u16,
        /// When asking again makes sense, by the org's clock, where it says so (`X-Rate-Limit-Reset`).
        until: Option<UnixTime>,
        /// After what time asking again makes sense, where the org says so (`Retry-After`).
        after: Option<Duration>,
    },
    /// The token endpoint refused (RFC 6749 §5.2).
    #[error("the org refused: {0}")]
    Refused(OAuthError),
    /// The browser no longer has the key that the tokens are bound to, or cannot make one. With a new sign-in comes a
    /// new key.
    #[cfg(feature = "dpop")]
    #[error("the key that the tokens are bound to is missing")]
    KeyLost,
    /// The org was not asked: the page would have to be left for it, and a form of it holds input that was not sent.
    #[cfg(feature = "silent-renewal")]
    #[error("the page holds input that was not sent, so it is not left for a renewal")]
    UnsentInput,
    /// The discovery document cannot be used.
    #[error("the org's discovery document {0}")]
    Metadata(MetadataProblem),
    /// An answer is not what the protocol says.
    #[error("the org's answer {0}")]
    Answer(AnswerProblem),
    /// The ID token was not accepted. Nothing of the answer may be used.
    #[error("the ID token was not accepted: {0}")]
    IdToken(IdTokenError),
}

impl OrgError {
    /// Whether the same request may succeed later.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Network | Self::Timeout | Self::Unavailable { .. } => true,
            Self::Refused(error) => error.error == "temporarily_unavailable",
            _ => false,
        }
    }

    /// Whether the session cannot be renewed any more: the refresh token is of no use (RFC 6749 §5.2), the org takes no
    /// proof of it (RFC 9449 §5), or what it gave in its place was refused here.
    pub(crate) fn ends_session(&self) -> bool {
        match self {
            #[cfg(feature = "dpop")]
            Self::KeyLost => true,
            Self::Refused(error) => {
                matches!(error.error.as_str(), "invalid_grant" | "invalid_dpop_proof")
            }
            Self::Answer(problem) => problem.is_of_token_type(),
            _ => false,
        }
    }
}

/// What is wrong with a discovery document (OpenID Connect Discovery §4.3, RFC 8414 §3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MetadataProblem {
    /// The address of the issuer has none.
    #[error("does not exist: is the issuer right?")]
    Missing,
    /// Not JSON, or a required member is missing.
    #[error("cannot be read")]
    Malformed,
    /// It speaks of another issuer than the configured one.
    #[error("names another issuer")]
    Issuer,
    /// PKCE with S256 is not promised (RFC 9700 §2.1.1).
    #[error("does not promise PKCE with S256")]
    Pkce,
    /// Proofs of ES256 are not offered (RFC 9449 §5.1), and the app requires them.
    #[cfg(feature = "dpop")]
    #[error("does not offer DPoP with ES256")]
    Dpop,
    /// An endpoint is not an `https` address.
    #[error("contains an endpoint without https://")]
    Endpoint,
    /// An endpoint is of another origin than the issuer; name it in the configuration where that is meant.
    #[error("contains an endpoint whose origin is not the issuer's")]
    ForeignEndpoint,
}

/// What is wrong with an answer of the org.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerProblem {
    /// Not the JSON it should be.
    #[error("cannot be read")]
    Malformed,
    /// A token of a type this crate cannot use (RFC 6749 §7.1).
    #[error("contains a token of an unknown type")]
    TokenType,
    /// A bearer token, although a proof was sent (RFC 9449 §5): the app requires a bound one, or the session has been
    /// bound so far.
    #[cfg(feature = "dpop")]
    #[error("contains a token that is not bound to the key")]
    NotBound,
    /// A token that is bound to a key, although no proof was sent.
    #[cfg(feature = "dpop")]
    #[error("contains a token that is bound to a key, although none was sent")]
    BoundUnasked,
    /// An access token that ends before it can be used, time and again.
    #[error("contains an access token that expires at once")]
    ShortLived,
    /// `openid` was asked for.
    #[error("contains no ID token")]
    NoIdToken,
    /// It speaks of another person than the ID token (OpenID Connect Core §5.3.2).
    #[error("is about another person")]
    OtherPerson,
    /// The org promises `iss` in its answers and this one has none (RFC 9207 §2.4).
    #[error("lacks the issuer that the org promises")]
    NoIssuer,
}

impl AnswerProblem {
    /// Whether the token is not of the type that was asked for.
    const fn is_of_token_type(self) -> bool {
        match self {
            #[cfg(feature = "dpop")]
            Self::NotBound | Self::BoundUnasked => true,
            Self::TokenType => true,
            _ => false,
        }
    }
}

/// Why a sign-in did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// The org refused (RFC 6749 §4.1.2.1). Never start over by itself, that is a loop.
    #[error("the org refused the sign-in: {0}")]
    Refused(OAuthError),
    /// No transaction for this `state`: a reload, the back button, a forged link, or too long ago. Offer
    /// to start again.
    #[error("no sign-in is under way for this address")]
    NotStarted,
    /// A parameter is missing or stands twice.
    #[error("the callback address is malformed")]
    Malformed,
    /// The answer is of another issuer than the one asked (RFC 9207 §2.4).
    #[error("the answer is from another issuer")]
    WrongIssuer,
    /// The browser keeps nothing, so no answer could be recognised.
    #[error("the browser does not let this page store anything")]
    Storage,
    /// The org was asked and gave no usable answer.
    #[error(transparent)]
    Org(#[from] OrgError),
    /// The app is not configured properly.
    #[error("the sign-in is not configured: {0}")]
    Config(ConfigErrors),
    /// The page was sent to the org too often in a short time: a loop, so it stopped. Explain, and let the
    /// person start again; never start over by itself.
    #[error("the page was sent to the org too often in a short time")]
    Loop,
    /// The app asked for a parameter that this crate sets itself. Mend the call.
    #[error("the app may not set the parameter {0} of a sign-in")]
    Parameter(String),
    /// A link asked to begin a sign-in at another issuer (OpenID Connect Core §4). Nothing has begun.
    #[error("a link asks for a sign-in at another issuer")]
    ForeignIssuer,
    /// A link asked to begin a sign-in that ends at another origin. Nothing has begun.
    #[error("a link asks for a sign-in that ends at another site")]
    ForeignTarget,
}

/// Why an authorized request has no answer. An answer of any HTTP status is not an error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The session has ended; the notice offers to sign in again. Keep what the person entered.
    #[error("the session has expired")]
    SessionExpired,
    /// Whose request it was is no longer here: they signed out, or somebody else has signed in. Whatever was
    /// asked for is not for whoever is here now.
    #[error("the person signed out")]
    SignedOut,
    /// The API asks for a stronger or more recent sign-in: the page is leaving for it, and the request is
    /// kept. Say so; after the return take it back by its name and send it once.
    #[error("a stronger or more recent sign-in is needed; the page is leaving for it")]
    SteppingUp,
    /// The API still asks for a stronger or more recent sign-in right after there was one. Another would
    /// change nothing: explain.
    #[error("the sign-in is strong and recent, but the API still asks for another")]
    StepUpNotMet,
    /// The person has been away; nothing is renewed until they come back. The session stays.
    #[cfg(feature = "idle")]
    #[error("the person is away")]
    Idle,
    /// The network or the server did not answer; the session stays. Trying again later may help.
    #[error("the server cannot be reached")]
    Unreachable,
    /// The session needs renewal and the org does not renew it; the session stays.
    #[error("the session cannot be renewed: {0}")]
    Renewal(OrgError),
    /// The address is neither a path of this origin nor a strictly written absolute one.
    #[error("the address of the request is not usable")]
    Address,
    /// The body could not be written or read as what was asked for.
    #[error("the body is not as expected: {0}")]
    Body(&'static str),
}
