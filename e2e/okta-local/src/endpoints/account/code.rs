//! The answer to the page that asks for a code that was mailed. Where nothing was mailed, every code is wrong.

use actix_web::{HttpRequest, HttpResponse, web};

use super::submission::{Submission, start_again, take};
use super::{links, sign_up, unlock};
use crate::endpoints::account_step;
use crate::fingerprint::Fingerprint;
use crate::org::account::{AccountPage, Beginning, CodeFor, RecoveryKind};
use crate::org::tenant::Tenant;
use crate::unverified::MAIL_CODE_FAILURES;

/// Takes the form.
pub(super) async fn code(tenant: web::Data<Tenant>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let Submission { page, beginning, device, form } = match take(&tenant, &request, &body) {
        Ok(submission) => submission,
        Err(answered) => return *answered,
    };
    let AccountPage::Code { of, name, mailed, failures } = page else {
        return start_again(&tenant, beginning.as_ref(), &device);
    };
    let code: String = form.get("credentials.passcode").unwrap_or_default().split_whitespace().collect();
    match mailed.filter(|token| is_right(&tenant, of, token, &code)) {
        Some(token) => confirmed(&tenant, &request, of, token, beginning, &device),
        None if failures + 1 >= MAIL_CODE_FAILURES => start_again(&tenant, beginning.as_ref(), &device),
        None => {
            let page = AccountPage::Code { of, name, mailed, failures: failures + 1 };
            account_step::go_to(&tenant, &mut tenant.state(), page, beginning, &device)
        }
    }
}

fn is_right(tenant: &Tenant, of: CodeFor, token: &Fingerprint, code: &str) -> bool {
    let now = tenant.now();
    let mut state = tenant.state();
    match of {
        CodeFor::Recovery(_) => state.transactions.has_code(token, code, now),
        CodeFor::SignUp => state.accounts.registrations.has_code(token, code, now),
    }
}

fn confirmed(
    tenant: &Tenant,
    request: &HttpRequest,
    of: CodeFor,
    token: Fingerprint,
    beginning: Option<Beginning>,
    device: &str,
) -> HttpResponse {
    match of {
        CodeFor::Recovery(RecoveryKind::Password) => links::choose_password(tenant, token, beginning, device),
        CodeFor::Recovery(RecoveryKind::Unlock) => unlock::unlock(tenant, token, beginning, device),
        CodeFor::SignUp => sign_up::complete(tenant, request, token, beginning.as_ref(), device),
    }
}
