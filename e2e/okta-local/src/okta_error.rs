//! The error shape of Okta's own APIs, used by everything that is not an OAuth endpoint.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;

use crate::random;

/// `{"errorCode", "errorSummary", "errorLink", "errorId", "errorCauses"}`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OktaError<'a> {
    error_code: &'a str,
    error_summary: &'a str,
    error_link: &'a str,
    error_id: String,
    error_causes: Vec<Cause<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Cause<'a> {
    error_summary: &'a str,
}

/// `E0000007`: nothing has that id, such as `nope (AuthorizationServer)`.
pub(crate) fn not_found(what: &str) -> HttpResponse {
    respond(StatusCode::NOT_FOUND, "E0000007", &format!("Not found: Resource not found: {what}"))
}

/// `E0000022`: the endpoint exists, the method does not.
pub(crate) fn method_not_allowed() -> HttpResponse {
    respond(
        StatusCode::METHOD_NOT_ALLOWED,
        "E0000022",
        "The endpoint does not support the provided HTTP method",
    )
}

/// `E0000009`: the org cannot do what it should.
pub(crate) fn internal() -> HttpResponse {
    unable(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The same with another status, for a test.
pub(crate) fn unable(status: StatusCode) -> HttpResponse {
    respond(status, "E0000009", "Internal Server Error")
}

/// `E0000047`: a limit is reached.
pub(crate) fn too_many(path: &str) -> HttpResponse {
    let (code, summary) = too_many_words(path);
    respond(StatusCode::TOO_MANY_REQUESTS, code, summary)
}

/// Code and summary of the answer where a limit is reached: Okta's own APIs have other words than OAuth's endpoints.
pub(crate) fn too_many_words(path: &str) -> (&'static str, &'static str) {
    let summary = if path.starts_with("/api/") {
        "API call exceeded rate limit due to too many requests."
    } else {
        "You exceeded the maximum number of requests. Try again in a while."
    };
    ("E0000047", summary)
}

/// Any of them: the code is its own link, and each answer has an id to look for.
pub(crate) fn respond(status: StatusCode, code: &str, summary: &str) -> HttpResponse {
    respond_with(status, code, summary, &[])
}

/// With what is wrong in particular.
pub(crate) fn respond_with(status: StatusCode, code: &str, summary: &str, causes: &[String]) -> HttpResponse {
    HttpResponse::build(status).insert_header(("Cache-Control", "no-cache, no-store")).json(OktaError {
        error_code: code,
        error_summary: summary,
        error_link: code,
        error_id: error_id(),
        error_causes: causes.iter().map(|cause| Cause { error_summary: cause }).collect(),
    })
}

/// `oae…`, also shown on error pages.
pub(crate) fn error_id() -> String {
    random::long_id("oae")
}
