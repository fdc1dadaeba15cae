//! The answer to the sign-in page: proves the password and opens the session, or asks for more.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{Answer, again, open_and_go_on, take};
use crate::endpoints::steps::{self, Step};
use crate::org::session::Session;
use crate::org::sign_in::Stage;
use crate::org::tenant::{About, Tenant};
use crate::org::user::UserStatus;
use crate::system_log::Outcome;

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
    match prove(&tenant, &name, password).await {
        Some(user_id) => proved(&tenant, &request, &taken, user_id),
        None => refused(&tenant, &taken, name),
    }
}

/// The id of the person whose password this is. Takes as long where there is nobody of that name.
async fn prove(tenant: &Tenant, name: &str, password: String) -> Option<String> {
    let (user_id, hash) = {
        let state = tenant.state();
        let user = state.directory.user_by_login(name).filter(|user| user.status == UserStatus::Active);
        user.map(|user| (user.id.clone(), user.password.clone())).unzip()
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
    user_id.filter(|_| matched)
}

/// The session is opened where nothing more has to be proved.
fn proved(tenant: &Tenant, request: &HttpRequest, taken: &Answer, user_id: String) -> HttpResponse {
    let now = tenant.now();
    let mut state = tenant.state();
    let session = Session::by_password(user_id, now);
    match steps::next(&state, &taken.asked, Some(session.clone()), true, now) {
        step @ Step::Ask(Stage::SecondFactor { .. }) => {
            steps::go_on(tenant, &mut state, &taken.asked, step, &taken.device)
        }
        _ => open_and_go_on(tenant, &mut state, request, taken, session),
    }
}

fn refused(tenant: &Tenant, taken: &Answer, name: String) -> HttpResponse {
    let about = About { actor: Some(&name), client_id: Some(&taken.asked.client_id) };
    tenant.record("user.session.start", Outcome::Failure("INVALID_CREDENTIALS".to_owned()), about);
    tenant.state().sign_ins.refuse(&taken.asked, &taken.device, name, tenant.now());
    again(tenant, &taken.asked)
}
