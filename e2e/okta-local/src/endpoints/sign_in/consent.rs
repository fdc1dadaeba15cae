//! The answer to the consent page.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::submission::{again, take};
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
    let submission = match take(&tenant, &request, &body) {
        Ok(submission) => submission,
        Err(answered) => return *answered,
    };
    let Stage::Consent { session, scopes } = submission.stage else {
        return again(&tenant, &submission.asked);
    };
    if submission.form.get("consent") != Some("allow") {
        return steps::refuse(&tenant, &submission.asked, &Code::AccessDenied.into(), StatusCode::SEE_OTHER);
    }
    let mut state = tenant.state();
    let asked = &submission.asked;
    state.consents.allow(&session.user_id, &asked.client_id, &asked.server_id, scopes, tenant.now());
    let actor = state.directory.user(&session.user_id).map(|user| user.login.as_str());
    let about = About { actor, client_id: Some(&asked.client_id) };
    tenant.record(event_of(&asked.server_id, "app.oauth2.as.consent.grant"), Outcome::Success, about);
    steps::conclude(&tenant, &mut state, &submission.asked, &session, StatusCode::SEE_OTHER)
}
