//! From an error to its cause and remedy: in plain words for the person, in detail for the developer.
//!
//! The org's errors are those of Okta's catalogue (RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6).

use okta_types::OAuthError;

use crate::error::{OrgError, SignInError};
use crate::id_token::IdTokenError;

/// What happened and what helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What happened, for the person.
    pub message: &'static str,
    /// What the person can do.
    pub remedy: &'static str,
    /// Where a developer should look.
    pub developer: &'static str,
}

const fn say(message: &'static str, remedy: &'static str, developer: &'static str) -> Explanation {
    Explanation { message, remedy, developer }
}

/// A stable code for an error.
pub(crate) fn code(error: &SignInError) -> &str {
    match error {
        SignInError::Refused(error) | SignInError::Org(OrgError::Refused(error)) => &error.error,
        SignInError::NotStarted => "not_started",
        SignInError::Malformed => "malformed_callback",
        SignInError::WrongIssuer => "issuer_mismatch",
        SignInError::Storage => "storage_refused",
        SignInError::Config(_) => "misconfigured",
        SignInError::Org(error) => match error {
            OrgError::Network => "network",
            OrgError::Timeout => "timeout",
            OrgError::Unavailable { .. } => "temporarily_unavailable",
            OrgError::Metadata(_) => "discovery",
            OrgError::IdToken(_) => "invalid_id_token",
            OrgError::Refused(_) | OrgError::Answer(_) => "invalid_answer",
        },
    }
}

/// What to say about an error.
pub(crate) fn explain(error: &SignInError) -> Explanation {
    match error {
        SignInError::Refused(error) | SignInError::Org(OrgError::Refused(error)) => explain_refusal(error),
        SignInError::NotStarted => say(
            "This sign-in is already over or was never begun.",
            "Start again; it takes a moment.",
            "No transaction for this state in this tab's session storage: a reload, the back button, a link \
             opened in another browser, or more than 30 minutes on the sign-in page.",
        ),
        SignInError::Storage => say(
            "Your browser does not let this page keep anything, so signing in cannot work.",
            "Allow this site to store data, or leave private browsing, and start again.",
            "sessionStorage refused to keep the transaction.",
        ),
        SignInError::Malformed | SignInError::WrongIssuer => say(
            "The answer to your sign-in was not what we asked for, so we did not use it.",
            "Start again from this page, not from a link somebody sent you.",
            "The callback lacks code or state, has one twice, or names another issuer (RFC 9207).",
        ),
        SignInError::Config(_) => say(
            "Signing in is not set up properly here.",
            "Please tell the people who run this site.",
            "See the description for every mistake of the configuration.",
        ),
        SignInError::Org(error) => explain_org(error),
    }
}

fn explain_org(error: &OrgError) -> Explanation {
    match error {
        OrgError::Network | OrgError::Timeout => say(
            "The sign-in service cannot be reached.",
            "Check your connection and start again.",
            "Offline, blocked by connect-src, or refused by CORS: the page's origin must belong to a sign-in \
             redirect URI of the app, and for other endpoints be listed under Security → API → Trusted Origins.",
        ),
        OrgError::Unavailable { .. } => BUSY,
        OrgError::IdToken(IdTokenError::Clock { .. }) => say(
            "The clock of your device is wrong by more than a day.",
            "Set the date and time of your device, then start again.",
            "iat of a fresh ID token is more than a day away from the browser's clock.",
        ),
        OrgError::IdToken(IdTokenError::Acr | IdTokenError::AuthTime) => say(
            "This needs a stronger or more recent sign-in.",
            "Start again and sign in the way you are asked to.",
            "acr or auth_time does not satisfy acr_values or max_age: check the app's authentication policy.",
        ),
        OrgError::Metadata(_) => say(
            "Signing in is not set up properly here.",
            "Please tell the people who run this site.",
            "The discovery document below the configured issuer is missing or does not fit: compare the issuer \
             with Security → API → Authorization Servers.",
        ),
        OrgError::IdToken(_) | OrgError::Answer(_) | OrgError::Refused(_) => say(
            "The answer to your sign-in could not be confirmed, so we did not use it.",
            "Start again. If it happens twice, tell the people who run this site.",
            "See the description: the token endpoint's answer failed a check of OpenID Connect Core 3.1.3.7.",
        ),
    }
}

const BUSY: Explanation = say(
    "The sign-in service is busy.",
    "Wait a minute, then start again.",
    "Rate limit or outage: see X-Rate-Limit-Reset and the org's system log.",
);

fn explain_refusal(error: &OAuthError) -> Explanation {
    let description = error.error_description.as_deref().unwrap_or_default();
    let says = |word: &str| description.split(' ').any(|own| own.eq_ignore_ascii_case(word));
    match error.error.as_str() {
        "access_denied" if says("assigned") => say(
            "Your account may not use this site.",
            "Ask the people who run this site for access, or sign in with another account.",
            "Assign the person or one of their groups under Applications → the app → Assignments.",
        ),
        "access_denied" if says("policy") => say(
            "Your account may not do what this site asks for.",
            "Ask the people who run this site for access.",
            "No access policy rule fits: Security → API → the authorization server → Access Policies; check \
             the client, the grant type, the person's groups and the scopes.",
        ),
        "access_denied" => say(
            "The sign-in was cancelled or refused.",
            "Start again if you want to sign in.",
            "The person or the org denied the request; the system log has the reason.",
        ),
        "login_required" | "interaction_required" | "consent_required" | "account_selection_required" => say(
            "You need to sign in.",
            "Start again and follow the steps of the sign-in page.",
            "prompt=none cannot succeed without the person, or the sign-in page was left open too long.",
        ),
        "unmet_authentication_requirements" => say(
            "Your account cannot sign in as strongly as this needs.",
            "Set up another sign-in method for your account, then start again.",
            "acr_values cannot be met: check the person's enrolled authenticators.",
        ),
        "temporarily_unavailable" | "server_error" => BUSY,
        "invalid_grant" => say(
            "The sign-in took too long or was already used.",
            "Start again.",
            "The code is used, expired or of another client, redirect URI or verifier.",
        ),
        "invalid_scope"
        | "invalid_client"
        | "unauthorized_client"
        | "invalid_request"
        | "unsupported_response_type"
        | "unsupported_grant_type" => say(
            "Signing in is not set up properly here.",
            "Please tell the people who run this site.",
            "Compare the app integration with the configuration: client id, grant types (authorization code, \
             refresh token), redirect URIs, scopes of the authorization server.",
        ),
        _ => say(
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
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, description: &str, developer: &str) {
        let found = explain_refusal(&OAuthError::new(code, description));
        assert!(found.developer.contains(developer), "{code} ({description}): {}", found.developer);
    }

    #[test]
    fn oktas_refusals_lead_to_the_screen_that_mends_them() {
        check("access_denied", "User is not assigned to the client application.", "Assignments");
        check("access_denied", "Policy evaluation failed for this request, …", "Access Policies");
        check(
            "access_denied",
            "The resource owner or authorization server denied the request.",
            "system log",
        );
        check("login_required", "The client specified not to prompt, …", "prompt=none");
        check("temporarily_unavailable", "", "Rate limit");
        check("invalid_grant", "PKCE verification failed.", "verifier");
        check("invalid_scope", "", "scopes");
        check("something_new", "", "outside Okta's catalogue");
    }

    #[test]
    fn the_orgs_words_are_bounded_and_hold_no_control_characters() {
        let error = legible(OAuthError::new("a\nb\u{1b}[31m", "x".repeat(5000)));
        assert_eq!(error.error, "ab[31m");
        assert_eq!(error.error_description.map(|d| d.len()), Some(400));
    }
}
