use serde::{Deserialize, Serialize};

/// An error answer (RFC 9457), `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// `about:blank`: the status and the code say what kind of problem it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short sentence for people, the same for each code.
    pub title: String,
    /// The HTTP status again.
    pub status: u16,
    /// For programs; see [`ProblemCode`]. Codes of later versions are kept as text.
    pub code: String,
    /// What was wrong in this case and what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// The codes the API answers with. They do not change once published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemCode {
    /// The request makes no sense as it stands.
    InvalidRequest,
    /// No bearer token, or a bad one; the challenge says which.
    Unauthorized,
    /// A good token that does not allow this.
    Forbidden,
    /// Nothing there, or nothing of yours.
    NotFound,
    /// The address exists, the method does not.
    MethodNotAllowed,
    /// Not enough pieces left.
    OutOfStock,
    /// The same idempotency key came with another body.
    IdempotencyKeyReused,
    /// The first request with this idempotency key is still running.
    IdempotencyKeyInUse,
    /// The body is too large.
    TooLarge,
    /// Not JSON.
    UnsupportedMediaType,
    /// Something the API depends on does not answer.
    Unavailable,
    /// A fault of the API.
    Internal,
}

impl ProblemCode {
    /// The code on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::OutOfStock => "out_of_stock",
            Self::IdempotencyKeyReused => "idempotency_key_reused",
            Self::IdempotencyKeyInUse => "idempotency_key_in_use",
            Self::TooLarge => "too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidRequest => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::OutOfStock | Self::IdempotencyKeyInUse => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::IdempotencyKeyReused => 422,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }

    /// The sentence that goes with it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::InvalidRequest => "The request is not valid.",
            Self::Unauthorized => "A valid access token is needed.",
            Self::Forbidden => "The access token does not allow this.",
            Self::NotFound => "There is nothing at this address.",
            Self::MethodNotAllowed => "This address does not take that method.",
            Self::OutOfStock => "There are not enough pieces in stock.",
            Self::IdempotencyKeyReused => "This Idempotency-Key was used for another order.",
            Self::IdempotencyKeyInUse => "The first request with this Idempotency-Key is still running.",
            Self::TooLarge => "The request is too large.",
            Self::UnsupportedMediaType => "The body must be JSON.",
            Self::Unavailable => "The shop cannot answer just now.",
            Self::Internal => "Something went wrong in the shop.",
        }
    }

    /// The whole answer.
    pub fn problem(self, detail: Option<String>) -> Problem {
        Problem {
            kind: "about:blank".to_owned(),
            title: self.title().to_owned(),
            status: self.status(),
            code: self.as_str().to_owned(),
            detail,
        }
    }
}
