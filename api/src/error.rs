//! Everything a request of this API can fail with, folded in one place into [`shared::Problem`]
//! (RFC 9457). The cause goes to the log, the caller gets a stable code and a sentence.
//!
//! Refused tokens are not here: `okta-actix` answers them, with the challenges of RFC 6750.

use std::borrow::Cow;

use actix_web::error::QueryPayloadError;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use shared::{FieldProblem, Problem, ProblemCode};

use crate::body_error::BodyError;
use crate::checkout::CheckoutError;
use crate::idempotency::IdempotencyKeyError;
use crate::limit::Limit;
use crate::rate_limiter::TooFast;
use crate::readiness::NotReady;
use crate::shared_store::StoreAway;
use crate::store::{
    CartError, PageError, PlaceOrderError, RestockError, Shortage, StoreError, TransitionError,
};

/// The media type of RFC 9457.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Seconds after which an answer "not now" is worth another try.
pub(crate) const RETRY_AFTER: &str = "2";

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
    Body(#[source] BodyError),
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
    /// Lines of a cart that make no sense.
    #[error("the lines were refused: {0}")]
    Lines(String),
    /// A cart that cannot be put.
    #[error(transparent)]
    Cart(#[from] CartError),
    /// A page of a list that is not there.
    #[error(transparent)]
    Page(#[from] PageError),
    /// An order that cannot be moved on.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// A delivery of no pieces, or of too many.
    #[error("the number of pieces was refused")]
    Pieces,
    /// A delivery that cannot be taken in.
    #[error(transparent)]
    Restock(#[from] RestockError),
    /// Too many requests of one person.
    #[error(transparent)]
    TooFast(TooFast),
    /// Too many requests from one address.
    #[error("too many requests from one address")]
    TooFastAddress(TooFast),
    /// Replicas cannot count requests together.
    #[error(transparent)]
    StoreAway(StoreAway),
    /// Too many requests of everyone.
    #[error("too many requests are being handled")]
    Overloaded,
    /// The message cannot be written.
    #[error("the answer has no JSON form")]
    Answer(#[source] serde_json::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A part of the API cannot do its work.
    #[error(transparent)]
    NotReady(NotReady),
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
            Self::Body(error) => error.code(),
            Self::Query(_)
            | Self::Parameter { .. }
            | Self::IdempotencyKey(_)
            | Self::Lines(_)
            | Self::Pieces
            | Self::Page(PageError::Cursor) => ProblemCode::InvalidRequest,
            Self::Checkout(CheckoutError::Address(_)) => ProblemCode::InvalidAddress,
            Self::Checkout(CheckoutError::Fingerprint(_)) | Self::Answer(_) | Self::Panicked => {
                ProblemCode::Internal
            }
            Self::PlaceOrder(error) => place_order_code(error),
            Self::Cart(error) => cart_code(error),
            Self::Transition(error) => transition_code(error),
            Self::Restock(error) => restock_code(error),
            Self::TooFast(_) | Self::TooFastAddress(_) => ProblemCode::RateLimited,
            Self::Store(error) | Self::Page(PageError::Store(error)) => store_code(error),
            Self::NotReady(_) | Self::StoreAway(_) | Self::Overloaded => ProblemCode::Unavailable,
        }
    }

    /// The limit that was reached, if that is why.
    pub(crate) fn exceeds(&self) -> Option<Limit> {
        match self {
            Self::Overloaded => Some(Limit::AtATime),
            Self::TooFast(_) => Some(Limit::PerMinute),
            Self::TooFastAddress(_) => Some(Limit::PerMinuteOfAddress),
            Self::PlaceOrder(PlaceOrderError::TooManyOrders { .. }) => Some(Limit::OrdersPerHour),
            _ => None,
        }
    }

    /// What was wrong in this case. Nothing internal: only what the caller sent, or what anyone may know.
    fn detail(&self) -> Option<String> {
        match self {
            Self::Body(error) => error.detail(),
            Self::Query(_) => Some("The query string cannot be read.".to_owned()),
            Self::Parameter { parameter, expected } => {
                Some(format!("The parameter {parameter} must be {expected}."))
            }
            Self::IdempotencyKey(error) => Some(sentence(&error.to_string())),
            Self::Lines(problem) => Some(sentence(problem)),
            Self::Pieces => Some(format!("A delivery has 1 to {} pieces.", shared::MAX_RESTOCK)),
            Self::Page(PageError::Cursor) => {
                Some("The parameter cursor must be the next_cursor of a page of the same list.".to_owned())
            }
            Self::PlaceOrder(error) => place_order_detail(error),
            Self::Cart(CartError::Changed) => {
                Some("Read the cart again, then send your change again.".to_owned())
            }
            Self::Cart(error @ CartError::UnknownProduct(_)) => Some(sentence(&error.to_string())),
            Self::Transition(TransitionError::NotAllowed { from }) => {
                Some(format!("The order is {}.", from.as_str()))
            }
            Self::Restock(error @ RestockError::TooMany) => Some(sentence(&error.to_string())),
            Self::NotReady(not_ready) => Some(not_ready.detail()),
            Self::TooFastAddress(_) => Some("Too many requests come from this address.".to_owned()),
            Self::Overloaded => Some("The shop is very busy: try again in a moment.".to_owned()),
            _ => None,
        }
    }

    /// The whole answer.
    fn problem(&self) -> Problem {
        let problem = self.code().problem(self.detail());
        match self {
            Self::PlaceOrder(PlaceOrderError::TotalChanged { total }) => {
                Problem { total: Some(*total), ..problem }
            }
            Self::Checkout(CheckoutError::Address(mistakes)) => {
                let field = |field: &str, message: &str| FieldProblem {
                    field: field.to_owned(),
                    message: message.to_owned(),
                };
                let fields = mistakes.iter().map(|m| field(m.field.as_str(), m.message)).collect();
                Problem { fields, ..problem }
            }
            _ => problem,
        }
    }

    /// Seconds after which to try again, where the answer says so.
    fn retry_after(&self) -> Option<String> {
        match (self, self.code()) {
            (Self::TooFast(too_fast) | Self::TooFastAddress(too_fast), _) => {
                Some((too_fast.wait.as_secs() + 1).to_string())
            }
            (Self::PlaceOrder(PlaceOrderError::TooManyOrders { wait }), _) => {
                Some(wait.as_secs().to_string())
            }
            (_, ProblemCode::Unavailable | ProblemCode::IdempotencyKeyInUse) => Some(RETRY_AFTER.to_owned()),
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
        if let Self::Body(error) = self
            && let Some(taken) = error.taken()
        {
            response.insert_header(taken);
        }
        if let Some(seconds) = self.retry_after() {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        let body = match self {
            Self::NotReady(not_ready) => not_ready.body(self.problem()),
            _ => problem_body(&self.problem()),
        };
        response.insert_header((header::CONTENT_TYPE, PROBLEM_JSON)).body(body)
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
        StatusCode::REQUEST_TIMEOUT => ProblemCode::RequestTimeout,
        StatusCode::TOO_MANY_REQUESTS => ProblemCode::RateLimited,
        StatusCode::PAYLOAD_TOO_LARGE => ProblemCode::TooLarge,
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => ProblemCode::HeaderTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ProblemCode::UnsupportedMediaType,
        StatusCode::SERVICE_UNAVAILABLE => ProblemCode::Unavailable,
        status if status.is_server_error() => ProblemCode::Internal,
        _ => ProblemCode::InvalidRequest,
    }
}

fn place_order_code(error: &PlaceOrderError) -> ProblemCode {
    match error {
        PlaceOrderError::KeyReused => ProblemCode::IdempotencyKeyReused,
        PlaceOrderError::KeyInUse => ProblemCode::IdempotencyKeyInUse,
        PlaceOrderError::CartChanged => ProblemCode::CartChanged,
        PlaceOrderError::CartEmpty => ProblemCode::CartEmpty,
        PlaceOrderError::TotalChanged { .. } => ProblemCode::TotalChanged,
        PlaceOrderError::TotalTooLarge => ProblemCode::InvalidRequest,
        PlaceOrderError::OutOfStock(_) => ProblemCode::OutOfStock,
        PlaceOrderError::StepUpNeeded => ProblemCode::InsufficientUserAuthentication,
        PlaceOrderError::TooManyOrders { .. } => ProblemCode::RateLimited,
        PlaceOrderError::NumberTaken => ProblemCode::Internal,
        PlaceOrderError::Store(error) => store_code(error),
    }
}

fn place_order_detail(error: &PlaceOrderError) -> Option<String> {
    match error {
        PlaceOrderError::OutOfStock(short) => Some(out_of_stock_detail(short)),
        PlaceOrderError::TotalChanged { total } => {
            Some(format!("The cart costs {total} now: look at it, then order again."))
        }
        PlaceOrderError::CartChanged => {
            Some("Read the cart again: it was changed or ordered elsewhere.".to_owned())
        }
        PlaceOrderError::TotalTooLarge => Some(sentence(&error.to_string())),
        PlaceOrderError::TooManyOrders { wait } => {
            let minutes = wait.as_secs().div_ceil(60);
            Some(format!(
                "You have placed as many orders as one hour allows. Minutes until the next: {minutes}."
            ))
        }
        _ => None,
    }
}

fn cart_code(error: &CartError) -> ProblemCode {
    match error {
        CartError::Changed => ProblemCode::CartChanged,
        CartError::UnknownProduct(_) => ProblemCode::InvalidRequest,
        CartError::Store(error) => store_code(error),
    }
}

fn transition_code(error: &TransitionError) -> ProblemCode {
    match error {
        TransitionError::NotFound => ProblemCode::NotFound,
        TransitionError::NotAllowed { .. } => ProblemCode::StatusConflict,
        TransitionError::Store(error) => store_code(error),
    }
}

fn restock_code(error: &RestockError) -> ProblemCode {
    match error {
        RestockError::NotFound => ProblemCode::NotFound,
        RestockError::KeyReused => ProblemCode::IdempotencyKeyReused,
        RestockError::TooMany => ProblemCode::InvalidRequest,
        RestockError::Store(error) => store_code(error),
    }
}

fn store_code(error: &StoreError) -> ProblemCode {
    match error {
        StoreError::Unavailable(_) | StoreError::Conflict(_) => ProblemCode::Unavailable,
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
        check(&StoreError::Failed(broken().into()).into(), 500, ProblemCode::Internal, None);
        check(&StoreError::Unavailable(broken().into()).into(), 503, ProblemCode::Unavailable, None);
        check(
            &PlaceOrderError::Store(StoreError::Unavailable(broken().into())).into(),
            503,
            ProblemCode::Unavailable,
            None,
        );
        check(&PlaceOrderError::KeyReused.into(), 422, ProblemCode::IdempotencyKeyReused, None);
        check(
            &ApiError::Body(BodyError::Slow),
            408,
            ProblemCode::RequestTimeout,
            Some("The body did not arrive in time: send it again."),
        );
        check(&PlaceOrderError::CartEmpty.into(), 409, ProblemCode::CartEmpty, None);
        check(&TransitionError::NotFound.into(), 404, ProblemCode::NotFound, None);
    }

    #[test]
    fn an_answer_says_which_limit_was_reached() {
        let wait = std::time::Duration::from_secs(1);
        for (error, limit) in [
            (ApiError::Overloaded, Some(Limit::AtATime)),
            (ApiError::TooFast(TooFast { wait }), Some(Limit::PerMinute)),
            (ApiError::TooFastAddress(TooFast { wait }), Some(Limit::PerMinuteOfAddress)),
            (PlaceOrderError::TooManyOrders { wait }.into(), Some(Limit::OrdersPerHour)),
            (StoreError::Unavailable(sqlx::Error::PoolTimedOut.into()).into(), None),
        ] {
            assert_eq!(error.exceeds(), limit, "{error:?}");
        }
    }

    #[test]
    fn an_answer_that_asks_to_wait_says_how_long() {
        let response = ApiError::NotReady(NotReady { database: None, keys_known: false }).error_response();
        assert_eq!(response.headers().get(header::RETRY_AFTER).unwrap(), RETRY_AFTER);
        assert_eq!(response.headers().get(header::CONTENT_TYPE).unwrap(), PROBLEM_JSON);
        let too_fast = TooFast { wait: std::time::Duration::from_millis(4200) };
        let response = ApiError::TooFast(too_fast).error_response();
        assert_eq!(response.headers().get(header::RETRY_AFTER).unwrap(), "5");
    }
}
