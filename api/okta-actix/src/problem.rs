use actix_web::http::StatusCode;
use serde::Serialize;

/// The body of a refusal: `application/problem+json` (RFC 9457). Every sentence is from a fixed set; nothing
/// of the request, of the token or of this machine goes into it.
#[derive(Serialize)]
pub(crate) struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    /// For programs.
    code: &'static str,
    /// What to do.
    detail: &'static str,
}

impl Problem {
    /// The media type.
    pub(crate) const CONTENT_TYPE: &'static str = "application/problem+json";

    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        detail: &'static str,
    ) -> Self {
        Self { kind: "about:blank", title, status: status.as_u16(), code, detail }
    }
}
