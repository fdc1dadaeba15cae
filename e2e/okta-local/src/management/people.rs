//! `/api/v1/users`, `/api/v1/groups` and `/api/v1/logs`: reading, and new groups with their members.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{invalid, page, read};
use crate::okta_error;
use crate::org::group::{EVERYONE, Group};
use crate::org::tenant::Tenant;
use crate::org::user::User;
use crate::parameters::Parameters;
use crate::random;
use crate::timestamp::iso;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/users", web::get().to(users))
        .route("/users/{id}", web::get().to(user))
        .route("/groups", web::get().to(groups))
        .route("/groups", web::post().to(create_group))
        .route("/groups/{id}", web::get().to(group))
        .route("/groups/{id}/users/{user}", web::put().to(add_member))
        .route("/logs", web::get().to(logs));
}

#[derive(Deserialize)]
struct GroupBody {
    profile: GroupProfile,
}

#[derive(Deserialize)]
struct GroupProfile {
    name: String,
}

async fn users(tenant: Data<Tenant>, request: HttpRequest) -> HttpResponse {
    let query = Parameters::parse(request.query_string());
    let state = tenant.state();
    let named = |user: &&User| {
        page::matches(&query, &[&user.given_name, &user.family_name, &user.email, &user.login])
    };
    let items = state.directory.users.iter().filter(named).map(|user| show_user(&tenant, user)).collect();
    drop(state);
    page::respond(&tenant, &request, items)
}

/// By id or by login.
async fn user(tenant: Data<Tenant>, id: Path<String>) -> HttpResponse {
    let state = tenant.state();
    match state.directory.user(&id).or_else(|| state.directory.user_by_login(&id)) {
        Some(user) => HttpResponse::Ok().json(show_user(&tenant, user)),
        None => okta_error::not_found(&format!("{id} (User)")),
    }
}

async fn groups(tenant: Data<Tenant>, request: HttpRequest) -> HttpResponse {
    let query = Parameters::parse(request.query_string());
    let state = tenant.state();
    let named = state.directory.groups.iter().filter(|group| page::matches(&query, &[&group.name]));
    let items = named.map(|group| show_group(&tenant, group)).collect();
    drop(state);
    page::respond(&tenant, &request, items)
}

async fn group(tenant: Data<Tenant>, id: Path<String>) -> HttpResponse {
    let state = tenant.state();
    match state.directory.groups.iter().find(|group| group.id == *id) {
        Some(group) => HttpResponse::Ok().json(show_group(&tenant, group)),
        None => okta_error::not_found(&format!("{id} (UserGroup)")),
    }
}

async fn create_group(tenant: Data<Tenant>, body: Bytes) -> HttpResponse {
    let name = match read::<GroupBody>(&body) {
        Ok(body) => body.profile.name,
        Err(refusal) => return *refusal,
    };
    let mut state = tenant.state();
    if name.trim().is_empty() || state.directory.groups.iter().any(|group| group.name == name) {
        return invalid("name", &["name: It must not be empty, nor that of another group.".to_owned()]);
    }
    let group = Group { id: random::id("00g"), name, members: Vec::new() };
    let shown = show_group(&tenant, &group);
    state.directory.groups.push(group);
    HttpResponse::Ok().json(shown)
}

async fn add_member(tenant: Data<Tenant>, path: Path<(String, String)>) -> HttpResponse {
    let (id, user) = path.into_inner();
    let mut state = tenant.state();
    if state.directory.user(&user).is_none() {
        return okta_error::not_found(&format!("{user} (User)"));
    }
    let Some(group) = state.directory.groups.iter_mut().find(|group| group.id == id) else {
        return okta_error::not_found(&format!("{id} (UserGroup)"));
    };
    if !group.members.contains(&user) {
        group.members.push(user);
    }
    HttpResponse::NoContent().finish()
}

async fn logs(tenant: Data<Tenant>, request: HttpRequest) -> HttpResponse {
    let items = tenant.log.events().iter().map(|event| event.to_json()).collect();
    page::respond(&tenant, &request, items)
}

fn show_user(tenant: &Tenant, user: &User) -> Value {
    json!({
        "id": user.id,
        "status": "ACTIVE",
        "lastUpdated": iso(user.updated_at),
        "profile": {
            "firstName": user.given_name, "lastName": user.family_name, "email": user.email, "login": user.login,
        },
        "_links": {"self": {"href": format!("{}/api/v1/users/{}", tenant.base_url, user.id)}},
    })
}

fn show_group(tenant: &Tenant, group: &Group) -> Value {
    json!({
        "id": group.id,
        "type": if group.name == EVERYONE { "BUILT_IN" } else { "OKTA_GROUP" },
        "profile": {"name": group.name, "description": null},
        "_links": {"users": {"href": format!("{}/api/v1/groups/{}/users", tenant.base_url, group.id)}},
    })
}
