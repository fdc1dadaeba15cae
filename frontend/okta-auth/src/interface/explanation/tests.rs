use std::collections::BTreeMap;

use okta_types::OAuthError;

use super::{Explanation, legible, refusal};
use crate::interface::config::{ConfigError, ConfigErrors};
use crate::interface::error::{AnswerProblem, FetchError, MetadataProblem, OrgError, SignInError};
use crate::interface::message_key::MessageKey;
use crate::interface::status::AuthNotice;
use crate::protocol::id_token::IdTokenError;

#[track_caller]
fn check(code: &str, description: &str, developer: &str) {
    let found = refusal::explain(&OAuthError::new(code, description));
    assert!(found.developer.contains(developer), "{code} ({description}): {}", found.developer);
}

#[test]
fn oktas_refusals_lead_to_the_screen_that_mends_them() {
    check("access_denied", "User is not assigned to the client application.", "Assignments");
    check("access_denied", "Policy evaluation failed for this request, …", "Access Policies");
    check(
        "access_denied",
        "Some of the requested scopes were denied by the policy. Denied scopes: [offline_access].",
        "Access Policies",
    );
    check("access_denied", "The resource owner or authorization server denied the request.", "system log");
    check("login_required", "The client specified not to prompt, …", "prompt=none");
    check("temporarily_unavailable", "", "Rate limit");
    check("invalid_grant", "PKCE verification failed.", "verifier");
    check("invalid_scope", "", "scopes");
    check("something_new", "", "outside Okta's catalogue");
}

#[test]
fn a_refused_renewal_is_explained_by_what_the_org_says() {
    let not_assigned = OAuthError::new("access_denied", "User is not assigned to the client application.");
    for (refusal, key) in [
        (not_assigned, MessageKey::NotAssigned),
        (OAuthError::new("invalid_client", ""), MessageKey::AppRejected),
        (OAuthError::new("temporarily_unavailable", ""), MessageKey::OrgBusy),
    ] {
        let error = OrgError::Refused(refusal);
        assert_eq!(error.explanation().key, key, "{error}");
        assert_eq!(FetchError::Renewal(error.clone()).explanation().key, key, "{error}");
        assert_eq!(SignInError::Org(error).explanation().key, key);
    }
}

#[test]
fn the_orgs_words_are_bounded_and_hold_no_control_characters() {
    let error = legible(OAuthError::new("a\nb\u{1b}[31m", "x".repeat(5000)));
    assert_eq!(error.error, "ab[31m");
    assert_eq!(error.error_description.map(|d| d.len()), Some(400));
}

fn refused(code: &str, description: &str) -> SignInError {
    SignInError::Refused(OAuthError::new(code, description))
}

/// Errors that are explained, at least one for each explanation.
fn errors() -> Vec<Explanation> {
    let org = [
        OrgError::Network,
        OrgError::Timeout,
        OrgError::Cors("https://shop.example".into()),
        OrgError::Unavailable { status: 503, until: None, after: None },
        OrgError::Refused(OAuthError::new("invalid_grant", "")),
        #[cfg(feature = "dpop")]
        OrgError::KeyLost,
        #[cfg(feature = "silent-renewal")]
        OrgError::UnsentInput,
        OrgError::Metadata(MetadataProblem::Missing),
        OrgError::Answer(AnswerProblem::ShortLived),
        OrgError::Answer(AnswerProblem::Malformed),
        OrgError::IdToken(IdTokenError::Clock { offset: 1 }),
        OrgError::IdToken(IdTokenError::Acr),
        OrgError::IdToken(IdTokenError::AuthTime),
        OrgError::IdToken(IdTokenError::NotAskedAgain),
        OrgError::IdToken(IdTokenError::Signature),
    ];
    let sign_in = [
        SignInError::NotStarted,
        SignInError::Malformed,
        SignInError::WrongIssuer,
        SignInError::Storage,
        SignInError::Config(ConfigErrors(vec![ConfigError::ClientId])),
        SignInError::Parameter("state".into()),
        SignInError::Loop,
        SignInError::ForeignIssuer,
        SignInError::ForeignTarget,
        refused("access_denied", "User is not assigned to the client application."),
        refused("access_denied", "Policy evaluation failed for this request."),
        refused("access_denied", ""),
        refused("login_required", ""),
        refused("unmet_authentication_requirements", ""),
        refused("server_error", ""),
        refused("invalid_grant", ""),
        #[cfg(feature = "dpop")]
        refused("invalid_dpop_proof", ""),
        refused("invalid_scope", ""),
        refused("something_new", ""),
    ];
    let fetch = [
        FetchError::SessionExpired,
        FetchError::SignedOut,
        FetchError::SteppingUp,
        FetchError::StepUpNotMet,
        FetchError::Renewal(OrgError::Network),
        #[cfg(feature = "idle")]
        FetchError::Idle,
        FetchError::Unreachable,
        FetchError::Address,
        FetchError::Body("too long"),
    ];
    let org = org.iter().map(OrgError::explanation);
    let sign_in = sign_in.iter().map(SignInError::explanation);
    org.chain(sign_in).chain(fetch.iter().map(FetchError::explanation)).collect()
}

fn notices() -> Vec<AuthNotice> {
    vec![
        AuthNotice::SessionExpired,
        AuthNotice::SessionRefused(IdTokenError::Signature),
        #[cfg(feature = "dpop")]
        AuthNotice::KeyLost,
        AuthNotice::SignedOutElsewhere,
        AuthNotice::PersonChanged,
        AuthNotice::SignOutIncomplete(OrgError::Network),
        AuthNotice::SignOutUnconfirmed,
        AuthNotice::NewerVersion,
        #[cfg(feature = "idle")]
        AuthNotice::IdleWarning { until: okta_types::UnixTime(0) },
        #[cfg(feature = "idle")]
        AuthNotice::IdleSignedOut,
    ]
}

/// What is said under each key: an explanation has a developer's words as well, a notice has no remedy.
fn all_messages() -> BTreeMap<&'static str, [&'static str; 3]> {
    let mut all = BTreeMap::new();
    let mut add = |key: MessageKey, words: [&'static str; 3]| {
        let before = all.insert(key.as_str(), words);
        assert!(before.is_none_or(|before| before == words), "{} says two things", key.as_str());
    };
    for Explanation { key, message, remedy, developer, .. } in errors() {
        add(key, [message, remedy, developer]);
    }
    for notice in notices() {
        add(notice.key(), [notice.message(), "", ""]);
    }
    all
}

#[test]
fn every_message_has_a_key_of_its_own() {
    let all = all_messages();
    let keys: Vec<_> = MessageKey::ALL.iter().map(|key| key.as_str()).collect();
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    assert_eq!(all.keys().copied().collect::<Vec<_>>(), sorted, "each once, and each is used");
    let mut words: Vec<_> = all.values().collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), keys.len(), "no two keys say the same");
}

#[test]
fn a_failed_sign_in_has_the_key_of_its_error() {
    let notice = AuthNotice::SignInFailed(SignInError::Loop);
    assert_eq!(notice.key(), SignInError::Loop.explanation().key);
}

/// With all features that add messages.
#[test]
#[cfg(all(feature = "dpop", feature = "idle"))]
fn the_documented_list_of_keys_is_complete() {
    let documented = include_str!("../../message_keys.md");
    let rows = all_messages().into_iter().map(|(key, [message, remedy, _])| {
        format!("| `{key}` | {} |", [message, remedy].join(" ").trim_end())
    });
    let expected: Vec<String> = rows.collect();
    let found: Vec<&str> = documented.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(found, expected, "src/message_keys.md should hold:\n{}", expected.join("\n"));
}
