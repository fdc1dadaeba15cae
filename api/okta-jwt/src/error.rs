//! Why something was refused: one enum per operation. None of them ever holds a piece of a token.

use std::sync::Arc;
use std::time::Duration;

use okta_types::{Issuer, JwsError};

/// Why [`Verifier::verify`](crate::Verifier::verify) gave no claims. The caller's one question is whether
/// the token is to blame (401) or the issuer is out of reach (503).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// Not a compact JWS at all: answer 401 `invalid_token` (RFC 6750 §3.1).
    #[error(transparent)]
    Malformed(#[from] JwsError),
    /// A JWS, but no access token for this API now: answer 401 `invalid_token`.
    #[error("the token was refused: {0}")]
    Refused(#[from] Refusal),
    /// No key is known, because the issuer was never reached or has been away too long: answer 503.
    /// A client that is told 401 here would sign its user out for nothing.
    #[error("the issuer's keys are not available")]
    KeysUnavailable {
        /// How long until the next try; whole seconds, at least one. For `Retry-After`.
        retry_after: Duration,
    },
    /// The token is good as far as can be told here, the issuer could not say whether it was revoked, and
    /// the configuration is to refuse then: answer 503.
    #[error("the issuer cannot say whether the token was revoked")]
    RevocationUnknown {
        /// How long until the next try; whole seconds, at least one. For `Retry-After`.
        retry_after: Duration,
    },
}

impl VerifyError {
    /// `Some` where the issuer is to blame and not the token: answer 503 with this `Retry-After`, in whole
    /// seconds; else 401.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::KeysUnavailable { retry_after } | Self::RevocationUnknown { retry_after } => {
                Some(*retry_after)
            }
            Self::Malformed(_) | Self::Refused(_) => None,
        }
    }

    /// A name for metrics and logs, of a few dozen that there are.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::Refused(refusal) => refusal.name(),
            Self::KeysUnavailable { .. } => "keys_unavailable",
            Self::RevocationUnknown { .. } => "revocation_unknown",
        }
    }
}

/// The rule a well-formed token broke. For logs and tests: the client hears `invalid_token` and no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Not RS256, to the letter (RFC 8725 §3.1).
    #[error("the algorithm is not RS256")]
    Algorithm,
    /// A `typ` that is not an access token's (RFC 9068 §4, RFC 8725 §3.11).
    #[error("the type is not at+jwt")]
    Type,
    /// `crit`, `b64` or `cty` in the header (RFC 7515 §4.1.11, RFC 7797, nested tokens).
    #[error("the header asks for an extension")]
    Extension,
    /// No `kid`, or an empty one.
    #[error("the header names no key")]
    KeyIdMissing,
    /// The issuer publishes no such key.
    #[error("the key is unknown")]
    KeyUnknown,
    /// The signature does not fit the key.
    #[error("the signature is wrong")]
    Signature,
    /// A claim is missing.
    #[error("the claim {0} is missing")]
    ClaimMissing(&'static str),
    /// A claim has the wrong type, is empty where it must not be, or holds control characters (which not every
    /// database takes, and no issuer writes).
    #[error("the claim {0} has the wrong type")]
    ClaimType(&'static str),
    /// `iss` is not the configured issuer, to the letter.
    #[error("the issuer is another one")]
    Issuer,
    /// `aud` does not hold the configured audience.
    #[error("the audience is another one")]
    Audience,
    /// `cid` is not on the allow-list.
    #[error("the client is not allowed")]
    Client,
    /// An ID token: it is for the client, not for an API.
    #[error("an ID token is not an access token")]
    IdToken,
    /// A logout or security-event token (RFC 8417).
    #[error("a security event is not an access token")]
    EventToken,
    /// Bound to a key (`cnf`), and shown as a bearer token (RFC 9449 §7.2), or bound in a way that is not understood.
    #[error("the token is bound to a key")]
    Bound,
    /// Shown with a proof, and bound to no key (RFC 9449 §7.1).
    #[error("the token is not bound to a key")]
    NotBound,
    /// `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// `nbf` has not come yet.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// `iat` lies ahead.
    #[error("the token was issued in the future")]
    IssuedInFuture,
    /// The issuer says that the token is no longer active (RFC 7662 §2.2): revoked, or its user is gone. Or
    /// [`Verifier::deny`](crate::Verifier::deny) was told so.
    #[error("the token was revoked")]
    Revoked,
    /// A request for revocation whose message came with another body before.
    #[error("the message was used with another body before")]
    Reused,
    /// `exp` is not after `iat`, or too far after it (milliseconds in the place of seconds, for one).
    #[error("the token's lifetime makes no sense")]
    Lifetime,
}

impl Refusal {
    /// A name for metrics and logs, of a few dozen that there are.
    pub fn name(self) -> &'static str {
        match self {
            Self::Algorithm => "algorithm",
            Self::Type => "type",
            Self::Extension => "extension",
            Self::KeyIdMissing => "key_id_missing",
            Self::KeyUnknown => "key_unknown",
            Self::Signature => "signature",
            Self::ClaimMissing(_) => "claim_missing",
            Self::ClaimType(_) => "claim_type",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Client => "client",
            Self::IdToken => "id_token",
            Self::EventToken => "event_token",
            Self::Bound => "bound",
            Self::NotBound => "not_bound",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::IssuedInFuture => "issued_in_future",
            Self::Revoked => "revoked",
            Self::Reused => "reused",
            Self::Lifetime => "lifetime",
        }
    }
}

/// Why no (new) keys could be had from the issuer.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// No connection, or it broke.
    #[error("the issuer could not be reached")]
    Unreachable(#[source] Arc<reqwest::Error>),
    /// Not answered in full within the limit.
    #[error("the issuer did not answer in time")]
    TimedOut,
    /// Anything but 200; redirects are not followed.
    #[error("the issuer answered with status {status}")]
    Status {
        /// What it answered.
        status: u16,
        /// What it asked for by `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// Larger than the limit; the rest was not read.
    #[error("the issuer's answer is too large")]
    TooLarge,
    /// Not JSON of the expected shape.
    #[error("the issuer's answer is not the expected JSON")]
    Json(#[source] Arc<serde_json::Error>),
    /// The metadata is another issuer's (RFC 8414 §3.3).
    #[error("the metadata is that of the issuer {named:?}, and not of {configured}: they must be identical")]
    OtherIssuer {
        /// The issuer that was configured.
        configured: String,
        /// The one that the metadata names, shortened where it is very long.
        named: String,
    },
    /// `jwks_uri` leads to another origin than the issuer's.
    #[error("the metadata names another origin for the keys")]
    OtherOrigin,
    /// More keys than any issuer has.
    #[error("the key set holds too many keys")]
    TooManyKeys,
    /// Not one RSA key that is fit for RS256.
    #[error("the key set holds no usable key")]
    NoUsableKey,
    /// The runtime that the fetch ran on ended before the fetch did.
    #[error("the fetch was interrupted")]
    Interrupted,
}

impl KeyError {
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// What is wrong with a configuration, in words that say what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// [`audience`](crate::VerifierBuilder::audience) was not called, or with nothing in it.
    #[error("no audience is configured: name the one of your authorization server, e.g. api://default")]
    NoAudience,
    /// Neither a client id nor [`any_client`](crate::VerifierBuilder::any_client).
    #[error("no client id is configured: name each app that may call this API")]
    NoClient,
    /// The org authorization server's access tokens can be verified by Okta alone.
    #[error(
        "the issuer is the org authorization server: use a custom one, e.g. https://{{domain}}/oauth2/default"
    )]
    OrgIssuer,
    /// More than five minutes (RFC 9068 §4: "no more than a few minutes").
    #[error("the leeway is longer than five minutes")]
    Leeway,
    /// The key set's address is neither https nor on this machine.
    #[error("the key set's address must start with https:// (http:// is accepted on this machine only)")]
    InsecureKeys,
    /// The fixed keys are no key set, or hold no usable key.
    #[error("the fixed keys are not a usable key set")]
    FixedKeys(#[source] KeyError),
    /// Introspection has neither a client id nor an address that is safe to send a token to.
    #[error(
        "introspection needs a client id and an address that starts with https:// (http:// is accepted on this machine only)"
    )]
    Introspection,
    /// [`also_trust`](crate::VerifierBuilder::also_trust) with an issuer that is there already.
    #[error("the issuer {0} is listed twice")]
    DuplicateIssuer(Issuer),
    /// The HTTP client could not be set up.
    #[error("the HTTP client could not be set up")]
    HttpClient(#[source] reqwest::Error),
}
