//! The two nets under the handlers: a panic becomes an answer, and an error answer that somebody else
//! wrote gets a problem for its body. With them every error of the API looks alike.

use std::panic::AssertUnwindSafe;

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::Next;
use futures_util::FutureExt;

use crate::cors::refused_part;
use crate::error::{ApiError, PROBLEM_JSON, code_for_status, problem_body};

/// Middleware of a resource: answers 500 where a handler panics, in the place of a torn connection. Not for
/// the whole app: it keeps the request, which the router must have to itself.
pub(crate) async fn catch_panics(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let http_request = request.request().clone();
    // Handlers share nothing but the pools and the verifier, which survive a panic of their users.
    match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(outcome) => outcome.map(ServiceResponse::map_into_boxed_body),
        Err(_) => Ok(ServiceResponse::from_err(ApiError::Panicked, http_request)),
    }
}

/// Middleware: gives an error answer without a problem one that fits its status. Its headers stay.
pub(crate) async fn fill_in_problems(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let is_told = has(PROBLEM_JSON, &response) || has("text/html", &response);
    Ok(if is_error(&response) && !is_told { with_problem(response) } else { response })
}

fn with_problem(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let detail = response.response().error().and_then(|error| refused_part(response.request(), error));
    let body = problem_body(&code_for_status(response.status()).problem(detail));
    response.map_body(|head, _| {
        head.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        head.headers_mut().remove(header::CONTENT_LENGTH);
        BoxBody::new(body)
    })
}

fn is_error(response: &ServiceResponse<BoxBody>) -> bool {
    response.status().is_client_error() || response.status().is_server_error()
}

/// A page of this type explains itself; nobody but the SPA's side writes one.
fn has(media_type: &str, response: &ServiceResponse<BoxBody>) -> bool {
    let content_type = response.headers().get(header::CONTENT_TYPE);
    content_type.is_some_and(|value| value.as_bytes().starts_with(media_type.as_bytes()))
}

#[cfg(test)]
mod tests {
    use actix_web::middleware::from_fn;
    use actix_web::{App, HttpResponse, test, web};
    use shared::Problem;

    use super::*;

    /// Answers as a framework or a neighbour might: without a problem.
    async fn bare() -> HttpResponse {
        HttpResponse::ServiceUnavailable().insert_header((header::RETRY_AFTER, "7")).body("internal words")
    }

    async fn panics() -> HttpResponse {
        panic!("this panic is part of a test");
    }

    async fn answer(path: &str) -> (ServiceResponse<BoxBody>, u16) {
        let app = App::new()
            .wrap(from_fn(fill_in_problems))
            .route("/bare", web::get().to(bare))
            .service(web::resource("/panics").to(panics).wrap(from_fn(catch_panics)));
        let app = test::init_service(app).await;
        let response = test::call_service(&app, test::TestRequest::get().uri(path).to_request()).await;
        let status = response.status().as_u16();
        (response, status)
    }

    #[actix_web::test]
    async fn an_answer_without_a_problem_gets_one_and_keeps_its_headers() {
        let (response, status) = answer("/bare").await;
        assert_eq!(
            (status, response.headers().get(header::RETRY_AFTER).unwrap().as_bytes()),
            (503, &b"7"[..])
        );
        let problem: Problem = test::read_body_json(response).await;
        assert_eq!((problem.status, problem.code.as_str(), problem.detail), (503, "unavailable", None));
    }

    #[actix_web::test]
    async fn a_panic_is_answered() {
        let (response, status) = answer("/panics").await;
        assert_eq!(status, 500);
        let problem: Problem = test::read_body_json(response).await;
        assert_eq!(problem.code, "internal");
    }
}
