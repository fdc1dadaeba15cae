//! A submitted form about an account: taken once, from the browser that was shown the page.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use crate::endpoints::{answer, page_form, steps};
use crate::org::account::{AccountPage, Beginning};
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;

pub(in crate::endpoints) use crate::endpoints::page_form::expired;

/// A form that answers a page, from the browser that got the page.
pub(in crate::endpoints) struct Submission {
    pub(in crate::endpoints) page: AccountPage,
    pub(in crate::endpoints) beginning: Option<Beginning>,
    pub(in crate::endpoints) device: String,
    pub(in crate::endpoints) form: Parameters,
}

/// Takes an answer: the first one within the hour. All others are answered here.
pub(in crate::endpoints) fn take(
    tenant: &Tenant,
    request: &HttpRequest,
    body: &[u8],
) -> Result<Submission, Box<HttpResponse>> {
    let (form, device) = page_form::read(tenant, request, body)?;
    let token = form.get("stateToken").unwrap_or_default();
    let answered = tenant.state().accounts.pages.answer(token, &device, tenant.now());
    let answered = answered.ok_or_else(|| Box::new(expired()))?;
    match answered.page {
        Some(page) => Ok(Submission { page, beginning: answered.beginning, device, form }),
        None => Err(Box::new(start_again(tenant, answered.beginning.as_ref(), &device))),
    }
}

/// Sends the browser back to the sign-in that it came from, where that is still under way.
pub(super) fn start_again(tenant: &Tenant, beginning: Option<&Beginning>, device: &str) -> HttpResponse {
    match beginning.and_then(|beginning| beginning.request_in(device, tenant.now())) {
        Some(asked) => answer::redirect(StatusCode::SEE_OTHER, &steps::begin_again(tenant, asked)),
        None => expired(),
    }
}
