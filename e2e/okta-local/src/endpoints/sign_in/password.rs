//! The answer to the sign-in page: proves the password and opens the session, or asks for more.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{Answer, again, open_and_go_on, record_failure, take};
use crate::endpoints::steps::{self, Step};
use crate::org::lockout::{Attempt, Proof};
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
    let (user_id, attempt) = begin(&tenant, &name);
    match prove(&tenant, user_id, attempt, password).await {
        Some(user_id) => proved(&tenant, &request, &taken, user_id),
        None => refused(&tenant, &taken, name, attempt),
    }
}

/// Whose password is tried, if there is such a person, and whether it may be.
fn begin(tenant: &Tenant, name: &str) -> (Option<String>, Attempt) {
    let mut state = tenant.state();
    let user = state.directory.user_by_login(name).filter(|user| user.status == UserStatus::Active);
    let Some(id) = user.map(|user| user.id.clone()) else { return (None, Attempt::Allowed) };
    let attempt = state.lockouts.begin(&id, Proof::Password, tenant.now());
    (Some(id), attempt)
}

/// The id of the person, where the password is theirs and may be tried. Takes as long in all cases.
async fn prove(
    tenant: &Tenant,
    user_id: Option<String>,
    attempt: Attempt,
    password: String,
) -> Option<String> {
    let hash = {
        let state = tenant.state();
        user_id.as_deref().and_then(|id| state.directory.user(id)).map(|user| user.password.clone())
    };
    let hashing = tenant.hashing;
    let matches = move || match hash {
        Some(hash) => hash.matches(&password),
        None => {
            let _as_slow = hashing.hash(&password);
            false
        }
    };
    let matched = web::block(matches).await.unwrap_or(false);
    user_id.filter(|_| matched && attempt != Attempt::LockedOut)
}

/// The session is opened where nothing more has to be proved.
fn proved(tenant: &Tenant, request: &HttpRequest, taken: &Answer, user_id: String) -> HttpResponse {
    let now = tenant.now();
    let mut state = tenant.state();
    state.lockouts.succeed(&user_id, Proof::Password);
    let session = Session::by_password(user_id, now);
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
