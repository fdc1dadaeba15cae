//! How a person came to this page, by its address (RFC 6749 §4.1.2, RFC 9207).

use okta_types::{AuthorizationCode, HttpUrl, OAuthError, parse_query};

use crate::interface::config::Settings;
use crate::interface::error::SignInError;
use crate::interface::explanation::legible;
use crate::protocol::address::{self, is_same_path};
use crate::protocol::sensitive::Sensitive;

/// How the person came to this page.
#[derive(Debug)]
pub(crate) enum Arrival {
    Page,
    /// At the redirect URI: with the org's answer, or without one (a reload, the back button).
    Callback(Option<Answer>),
    /// At the redirect URI, with what the org sends there in place of an answer after a reset or an activation, where the app
    /// has no initiate-login URI: the query of such a link.
    #[cfg(feature = "mail-links")]
    Initiated(String),
    /// Where the org sends people after a sign-out, perhaps from there.
    SignedOut {
        state: Option<String>,
    },
}

/// What the org's redirect says.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) state: Option<Sensitive>,
    pub(crate) issuer: Option<String>,
    /// A code, or the org's refusal, or neither properly.
    pub(crate) result: Result<AuthorizationCode, SignInError>,
}

impl Arrival {
    pub(crate) fn of(address: &str, settings: &Settings) -> Self {
        let (_, place) = address::split(address);
        let (place, fragment) = place.split_once('#').unwrap_or((place, ""));
        let (path, query) = place.split_once('?').unwrap_or((place, ""));
        let is_at = |url: &HttpUrl| is_same_path(path, url.path());
        if is_at(&settings.redirect_uri) {
            // Some refusals come in the fragment, whatever was asked for.
            let answer = Answer::of(query).or_else(|| Answer::of(fragment));
            #[cfg(feature = "mail-links")]
            if answer.is_none() && parse_query(query).iter().any(|(name, _)| is_hint(name)) {
                return Self::Initiated(query.to_owned());
            }
            return Self::Callback(answer);
        }
        if is_at(&settings.post_logout) {
            let state = parse_query(query).into_iter().find(|(name, _)| name == "state");
            return Self::SignedOut { state: state.map(|(_, state)| state) };
        }
        Self::Page
    }
}

/// `type_hint` is `PASSWORD_RECOVERY` or `ACTIVATION`, `session_hint` `AUTHENTICATED` or `UNAUTHENTICATED`.
#[cfg(feature = "mail-links")]
fn is_hint(name: &str) -> bool {
    matches!(name, "type_hint" | "session_hint")
}

impl Answer {
    /// What it says, if it is of the org that was asked (RFC 9207 §2.4): to be judged before anything of it is used, and
    /// for refusals as well.
    pub(crate) fn judge(self, settings: &Settings) -> Result<AuthorizationCode, SignInError> {
        match self.issuer {
            Some(iss) if iss != settings.issuer.as_str() => Err(SignInError::WrongIssuer),
            _ => self.result,
        }
    }

    /// `None` where the query or fragment holds nothing of an answer. Parameters nobody knows are passed over.
    pub(crate) fn of(query: &str) -> Option<Self> {
        let pairs = parse_query(query);
        let mut doubled = false;
        let mut get = |name: &str| {
            let mut values = pairs.iter().filter(|(n, _)| n == name).map(|(_, value)| value.clone());
            let first = values.next();
            doubled |= values.next().is_some();
            first
        };
        let (code, state, issuer) = (get("code"), get("state"), get("iss"));
        let (error, error_description) = (get("error"), get("error_description"));
        if code.is_none() && state.is_none() && error.is_none() {
            return None;
        }
        let result = match (error, code) {
            _ if doubled => Err(SignInError::Malformed),
            (Some(error), _) => Err(SignInError::Refused(legible(OAuthError { error, error_description }))),
            (None, Some(code)) if !code.is_empty() => Ok(AuthorizationCode::new(code)),
            _ => Err(SignInError::Malformed),
        };
        Some(Self { state: state.map(Sensitive::new), issuer, result })
    }
}
