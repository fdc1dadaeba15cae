//! `/api/v1/sessions`: sessions opened with a session token, and by their ids. `/sessions/me` is the browser's own
//! and needs no API token.

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use serde::Deserialize;

use super::answer::{Answer, no_content};
use super::body::read;
use super::refusal::Refusal;
use super::resource::at;
use super::targets;
use crate::org::session::Session;
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::org::user::UserStatus;
use crate::session_shape::{Named, shown};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/sessions").route(web::post().to(create)))
        .service(at("/sessions/{id}").route(web::get().to(get)).route(web::delete().to(end)))
        .service(at("/sessions/{id}/lifecycle/refresh").route(web::post().to(refresh)));
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SessionBody {
    session_token: String,
}

async fn create(tenant: Data<Tenant>, body: Bytes) -> Answer {
    let body: SessionBody = read(&body)?;
    let now = tenant.now();
    let mut state = tenant.state();
    let session = state.session_tokens.take(&body.session_token, now);
    let session = session.ok_or(Refusal::AuthenticationFailed)?;
    let user = state.directory.user_mut(&session.user_id);
    let user = user.filter(|user| user.status == UserStatus::Active).ok_or(Refusal::AuthenticationFailed)?;
    user.last_login = Some(now);
    // Nobody has its cookie: it is known by its id only.
    state.sessions.open(session.clone(), None, now);
    Ok(HttpResponse::Ok().json(shown(&tenant, &state, &session, Named::Me)))
}

async fn get(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let state = tenant.state();
    let session = find(&state, &tenant, &id)?;
    Ok(HttpResponse::Ok().json(shown(&tenant, &state, &session, Named::ById)))
}

async fn refresh(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let now = tenant.now();
    let mut state = tenant.state();
    let session = find(&state, &tenant, &id)?;
    state.sessions.prolong(&session.id, now);
    Ok(HttpResponse::Ok().json(shown(&tenant, &state, &session, Named::ById)))
}

async fn end(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let mut state = tenant.state();
    let session = find(&state, &tenant, &id)?;
    state.sessions.end_by_id(&session.id);
    if let Some(user) = state.directory.user(&session.user_id) {
        tenant.record_change("user.session.end", vec![targets::user(user)]);
    }
    Ok(no_content())
}

fn find(state: &State, tenant: &Tenant, id: &str) -> Result<Session, Refusal> {
    state.sessions.by_id(id, tenant.now()).ok_or_else(|| Refusal::not_found(id, "AppSession"))
}
