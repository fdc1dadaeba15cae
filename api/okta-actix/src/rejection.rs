//! Refusals and their answers: status and challenge by RFC 6750 §3, the body by RFC 9457.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use okta_jwt::{JwsError, MAX_TOKEN_LEN, ProofRefusal, ProveError, Refusal, SubjectError, VerifyError};
use okta_types::{AuthScheme, BearerError, Challenge};

use crate::dpop_policy::algorithms;
use crate::header_names::DPOP_NONCE;
use crate::problem::Problem;
use crate::step_up::StepUp;

/// A refused request. As a response it has a fixed body and, where a token would help, a challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    reason: Reason,
    asked: Asked,
}

/// What the client is asked for, beside the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) realm: Option<Arc<str>>,
    pub(crate) schemes: Schemes,
    /// The one that the request was made in.
    pub(crate) scheme: AuthScheme,
    /// For `DPoP-Nonce`.
    pub(crate) nonce: Option<String>,
}

/// The schemes that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Schemes {
    Bearer,
    Both,
    DPoP,
}

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// 401: no credentials, or of a scheme that is not spoken here. The challenge has no `error`.
    #[error("no access token was sent")]
    Missing,
    /// 400 `invalid_request`.
    #[error("the request is malformed: {0}")]
    Malformed(#[from] MalformedRequest),
    /// 401 `invalid_token`. The cause is for logs; the client learns whether the token has expired, no more.
    #[error("the token was refused")]
    InvalidToken(#[source] VerifyError),
    /// 401 `invalid_dpop_proof`: scheme DPoP without a `DPoP` header.
    #[error("no proof was sent")]
    ProofMissing,
    /// 401 `invalid_dpop_proof`: more than one `DPoP` header.
    #[error("more than one proof was sent")]
    SeveralProofs,
    /// 401 `invalid_dpop_proof`, or `use_dpop_nonce` with a nonce. The token is not to blame.
    #[error("the proof was refused")]
    InvalidProof(#[source] ProofRefusal),
    /// 401 that asks for scheme DPoP: a good bearer token, where only bound ones will do.
    #[error("the token is bound to no key, and must be here")]
    ProofRequired,
    /// 429 (RFC 6585 §4) without a challenge: so many proofs of one key were shown that no more of them are remembered. Other
    /// keys are not in its way.
    #[error("too many proofs of one key were shown")]
    TooManyProofs {
        /// For `Retry-After`.
        retry_after: Duration,
    },
    /// 431 (RFC 6585 §5) without a challenge: a new token would be as long as this one.
    #[error("the token is longer than {MAX_TOKEN_LEN} bytes")]
    TooLong,
    /// 403 `insufficient_scope`.
    #[error("the token lacks a scope of {0:?}")]
    InsufficientScope(Cow<'static, str>),
    /// 403 without a challenge: no other token of this person would do.
    #[error("the person is not in the group {0:?}")]
    NotInGroup(Cow<'static, str>),
    /// 404 without a challenge: a request for revocation speaks of a person of another org.
    #[error("the person is not known here")]
    UnknownPerson,
    /// 401 `insufficient_user_authentication` (RFC 9470 §3): the token is good, its sign-in is too weak or too
    /// long ago.
    #[error("the sign-in does not meet {0:?}")]
    InsufficientAuthentication(StepUp),
    /// 503: the issuer's keys are not known, or it cannot say whether the token was revoked, and the token is not to blame.
    #[error("tokens cannot be checked at the moment")]
    Unavailable {
        /// For `Retry-After`.
        retry_after: Duration,
    },
    /// 500: no [`BearerConfig`](crate::BearerConfig) in the app's data.
    #[error("no web::Data<BearerConfig> is registered with the app")]
    NotConfigured,
}

/// How a request shows its token wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedRequest {
    /// More than one `Authorization` header.
    #[error("more than one Authorization header")]
    SeveralHeaders,
    /// Not `Bearer`, one space and a token.
    #[error("the Authorization header is not a scheme and a token")]
    Syntax,
    /// In the query, where every log on the way has seen it.
    #[error("a token in the query")]
    TokenInQuery,
    /// The body of a request for revocation does not say whose.
    #[error("the body names no person: {0}")]
    Subject(SubjectError),
}

impl Rejection {
    pub(crate) fn new(reason: Reason, asked: Asked) -> Self {
        Self { reason, asked }
    }

    /// Before anything is known of the app's configuration.
    pub(crate) fn not_configured() -> Self {
        let (schemes, scheme) = (Schemes::Bearer, AuthScheme::Bearer);
        Self::new(Reason::NotConfigured, Asked { realm: None, schemes, scheme, nonce: None })
    }

    /// Why.
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// The challenges that go with it (RFC 6750 §3, RFC 9449 §7): an error stands in that of the request's own scheme
    /// only.
    fn challenges(&self) -> Vec<Challenge> {
        let plain = |scheme| self.plain_challenge(scheme);
        let takes_proofs = self.asked.schemes != Schemes::Bearer;
        match &self.reason {
            Reason::Missing => match self.asked.schemes {
                Schemes::Bearer => vec![plain(AuthScheme::Bearer)],
                Schemes::Both => vec![plain(AuthScheme::Bearer), plain(AuthScheme::DPoP)],
                Schemes::DPoP => vec![plain(AuthScheme::DPoP)],
            },
            Reason::ProofRequired => vec![plain(AuthScheme::DPoP)],
            // The other scheme is the remedy.
            Reason::InvalidToken(VerifyError::Refused(Refusal::Bound)) if takes_proofs => {
                self.challenge_with_error().into_iter().chain([plain(AuthScheme::DPoP)]).collect()
            }
            _ => self.challenge_with_error().into_iter().collect(),
        }
    }

    fn plain_challenge(&self, scheme: AuthScheme) -> Challenge {
        let algs = (scheme == AuthScheme::DPoP).then(algorithms);
        Challenge {
            scheme,
            realm: self.asked.realm.as_deref().map(str::to_owned),
            algs,
            ..Challenge::default()
        }
    }

    /// Where a token or a proof would help.
    fn challenge_with_error(&self) -> Option<Challenge> {
        let mut challenge = Challenge {
            error: Some(self.reason.error()?),
            error_description: Some(self.reason.detail(self.asked.scheme).to_owned()),
            ..self.plain_challenge(self.asked.scheme)
        };
        match &self.reason {
            Reason::InsufficientScope(scopes) => challenge.scope = Some(scopes.clone().into_owned()),
            Reason::InsufficientAuthentication(wanted) => {
                challenge.acr_values = wanted.acr_values().map(str::to_owned);
                challenge.max_age = wanted.max_age_seconds();
            }
            _ => {}
        }
        Some(challenge)
    }
}

impl Reason {
    /// Whether a nonce would help (RFC 9449 §9).
    pub(crate) fn asks_for_nonce(&self) -> bool {
        matches!(self, Self::InvalidProof(refusal) if refusal.asks_for_nonce())
    }

    /// What the challenge says of it; `None` where there is none.
    fn error(&self) -> Option<BearerError> {
        match self {
            Self::Malformed(_) => Some(BearerError::InvalidRequest),
            Self::InvalidToken(_) => Some(BearerError::InvalidToken),
            Self::InvalidProof(refusal) if refusal.asks_for_nonce() => Some(BearerError::UseDpopNonce),
            Self::ProofMissing | Self::SeveralProofs | Self::InvalidProof(_) => {
                Some(BearerError::InvalidDpopProof)
            }
            Self::InsufficientScope(_) => Some(BearerError::InsufficientScope),
            Self::InsufficientAuthentication(_) => Some(BearerError::InsufficientUserAuthentication),
            Self::Missing
            | Self::ProofRequired
            | Self::TooManyProofs { .. }
            | Self::TooLong
            | Self::NotInGroup(_)
            | Self::UnknownPerson
            | Self::Unavailable { .. }
            | Self::NotConfigured => None,
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Missing
            | Self::InvalidToken(_)
            | Self::ProofMissing
            | Self::SeveralProofs
            | Self::InvalidProof(_)
            | Self::ProofRequired
            | Self::InsufficientAuthentication(_) => StatusCode::UNAUTHORIZED,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::TooManyProofs { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLong => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::InsufficientScope(_) | Self::NotInGroup(_) => StatusCode::FORBIDDEN,
            Self::UnknownPerson => StatusCode::NOT_FOUND,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotConfigured => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The problem's code and title.
    fn kind(&self) -> (&'static str, &'static str) {
        match self {
            Self::Missing | Self::InvalidToken(_) => ("unauthorized", "A valid access token is needed."),
            Self::ProofMissing | Self::SeveralProofs | Self::InvalidProof(_) => {
                ("unauthorized", "A valid proof of possession is needed.")
            }
            Self::ProofRequired => ("unauthorized", "An access token that is bound to a key is needed."),
            Self::InsufficientAuthentication(_) => {
                ("insufficient_user_authentication", "A stronger or more recent sign-in is needed.")
            }
            Self::Malformed(_) => ("invalid_request", "The request is not valid."),
            Self::TooManyProofs { .. } => ("rate_limited", "Too many requests: please wait a moment."),
            Self::TooLong => ("header_too_large", "The header of the request is too large."),
            Self::InsufficientScope(_) | Self::NotInGroup(_) => {
                ("forbidden", "The access token does not allow this.")
            }
            Self::UnknownPerson => ("not_found", "This person is not known here."),
            Self::Unavailable { .. } => ("unavailable", "Access tokens cannot be checked just now."),
            Self::NotConfigured => ("internal", "Something went wrong here."),
        }
    }

    /// What to do, for a developer. Also the challenge's `error_description`.
    fn detail(&self, scheme: AuthScheme) -> &'static str {
        match self {
            Self::Missing => "Send an access token in the Authorization header",
            Self::Malformed(MalformedRequest::SeveralHeaders) => "Send one Authorization header only",
            Self::Malformed(MalformedRequest::Syntax) if scheme == AuthScheme::DPoP => {
                "The Authorization header must be DPoP, one space and a token"
            }
            Self::Malformed(MalformedRequest::Syntax) => {
                "The Authorization header must be Bearer, one space and a token"
            }
            Self::Malformed(MalformedRequest::TokenInQuery) => {
                "Send the access token in the Authorization header only"
            }
            Self::Malformed(MalformedRequest::Subject(_)) => {
                "The body must have a member sub_id, with format iss_sub, email or opaque and what goes with it"
            }
            Self::InvalidToken(VerifyError::Refused(Refusal::Expired)) => "The access token has expired",
            Self::InvalidToken(_) => "The access token is invalid",
            Self::ProofMissing => "Send a proof in the DPoP header",
            Self::SeveralProofs => "Send one DPoP header only",
            Self::InvalidProof(refusal) => proof_detail(*refusal),
            Self::ProofRequired => "Send a token that is bound to a key, with scheme DPoP and a proof",
            Self::TooManyProofs { .. } => "One key has sent too many proofs: send fewer requests with it",
            Self::TooLong => {
                "The access token is too long: have the authorization server put less into it, e.g. fewer groups"
            }
            Self::InsufficientScope(_) => "The access token lacks a scope that is needed here",
            Self::InsufficientAuthentication(_) => "Sign in again as the challenge says",
            Self::NotInGroup(_) => "This is for the members of a certain group",
            Self::UnknownPerson => "Name a person by this org, or by one of its authorization servers",
            Self::Unavailable { .. } => "Try again a little later",
            Self::NotConfigured => "The operator has to look into it",
        }
    }
}

/// Which check failed is no secret: the proof is the client's own.
fn proof_detail(refusal: ProofRefusal) -> &'static str {
    match refusal {
        ProofRefusal::Form(_) => "The proof is not a valid DPoP proof JWT",
        ProofRefusal::Key => {
            "The key of the proof must be an RSA key of at least 2048 bits, or a point on its curve"
        }
        ProofRefusal::Signature => "The signature of the proof is wrong",
        ProofRefusal::Method => "The proof is for another method (htm)",
        ProofRefusal::Address => "The proof is for another address (htu)",
        ProofRefusal::NonceMissing | ProofRefusal::NonceStale => {
            "The proof must hold the nonce of the DPoP-Nonce header"
        }
        ProofRefusal::TooOld | ProofRefusal::Expired => "The proof is too old: check the clock (iat)",
        ProofRefusal::MadeInFuture => "The proof was made in the future: check the clock (iat)",
        ProofRefusal::Token => "The proof is for another access token (ath)",
        ProofRefusal::OtherKey => "The access token is bound to another key than the proof's",
        ProofRefusal::Replayed => "The proof was used before: each request needs its own (jti)",
        _ => "The proof is invalid",
    }
}

impl From<ProveError> for Reason {
    fn from(error: ProveError) -> Self {
        match error {
            ProveError::ReplayUnknown { retry_after } => Self::Unavailable { retry_after },
            ProveError::TooManyProofs { retry_after } => Self::TooManyProofs { retry_after },
            ProveError::Refused(refusal) => Self::InvalidProof(refusal),
            // Whatever comes to be: nobody is let in, and no client is blamed.
            _ => Self::Unavailable { retry_after: Duration::from_secs(1) },
        }
    }
}

impl From<VerifyError> for Reason {
    fn from(error: VerifyError) -> Self {
        match (error.retry_after(), error) {
            (Some(retry_after), _) => Self::Unavailable { retry_after },
            (None, VerifyError::Malformed(JwsError::TooLong)) => Self::TooLong,
            (None, error) => Self::InvalidToken(error),
        }
    }
}

impl ResponseError for Rejection {
    fn status_code(&self) -> StatusCode {
        self.reason.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        let challenges: Vec<_> = self.challenges().iter().map(ToString::to_string).collect();
        if !challenges.is_empty() {
            // In one line, which every reader finds whole (RFC 9110 §11.6.1).
            response.insert_header((WWW_AUTHENTICATE, challenges.join(", ")));
        }
        if let Some(nonce) = &self.asked.nonce {
            response.insert_header((DPOP_NONCE, nonce.as_str()));
        }
        if let Reason::Unavailable { retry_after } | Reason::TooManyProofs { retry_after } = self.reason {
            response.insert_header((RETRY_AFTER, retry_after.as_secs().max(1)));
        }
        let (code, title) = self.reason.kind();
        response
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((CONTENT_TYPE, Problem::CONTENT_TYPE))
            .json(Problem::new(self.status_code(), code, title, self.reason.detail(self.asked.scheme)))
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl std::error::Error for Rejection {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.reason.source()
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use okta_jwt::Refusal;

    use super::*;

    #[test]
    fn a_rejection_tells_a_log_what_was_refused_and_why() {
        let asked = Rejection::not_configured().asked;
        let rejection = Rejection::new(Reason::InvalidToken(Refusal::Audience.into()), asked.clone());
        assert_eq!(rejection.to_string(), "the token was refused");
        let cause = rejection.source().map(ToString::to_string);
        assert_eq!(cause.as_deref(), Some("the token was refused: the audience is another one"));
        assert!(Rejection::new(Reason::Missing, asked).source().is_none());
    }
}
