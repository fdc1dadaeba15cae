//! Refusals and their answers: status and challenge by RFC 6750 §3, the body by RFC 9457.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use okta_jwt::{JwsError, MAX_TOKEN_LEN, Refusal, VerifyError};
use okta_types::{BearerError, Challenge};

use crate::problem::Problem;
use crate::step_up::StepUp;

/// A refused request. As a response it has a fixed body and, where a token would help, a challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    reason: Reason,
    realm: Option<Arc<str>>,
}

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// 401: no credentials, or of a scheme that is not spoken here. The challenge has no `error`.
    #[error("no bearer token was sent")]
    Missing,
    /// 400 `invalid_request`.
    #[error("the request is malformed: {0}")]
    Malformed(#[from] MalformedRequest),
    /// 401 `invalid_token`. The cause is for logs; the client learns whether the token has expired, no more.
    #[error("the token was refused")]
    InvalidToken(#[source] VerifyError),
    /// 431 (RFC 6585 §5) without a challenge: a new token would be as long as this one.
    #[error("the token is longer than {MAX_TOKEN_LEN} bytes")]
    TooLong,
    /// 403 `insufficient_scope`.
    #[error("the token lacks a scope of {0:?}")]
    InsufficientScope(Cow<'static, str>),
    /// 403 without a challenge: no other token of this person would do.
    #[error("the person is not in the group {0:?}")]
    NotInGroup(Cow<'static, str>),
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
}

impl Rejection {
    pub(crate) fn new(reason: Reason, realm: Option<Arc<str>>) -> Self {
        Self { reason, realm }
    }

    /// Why.
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// The challenge that goes with it (RFC 6750 §3), if any.
    fn challenge(&self) -> Option<Challenge> {
        let error = match &self.reason {
            Reason::Missing => None,
            Reason::Malformed(_) => Some(BearerError::InvalidRequest),
            Reason::InvalidToken(_) => Some(BearerError::InvalidToken),
            Reason::InsufficientScope(_) => Some(BearerError::InsufficientScope),
            Reason::InsufficientAuthentication(_) => Some(BearerError::InsufficientUserAuthentication),
            Reason::TooLong | Reason::NotInGroup(_) | Reason::Unavailable { .. } | Reason::NotConfigured => {
                return None;
            }
        };
        let mut challenge = Challenge {
            realm: self.realm.as_deref().map(str::to_owned),
            error,
            error_description: error.map(|_| self.reason.detail().to_owned()),
            ..Challenge::default()
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
    fn status(&self) -> StatusCode {
        match self {
            Self::Missing | Self::InvalidToken(_) | Self::InsufficientAuthentication(_) => {
                StatusCode::UNAUTHORIZED
            }
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::TooLong => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::InsufficientScope(_) | Self::NotInGroup(_) => StatusCode::FORBIDDEN,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotConfigured => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The problem's code and title.
    fn kind(&self) -> (&'static str, &'static str) {
        match self {
            Self::Missing | Self::InvalidToken(_) => ("unauthorized", "A valid access token is needed."),
            Self::InsufficientAuthentication(_) => {
                ("insufficient_user_authentication", "A stronger or more recent sign-in is needed.")
            }
            Self::Malformed(_) => ("invalid_request", "The request is not valid."),
            Self::TooLong => ("header_too_large", "The header of the request is too large."),
            Self::InsufficientScope(_) | Self::NotInGroup(_) => {
                ("forbidden", "The access token does not allow this.")
            }
            Self::Unavailable { .. } => ("unavailable", "Access tokens cannot be checked just now."),
            Self::NotConfigured => ("internal", "Something went wrong here."),
        }
    }

    /// What to do, for a developer. Also the challenge's `error_description`.
    fn detail(&self) -> &'static str {
        match self {
            Self::Missing => "Send an access token in the Authorization header",
            Self::Malformed(MalformedRequest::SeveralHeaders) => "Send one Authorization header only",
            Self::Malformed(MalformedRequest::Syntax) => {
                "The Authorization header must be Bearer, one space and a token"
            }
            Self::Malformed(MalformedRequest::TokenInQuery) => {
                "Send the access token in the Authorization header only"
            }
            Self::InvalidToken(VerifyError::Refused(Refusal::Expired)) => "The access token has expired",
            Self::InvalidToken(_) => "The access token is invalid",
            Self::TooLong => {
                "The access token is too long: have the authorization server put less into it, e.g. fewer groups"
            }
            Self::InsufficientScope(_) => "The access token lacks a scope that is needed here",
            Self::InsufficientAuthentication(_) => "Sign in again as the challenge says",
            Self::NotInGroup(_) => "This is for the members of a certain group",
            Self::Unavailable { .. } => "Try again a little later",
            Self::NotConfigured => "The operator has to look into it",
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
        if let Some(challenge) = self.challenge() {
            response.insert_header((WWW_AUTHENTICATE, challenge.to_string()));
        }
        if let Reason::Unavailable { retry_after } = self.reason {
            response.insert_header((RETRY_AFTER, retry_after.as_secs().max(1)));
        }
        let (code, title) = self.reason.kind();
        response
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((CONTENT_TYPE, Problem::CONTENT_TYPE))
            .json(Problem::new(self.status_code(), code, title, self.reason.detail()))
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
        let rejection = Rejection::new(Reason::InvalidToken(Refusal::Audience.into()), None);
        assert_eq!(rejection.to_string(), "the token was refused");
        let cause = rejection.source().map(ToString::to_string);
        assert_eq!(cause.as_deref(), Some("the token was refused: the audience is another one"));
        assert!(Rejection::new(Reason::Missing, None).source().is_none());
    }
}
