//! The answer to the consent page.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{again, take};
use crate::catalogue::Code;
use crate::endpoints::steps;
use crate::org::sign_in::Stage;
use crate::org::tenant::Tenant;

/// Takes the form. Anything but "allow" denies.
pub(in crate::endpoints) async fn consent(
    tenant: web::Data<Tenant>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let taken = match take(&tenant, &request, &body) {
        Ok(taken) => taken,
        Err(answered) => return *answered,
    };
    let Stage::Consent { session, scopes } = taken.stage else { return again(&tenant, &taken.asked) };
    if taken.form.get("consent") != Some("allow") {
        return steps::refuse(&tenant, &taken.asked, &Code::AccessDenied.into(), StatusCode::SEE_OTHER);
    }
    let mut state = tenant.state();
    state.consents.allow(&session.user_id, &taken.asked.client_id, scopes);
    steps::conclude(&tenant, &mut state, &taken.asked, &session, StatusCode::SEE_OTHER)
}
