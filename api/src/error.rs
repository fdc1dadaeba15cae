//! Everything a request of this API can fail with, folded in one place into [`shared::Problem`]
//! (RFC 9457). The cause goes to the log, the caller gets a stable code and a sentence.
//!
//! Refused tokens are not here: `okta-actix` answers them, with the challenges of RFC 6750.

use std::borrow::Cow;

use actix_web::error::{JsonPayloadError, QueryPayloadError};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use shared::{Problem, ProblemCode};

use crate::checkout::CheckoutError;
use crate::idempotency::IdempotencyKeyError;
use crate::store::{PlaceOrderError, Shortage, StoreError};

/// The media type of RFC 9457.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Seconds after which an answer "not now" is worth another try.
pub(crate) const RETRY_AFTER: &str = "2";

/// The longest part of a reader's message that is passed on.
const MAX_DETAIL: usize = 200;

/// Why a request was not answered as it wished.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// Nothing there, or nothing of the caller's.
    #[error("nothing at this address")]
    NotFound,
    /// The address takes other methods.
    #[error("method not allowed")]
    MethodNotAllowed {
        /// Those it takes, for `Allow`.
        allow: &'static str,
    },
    /// The body is not the JSON it should be.
    #[error("the body was refused")]
    Body(#[source] JsonPayloadError),
    /// The body did not arrive.
    #[error("the body took too long")]
    SlowBody,
    /// The query is not what it should be.
    #[error("the query was refused")]
    Query(#[source] QueryPayloadError),
    /// A parameter of the query with a value that cannot be.
    #[error("the parameter {parameter} was refused")]
    Parameter {
        /// Its name.
        parameter: &'static str,
        /// What it may be.
        expected: Cow<'static, str>,
    },
    /// The `Idempotency-Key`.
    #[error(transparent)]
    IdempotencyKey(#[from] IdempotencyKeyError),
    /// An order request that makes no sense.
    #[error(transparent)]
    Checkout(#[from] CheckoutError),
    /// An order that cannot be placed.
    #[error(transparent)]
    PlaceOrder(#[from] PlaceOrderError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys of the issuer are not known.
    #[error("the issuer's keys are not known")]
    KeysUnknown,
    /// A handler panicked.
    #[error("a handler panicked")]
    Panicked,
}

impl ApiError {
    /// The one place where causes become codes.
    fn code(&self) -> ProblemCode {
        match self {
            Self::NotFound => ProblemCode::NotFound,
            Self::MethodNotAllowed { .. } => ProblemCode::MethodNotAllowed,
            Self::Body(error) => body_code(error),
            Self::SlowBody | Self::Query(_) | Self::Parameter { .. } | Self::IdempotencyKey(_) => {
                ProblemCode::InvalidRequest
            }
            Self::Checkout(CheckoutError::Fingerprint(_)) | Self::Panicked => ProblemCode::Internal,
            Self::Checkout(_) => ProblemCode::InvalidRequest,
            Self::PlaceOrder(error) => place_order_code(error),
            Self::Store(error) => store_code(error),
            Self::KeysUnknown => ProblemCode::Unavailable,
        }
    }

    /// What was wrong in this case. Nothing internal: only what the caller sent, or what anyone may know.
    fn detail(&self) -> Option<String> {
        match self {
            Self::Body(error) => body_detail(error),
            Self::SlowBody => Some("The body did not arrive in time: send it again.".to_owned()),
            Self::Query(_) => Some("The query string cannot be read.".to_owned()),
            Self::Parameter { parameter, expected } => {
                Some(format!("The parameter {parameter} must be {expected}."))
            }
            Self::IdempotencyKey(error) => Some(sentence(&error.to_string())),
            Self::Checkout(CheckoutError::Fingerprint(_)) => None,
            Self::Checkout(error) => Some(sentence(&error.to_string())),
            Self::PlaceOrder(PlaceOrderError::OutOfStock(short)) => Some(out_of_stock_detail(short)),
            Self::PlaceOrder(
                error @ (PlaceOrderError::UnknownProduct(_) | PlaceOrderError::TotalTooLarge),
            ) => Some(sentence(&error.to_string())),
            _ => None,
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        if let Self::MethodNotAllowed { allow } = self {
            response.insert_header((header::ALLOW, *allow));
        }
        if self.code() == ProblemCode::Unavailable {
            response.insert_header((header::RETRY_AFTER, RETRY_AFTER));
        }
        response
            .insert_header((header::CONTENT_TYPE, PROBLEM_JSON))
            .body(problem_body(&self.code().problem(self.detail())))
    }
}

/// A problem as the bytes of a body.
pub(crate) fn problem_body(problem: &Problem) -> Vec<u8> {
    serde_json::to_vec(problem).unwrap_or_default()
}

/// The code for an answer that was given without one, e.g. by the framework. Statuses the API has no code
/// for become the nearest it has.
pub(crate) fn code_for_status(status: StatusCode) -> ProblemCode {
    match status {
        StatusCode::UNAUTHORIZED => ProblemCode::Unauthorized,
        StatusCode::FORBIDDEN => ProblemCode::Forbidden,
        StatusCode::NOT_FOUND => ProblemCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ProblemCode::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ProblemCode::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ProblemCode::UnsupportedMediaType,
        StatusCode::SERVICE_UNAVAILABLE => ProblemCode::Unavailable,
        status if status.is_server_error() => ProblemCode::Internal,
        _ => ProblemCode::InvalidRequest,
    }
}

fn body_code(error: &JsonPayloadError) -> ProblemCode {
    match error {
        JsonPayloadError::Overflow { .. } | JsonPayloadError::OverflowKnownLength { .. } => {
            ProblemCode::TooLarge
        }
        JsonPayloadError::ContentType => ProblemCode::UnsupportedMediaType,
        _ => ProblemCode::InvalidRequest,
    }
}

fn body_detail(error: &JsonPayloadError) -> Option<String> {
    match error {
        JsonPayloadError::Overflow { limit } | JsonPayloadError::OverflowKnownLength { limit, .. } => {
            Some(format!("At most {limit} bytes are accepted."))
        }
        JsonPayloadError::ContentType => Some("Send it with Content-Type: application/json.".to_owned()),
        JsonPayloadError::Deserialize(error) => Some(shortened(&error.to_string())),
        _ => None,
    }
}

fn place_order_code(error: &PlaceOrderError) -> ProblemCode {
    match error {
        PlaceOrderError::KeyReused => ProblemCode::IdempotencyKeyReused,
        PlaceOrderError::UnknownProduct(_) | PlaceOrderError::TotalTooLarge => ProblemCode::InvalidRequest,
        PlaceOrderError::OutOfStock(_) => ProblemCode::OutOfStock,
        PlaceOrderError::NumberTaken => ProblemCode::Internal,
        PlaceOrderError::Store(error) => store_code(error),
    }
}

fn store_code(error: &StoreError) -> ProblemCode {
    match error {
        StoreError::Unavailable(_) => ProblemCode::Unavailable,
        StoreError::Failed(_) => ProblemCode::Internal,
    }
}

fn out_of_stock_detail(short: &[Shortage]) -> String {
    let left: Vec<String> =
        short.iter().map(|shortage| format!("{} ({} left)", shortage.product_id, shortage.left)).collect();
    format!("Not enough left of {}.", left.join(", "))
}

fn sentence(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), chars.as_str()))
}

fn shortened(message: &str) -> String {
    message.chars().filter(|c| !c.is_control()).take(MAX_DETAIL).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(error: &ApiError, status: u16, code: ProblemCode, detail: Option<&str>) {
        assert_eq!((error.status_code().as_u16(), error.code()), (status, code), "{error:?}");
        assert_eq!(error.detail().as_deref(), detail, "{error:?}");
    }

    #[test]
    fn causes_become_codes_and_nothing_internal_is_told() {
        let broken = || sqlx::Error::Protocol("secret".to_owned());
        check(&StoreError::Failed(broken()).into(), 500, ProblemCode::Internal, None);
        check(&StoreError::Unavailable(broken()).into(), 503, ProblemCode::Unavailable, None);
        check(
            &PlaceOrderError::Store(StoreError::Unavailable(broken())).into(),
            503,
            ProblemCode::Unavailable,
            None,
        );
        check(&PlaceOrderError::KeyReused.into(), 422, ProblemCode::IdempotencyKeyReused, None);
        check(
            &CheckoutError::Empty.into(),
            400,
            ProblemCode::InvalidRequest,
            Some("An order needs at least one line."),
        );
    }

    #[test]
    fn an_answer_that_asks_to_wait_says_how_long() {
        let response = ApiError::KeysUnknown.error_response();
        assert_eq!(response.headers().get(header::RETRY_AFTER).unwrap(), RETRY_AFTER);
        assert_eq!(response.headers().get(header::CONTENT_TYPE).unwrap(), PROBLEM_JSON);
    }
}
