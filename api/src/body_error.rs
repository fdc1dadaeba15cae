//! Why the body of a request was not taken, and what its sender is told.

use actix_web::error::JsonPayloadError;
use actix_web::http::header::{self, HeaderName};
use shared::ProblemCode;

use crate::strict_json::ShapeError;

/// The longest part of a reader's message that is passed on, in characters.
const MAX_DETAIL: usize = 200;

/// Why a body was not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    /// It is compressed or otherwise encoded (RFC 9110 §8.4).
    #[error("the body has a content encoding")]
    Coding,
    /// Another media type, or another charset than that of JSON (RFC 8259 §8.1).
    #[error("the body is of another media type or charset")]
    MediaType,
    /// No JSON, or too much of it.
    #[error("the body cannot be read")]
    Json(#[source] JsonPayloadError),
    /// JSON, but not the message it should be.
    #[error("the body is not the message it should be")]
    Shape(#[source] ShapeError),
    /// It did not arrive.
    #[error("the body took too long")]
    Slow,
}

impl BodyError {
    pub(crate) fn code(&self) -> ProblemCode {
        match self {
            Self::Coding | Self::MediaType | Self::Json(JsonPayloadError::ContentType) => {
                ProblemCode::UnsupportedMediaType
            }
            Self::Json(JsonPayloadError::Overflow { .. } | JsonPayloadError::OverflowKnownLength { .. }) => {
                ProblemCode::TooLarge
            }
            Self::Json(_) | Self::Shape(_) => ProblemCode::InvalidRequest,
            Self::Slow => ProblemCode::RequestTimeout,
        }
    }

    /// What the caller did and should do.
    pub(crate) fn detail(&self) -> Option<String> {
        match self {
            Self::Coding => Some("Send it as it is, without Content-Encoding.".to_owned()),
            Self::MediaType | Self::Json(JsonPayloadError::ContentType) => {
                Some("Send it in UTF-8, with Content-Type: application/json.".to_owned())
            }
            Self::Json(
                JsonPayloadError::Overflow { limit } | JsonPayloadError::OverflowKnownLength { limit, .. },
            ) => Some(format!("At most {limit} bytes are accepted.")),
            Self::Json(JsonPayloadError::Deserialize(error)) => Some(shortened(&error.to_string())),
            Self::Json(_) => None,
            Self::Shape(error) => Some(shortened(&error.told_of("the body"))),
            Self::Slow => Some("The body did not arrive in time: send it again.".to_owned()),
        }
    }

    /// The header that says what would have been taken (RFC 9110 §15.5.16).
    pub(crate) fn taken(&self) -> Option<(HeaderName, &'static str)> {
        match self {
            Self::Coding => Some((header::ACCEPT_ENCODING, "identity")),
            _ if self.code() == ProblemCode::UnsupportedMediaType => {
                Some((header::ACCEPT, "application/json"))
            }
            _ => None,
        }
    }
}

fn shortened(message: &str) -> String {
    message.chars().filter(|c| !c.is_control()).take(MAX_DETAIL).collect()
}
