//! What the org refuses with: the errors of Okta's catalogue (RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core
//! §3.1.2.6).

use okta_types::OAuthError;

use super::entry::{Advice, Explanation, explanation};
use crate::interface::message_key::MessageKey;

/// What a refusal by the org means. Its description tells apart what has one code.
pub(super) fn explain(error: &OAuthError) -> Explanation {
    let description = error.error_description.as_deref().unwrap_or_default();
    let says = |word: &str| {
        description.split(|c: char| !c.is_ascii_alphabetic()).any(|own| own.eq_ignore_ascii_case(word))
    };
    match error.error.as_str() {
        "access_denied" if says("assigned") => explanation!(
            NotAssigned,
            ChangeAccount,
            "Your account does not have access to this site.",
            "Ask the people who run this site for access, or sign in with another account.",
            "Assign the person or one of their groups under Applications → the app → Assignments.",
        ),
        "access_denied" if says("policy") => explanation!(
            PolicyDenied,
            ChangeAccount,
            "Your account does not have the permissions that this site needs.",
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
                "Start again and follow the steps on the sign-in page.",
                "prompt=none cannot succeed without the person, or the sign-in page was left open too long.",
            )
        }
        "unmet_authentication_requirements" => explanation!(
            UnmetRequirements,
            ChangeAccount,
            "Your account cannot sign in as strongly as this requires.",
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
            "The token endpoint refused the DPoP proof: see the description. A clock that is more than five minutes \
             off, an app integration that requires proof of possession (General → Proof of possession) from an app with \
             Dpop::Off, or a proxy that changes addresses.",
        ),
        "invalid_grant" => explanation!(
            CodeExpired,
            SignIn,
            "The sign-in took too long or had already been used.",
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

/// Refused for now, by whatever sign.
pub(super) const BUSY: Explanation = explanation!(
    OrgBusy,
    TryLater,
    "The sign-in service is busy.",
    "Wait a minute, then start again.",
    "Rate limit or outage: see X-Rate-Limit-Reset and the org's system log.",
);

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
