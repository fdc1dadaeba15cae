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

/// `E0000007`: there is no such thing, e.g. `nope (AuthorizationServer)`.
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
    random::id("oae")
}
