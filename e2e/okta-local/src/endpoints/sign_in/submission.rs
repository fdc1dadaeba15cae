//! A submitted form: taken once, from the browser that was shown the page.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use crate::catalogue::Code;
use crate::endpoints::{answer, authorization_response, page_form, steps};
use crate::org::authorize_request::AuthorizeRequest;
use crate::org::ceremony::Ceremony;
use crate::org::sign_in::{Answered, Stage, Waiting};
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;

pub(super) use crate::endpoints::page_form::expired;

/// A form that answers a page, from the browser that got the page.
pub(super) struct Submission {
    pub(super) asked: Arc<AuthorizeRequest>,
    pub(super) stage: Stage,
    pub(super) ceremony: Option<Arc<Ceremony>>,
    pub(super) device: String,
    pub(super) form: Parameters,
}

/// Takes an answer: the first one within the hour. All others are answered here.
pub(super) fn take(
    tenant: &Tenant,
    request: &HttpRequest,
    body: &[u8],
) -> Result<Submission, Box<HttpResponse>> {
    let (form, device) = page_form::read(tenant, request, body)?;
    let token = form.get("stateToken").unwrap_or_default();
    let answered = tenant.state().sign_ins.answer(token, &device, tenant.now());
    match answered {
        None => Err(Box::new(expired())),
        Some(Answered::Again(asked)) => Err(Box::new(again(tenant, &asked))),
        Some(Answered::Late(asked)) => {
            let refusal = Code::RequestExpired.into();
            Err(Box::new(authorization_response::with_error(
                &asked.return_to,
                StatusCode::SEE_OTHER,
                &refusal,
            )))
        }
        Some(Answered::First(waiting)) => {
            let Waiting { request: asked, stage, ceremony } = *waiting;
            Ok(Submission { asked, stage, ceremony, device, form })
        }
    }
}

/// Sends the browser to a new page for the same authorization request.
pub(super) fn again(tenant: &Tenant, asked: &AuthorizeRequest) -> HttpResponse {
    answer::redirect(StatusCode::SEE_OTHER, &steps::begin_again(tenant, asked))
}
