//! The answer to the page of a mail's link: somebody, and not their mail program, follows it.

use actix_web::{HttpRequest, HttpResponse, web};

use super::submission::{Submission, start_again, take};
use super::{sign_up, unlock};
use crate::org::account::{AccountPage, CodeFor};
use crate::org::tenant::Tenant;

/// Takes the form.
pub(super) async fn confirm(
    tenant: web::Data<Tenant>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let Submission { page, beginning, device, .. } = match take(&tenant, &request, &body) {
        Ok(submission) => submission,
        Err(answered) => return *answered,
    };
    match page {
        AccountPage::Confirm { of: CodeFor::Recovery(_), token } => {
            unlock::unlock(&tenant, token, beginning, &device)
        }
        AccountPage::Confirm { of: CodeFor::SignUp, token } => {
            sign_up::complete(&tenant, &request, token, beginning.as_ref(), &device)
        }
        _ => start_again(&tenant, beginning.as_ref(), &device),
    }
}
