//! What an app may show: who is there, what they should be told, and how a callback went.

use std::rc::Rc;

#[cfg(feature = "idle")]
use okta_types::UnixTime;

use crate::interface::error::{OrgError, SignInError};
use crate::interface::explanation::Explanation;
use crate::interface::message_key::MessageKey;
use crate::interface::person::Person;
use crate::interface::sign_in::SignIn;
use crate::protocol::id_token::IdTokenError;

/// Who is there.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum AuthStatus {
    /// Not known yet: show neither a sign-in nor a sign-out button.
    #[default]
    Unknown,
    /// Nobody is signed in.
    Anonymous,
    /// A person with a checked ID token.
    SignedIn(Person),
}

/// What the person should be told. Stays until dismissed or overtaken by a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthNotice {
    /// The session ended by itself. Keep on screen what the person was doing.
    SessionExpired,
    /// A renewal brought an ID token that was not accepted, so the session was given up.
    SessionRefused(IdTokenError),
    /// The session ended because its key is gone from the browser. Keep on screen what the person was doing.
    #[cfg(feature = "dpop")]
    KeyLost,
    /// The person signed out in another tab.
    SignedOutElsewhere,
    /// Somebody else has signed in, in another tab: what belonged to the person before is gone from this one.
    PersonChanged,
    /// The sign-in could not begin.
    SignInFailed(SignInError),
    /// Signed out here; the org could not be reached, its own session may go on. It is tried again, and until then
    /// the next sign-in asks for a password.
    SignOutIncomplete(OrgError),
    /// Signed out here; the page is back from the org without the `state` sent along, or with another one
    /// (OpenID Connect RP-Initiated Logout §3). Harmless: nobody is signed out or in by it.
    SignOutUnconfirmed,
    /// Another tab runs a newer version of this app, whose session this one cannot read: reload the page.
    NewerVersion,
    /// The person is away and will be signed out, unless they come back before this time.
    #[cfg(feature = "idle")]
    IdleWarning {
        /// By the browser's clock.
        until: UnixTime,
    },
    /// The person was away for too long and has been signed out.
    #[cfg(feature = "idle")]
    IdleSignedOut,
}

impl AuthNotice {
    /// By which an app finds its own words for [`Self::message`], in another language perhaps.
    pub fn key(&self) -> MessageKey {
        match self {
            Self::SessionExpired => MessageKey::SessionExpired,
            Self::SessionRefused(_) => MessageKey::SessionRefused,
            #[cfg(feature = "dpop")]
            Self::KeyLost => MessageKey::KeyLost,
            Self::SignedOutElsewhere => MessageKey::SignedOutElsewhere,
            Self::PersonChanged => MessageKey::PersonChanged,
            Self::SignInFailed(error) => error.explanation().key,
            Self::SignOutIncomplete(_) => MessageKey::SignOutIncomplete,
            Self::SignOutUnconfirmed => MessageKey::SignOutUnconfirmed,
            Self::NewerVersion => MessageKey::NewerVersion,
            #[cfg(feature = "idle")]
            Self::IdleWarning { .. } => MessageKey::IdleWarning,
            #[cfg(feature = "idle")]
            Self::IdleSignedOut => MessageKey::IdleSignedOut,
        }
    }

    /// A sentence or two for the person.
    pub fn message(&self) -> &'static str {
        match self {
            Self::SessionExpired => "Your session has expired. Sign in again to continue where you left off.",
            Self::SessionRefused(_) => "Your session could not be confirmed. Please sign in again.",
            #[cfg(feature = "dpop")]
            Self::KeyLost => {
                "Your browser no longer has the key to your session. Sign in again to continue where you left off."
            }
            Self::SignedOutElsewhere => "You signed out in another tab.",
            Self::PersonChanged => "Somebody else has signed in: this page is theirs now.",
            Self::SignInFailed(error) => error.explanation().message,
            Self::SignOutIncomplete(_) => {
                "You are signed out here, but the sign-in service could not be told yet. Close the browser if others use it."
            }
            Self::SignOutUnconfirmed => {
                "You are signed out here, but the sign-in service did not confirm it. Close the browser if others use it."
            }
            Self::NewerVersion => "This page has been updated. Reload it to go on.",
            #[cfg(feature = "idle")]
            Self::IdleWarning { .. } => "Are you still there? You will be signed out soon.",
            #[cfg(feature = "idle")]
            Self::IdleSignedOut => "You were away for a while, so you have been signed out.",
        }
    }

    /// Words for the developer, where there are more to say. Few without the feature `developer`. What is wrong with the
    /// configuration is not among them: it is no use to whoever sees a notice, and the driver tells it at the start.
    pub fn detail(&self) -> Option<String> {
        match self {
            #[cfg(any(feature = "developer", debug_assertions))]
            Self::SessionRefused(error) => Some(error.to_string()),
            Self::SignInFailed(SignInError::Config(_)) => None,
            Self::SignInFailed(error) => Some(error.description()),
            #[cfg(any(feature = "developer", debug_assertions))]
            Self::SignOutIncomplete(error) => Some(error.to_string()),
            _ => None,
        }
        .filter(|detail| !detail.is_empty())
    }

    /// Whether offering to sign in (again) helps.
    pub fn offers_sign_in(&self) -> bool {
        match self {
            Self::SessionExpired | Self::SessionRefused(_) | Self::SignedOutElsewhere => true,
            #[cfg(feature = "dpop")]
            Self::KeyLost => true,
            Self::SignInFailed(error) => !matches!(error, SignInError::Config(_)),
            #[cfg(feature = "idle")]
            Self::IdleSignedOut => true,
            _ => false,
        }
    }
}

/// What is known from `/userinfo`.
#[cfg(feature = "userinfo")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum UserInfoStatus {
    /// Not asked for.
    #[default]
    Absent,
    /// Under way.
    Loading,
    /// Merged into the [`Person`].
    Merged,
    /// It could not be had or was not accepted; the ID token's claims stand alone.
    Failed(OrgError),
}

/// How the callback of this page load went.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum CallbackStatus {
    /// The page was not loaded as a callback, or that is long over.
    #[default]
    None,
    /// Under way.
    Working,
    /// Done: the history entry has been replaced by this place of the origin.
    Landed {
        /// Without query and hash, as routers match it.
        path: String,
    },
    /// It did not succeed.
    Failed(CallbackFailure),
}

/// Why a sign-in did not succeed, in words for the callback page.
#[derive(Clone, Debug)]
pub struct CallbackFailure {
    pub(crate) error: SignInError,
    pub(crate) retry: Rc<SignIn>,
}

impl PartialEq for CallbackFailure {
    /// By what is shown: the cause, and where another attempt would land.
    fn eq(&self, other: &Self) -> bool {
        (self.code(), self.description()) == (other.code(), other.description())
            && self.retry.target == other.retry.target
    }
}

impl Eq for CallbackFailure {}

impl CallbackFailure {
    /// For a sign-in that was to end at `target`.
    pub fn new(error: SignInError, target: impl Into<String>) -> Self {
        Self { error, retry: Rc::new(SignIn::to(target)) }
    }

    /// The cause.
    pub fn error(&self) -> &SignInError {
        &self.error
    }

    /// A stable code: the org's, e.g. `access_denied`, or one of ours, e.g. `not_started`.
    pub fn code(&self) -> &str {
        self.error.code()
    }

    /// The org's own words, or the technical cause for developers. Plain text, never HTML. Without the feature
    /// `developer` only what the org said and the origin it should trust.
    pub fn description(&self) -> String {
        self.error.description()
    }

    /// What happened, the remedy for the person and the one for the developer.
    pub fn explanation(&self) -> Explanation {
        self.error.explanation()
    }

    /// What happened, for the person.
    pub fn message(&self) -> &'static str {
        self.explanation().message
    }

    /// What the person can do.
    pub fn remedy(&self) -> &'static str {
        self.explanation().remedy
    }

    /// The same sign-in once more, to the same place, as strong and with what it kept. For the person to
    /// start, never for the page.
    pub fn retry(&self) -> SignIn {
        (*self.retry).clone()
    }
}
