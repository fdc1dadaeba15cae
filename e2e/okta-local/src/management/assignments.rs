//! `/api/v1/apps/{id}/users` and `/groups`: who may use an app.

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::apps::{member, with};
use super::{page, read};
use crate::okta_error;
use crate::org::app::Assignments;
use crate::org::tenant::Tenant;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/apps/{id}/users", web::post().to(assign_user))
        .route("/apps/{id}/{kind}", web::get().to(list))
        .route("/apps/{id}/{kind}/{member}", web::put().to(assign))
        .route("/apps/{id}/{kind}/{member}", web::delete().to(unassign));
}

#[derive(Deserialize)]
struct UserBody {
    id: String,
}

/// The ids of one kind; `None` for a kind that there is not.
fn ids<'a>(assignments: &'a mut Assignments, kind: &str) -> Option<&'a mut Vec<String>> {
    match kind {
        "users" => Some(&mut assignments.users),
        "groups" => Some(&mut assignments.groups),
        _ => None,
    }
}

/// Whether there is such a person or group.
fn exists(tenant: &Tenant, kind: &str, id: &str) -> bool {
    let state = tenant.state();
    match kind {
        "users" => state.directory.user(id).is_some(),
        _ => state.directory.groups.iter().any(|group| group.id == id),
    }
}

async fn list(tenant: Data<Tenant>, path: Path<(String, String)>, request: HttpRequest) -> HttpResponse {
    let (id, kind) = path.into_inner();
    let mut items = None;
    let answer = with(&tenant, &id, |client| {
        items = ids(&mut client.assignments, &kind).map(|ids| ids.iter().map(|id| member(id)).collect());
        okta_error::not_found("the requested path (Endpoint)")
    });
    match items {
        Some(items) => page::respond(&tenant, &request, items),
        None => answer,
    }
}

async fn assign_user(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> HttpResponse {
    match read::<UserBody>(&body) {
        Ok(user) => add(&tenant, &id, "users", &user.id),
        Err(refusal) => *refusal,
    }
}

async fn assign(tenant: Data<Tenant>, path: Path<(String, String, String)>) -> HttpResponse {
    let (id, kind, member) = path.into_inner();
    add(&tenant, &id, &kind, &member)
}

fn add(tenant: &Tenant, id: &str, kind: &str, who: &str) -> HttpResponse {
    if !exists(tenant, kind, who) {
        let what = if kind == "users" { "User" } else { "UserGroup" };
        return okta_error::not_found(&format!("{who} ({what})"));
    }
    with(tenant, id, |client| match ids(&mut client.assignments, kind) {
        None => okta_error::not_found("the requested path (Endpoint)"),
        Some(ids) => {
            if !ids.iter().any(|id| id == who) {
                ids.push(who.to_owned());
            }
            HttpResponse::Ok().json(member(who))
        }
    })
}

async fn unassign(tenant: Data<Tenant>, path: Path<(String, String, String)>) -> HttpResponse {
    let (id, kind, who) = path.into_inner();
    with(&tenant, &id, |client| {
        let Some(ids) = ids(&mut client.assignments, &kind) else {
            return okta_error::not_found("the requested path (Endpoint)");
        };
        let before = ids.len();
        ids.retain(|id| *id != who);
        match ids.len() < before {
            true => HttpResponse::new(StatusCode::NO_CONTENT),
            false => okta_error::not_found(&format!("{who} (AppUser)")),
        }
    })
}
