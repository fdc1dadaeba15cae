//! Why the org gave no usable answer.

use super::entry::{Advice, Explanation, explanation};
use super::refusal::{self, BUSY};
use crate::interface::error::{AnswerProblem, OrgError};
use crate::interface::message_key::MessageKey;
use crate::protocol::id_token::IdTokenError;

impl OrgError {
    /// What happened, the remedy for the person and the one for the developer.
    pub fn explanation(&self) -> Explanation {
        match self {
            Self::Refused(error) => refusal::explain(error),
            other => explain(other),
        }
    }
}

/// Everything but a refusal, which the module `refusal` explains: a sign-in explains those of both kinds in one place,
/// and a program that shows messages alone then leaves out the rest of their words, half a kilobyte.
pub(super) fn explain(error: &OrgError) -> Explanation {
    match error {
        OrgError::Network | OrgError::Timeout => explanation!(
            OrgUnreachable,
            TryLater,
            "The sign-in service cannot be reached.",
            "Check your connection and start again.",
            "Offline, blocked by connect-src, or refused by CORS: the page's origin must belong to a sign-in \
             redirect URI of the app, and for other endpoints be listed under Security → API → Trusted Origins.",
        ),
        OrgError::Unavailable { .. } => BUSY,
        OrgError::Cors(_) => explanation!(
            UntrustedOrigin,
            TellOperator,
            "The sign-in service does not accept this page.",
            "Please tell the people who run this site.",
            "The org answers, but not this origin: add the origin that the description names under Security → API \
             → Trusted Origins, type CORS; for the token endpoint it must be that of a sign-in redirect URI.",
        ),
        OrgError::IdToken(IdTokenError::Clock { .. }) => explanation!(
            WrongClock,
            ChangeDevice,
            "Your device's clock is wrong by more than a day.",
            "Set the date and time of your device, then start again.",
            "iat of a fresh ID token is more than a day away from the browser's clock.",
        ),
        OrgError::IdToken(IdTokenError::Acr | IdTokenError::AuthTime) => explanation!(
            StrongerSignInNeeded,
            SignIn,
            "This needs a stronger or more recent sign-in.",
            "Start again and sign in the way you are asked to.",
            "acr or auth_time does not satisfy acr_values or max_age: check the app's authentication policy.",
        ),
        OrgError::IdToken(IdTokenError::NotAskedAgain) => explanation!(
            NotAskedAgain,
            TellOperator,
            "The service that holds your account did not ask you to sign in again.",
            "Starting again will not help. Ask the people who manage your account to make it ask.",
            "auth_time is older than max_age allows: the org passed the person on to another identity provider, \
             which answered from its own session. Have it re-authenticate (with SAML: ForceAuthn) under Security → \
             Identity Providers, or have the API ask by acr_values alone.",
        ),
        #[cfg(feature = "dpop")]
        OrgError::KeyLost => explanation!(
            NoKey,
            SignIn,
            "Your browser does not have the key to your session.",
            "Start again. If it happens twice, allow this site to store data, or leave private browsing.",
            "The key pair is gone from IndexedDB, or WebCrypto could not make one (it needs https or \
             this machine).",
        ),
        #[cfg(feature = "silent-renewal")]
        OrgError::UnsentInput => explanation!(
            UnsentInput,
            SignIn,
            "Your session must be confirmed first, and this page would lose what you have entered.",
            "Copy what you have entered, then sign in.",
            "A renewal at /authorize leaves the page, and a form of it holds input that was not sent: send the request as \
             a resumable one, or set AuthConfig::renewal_drops_input.",
        ),
        OrgError::Metadata(_) => explanation!(
            NoDiscovery,
            TellOperator,
            "Signing in is not set up properly here.",
            "Please tell the people who run this site.",
            "The discovery document below the configured issuer is missing or does not fit: compare the issuer \
             with Security → API → Authorization Servers.",
        ),
        OrgError::Answer(AnswerProblem::ShortLived) => explanation!(
            ShortSession,
            TellOperator,
            "Your session ends before it can be used.",
            "Please tell the people who run this site.",
            "expires_in of the token endpoint's answer is less than five seconds: see the access token lifetime of \
             the rule under Security → API → the authorization server → Access Policies.",
        ),
        OrgError::IdToken(_) | OrgError::Answer(_) | OrgError::Refused(_) => explanation!(
            AnswerRejected,
            SignIn,
            "The answer to your sign-in could not be confirmed, so we did not use it.",
            "Start again. If it happens twice, tell the people who run this site.",
            "See the description: the token endpoint's answer failed a check of OpenID Connect Core 3.1.3.7.",
        ),
    }
}
