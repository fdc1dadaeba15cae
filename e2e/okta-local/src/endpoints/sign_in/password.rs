//! The answer to the sign-in page: proves the password and opens the session, or asks for more.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{Answer, again, open_and_go_on, record_failure, take};
use crate::endpoints::cookies;
use crate::endpoints::steps::{self, Step};
use crate::org::lockout::Attempt;
use crate::org::session::Session;
use crate::org::sign_in::Stage;
use crate::org::tenant::{About, Tenant};
use crate::org::user::UserStatus;

/// Takes the form.
pub(in crate::endpoints) async fn password(
    tenant: web::Data<Tenant>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let taken = match take(&tenant, &request, &body) {
        Ok(taken) if matches!(taken.stage, Stage::Password) => taken,
        Ok(taken) => return again(&tenant, &taken.asked),
        Err(answered) => return *answered,
    };
    let name = taken.form.get("identifier").unwrap_or_default().to_owned();
    let password = taken.form.get("credentials.passcode").unwrap_or_default().to_owned();
    let trial = tenant.begin_trial(&name, &[UserStatus::Active]);
    match tenant.prove(&trial, password).await {
        Some(user_id) => proved(&tenant, &request, &taken, user_id),
        None => refused(&tenant, &taken, name, trial.attempt),
    }
}

/// The session is opened where nothing more has to be proved.
fn proved(tenant: &Tenant, request: &HttpRequest, taken: &Answer, user_id: String) -> HttpResponse {
    let now = tenant.now();
    let mut state = tenant.state();
    let mut session = Session::by_password(user_id, now);
    let is_federated = state.directory.user(&session.user_id).is_some_and(|user| user.federated);
    if is_federated
        && let Some(former) = cookies::session(request).and_then(|sid| state.sessions.find(&sid, now))
    {
        session = session.proved_when(&former);
    }
    match steps::next(&state, &taken.asked, Some(session.clone()), true, now) {
        step @ Step::Ask(Stage::SecondFactor { .. }) => {
            steps::go_on(tenant, &mut state, &taken.asked, step, &taken.device)
        }
        _ => open_and_go_on(tenant, &mut state, request, taken, session),
    }
}

fn refused(tenant: &Tenant, taken: &Answer, name: String, attempt: Attempt) -> HttpResponse {
    let about = About { actor: Some(&name), client_id: Some(&taken.asked.client_id) };
    record_failure(tenant, "user.session.start", attempt, about);
    tenant.state().sign_ins.refuse(&taken.asked, &taken.device, name, tenant.now());
    again(tenant, &taken.asked)
}
