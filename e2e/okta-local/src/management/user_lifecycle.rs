//! `/api/v1/users/{id}/lifecycle/…`: from one status to another.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path, ServiceConfig};
use serde_json::json;

use super::refusal::Refusal;
use super::{Answer, at, users};
use crate::org::tenant::Tenant;
use crate::org::user::UserStatus;

pub(super) fn routes(config: &mut ServiceConfig) {
    let act = |name: &str| at(&format!("/users/{{id}}/lifecycle/{name}"));
    config
        .service(act("activate").route(web::post().to(activate)))
        .service(act("deactivate").route(web::post().to(deactivate)))
        .service(act("suspend").route(web::post().to(suspend)))
        .service(act("unsuspend").route(web::post().to(unsuspend)))
        .service(act("unlock").route(web::post().to(unlock)))
        .service(act("reset_factors").route(web::post().to(reset_factors)));
}

/// Who has no password yet cannot sign in before they get one.
async fn activate(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let now = tenant.now();
    let mut state = tenant.state();
    let user = users::find_mut(&mut state, &id)?;
    match user.status {
        UserStatus::Staged | UserStatus::Deprovisioned => {}
        UserStatus::Active => return Err(Refusal::AlreadyActive),
        _ => return Err(Refusal::WrongStatus),
    }
    let has_password = user.password_changed_at.is_some();
    user.set_status(if has_password { UserStatus::Active } else { UserStatus::Provisioned }, now);
    tenant.record_change("user.lifecycle.activate", vec![users::target(user)]);
    Ok(done())
}

async fn deactivate(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let mut state = tenant.state();
    let user = users::find(&state.directory, &id)?.clone();
    if user.status == UserStatus::Deprovisioned {
        return Err(Refusal::WrongStatus);
    }
    users::deactivate(&tenant, &mut state, &user.id)?;
    Ok(done())
}

async fn suspend(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let login = users::find(&tenant.state().directory, &id)?.login.clone();
    match tenant.suspend(&login) {
        Some(true) => recorded(&tenant, &id, "user.lifecycle.suspend"),
        _ => Err(not_in_status("suspend", "active")),
    }
}

async fn unsuspend(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let login = users::find(&tenant.state().directory, &id)?.login.clone();
    match tenant.unsuspend(&login) {
        Some(true) => recorded(&tenant, &id, "user.lifecycle.unsuspend"),
        _ => Err(not_in_status("unsuspend", "suspended")),
    }
}

async fn unlock(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let mut state = tenant.state();
    let user = users::find(&state.directory, &id)?.clone();
    if !state.lockouts.holds(&user.id, tenant.now()) {
        return Err(Refusal::NotLockedOut);
    }
    state.lockouts.unlock(&user.id);
    tenant.record_change("user.account.unlock", vec![users::target(&user)]);
    Ok(done())
}

/// The authenticator app's secret is forgotten; a new one is not handed out here.
async fn reset_factors(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let mut state = tenant.state();
    let user = users::find_mut(&mut state, &id)?;
    user.totp = None;
    tenant.record_change("user.mfa.factor.reset_all", vec![users::target(user)]);
    Ok(done())
}

fn recorded(tenant: &Tenant, id: &str, event: &'static str) -> Answer {
    let state = tenant.state();
    tenant.record_change(event, vec![users::target(users::find(&state.directory, id)?)]);
    Ok(done())
}

fn not_in_status(act: &'static str, status: &str) -> Refusal {
    Refusal::invalid(act, format!("Cannot {act} a user that is not {status}"))
}

fn done() -> HttpResponse {
    HttpResponse::Ok().json(json!({}))
}
