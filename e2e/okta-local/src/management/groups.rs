//! `/api/v1/groups`: groups and who is in them.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::page::{self, Pages};
use super::refusal::Refusal;
use super::{Answer, app_body, at, group_rules, no_content, read, required, taken, user_shape, users};
use crate::org::group::Group;
use crate::org::state::{Directory, State};
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;
use crate::random;
use crate::system_log::Target;
use crate::timestamp::iso;

const PAGES: Pages = Pages::of(10_000, 10_000);

/// Where `q` is given.
const QUERY_PAGES: Pages = Pages { linked: false, ..Pages::of(300, 300) };

const MEMBER_PAGES: Pages = Pages::of(1000, 1000);

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/groups").route(web::get().to(list)).route(web::post().to(create)))
        .service(
            at("/groups/{id}")
                .route(web::get().to(get))
                .route(web::put().to(update))
                .route(web::delete().to(delete)),
        )
        .service(at("/groups/{id}/users").route(web::get().to(members)))
        .service(
            at("/groups/{id}/users/{user}")
                .route(web::put().to(add_member))
                .route(web::delete().to(remove_member)),
        )
        .service(at("/groups/{id}/apps").route(web::get().to(apps)));
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GroupBody {
    profile: GroupProfile,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GroupProfile {
    name: String,
    description: Option<String>,
}

async fn list(tenant: Data<Tenant>, request: HttpRequest) -> Answer {
    let query = Parameters::parse(request.query_string());
    let state = tenant.state();
    let named = state.directory.groups.iter().filter(|group| page::matches(&query, &[&group.name]));
    let items = named.map(|group| show(&tenant, group)).collect();
    drop(state);
    let items = page::filtered(&query, items, &["id", "type", "lastUpdated", "lastMembershipUpdated"])?;
    let items = page::searched(&query, items)?;
    page::respond(&tenant, &request, items, if query.get("q").is_some() { QUERY_PAGES } else { PAGES })
}

async fn get(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let state = tenant.state();
    Ok(HttpResponse::Ok().json(show(&tenant, find(&state.directory, &id)?)))
}

async fn create(tenant: Data<Tenant>, body: Bytes) -> Answer {
    let profile = read::<GroupBody>(&body)?.profile;
    let name = required("name", &profile.name)?;
    let mut state = tenant.state();
    check_name(&state.directory, &name, None)?;
    let mut group = Group::new(random::id("00g"), name, Vec::new(), tenant.now());
    group.description = profile.description;
    let shown = show(&tenant, &group);
    tenant.record_change("group.lifecycle.create", vec![target(&group)]);
    state.directory.groups.push(group);
    Ok(HttpResponse::Ok().json(shown))
}

async fn update(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    let profile = read::<GroupBody>(&body)?.profile;
    let name = required("name", &profile.name)?;
    let now = tenant.now();
    let mut state = tenant.state();
    check_name(&state.directory, &name, Some(&id))?;
    let group = own_mut(&mut state, &id)?;
    (group.name, group.description, group.updated_at) = (name, profile.description, now);
    tenant.record_change("group.profile.update", vec![target(group)]);
    Ok(HttpResponse::Ok().json(show(&tenant, group)))
}

/// Apps and rules that named it name it no longer.
async fn delete(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let mut state = tenant.state();
    let group = own_mut(&mut state, &id)?.clone();
    let directory = &mut state.directory;
    directory.groups.retain(|other| other.id != group.id);
    directory.clients.iter_mut().for_each(|client| client.assignments.forget(&group.id));
    directory.rules_mut().for_each(|rule| rule.people.forget(&group.id));
    tenant.record_change("group.lifecycle.delete", vec![target(&group)]);
    group_rules::follow(&tenant, &mut state);
    Ok(no_content())
}

async fn members(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let state = tenant.state();
    let members = find(&state.directory, &id)?.members.iter();
    let people = members.filter_map(|member| state.directory.user(member));
    let items = people.map(|user| user_shape::listed(&tenant, &state, user)).collect();
    drop(state);
    page::respond(&tenant, &request, items, MEMBER_PAGES)
}

async fn add_member(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (id, user) = path.into_inner();
    let now = tenant.now();
    let mut state = tenant.state();
    let user = users::find(&state.directory, &user)?.clone();
    let group = own_mut(&mut state, &id)?;
    if !group.members.contains(&user.id) {
        group.members.push(user.id.clone());
        group.members_updated_at = now;
        tenant.record_change("group.user_membership.add", vec![users::target(&user), target(group)]);
        group_rules::follow(&tenant, &mut state);
    }
    Ok(no_content())
}

async fn remove_member(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (id, user) = path.into_inner();
    let now = tenant.now();
    let mut state = tenant.state();
    let user = users::find(&state.directory, &user)?.clone();
    let group = own_mut(&mut state, &id)?;
    if group.members.contains(&user.id) {
        group.members.retain(|member| *member != user.id);
        group.members_updated_at = now;
        tenant.record_change("group.user_membership.remove", vec![users::target(&user), target(group)]);
        if state.directory.except_from_group_rules(&id, &user.id) {
            tenant.record_change("group.user_membership.rule.add_exclusion", vec![users::target(&user)]);
        }
        group_rules::follow(&tenant, &mut state);
    }
    Ok(no_content())
}

async fn apps(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let state = tenant.state();
    let group = find(&state.directory, &id)?;
    let assigned = state.directory.clients.iter().filter(|client| client.shown_groups().contains(&group.id));
    let items = assigned.map(|client| app_body::show(&tenant, client)).collect();
    drop(state);
    page::respond(&tenant, &request, items, Pages::of(20, 200))
}

fn check_name(directory: &Directory, name: &str, own: Option<&str>) -> Result<(), Refusal> {
    let mut others = directory.groups.iter().filter(|group| Some(group.id.as_str()) != own);
    if others.any(|group| group.name == name) { Err(taken("name")) } else { Ok(()) }
}

/// The group of that id.
pub(super) fn find<'a>(directory: &'a Directory, id: &str) -> Result<&'a Group, Refusal> {
    let group = directory.groups.iter().find(|group| group.id == id);
    group.ok_or_else(|| Refusal::not_found(id, "UserGroup"))
}

/// The group of that id, to be changed in what is nobody else's.
pub(super) fn find_mut<'a>(state: &'a mut State, id: &str) -> Result<&'a mut Group, Refusal> {
    let group = state.directory.groups.iter_mut().find(|group| group.id == id);
    group.ok_or_else(|| Refusal::not_found(id, "UserGroup"))
}

/// The group of that id, to be changed: not one that the org sees to itself.
fn own_mut<'a>(state: &'a mut State, id: &str) -> Result<&'a mut Group, Refusal> {
    let group = find_mut(state, id)?;
    if group.is_built_in() { Err(Refusal::BuiltInGroup) } else { Ok(group) }
}

/// A group, as an answer.
pub(super) fn show(tenant: &Tenant, group: &Group) -> Value {
    let own = format!("{}/api/v1/groups/{}", tenant.base_url, group.id);
    json!({
        "id": group.id,
        "created": iso(group.created_at),
        "lastUpdated": iso(group.updated_at),
        "lastMembershipUpdated": iso(group.members_updated_at),
        "objectClass": ["okta:user_group"],
        "type": if group.is_built_in() { "BUILT_IN" } else { "OKTA_GROUP" },
        "profile": {"name": group.name, "description": group.shown_description()},
        "_links": {
            "logo": [logo(tenant, "medium"), logo(tenant, "large")],
            "owners": {"href": format!("{own}/owners")},
            "users": {"href": format!("{own}/users")},
            "apps": {"href": format!("{own}/apps")},
        },
    })
}

/// The picture of a group, of a size.
fn logo(tenant: &Tenant, size: &str) -> Value {
    let href = format!("{}/assets/img/logos/groups/odyssey/okta-{size}.png", tenant.base_url);
    json!({"name": size, "href": href, "type": "image/png"})
}

/// A group in an event of the System Log.
pub(super) fn target(group: &Group) -> Target {
    Target::new("UserGroup", &group.id, &group.name)
}
