//! The answer to the consent page.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{again, take};
use crate::catalogue::Code;
use crate::endpoints::steps;
use crate::org::sign_in::Stage;
use crate::org::tenant::{About, Tenant};
use crate::system_log::{Outcome, event_of};

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
    let asked = &taken.asked;
    state.consents.allow(&session.user_id, &asked.client_id, &asked.server_id, scopes, tenant.now());
    let actor = state.directory.user(&session.user_id).map(|user| user.login.as_str());
    let about = About { actor, client_id: Some(&asked.client_id) };
    tenant.record(event_of(&asked.server_id, "app.oauth2.as.consent.grant"), Outcome::Success, about);
    steps::conclude(&tenant, &mut state, &taken.asked, &session, StatusCode::SEE_OTHER)
}
