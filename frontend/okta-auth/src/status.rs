//! What an app may show: who is there, what they should be told, and how a callback went.

use crate::error::{OrgError, SignInError};
use crate::id_token::IdTokenError;
use crate::json::Json;
use crate::remedy::{self, Explanation};
use crate::sign_in::SignIn;

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

/// The person of the checked ID token.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Person {
    /// The person's id, `00u…`. Together with the issuer the only identifier.
    pub sub: String,
    /// Full name; scope `profile`.
    pub name: Option<String>,
    /// Scope `email`. Not an identifier: it may change hands.
    pub email: Option<String>,
    /// All claims of the ID token, in its order as far as browsers keep it.
    pub claims: Vec<(String, Json)>,
}

impl Person {
    /// The claim of this name.
    pub fn claim(&self, name: &str) -> Option<&Json> {
        self.claims.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }
}

/// What the person should be told. Stays until dismissed or overtaken by a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthNotice {
    /// The session ended by itself. Keep on screen what the person was doing.
    SessionExpired,
    /// A renewal brought an ID token that was not accepted, so the session was given up.
    SessionRefused(IdTokenError),
    /// The person signed out in another tab.
    SignedOutElsewhere,
    /// The sign-in could not begin.
    SignInFailed(SignInError),
    /// Signed out here; the org could not be reached, its own session may go on.
    SignOutIncomplete(OrgError),
}

impl AuthNotice {
    /// A sentence or two for the person.
    pub fn message(&self) -> &'static str {
        match self {
            Self::SessionExpired => "Your session has expired. Sign in again to go on where you were.",
            Self::SessionRefused(_) => "Your session could not be confirmed. Please sign in again.",
            Self::SignedOutElsewhere => "You signed out in another tab.",
            Self::SignInFailed(error) => remedy::explain(error).message,
            Self::SignOutIncomplete(_) => {
                "You are signed out here. Your account could not be reached, so close the browser if others use it."
            }
        }
    }

    /// Words for the developer, where there are more to say.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::SessionRefused(error) => Some(error.to_string()),
            Self::SignInFailed(error) => Some(error.to_string()),
            Self::SignOutIncomplete(error) => Some(error.to_string()),
            Self::SessionExpired | Self::SignedOutElsewhere => None,
        }
    }

    /// Whether offering to sign in (again) helps.
    pub fn offers_sign_in(&self) -> bool {
        match self {
            Self::SessionExpired | Self::SessionRefused(_) | Self::SignedOutElsewhere => true,
            Self::SignInFailed(error) => !matches!(error, SignInError::Config(_)),
            Self::SignOutIncomplete(_) => false,
        }
    }
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackFailure {
    error: SignInError,
    target: String,
}

impl CallbackFailure {
    /// For a sign-in that was to end at `target`.
    pub fn new(error: SignInError, target: impl Into<String>) -> Self {
        Self { error, target: target.into() }
    }

    /// The cause.
    pub fn error(&self) -> &SignInError {
        &self.error
    }

    /// A stable code: the org's, e.g. `access_denied`, or one of ours, e.g. `not_started`.
    pub fn code(&self) -> &str {
        remedy::code(&self.error)
    }

    /// The org's own words or the technical cause, for developers. Plain text, never HTML.
    pub fn description(&self) -> String {
        match &self.error {
            SignInError::Refused(error) | SignInError::Org(OrgError::Refused(error)) => {
                error.error_description.clone().unwrap_or_default()
            }
            other => other.to_string(),
        }
    }

    /// What happened, the remedy for the person and the one for the developer.
    pub fn explanation(&self) -> Explanation {
        remedy::explain(&self.error)
    }

    /// What happened, for the person.
    pub fn message(&self) -> &'static str {
        self.explanation().message
    }

    /// What the person can do.
    pub fn remedy(&self) -> &'static str {
        self.explanation().remedy
    }

    /// The same sign-in once more, to the same place. For the person to start, never for the page.
    pub fn retry(&self) -> SignIn {
        SignIn::to(self.target.clone())
    }
}
