//! Pushed authorization requests (feature `par`, RFC 9126): where the org requires it, the request goes to it as a form
//! before the page leaves, and the page leaves with the name that the org gave it. So nothing of it stands in an address,
//! and nobody can have changed it.
//!
//! A request that is refused, or not answered, is told like a discovery document that cannot be had; the person may start
//! again. Nothing is stored until it is taken, and what never left counts for no loop.

use std::time::Duration;

use okta_types::Form;

use crate::interface::effect::HttpRequest;
use crate::interface::error::{AnswerProblem, OrgError};
use crate::interface::event::{HttpAnswer, HttpFailure};
use crate::machine::org;
use crate::protocol::json::ReadJson;

const PUSH_TIMEOUT: Duration = Duration::from_secs(15);

/// What to send. A public client names itself in the form (RFC 9126 §2).
pub(crate) fn request(url: String, form: Form) -> HttpRequest {
    HttpRequest { url, form: Some(form), timeout: PUSH_TIMEOUT, ..HttpRequest::default() }
}

/// What the org is asked at the address: the name that it gave the request (RFC 9126 §4).
pub(crate) fn named(client_id: &str, name: &str) -> Form {
    Form::new().with("client_id", client_id).with("request_uri", name)
}

/// What the org calls a pushed request (RFC 9126 §2.2). Okta's description has the status 200.
pub(crate) fn read_name(
    answer: &Result<HttpAnswer, HttpFailure>,
    read: ReadJson,
) -> Result<String, OrgError> {
    let answer = answer.as_ref()?;
    if !matches!(answer.status, 200 | 201) {
        return Err(org::refusal(answer, read));
    }
    let uri = read(answer.body.expose()).and_then(|body| body.owned("request_uri"));
    uri.filter(|uri| !uri.is_empty()).ok_or(OrgError::Answer(AnswerProblem::Malformed))
}
