//! The answer to the page that offers a passkey, or demands one.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::submission::{Submission, again, take};
use crate::catalogue::Code;
use crate::endpoints::passkeys;
use crate::endpoints::steps::{self, Step};
use crate::org::sign_in::{Enrollment, Stage};
use crate::org::state::State;
use crate::org::tenant::Tenant;

/// Takes the form: a passkey, or that somebody wants none.
pub(in crate::endpoints) async fn enroll_passkey(
    tenant: web::Data<Tenant>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let submission = match take(&tenant, &request, &body) {
        Ok(submission) => submission,
        Err(answered) => return *answered,
    };
    let Stage::EnrollPasskey(enrollment) = &submission.stage else {
        return again(&tenant, &submission.asked);
    };
    let mut state = tenant.state();
    let answer = submission.form.get("credential").filter(|answer| !answer.is_empty());
    let Some(answer) = answer else { return without(&tenant, &mut state, &submission, enrollment) };
    let (user_id, ceremony) = (&enrollment.session.user_id, submission.ceremony.as_deref());
    if passkeys::register(&tenant, &mut state, user_id, ceremony, answer) {
        go_on(&tenant, &mut state, &submission, enrollment)
    } else {
        let step = Step::Ask(Stage::EnrollPasskey(Enrollment { was_refused: true, ..enrollment.clone() }));
        steps::go_on(&tenant, &mut state, &submission.asked, step, &submission.device)
    }
}

/// Where one is demanded, the app is told; else nobody is asked again.
fn without(
    tenant: &Tenant,
    state: &mut State,
    submission: &Submission,
    enrollment: &Enrollment,
) -> HttpResponse {
    if enrollment.demanded {
        let refusal = Code::UnmetAuthenticationRequirements.into();
        return steps::refuse(tenant, &submission.asked, &refusal, StatusCode::SEE_OTHER);
    }
    if let Some(user) = state.directory.user_mut(&enrollment.session.user_id) {
        user.passkey_offered = true;
    }
    go_on(tenant, state, submission, enrollment)
}

/// On with the sign-in. One that demanded a passkey asks for it now: making one is no proof.
fn go_on(
    tenant: &Tenant,
    state: &mut State,
    submission: &Submission,
    enrollment: &Enrollment,
) -> HttpResponse {
    let session = Some(enrollment.session.clone());
    let step = steps::next(state, &submission.asked, session, true, tenant.now());
    steps::go_on(tenant, state, &submission.asked, step, &submission.device)
}
