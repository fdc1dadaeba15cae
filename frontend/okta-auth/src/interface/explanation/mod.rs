//! From an error to its cause and remedy: in plain words for the person, in detail for the developer.
//!
//! The org's errors are those of Okta's catalogue (RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6).

use okta_types::OAuthError;

use crate::interface::error::{AnswerProblem, FetchError, OrgError, SignInError};
use crate::interface::message_key::MessageKey;
use crate::protocol::id_token::IdTokenError;

/// What the app should do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Advice {
    /// Offer to sign in again. Never do it unasked: that is a loop.
    SignIn,
    /// Nothing is wrong that time does not mend: offer to try again, a little later.
    TryLater,
    /// The account must change, not the app: offer to sign in with another one.
    ChangeAccount,
    /// The person's device or browser must change: its clock, its settings.
    ChangeDevice,
    /// Nothing the person does will help: say so, and tell the people who run the site.
    TellOperator,
}

/// What happened and what helps, in English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// By which an app finds its own words, in another language perhaps.
    pub key: MessageKey,
    /// What the app should do.
    pub advice: Advice,
    /// What happened, for the person.
    pub message: &'static str,
    /// What the person can do.
    pub remedy: &'static str,
    /// Where a developer should look. Empty in a release build without the feature `developer`.
    pub developer: &'static str,
}

/// A macro, so that the developer's words are not even in the program that leaves them out.
macro_rules! explanation {
    ($key:ident, $advice:ident, $message:expr, $remedy:expr, $developer:expr $(,)?) => {
        Explanation {
            key: MessageKey::$key,
            advice: Advice::$advice,
            message: $message,
            remedy: $remedy,
            #[cfg(any(feature = "developer", debug_assertions))]
            developer: $developer,
            #[cfg(not(any(feature = "developer", debug_assertions)))]
            developer: "",
        }
    };
}

impl SignInError {
    /// The org's own words, or the technical cause for developers; few without the feature `developer`.
    pub fn description(&self) -> String {
        describe(self)
    }

    /// What happened, the remedy for the person and the one for the developer.
    pub fn explanation(&self) -> Explanation {
        explain(self)
    }
}

impl OrgError {
    /// What happened, the remedy for the person and the one for the developer.
    pub fn explanation(&self) -> Explanation {
        explain_org(self)
    }
}

impl FetchError {
    /// What happened, the remedy for the person and the one for the developer.
    pub fn explanation(&self) -> Explanation {
        explain_fetch(self)
    }
}

/// A stable code for an error.
pub(crate) fn code(error: &SignInError) -> &str {
    match error {
        SignInError::Refused(error) | SignInError::Org(OrgError::Refused(error)) => &error.error,
        SignInError::NotStarted => "not_started",
        SignInError::Malformed => "malformed_callback",
        SignInError::WrongIssuer => "issuer_mismatch",
        SignInError::Storage => "storage_refused",
        SignInError::Config(_) | SignInError::Parameter(_) => "misconfigured",
        SignInError::Loop => "redirect_loop",
        SignInError::ForeignIssuer | SignInError::ForeignTarget => "foreign_link",
        SignInError::Org(error) => match error {
            OrgError::Network => "network",
            OrgError::Timeout => "timeout",
            OrgError::Cors(_) => "untrusted_origin",
            OrgError::Unavailable { .. } => "temporarily_unavailable",
            #[cfg(feature = "dpop")]
            OrgError::KeyLost => "key_lost",
            #[cfg(feature = "silent-renewal")]
            OrgError::UnsentInput => "unsent_input",
            OrgError::Metadata(_) => "discovery",
            OrgError::IdToken(_) => "invalid_id_token",
            OrgError::Refused(_) | OrgError::Answer(_) => "invalid_answer",
        },
    }
}

/// What a developer should read: the org's own words before ours.
pub(crate) fn describe(error: &SignInError) -> String {
    match error {
        SignInError::Refused(error) | SignInError::Org(OrgError::Refused(error)) => {
            error.error_description.clone().unwrap_or_default()
        }
        // Nobody else can say which one it is, so every build does.
        SignInError::Org(OrgError::Cors(origin)) => {
            ["add ", origin, " under Security → API → Trusted Origins, type CORS"].concat()
        }
        #[cfg(any(feature = "developer", debug_assertions))]
        other => other.to_string(),
        #[cfg(not(any(feature = "developer", debug_assertions)))]
        SignInError::Config(errors) => errors.fields(),
        #[cfg(not(any(feature = "developer", debug_assertions)))]
        _ => String::new(),
    }
}

/// What to say about an error.
pub(crate) fn explain(error: &SignInError) -> Explanation {
    match error {
        SignInError::Refused(error) | SignInError::Org(OrgError::Refused(error)) => explain_refusal(error),
        SignInError::NotStarted => explanation!(
            NotStarted,
            SignIn,
            "This sign-in is already over or was never begun.",
            "Start again; it takes a moment.",
            "No transaction for this state in this tab's session storage: a reload, the back button, a link \
             opened in another browser, or more than 70 minutes on the sign-in page.",
        ),
        SignInError::Storage => explanation!(
            StorageRefused,
            ChangeDevice,
            "Your browser does not let this page keep anything, so signing in cannot work.",
            "Allow this site to store data, or leave private browsing, and start again.",
            "sessionStorage refused to keep the transaction.",
        ),
        SignInError::Malformed | SignInError::WrongIssuer => explanation!(
            UnexpectedAnswer,
            SignIn,
            "The answer to your sign-in was not what we asked for, so we did not use it.",
            "Start again from this page, not from a link somebody sent you.",
            "The callback lacks code or state, has one twice, or names another issuer (RFC 9207).",
        ),
        SignInError::Loop => explanation!(
            RedirectLoop,
            TryLater,
            "Signing in went round in circles, so we stopped it.",
            "Wait half a minute, then start again. If it happens twice, tell the people who run this site.",
            "More redirects than redirect_limit allows: usually the API refuses every token (audience, issuer, \
             clock), or a guarded page signs in again after each failure.",
        ),
        SignInError::ForeignIssuer | SignInError::ForeignTarget => explanation!(
            ForeignLink,
            SignIn,
            "The link that brought you here is not for this site, so we did not follow it.",
            "Sign in from this page.",
            "iss of a third-party-initiated login is not the configured issuer, or target_link_uri is of another \
             origin.",
        ),
        SignInError::Config(_) | SignInError::Parameter(_) => explanation!(
            Misconfigured,
            TellOperator,
            "Signing in is not set up properly here.",
            "Please tell the people who run this site.",
            "See the description for every mistake of the configuration.",
        ),
        SignInError::Org(error) => explain_org(error),
    }
}

fn explain_org(error: &OrgError) -> Explanation {
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
            "The clock of your device is wrong by more than a day.",
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
            "The service that keeps your account did not ask you to sign in again.",
            "Starting again does not help. Ask the people who manage your account to have it ask.",
            "auth_time is older than max_age allows: the org passed the person on to another identity provider, which \
             answered from its own session. Have it re-authenticate (with SAML: ForceAuthn) under Security → Identity \
             Providers, or have the API ask by acr_values alone.",
        ),
        #[cfg(feature = "dpop")]
        OrgError::KeyLost => explanation!(
            NoKey,
            SignIn,
            "Your browser does not have the key of your session.",
            "Start again. If it happens twice, allow this site to store data, or leave private browsing.",
            "The key pair is gone from IndexedDB, or WebCrypto could not make one (it needs https or this machine).",
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
            "Your session ends sooner than it can be used.",
            "Please tell the people who run this site.",
            "expires_in of the token endpoint's answer is less than five seconds: see the access token lifetime of the \
             rule under Security → API → the authorization server → Access Policies.",
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

const BUSY: Explanation = explanation!(
    OrgBusy,
    TryLater,
    "The sign-in service is busy.",
    "Wait a minute, then start again.",
    "Rate limit or outage: see X-Rate-Limit-Reset and the org's system log.",
);

fn explain_fetch(error: &FetchError) -> Explanation {
    match error {
        FetchError::SessionExpired | FetchError::SignedOut => explanation!(
            SessionEnded,
            SignIn,
            "Your session has ended.",
            "Sign in again to go on where you were.",
            "The refresh token expired, was revoked, or was used twice (system log: token.detect_reuse).",
        ),
        FetchError::SteppingUp => explanation!(
            SteppingUp,
            SignIn,
            "One moment: this needs a stronger or more recent sign-in.",
            "Follow the steps of the sign-in page; what you did is kept.",
            "RFC 9470: the page leaves with the acr_values and max_age of the challenge.",
        ),
        FetchError::StepUpNotMet => explanation!(
            StepUpNotMet,
            TellOperator,
            "You have signed in as strongly as we can ask, and it is still not accepted.",
            "Please tell the people who run this site.",
            "The API repeats its challenge right after a step-up: compare what it demands with the claims acr and \
             auth_time of the access token, and the clocks.",
        ),
        FetchError::Renewal(error) => explain_org(error),
        #[cfg(feature = "idle")]
        FetchError::Idle => {
            explanation!(
                Idle,
                TryLater,
                "You were away for a while.",
                "Move the mouse or press a key.",
                "AuthConfig::idle"
            )
        }
        FetchError::Unreachable => explanation!(
            ServerUnreachable,
            TryLater,
            "The server cannot be reached.",
            "Check your connection and try again.",
            "Offline, blocked by connect-src, refused by CORS, or a redirect: a request with a token follows none.",
        ),
        FetchError::Address | FetchError::Body(_) => explanation!(
            FaultyRequest,
            TellOperator,
            "Something is wrong with this page.",
            "Please tell the people who run this site.",
            "The app's own call: see the error's text.",
        ),
    }
}

fn explain_refusal(error: &OAuthError) -> Explanation {
    let description = error.error_description.as_deref().unwrap_or_default();
    let says = |word: &str| description.split(' ').any(|own| own.eq_ignore_ascii_case(word));
    match error.error.as_str() {
        "access_denied" if says("assigned") => explanation!(
            NotAssigned,
            ChangeAccount,
            "Your account may not use this site.",
            "Ask the people who run this site for access, or sign in with another account.",
            "Assign the person or one of their groups under Applications → the app → Assignments.",
        ),
        "access_denied" if says("policy") => explanation!(
            PolicyDenied,
            ChangeAccount,
            "Your account may not do what this site asks for.",
            "Ask the people who run this site for access.",
            "No access policy rule fits: Security → API → the authorization server → Access Policies; check \
             the client, the grant type, the person's groups and the scopes.",
        ),
        "access_denied" => explanation!(
            AccessDenied,
            SignIn,
            "The sign-in was cancelled or refused.",
            "Start again if you want to sign in.",
            "The person or the org denied the request; the system log has the reason.",
        ),
        "login_required" | "interaction_required" | "consent_required" | "account_selection_required" => {
            explanation!(
                SignInRequired,
                SignIn,
                "You need to sign in.",
                "Start again and follow the steps of the sign-in page.",
                "prompt=none cannot succeed without the person, or the sign-in page was left open too long.",
            )
        }
        "unmet_authentication_requirements" => explanation!(
            UnmetRequirements,
            ChangeAccount,
            "Your account cannot sign in as strongly as this needs.",
            "Set up another sign-in method for your account, then start again.",
            "acr_values cannot be met: check the person's enrolled authenticators.",
        ),
        "temporarily_unavailable" | "server_error" => BUSY,
        #[cfg(feature = "dpop")]
        "invalid_dpop_proof" | "use_dpop_nonce" => explanation!(
            ProofRefused,
            ChangeDevice,
            "Your browser could not prove that the sign-in is yours.",
            "Check the date and time of your device, then start again.",
            "The token endpoint refused the DPoP proof: see the description. A clock that is more than five minutes off, \
             an app integration that requires proof of possession (General → Proof of possession) from an app with \
             Dpop::Off, or a proxy that changes addresses.",
        ),
        "invalid_grant" => explanation!(
            CodeExpired,
            SignIn,
            "The sign-in took too long or was already used.",
            "Start again.",
            "The code is used, expired or of another client, redirect URI or verifier.",
        ),
        "invalid_scope"
        | "invalid_client"
        | "unauthorized_client"
        | "invalid_request"
        | "unsupported_response_type"
        | "unsupported_grant_type" => explanation!(
            AppRejected,
            TellOperator,
            "Signing in is not set up properly here.",
            "Please tell the people who run this site.",
            "Compare the app integration with the configuration: client id, grant types (authorization code, \
             refresh token), redirect URIs, scopes of the authorization server.",
        ),
        _ => explanation!(
            UnknownRefusal,
            SignIn,
            "The sign-in did not succeed.",
            "Start again. If it happens twice, tell the people who run this site.",
            "An error code outside Okta's catalogue; see the description.",
        ),
    }
}

/// The org's words as one may show them: no control characters, not endless.
pub(crate) fn legible(error: OAuthError) -> OAuthError {
    let clean = |text: String, limit: usize| -> String {
        text.chars().filter(|c| !c.is_control()).take(limit).collect()
    };
    OAuthError {
        error: clean(error.error, 64),
        error_description: error.error_description.map(|text| clean(text, 400)),
    }
}

#[cfg(test)]
mod tests;
