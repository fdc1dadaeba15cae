//! `/api/v1/groups`: groups and who is in them.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::answer::{Answer, no_content};
use super::body::{already_exists, read, required};
use super::page::{self, Pages};
use super::refusal::Refusal;
use super::resource::at;
use super::{app_shape, group_rules, group_shape, lookup, targets, user_shape};
use crate::org::group::Group;
use crate::org::state::{Directory, State};
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;
use crate::random;

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
    let items = named.map(|group| group_shape::show(&tenant, group)).collect();
    drop(state);
    let items = page::filtered(&query, items, &["id", "type", "lastUpdated", "lastMembershipUpdated"])?;
    let items = page::searched(&query, items)?;
    page::respond(&tenant, &request, items, if query.get("q").is_some() { QUERY_PAGES } else { PAGES })
}

async fn get(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let state = tenant.state();
    Ok(HttpResponse::Ok().json(group_shape::show(&tenant, lookup::group(&state.directory, &id)?)))
}

async fn create(tenant: Data<Tenant>, body: Bytes) -> Answer {
    let profile = read::<GroupBody>(&body)?.profile;
    let name = required("name", &profile.name)?;
    let mut state = tenant.state();
    check_name(&state.directory, &name, None)?;
    let mut group = Group::new(random::id("00g"), name, Vec::new(), tenant.now());
    group.description = profile.description;
    let shown = group_shape::show(&tenant, &group);
    tenant.record_change("group.lifecycle.create", vec![targets::group(&group)]);
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
    tenant.record_change("group.profile.update", vec![targets::group(group)]);
    Ok(HttpResponse::Ok().json(group_shape::show(&tenant, group)))
}

/// Apps and rules that named it name it no longer.
async fn delete(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let mut state = tenant.state();
    let group = own_mut(&mut state, &id)?.clone();
    let directory = &mut state.directory;
    directory.groups.retain(|other| other.id != group.id);
    directory.clients.iter_mut().for_each(|client| client.assignments.forget(&group.id));
    directory.rules_mut().for_each(|rule| rule.people.forget(&group.id));
    tenant.record_change("group.lifecycle.delete", vec![targets::group(&group)]);
    group_rules::run(&tenant, &mut state);
    Ok(no_content())
}

async fn members(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let state = tenant.state();
    let members = lookup::group(&state.directory, &id)?.members.iter();
    let people = members.filter_map(|member| state.directory.user(member));
    let items = people.map(|user| user_shape::listed(&tenant, &state, user)).collect();
    drop(state);
    page::respond(&tenant, &request, items, MEMBER_PAGES)
}

async fn add_member(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (id, user) = path.into_inner();
    let now = tenant.now();
    let mut state = tenant.state();
    let user = lookup::user(&state.directory, &user)?.clone();
    let group = own_mut(&mut state, &id)?;
    if !group.members.contains(&user.id) {
        group.members.push(user.id.clone());
        group.members_updated_at = now;
        tenant.record_change("group.user_membership.add", vec![targets::user(&user), targets::group(group)]);
        group_rules::run(&tenant, &mut state);
    }
    Ok(no_content())
}

async fn remove_member(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (id, user) = path.into_inner();
    let now = tenant.now();
    let mut state = tenant.state();
    let user = lookup::user(&state.directory, &user)?.clone();
    let group = own_mut(&mut state, &id)?;
    if group.members.contains(&user.id) {
        group.members.retain(|member| *member != user.id);
        group.members_updated_at = now;
        tenant
            .record_change("group.user_membership.remove", vec![targets::user(&user), targets::group(group)]);
        if state.directory.except_from_group_rules(&id, &user.id) {
            tenant.record_change("group.user_membership.rule.add_exclusion", vec![targets::user(&user)]);
        }
        group_rules::run(&tenant, &mut state);
    }
    Ok(no_content())
}

async fn apps(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let state = tenant.state();
    let group = lookup::group(&state.directory, &id)?;
    let assigned = state.directory.clients.iter().filter(|client| client.shown_groups().contains(&group.id));
    let items = assigned.map(|client| app_shape::show(&tenant, client)).collect();
    drop(state);
    page::respond(&tenant, &request, items, Pages::of(20, 200))
}

fn check_name(directory: &Directory, name: &str, own: Option<&str>) -> Result<(), Refusal> {
    let mut others = directory.groups.iter().filter(|group| Some(group.id.as_str()) != own);
    if others.any(|group| group.name == name) { Err(already_exists("name")) } else { Ok(()) }
}

/// The group of that id, to be changed: not one that the org manages itself.
fn own_mut<'a>(state: &'a mut State, id: &str) -> Result<&'a mut Group, Refusal> {
    let group = lookup::group_mut(state, id)?;
    if group.is_built_in() { Err(Refusal::BuiltInGroup) } else { Ok(group) }
}
