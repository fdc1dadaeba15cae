//! `/api/v1/apps/{id}/users` and `/groups`: who may use an app.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::answer::{Answer, no_content};
use super::assignment_shapes::{has, show_group, show_user};
use super::body::read;
use super::page::{self, Pages};
use super::refusal::Refusal;
use super::resource::at;
use super::{lookup, targets};
use crate::org::assignments::AssignmentDetails;
use crate::org::client::Client;
use crate::org::tenant::Tenant;
use crate::org::user::{User, UserStatus};
use crate::parameters::Parameters;

const USER_PAGES: Pages = Pages::of(50, 500);
const GROUP_PAGES: Pages = Pages::of(20, 200);

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/apps/{id}/users").route(web::get().to(list_users)).route(web::post().to(assign_user)))
        .service(
            at("/apps/{id}/users/{user}")
                .route(web::get().to(get_user))
                .route(web::post().to(update_user))
                .route(web::delete().to(unassign_user)),
        )
        .service(at("/apps/{id}/groups").route(web::get().to(list_groups)))
        .service(
            at("/apps/{id}/groups/{group}")
                .route(web::get().to(get_group))
                .route(web::put().to(assign_group))
                .route(web::patch().to(patch_group))
                .route(web::delete().to(unassign_group)),
        );
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct UserBody {
    id: String,
    credentials: CredentialsBody,
    profile: Map<String, Value>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct CredentialsBody {
    user_name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GroupBody {
    priority: Option<u64>,
    profile: Map<String, Value>,
}

/// An operation of a JSON Patch (RFC 6902 §4).
#[derive(Deserialize)]
struct PatchOperation {
    op: String,
    path: String,
    #[serde(default)]
    value: Value,
}

/// Those who have the app themselves, then those who have it through a group.
async fn list_users(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let query = Parameters::parse(request.query_string());
    let state = tenant.state();
    let client = lookup::app(&state.directory, &id)?;
    let named = |user: &&User| page::matches(&query, &[&user.login, &user.email]);
    let mut everyone: Vec<_> = state.directory.users.iter().filter(named).collect();
    everyone.sort_by_key(|user| {
        client.assignments.users.iter().position(|id| *id == user.id).unwrap_or(usize::MAX)
    });
    let expand = query.get("expand") == Some("user");
    let shown = |user: &User| show_user(&tenant, &state, client, user, expand);
    let items = everyone.into_iter().filter_map(shown).collect();
    drop(state);
    page::respond(&tenant, &request, items, USER_PAGES)
}

async fn get_user(tenant: Data<Tenant>, path: Path<(String, String)>, request: HttpRequest) -> Answer {
    let (id, user) = path.into_inner();
    let expand = Parameters::parse(request.query_string()).get("expand") == Some("user");
    let state = tenant.state();
    let client = lookup::app(&state.directory, &id)?;
    let person = state.directory.user(&user);
    let shown = person.and_then(|person| show_user(&tenant, &state, client, person, expand));
    Ok(HttpResponse::Ok().json(shown.ok_or_else(|| Refusal::not_found(&user, "AppUser"))?))
}

async fn assign_user(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    let given: UserBody = read(&body)?;
    let now = tenant.now();
    let mut state = tenant.state();
    let person = lookup::user(&state.directory, &given.id)?.clone();
    if person.status == UserStatus::Deprovisioned {
        return Err(Refusal::WrongStatus);
    }
    let client = lookup::app_mut(&mut state, &id)?;
    check_mode(client, "UserAppAssignment", "users")?;
    check_profile(client, &given.profile)?;
    let assignments = &mut client.assignments;
    let was_withheld = assignments.withheld.remove(&person.id);
    if was_withheld || !assignments.users.contains(&person.id) {
        assignments.users.retain(|user| *user != person.id);
        assignments.users.push(person.id.clone());
        assignments.since.insert(person.id.clone(), now);
        let targets = vec![targets::user(&person), targets::app(client)];
        tenant.record_change("application.user_membership.add", targets);
    }
    lookup::app_mut(&mut state, &id)?.assignments.detail(&person.id, |details| given.tell(details));
    let client = lookup::app(&state.directory, &id)?;
    Ok(HttpResponse::Ok().json(show_user(&tenant, &state, client, &person, false)))
}

/// Of somebody who has the app already.
async fn update_user(tenant: Data<Tenant>, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, user) = path.into_inner();
    let given: UserBody = read(&body)?;
    let mut state = tenant.state();
    let client = lookup::app(&state.directory, &id)?;
    let person = state.directory.user(&user).filter(|person| has(&state, client, person)).cloned();
    let person = person.ok_or_else(|| Refusal::not_found(&user, "AppUser"))?;
    check_profile(client, &given.profile)?;
    lookup::app_mut(&mut state, &id)?.assignments.detail(&person.id, |details| given.tell(details));
    let client = lookup::app(&state.directory, &id)?;
    let targets = vec![targets::user(&person), targets::app(client)];
    tenant.record_change("application.user_membership.update", targets);
    Ok(HttpResponse::Ok().json(show_user(&tenant, &state, client, &person, false)))
}

/// Values of the app's own attributes have to fit them; null takes one away.
fn check_profile(client: &Client, profile: &Map<String, Value>) -> Result<(), Refusal> {
    for (name, value) in profile.iter().filter(|(_, value)| !value.is_null()) {
        if let Some(fault) = client.user_schema.fault_in(name, value) {
            return Err(Refusal::invalid(name.as_str(), format!("{name}: {fault}")));
        }
    }
    Ok(())
}

impl UserBody {
    fn tell(self, details: &mut AssignmentDetails) {
        details.user_name = self.credentials.user_name.or(details.user_name.take());
        details.profile.extend(self.profile);
    }
}

/// Who has the app through a group keeps it, which is told.
async fn unassign_user(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (id, user) = path.into_inner();
    let mut state = tenant.state();
    let client = lookup::app(&state.directory, &id)?;
    if client.implicit_assignment || !client.assignments.users.contains(&user) {
        let by_group = state.directory.user(&user).is_some_and(|person| has(&state, client, person));
        return Err(if by_group { Refusal::AssignedByGroup } else { Refusal::not_found(&user, "AppUser") });
    }
    let client = lookup::app_mut(&mut state, &id)?;
    client.assignments.forget(&user);
    let app = targets::app(client);
    let targets = state.directory.user(&user).map(targets::user).into_iter().chain([app]).collect();
    tenant.record_change("application.user_membership.remove", targets);
    Ok(no_content())
}

async fn list_groups(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let query = Parameters::parse(request.query_string());
    let state = tenant.state();
    let client = lookup::app(&state.directory, &id)?;
    let shown = |id: &String| {
        let group = state.directory.groups.iter().find(|group| group.id == *id)?;
        page::matches(&query, &[&group.name]).then(|| show_group(&tenant, client, group))
    };
    let mut items: Vec<_> = client.shown_groups().iter().filter_map(shown).collect();
    items.sort_by_key(|group| group["priority"].as_u64());
    drop(state);
    page::respond(&tenant, &request, items, GROUP_PAGES)
}

async fn get_group(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (id, group) = path.into_inner();
    let state = tenant.state();
    let client = lookup::app(&state.directory, &id)?;
    check_group(client, &group)?;
    let group = lookup::group(&state.directory, &group)?;
    Ok(HttpResponse::Ok().json(show_group(&tenant, client, group)))
}

/// A body is not needed. What it leaves out of an assignment that is there already stays.
async fn assign_group(tenant: Data<Tenant>, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, group) = path.into_inner();
    let given = if body.is_empty() { GroupBody::default() } else { read(&body)? };
    let now = tenant.now();
    let mut state = tenant.state();
    let group = lookup::group(&state.directory, &group)?.clone();
    let client = lookup::app_mut(&mut state, &id)?;
    check_mode(client, "GroupAppAssignment", "groups")?;
    let assignments = &mut client.assignments;
    if !assignments.groups.contains(&group.id) {
        assignments.groups.push(group.id.clone());
        assignments.since.insert(group.id.clone(), now);
        let targets = vec![targets::group(&group), targets::app(client)];
        tenant.record_change("group.application_assignment.add", targets);
    }
    client.assignments.detail(&group.id, |details| {
        details.priority = given.priority.or(details.priority);
        details.profile.extend(given.profile);
    });
    Ok(HttpResponse::Ok().json(show_group(&tenant, client, &group)))
}

/// `add` and `replace` of the priority, and of the profile or an attribute of it.
async fn patch_group(tenant: Data<Tenant>, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, group) = path.into_inner();
    let operations: Vec<PatchOperation> = serde_json::from_slice(&body).map_err(|_| Refusal::Malformed)?;
    let mut state = tenant.state();
    let group = lookup::group(&state.directory, &group)?.clone();
    let client = lookup::app_mut(&mut state, &id)?;
    check_group(client, &group.id)?;
    let mut changed = client.assignments.details.get(&group.id).cloned().unwrap_or_default();
    operations.into_iter().try_for_each(|operation| operation.apply(&mut changed))?;
    client.assignments.details.insert(group.id.clone(), changed);
    let targets = vec![targets::group(&group), targets::app(client)];
    tenant.record_change("group.application_assignment.update", targets);
    Ok(HttpResponse::Ok().json(show_group(&tenant, client, &group)))
}

impl PatchOperation {
    fn apply(self, details: &mut AssignmentDetails) -> Result<(), Refusal> {
        if !["add", "replace"].contains(&self.op.as_str()) {
            return Err(Refusal::invalid("op", "op: It must be 'add' or 'replace'."));
        }
        match (self.path.as_str(), self.value) {
            ("/priority", value) => {
                let not_a_rank = || Refusal::invalid("priority", "priority: It must be 0 or more.");
                details.priority = Some(value.as_u64().ok_or_else(not_a_rank)?);
            }
            ("/profile", Value::Object(profile)) => details.profile = profile,
            (path, value) => {
                let unknown =
                    || Refusal::invalid("path", "path: It must be '/priority', '/profile' or below.");
                let name = path.strip_prefix("/profile/").ok_or_else(unknown)?;
                details.profile.insert(name.to_owned(), value);
            }
        }
        Ok(())
    }
}

fn check_group(client: &Client, group: &str) -> Result<(), Refusal> {
    match client.shown_groups().iter().any(|assigned| assigned == group) {
        true => Ok(()),
        false => Err(Refusal::not_found(group, "AppGroup")),
    }
}

async fn unassign_group(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (id, group) = path.into_inner();
    let mut state = tenant.state();
    let client = lookup::app_mut(&mut state, &id)?;
    check_group(client, &group)?;
    client.assignments.forget(&group);
    let app = targets::app(client);
    let targets =
        lookup::group(&state.directory, &group).map(targets::group).into_iter().chain([app]).collect();
    tenant.record_change("group.application_assignment.remove", targets);
    Ok(no_content())
}

/// In Federation Broker Mode nobody can be assigned.
fn check_mode(client: &Client, field: &'static str, what: &str) -> Result<(), Refusal> {
    if !client.implicit_assignment {
        return Ok(());
    }
    let cause = format!(
        "It is not possible to assign {what} to an AppInstance that has Federation Broker Mode enabled"
    );
    Err(Refusal::invalid(field, cause))
}
