//! `/api/v1/apps/{id}/users` and `/groups`: who may use an app.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::page::{self, Pages};
use super::refusal::Refusal;
use super::{Answer, apps, at, groups, link, no_content, read, user_shape, users};
use crate::org::app::Client;
use crate::org::group::Group;
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::org::user::{User, UserStatus};
use crate::parameters::Parameters;
use crate::timestamp::iso;

const USER_PAGES: Pages = Pages::of(50, 500);
const GROUP_PAGES: Pages = Pages::of(20, 200);

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/apps/{id}/users").route(web::get().to(list_users)).route(web::post().to(assign_user)))
        .service(
            at("/apps/{id}/users/{user}")
                .route(web::get().to(get_user))
                .route(web::put().to(put_user))
                .route(web::delete().to(unassign_user)),
        )
        .service(at("/apps/{id}/groups").route(web::get().to(list_groups)))
        .service(
            at("/apps/{id}/groups/{group}")
                .route(web::get().to(get_group))
                .route(web::put().to(assign_group))
                .route(web::delete().to(unassign_group)),
        );
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct UserBody {
    id: String,
}

/// Those who have the app themselves, then those who have it through a group.
async fn list_users(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let query = Parameters::parse(request.query_string());
    let state = tenant.state();
    let client = apps::find(&state.directory, &id)?;
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
    let client = apps::find(&state.directory, &id)?;
    let person = state.directory.user(&user);
    let shown = person.and_then(|person| show_user(&tenant, &state, client, person, expand));
    Ok(HttpResponse::Ok().json(shown.ok_or_else(|| Refusal::not_found(&user, "AppUser"))?))
}

async fn assign_user(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    let user: UserBody = read(&body)?;
    add_user(&tenant, &id, &user.id)
}

async fn put_user(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (id, user) = path.into_inner();
    add_user(&tenant, &id, &user)
}

/// An assignment that is there already is confirmed.
fn add_user(tenant: &Tenant, id: &str, user: &str) -> Answer {
    let now = tenant.now();
    let mut state = tenant.state();
    let person = users::find(&state.directory, user)?.clone();
    if person.status == UserStatus::Deprovisioned {
        return Err(Refusal::WrongStatus);
    }
    let client = apps::find_mut(&mut state, id)?;
    check_mode(client, "UserAppAssignment", "users")?;
    let assignments = &mut client.assignments;
    let was_withheld = assignments.withheld.remove(&person.id);
    if was_withheld || !assignments.users.contains(&person.id) {
        assignments.users.retain(|user| *user != person.id);
        assignments.users.push(person.id.clone());
        assignments.since.insert(person.id.clone(), now);
        let targets = vec![users::target(&person), apps::target(client)];
        tenant.record_change("application.user_membership.add", targets);
    }
    let client = apps::find(&state.directory, id)?;
    Ok(HttpResponse::Ok().json(show_user(tenant, &state, client, &person, false)))
}

/// Who has the app through a group keeps it.
async fn unassign_user(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (id, user) = path.into_inner();
    let mut state = tenant.state();
    let client = apps::find_mut(&mut state, &id)?;
    if client.implicit_assignment || !client.assignments.users.contains(&user) {
        return Err(Refusal::not_found(&user, "AppUser"));
    }
    client.assignments.forget(&user);
    let app = apps::target(client);
    let targets = state.directory.user(&user).map(users::target).into_iter().chain([app]).collect();
    tenant.record_change("application.user_membership.remove", targets);
    Ok(no_content())
}

async fn list_groups(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let query = Parameters::parse(request.query_string());
    let state = tenant.state();
    let client = apps::find(&state.directory, &id)?;
    let assigned = client.shown_groups().iter().enumerate();
    let shown = |(place, id): (usize, &String)| {
        let group = state.directory.groups.iter().find(|group| group.id == *id)?;
        page::matches(&query, &[&group.name]).then(|| show_group(&tenant, client, group, place))
    };
    let items = assigned.filter_map(shown).collect();
    drop(state);
    page::respond(&tenant, &request, items, GROUP_PAGES)
}

async fn get_group(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (id, group) = path.into_inner();
    let state = tenant.state();
    let client = apps::find(&state.directory, &id)?;
    let place = client.shown_groups().iter().position(|assigned| *assigned == group);
    let place = place.ok_or_else(|| Refusal::not_found(&group, "AppGroup"))?;
    let group = groups::find(&state.directory, &group)?;
    Ok(HttpResponse::Ok().json(show_group(&tenant, client, group, place)))
}

async fn assign_group(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (id, group) = path.into_inner();
    let now = tenant.now();
    let mut state = tenant.state();
    let group = groups::find(&state.directory, &group)?.clone();
    let client = apps::find_mut(&mut state, &id)?;
    check_mode(client, "GroupAppAssignment", "groups")?;
    let assignments = &mut client.assignments;
    if !assignments.groups.contains(&group.id) {
        assignments.groups.push(group.id.clone());
        assignments.since.insert(group.id.clone(), now);
        let targets = vec![groups::target(&group), apps::target(client)];
        tenant.record_change("group.application_assignment.add", targets);
    }
    let place =
        client.assignments.groups.iter().position(|assigned| *assigned == group.id).unwrap_or_default();
    Ok(HttpResponse::Ok().json(show_group(&tenant, client, &group, place)))
}

async fn unassign_group(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (id, group) = path.into_inner();
    let mut state = tenant.state();
    let client = apps::find_mut(&mut state, &id)?;
    if !client.shown_groups().contains(&group) {
        return Err(Refusal::not_found(&group, "AppGroup"));
    }
    client.assignments.forget(&group);
    let app = apps::target(client);
    let targets =
        groups::find(&state.directory, &group).map(groups::target).into_iter().chain([app]).collect();
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

/// Somebody who has an app; `None` for one who has not, and for everybody where everybody may use it.
fn show_user(tenant: &Tenant, state: &State, client: &Client, user: &User, expand: bool) -> Option<Value> {
    let groups = state.directory.groups_of(&user.id).map(|group| group.id.as_str());
    if client.implicit_assignment || !client.assignments.cover(&user.id, groups) {
        return None;
    }
    let direct = client.assignments.users.contains(&user.id);
    let since = client.assignments.since.get(&user.id).copied().unwrap_or(client.created_at);
    let mut shown = json!({
        "id": user.id,
        "externalId": null,
        "created": iso(since),
        "lastUpdated": iso(since),
        "scope": if direct { "USER" } else { "GROUP" },
        "status": "ACTIVE",
        "statusChanged": iso(since),
        "passwordChanged": null,
        "syncState": "DISABLED",
        "credentials": {"userName": user.login},
        "profile": if client.integration.is_none() { app_profile(user) } else { json!({}) },
        "_links": {
            "app": {"href": format!("{}/api/v1/apps/{}", tenant.base_url, client.id)},
            "user": {"href": format!("{}/api/v1/users/{}", tenant.base_url, user.id)},
        },
    });
    if expand {
        shown["_embedded"] = json!({"user": user_shape::show(tenant, state, user)});
    }
    Some(shown)
}

/// What an app is told of somebody by Okta's default mapping: all claims of OpenID Connect, those without a value too.
fn app_profile(user: &User) -> Value {
    let of = |name: &str| user.attribute(name).unwrap_or(Value::Null);
    let or = |name: &str, otherwise: &str| user.attribute(name).unwrap_or_else(|| json!(otherwise));
    let phone = user.attribute("primaryPhone").or_else(|| user.attribute("mobilePhone"));
    json!({
        "name": user.name(),
        "given_name": user.given_name,
        "family_name": user.family_name,
        "middle_name": of("middleName"),
        "nickname": of("nickName"),
        "email": user.email,
        "profile": of("profileUrl"),
        "picture": null,
        "website": null,
        "gender": null,
        "birthdate": null,
        "zoneinfo": or("timezone", "America/Los_Angeles"),
        "locale": or("locale", "en_US"),
        "phone_number": phone,
        "street_address": of("streetAddress"),
        "locality": of("city"),
        "region": of("state"),
        "postal_code": of("zipCode"),
        "country": of("countryCode"),
        "formatted": of("postalAddress"),
    })
}

fn show_group(tenant: &Tenant, client: &Client, group: &Group, place: usize) -> Value {
    let since = client.assignments.since.get(&group.id).copied().unwrap_or(client.created_at);
    json!({
        "id": group.id,
        "priority": place,
        "lastUpdated": iso(since),
        "profile": {},
        "_links": {
            "app": link(tenant, &format!("/apps/{}", client.id), &["GET"]),
            "self": link(tenant, &format!("/apps/{}/groups/{}", client.id, group.id), &["GET", "PUT", "DELETE"]),
            "group": link(tenant, &format!("/groups/{}", group.id), &["GET"]),
        },
    })
}
