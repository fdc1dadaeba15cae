//! A form of one of the org's pages, as a browser sends it.

use actix_web::{HttpRequest, HttpResponse};

use crate::catalogue::Code;
use crate::counters::Endpoint;
use crate::endpoints::{answer, cookies};
use crate::org::tenant::Tenant;
use crate::pages;
use crate::parameters::Parameters;

/// The form, and the device whose browser sent it. What no page of the org sends is answered here.
pub(super) fn read(
    tenant: &Tenant,
    request: &HttpRequest,
    body: &[u8],
) -> Result<(Parameters, String), Box<HttpResponse>> {
    tenant.counters.count(Endpoint::SignIn);
    let form = Parameters::from_form(request, body).ok_or_else(|| Box::new(answer::wrong_media_type()))?;
    let device = cookies::device(request).ok_or_else(|| Box::new(expired()))?;
    Ok((form, device))
}

/// The error page for a form whose page, or a link whose mail, is no longer good.
pub(super) fn expired() -> HttpResponse {
    pages::error::bad_request(&Code::RequestExpired.into())
}
