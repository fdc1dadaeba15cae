//! `/api/v1/users/{id}/lifecycle/…`: from one status to another.

use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::answer::Answer;
use super::refusal::Refusal;
use super::resource::at;
use super::{group_rules, lookup, mails, targets, user_shape, users};
use crate::mail::Letter;
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::org::transaction::TokenPurpose;
use crate::org::user::{User, UserStatus};
use crate::parameters::Parameters;
use crate::random;

pub(super) fn routes(config: &mut ServiceConfig) {
    let act = |name: &str| at(&format!("/users/{{id}}/lifecycle/{name}"));
    config
        .service(act("activate").route(web::post().to(activate)))
        .service(act("deactivate").route(web::post().to(deactivate)))
        .service(act("suspend").route(web::post().to(suspend)))
        .service(act("unsuspend").route(web::post().to(unsuspend)))
        .service(act("unlock").route(web::post().to(unlock)))
        .service(act("reactivate").route(web::post().to(reactivate)))
        .service(act("reset_password").route(web::post().to(reset_password)))
        .service(act("expire_password").route(web::post().to(expire_password)))
        .service(act("expire_password_with_temp_password").route(web::post().to(replace_password)))
        .service(act("reset_factors").route(web::post().to(reset_factors)));
}

/// Who has no password yet cannot sign in before they get one.
async fn activate(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let now = tenant.now();
    let mut state = tenant.state();
    let user = lookup::user_mut(&mut state, &id)?;
    match user.status {
        UserStatus::Staged | UserStatus::Deprovisioned => {}
        UserStatus::Active => return Err(Refusal::AlreadyActive),
        _ => return Err(Refusal::WrongStatus),
    }
    let has_password = user.password_changed_at.is_some();
    user.set_status(if has_password { UserStatus::Active } else { UserStatus::Provisioned }, now);
    tenant.record_change("user.lifecycle.activate", vec![targets::user(user)]);
    let id = user.id.clone();
    group_rules::run(&tenant, &mut state);
    Ok(activation(&tenant, &mut state, &id, &request))
}

/// For who lost the mail of their activation.
async fn reactivate(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let mut state = tenant.state();
    let user = lookup::user(&state.directory, &id)?.clone();
    if user.status != UserStatus::Provisioned {
        return Err(Refusal::WrongStatus);
    }
    tenant.record_change("user.lifecycle.reactivate", vec![targets::user(&user)]);
    Ok(activation(&tenant, &mut state, &user.id, &request))
}

/// Where an activation is gone on with: by mail, or for callers who do not want one to be sent. Who has a password gets none.
fn activation(tenant: &Tenant, state: &mut State, user_id: &str, request: &HttpRequest) -> HttpResponse {
    if sends_mail(request) {
        mails::activation(tenant, state, user_id);
        return done();
    }
    let token = state.transactions.hand_out(user_id, TokenPurpose::Activation, tenant.now());
    let url = mails::activation_link(tenant, &token);
    HttpResponse::Ok().json(json!({"activationUrl": url, "activationToken": token}))
}

fn sends_mail(request: &HttpRequest) -> bool {
    Parameters::parse(request.query_string()).get("sendEmail") != Some("false")
}

/// The former password opens nothing any more.
async fn reset_password(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let now = tenant.now();
    let mut state = tenant.state();
    let user = lookup::user_mut(&mut state, &id)?;
    if matches!(user.status, UserStatus::Staged | UserStatus::Suspended | UserStatus::Deprovisioned) {
        return Err(Refusal::WrongStatus);
    }
    user.set_status(UserStatus::Recovery, now);
    tenant.record_change("user.account.reset_password", vec![targets::user(user)]);
    let id = user.id.clone();
    if revokes_sessions(&request) {
        state.end_sessions_of(&id);
    }
    let token = state.transactions.hand_out(&id, TokenPurpose::Recovery { asks_question: false }, now);
    let url = format!("{}/reset_password/{token}", tenant.base_url);
    if sends_mail(&request) {
        mails::to_user(&tenant, &state, &id, Letter::PasswordResetByAdmin, url);
        return Ok(done());
    }
    Ok(HttpResponse::Ok().json(json!({ "resetPasswordUrl": url })))
}

fn revokes_sessions(request: &HttpRequest) -> bool {
    Parameters::parse(request.query_string()).get("revokeSessions") == Some("true")
}

/// Another password is due; `tempPassword` is how the other operation was asked for once.
async fn expire_password(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    if Parameters::parse(request.query_string()).get("tempPassword") == Some("true") {
        return replace_password(tenant, id, request).await;
    }
    let mut state = tenant.state();
    let user = lookup::user_mut(&mut state, &id)?;
    expire(&tenant, user)?;
    let id = user.id.clone();
    let user = lookup::user(&state.directory, &id)?;
    Ok(HttpResponse::Ok().json(user_shape::show(&tenant, &state, user)))
}

/// Another password is due in place of one that only the caller knows.
async fn replace_password(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let password = random::temporary_password();
    let hash = tenant.hash(Some(password.clone())).await;
    let now = tenant.now();
    let mut state = tenant.state();
    let user = lookup::user_mut(&mut state, &id)?;
    may_expire(user)?;
    user.set_password(hash, now);
    expire(&tenant, user)?;
    let id = user.id.clone();
    if revokes_sessions(&request) {
        state.end_sessions_of(&id);
    }
    Ok(HttpResponse::Ok().json(json!({ "tempPassword": password })))
}

fn may_expire(user: &User) -> Result<(), Refusal> {
    match user.status {
        UserStatus::Active | UserStatus::PasswordExpired | UserStatus::Recovery => Ok(()),
        _ => Err(Refusal::WrongStatus),
    }
}

fn expire(tenant: &Tenant, user: &mut User) -> Result<(), Refusal> {
    may_expire(user)?;
    user.set_status(UserStatus::PasswordExpired, tenant.now());
    tenant.record_change("user.account.expire_password", vec![targets::user(user)]);
    Ok(())
}

async fn deactivate(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let mut state = tenant.state();
    let user = lookup::user(&state.directory, &id)?.clone();
    if user.status == UserStatus::Deprovisioned {
        return Err(Refusal::WrongStatus);
    }
    users::deactivate(&tenant, &mut state, &user.id)?;
    Ok(done())
}

async fn suspend(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let login = lookup::user(&tenant.state().directory, &id)?.login.clone();
    match tenant.suspend(&login) {
        Some(true) => recorded(&tenant, &id, "user.lifecycle.suspend"),
        _ => Err(not_in_status("suspend", "active")),
    }
}

async fn unsuspend(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let login = lookup::user(&tenant.state().directory, &id)?.login.clone();
    match tenant.unsuspend(&login) {
        Some(true) => recorded(&tenant, &id, "user.lifecycle.unsuspend"),
        _ => Err(not_in_status("unsuspend", "suspended")),
    }
}

async fn unlock(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let mut state = tenant.state();
    let user = lookup::user(&state.directory, &id)?.clone();
    if !state.lockouts.holds(&user.id, tenant.now()) {
        return Err(Refusal::NotLockedOut);
    }
    state.lockouts.unlock(&user.id);
    tenant.record_change("user.account.unlock_by_admin", vec![targets::user(&user)]);
    Ok(done())
}

/// The authenticator app's secret is forgotten; a new one is not handed out here.
async fn reset_factors(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let mut state = tenant.state();
    let user = lookup::user_mut(&mut state, &id)?;
    user.totp = None;
    user.factors.clear();
    tenant.record_change("user.mfa.factor.reset_all", vec![targets::user(user)]);
    Ok(done())
}

fn recorded(tenant: &Tenant, id: &str, event: &'static str) -> Answer {
    let state = tenant.state();
    tenant.record_change(event, vec![targets::user(lookup::user(&state.directory, id)?)]);
    Ok(done())
}

fn not_in_status(act: &'static str, status: &str) -> Refusal {
    Refusal::invalid(act, format!("Cannot {act} a user that is not {status}"))
}

fn done() -> HttpResponse {
    HttpResponse::Ok().json(json!({}))
}
