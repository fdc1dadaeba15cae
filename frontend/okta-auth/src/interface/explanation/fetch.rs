//! Why an authorized request has no answer.

use super::entry::{Advice, Explanation, explanation};
use crate::interface::error::FetchError;
use crate::interface::message_key::MessageKey;

impl FetchError {
    /// What happened, the remedy for the person and the one for the developer.
    pub fn explanation(&self) -> Explanation {
        match self {
            Self::SessionExpired | Self::SignedOut => explanation!(
                SessionEnded,
                SignIn,
                "Your session has ended.",
                "Sign in again to continue where you left off.",
                "The refresh token expired, was revoked, or was used twice (system log: token.detect_reuse).",
            ),
            Self::SteppingUp => explanation!(
                SteppingUp,
                SignIn,
                "One moment: this needs a stronger or more recent sign-in.",
                "Follow the steps on the sign-in page; nothing you entered is lost.",
                "RFC 9470: the page leaves with the acr_values and max_age of the challenge.",
            ),
            Self::StepUpNotMet => explanation!(
                StepUpNotMet,
                TellOperator,
                "You have signed in as strongly as we can ask, but it is still not accepted.",
                "Please tell the people who run this site.",
                "The API repeats its challenge right after a step-up: compare what it demands with the claims acr and \
                 auth_time of the access token, and the clocks.",
            ),
            Self::Renewal(error) => error.explanation(),
            #[cfg(feature = "idle")]
            Self::Idle => {
                explanation!(
                    Idle,
                    TryLater,
                    "You were away for a while.",
                    "Move the mouse or press a key.",
                    "AuthConfig::idle"
                )
            }
            Self::Unreachable => explanation!(
                ServerUnreachable,
                TryLater,
                "The server cannot be reached.",
                "Check your connection and try again.",
                "Offline, blocked by connect-src, refused by CORS, or a redirect: a request with a token follows none.",
            ),
            Self::Address | Self::Body(_) => explanation!(
                FaultyRequest,
                TellOperator,
                "Something is wrong with this page.",
                "Please tell the people who run this site.",
                "The app's own call: see the error's text.",
            ),
        }
    }
}
