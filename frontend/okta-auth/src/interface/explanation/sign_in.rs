//! Why a sign-in did not succeed.

use super::entry::{Advice, Explanation, explanation};
use super::{org, refusal};
use crate::interface::error::{OrgError, SignInError};
use crate::interface::message_key::MessageKey;

impl SignInError {
    /// What happened, the remedy for the person and the one for the developer.
    pub fn explanation(&self) -> Explanation {
        match self {
            Self::Refused(error) | Self::Org(OrgError::Refused(error)) => refusal::explain(error),
            Self::NotStarted => explanation!(
                NotStarted,
                SignIn,
                "This sign-in is already over or was never started.",
                "Start again; it only takes a moment.",
                "No transaction for this state in this tab's session storage: a reload, the back button, a link \
                 opened in another browser, or more than 70 minutes on the sign-in page.",
            ),
            Self::Storage => explanation!(
                StorageRefused,
                ChangeDevice,
                "Your browser does not let this page store anything, so signing in cannot work.",
                "Allow this site to store data, or leave private browsing, and start again.",
                "sessionStorage refused to keep the transaction.",
            ),
            Self::Malformed | Self::WrongIssuer => explanation!(
                UnexpectedAnswer,
                SignIn,
                "The answer to your sign-in was not what we asked for, so we did not use it.",
                "Start again from this page, not from a link somebody sent you.",
                "The callback lacks code or state, has one twice, or names another issuer (RFC 9207).",
            ),
            Self::Loop => explanation!(
                RedirectLoop,
                TryLater,
                "Signing in went round in circles, so we stopped it.",
                "Wait half a minute, then start again. If it happens twice, tell the people who run this site.",
                "More redirects than redirect_limit allows: usually the API refuses every token (audience, issuer, \
                 clock), or a guarded page signs in again after each failure.",
            ),
            Self::ForeignIssuer | Self::ForeignTarget => explanation!(
                ForeignLink,
                SignIn,
                "The link that brought you here is not for this site, so we did not follow it.",
                "Sign in from this page.",
                "iss of a third-party-initiated login is not the configured issuer, or target_link_uri is of another \
                 origin.",
            ),
            Self::Config(_) | Self::Parameter(_) => explanation!(
                Misconfigured,
                TellOperator,
                "Signing in is not set up properly here.",
                "Please tell the people who run this site.",
                "See the description for every mistake of the configuration.",
            ),
            Self::Org(error) => org::explain(error),
        }
    }
}
