//! Errors as the API tells them (RFC 9457), and the list of their codes.

use serde::{Deserialize, Serialize};

use crate::money::Money;

/// An error answer (RFC 9457), `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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
    /// With `total_changed`: what the cart costs now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Money>,
    /// With `invalid_address`: what is wrong with which member of the address.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldProblem>,
}

/// What is wrong with one member of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FieldProblem {
    /// Its name.
    pub field: String,
    /// A sentence for people.
    pub message: String,
}

/// The codes the API answers with. They do not change once published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemCode {
    /// The request makes no sense as it stands.
    InvalidRequest,
    /// No parcel would arrive there; `fields` says why.
    InvalidAddress,
    /// No bearer token, or a bad one; the challenge says which.
    Unauthorized,
    /// A good token whose sign-in is too weak or too long ago (RFC 9470); the challenge says what is needed.
    InsufficientUserAuthentication,
    /// A good token that does not allow this.
    Forbidden,
    /// Nothing there, or nothing of yours.
    NotFound,
    /// The address exists, the method does not.
    MethodNotAllowed,
    /// The body did not arrive in time.
    RequestTimeout,
    /// Not enough pieces left.
    OutOfStock,
    /// The cart is at another version: another tab or device changed it, or ordered it.
    CartChanged,
    /// There is nothing in the cart.
    CartEmpty,
    /// A price changed since the person looked; `total` is the new sum.
    TotalChanged,
    /// The order stands where this cannot be done any more.
    StatusConflict,
    /// The same idempotency key came with another body.
    IdempotencyKeyReused,
    /// The first request with this idempotency key is still running.
    IdempotencyKeyInUse,
    /// The body is too large.
    TooLarge,
    /// Not JSON.
    UnsupportedMediaType,
    /// Too many requests of one person.
    RateLimited,
    /// The header is too large; an access token with very many groups, for one. Signing in again changes nothing.
    HeaderTooLarge,
    /// Something the API depends on does not answer.
    Unavailable,
    /// A fault of the API.
    Internal,
}

impl ProblemCode {
    /// All codes, in the order of their statuses.
    pub const ALL: [Self; 21] = [
        Self::InvalidRequest,
        Self::InvalidAddress,
        Self::Unauthorized,
        Self::InsufficientUserAuthentication,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::RequestTimeout,
        Self::OutOfStock,
        Self::CartChanged,
        Self::CartEmpty,
        Self::TotalChanged,
        Self::StatusConflict,
        Self::IdempotencyKeyInUse,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::IdempotencyKeyReused,
        Self::RateLimited,
        Self::HeaderTooLarge,
        Self::Internal,
        Self::Unavailable,
    ];

    /// The code on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidAddress => "invalid_address",
            Self::Unauthorized => "unauthorized",
            Self::InsufficientUserAuthentication => "insufficient_user_authentication",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::RequestTimeout => "request_timeout",
            Self::OutOfStock => "out_of_stock",
            Self::CartChanged => "cart_changed",
            Self::CartEmpty => "cart_empty",
            Self::TotalChanged => "total_changed",
            Self::StatusConflict => "status_conflict",
            Self::IdempotencyKeyReused => "idempotency_key_reused",
            Self::IdempotencyKeyInUse => "idempotency_key_in_use",
            Self::TooLarge => "too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::RateLimited => "rate_limited",
            Self::HeaderTooLarge => "header_too_large",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidRequest | Self::InvalidAddress => 400,
            Self::Unauthorized | Self::InsufficientUserAuthentication => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::RequestTimeout => 408,
            Self::OutOfStock
            | Self::CartChanged
            | Self::CartEmpty
            | Self::TotalChanged
            | Self::StatusConflict
            | Self::IdempotencyKeyInUse => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::IdempotencyKeyReused => 422,
            Self::RateLimited => 429,
            Self::HeaderTooLarge => 431,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }

    /// The sentence that goes with it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::InvalidRequest => "The request is not valid.",
            Self::InvalidAddress => "The address is not complete.",
            Self::Unauthorized => "A valid access token is needed.",
            Self::InsufficientUserAuthentication => "A stronger or more recent sign-in is needed.",
            Self::Forbidden => "The access token does not allow this.",
            Self::NotFound => "There is nothing at this address.",
            Self::MethodNotAllowed => "This address does not support that method.",
            Self::RequestTimeout => "The request took too long to arrive.",
            Self::CartChanged => "The cart has changed in the meantime.",
            Self::CartEmpty => "There is nothing in the cart.",
            Self::TotalChanged => "The price has changed in the meantime.",
            Self::StatusConflict => "The order's status does not allow this.",
            Self::OutOfStock => "There are not enough items in stock.",
            Self::IdempotencyKeyReused => "This Idempotency-Key was used for another order.",
            Self::IdempotencyKeyInUse => "The first request with this Idempotency-Key is still running.",
            Self::TooLarge => "The request is too large.",
            Self::UnsupportedMediaType => "The body must be JSON, in UTF-8 and without compression.",
            Self::HeaderTooLarge => "The header of the request is too large.",
            Self::RateLimited => "Too many requests: please wait a moment.",
            Self::Unavailable => "The shop cannot answer right now.",
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
            total: None,
            fields: Vec::new(),
        }
    }
}
