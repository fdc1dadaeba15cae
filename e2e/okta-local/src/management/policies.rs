//! `/api/v1/authorizationServers/{id}/policies`.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use super::answer::{Answer, no_content};
use super::authorization_servers::{SERVERS, find, find_mut};
use super::body::{already_exists, read};
use super::page::{self, Pages};
use super::policy_body::{PolicyBody, show};
use super::refusal::Refusal;
use super::resource::at;
use super::server_id::ServerId;
use crate::org::policy::Policy;
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::random;
use crate::system_log::Target;

pub(super) fn routes(config: &mut ServiceConfig) {
    let all = format!("{SERVERS}/{{id}}/policies");
    let one = format!("{all}/{{policy}}");
    config
        .service(at(&all).route(web::get().to(list)).route(web::post().to(create)))
        .service(
            at(&one).route(web::get().to(get)).route(web::put().to(update)).route(web::delete().to(delete)),
        )
        .service(at(&format!("{one}/lifecycle/activate")).route(web::post().to(activate)))
        .service(at(&format!("{one}/lifecycle/deactivate")).route(web::post().to(deactivate)));
}

async fn list(tenant: Data<Tenant>, id: Path<ServerId>, request: HttpRequest) -> Answer {
    let state = tenant.state();
    let policies = find(&state.directory, &id)?.policies.iter().enumerate();
    let items = policies.map(|(place, policy)| shown(&tenant, &id, place, policy)).collect();
    drop(state);
    page::respond(&tenant, &request, items, Pages::WHOLE)
}

/// `priority` counts from 1; without it the policy comes last.
async fn create(tenant: Data<Tenant>, id: Path<ServerId>, body: Bytes) -> Answer {
    let body: PolicyBody = read(&body)?;
    let mut state = tenant.state();
    find(&state.directory, &id)?;
    let policy = body.check(random::id("00p"), &state.directory, tenant.now())?;
    let policies = &mut find_mut(&mut state, &id)?.policies;
    check_name(policies, &policy)?;
    tenant.record_change("policy.lifecycle.create", vec![target(&policy)]);
    let place = place_of(body.priority, policies.len());
    policies.insert(place, policy);
    Ok(HttpResponse::Created().json(shown(&tenant, &id, place, &policies[place])))
}

async fn get(tenant: Data<Tenant>, path: Path<(ServerId, String)>) -> Answer {
    let (id, policy) = path.into_inner();
    let state = tenant.state();
    let policies = &find(&state.directory, &id)?.policies;
    let place = position(policies, &policy)?;
    Ok(HttpResponse::Ok().json(shown(&tenant, &id, place, &policies[place])))
}

/// Its rules stay; without `priority` so does its place.
async fn update(tenant: Data<Tenant>, path: Path<(ServerId, String)>, body: Bytes) -> Answer {
    let (id, policy) = path.into_inner();
    let body: PolicyBody = read(&body)?;
    let mut state = tenant.state();
    position(&find(&state.directory, &id)?.policies, &policy)?;
    let changed = body.check(policy, &state.directory, tenant.now())?;
    let policies = &mut find_mut(&mut state, &id)?.policies;
    check_name(policies, &changed)?;
    let former_place = position(policies, &changed.id)?;
    let former = policies.remove(former_place);
    let place = place_of(body.priority.or(Some(former_place + 1)), policies.len());
    let policy =
        Policy { rules: former.rules, created_at: former.created_at, system: former.system, ..changed };
    tenant.record_change("policy.lifecycle.update", vec![target(&policy)]);
    policies.insert(place, policy);
    Ok(HttpResponse::Ok().json(shown(&tenant, &id, place, &policies[place])))
}

async fn delete(tenant: Data<Tenant>, path: Path<(ServerId, String)>) -> Answer {
    let (id, policy) = path.into_inner();
    let mut state = tenant.state();
    let policies = &mut find_mut(&mut state, &id)?.policies;
    let policy = policies.remove(position(policies, &policy)?);
    tenant.record_change("policy.lifecycle.delete", vec![target(&policy)]);
    Ok(no_content())
}

async fn activate(tenant: Data<Tenant>, path: Path<(ServerId, String)>) -> Answer {
    set_active(&tenant, path.into_inner(), true, "policy.lifecycle.activate")
}

async fn deactivate(tenant: Data<Tenant>, path: Path<(ServerId, String)>) -> Answer {
    set_active(&tenant, path.into_inner(), false, "policy.lifecycle.deactivate")
}

fn set_active(
    tenant: &Tenant,
    (id, policy): (ServerId, String),
    active: bool,
    event: &'static str,
) -> Answer {
    let now = tenant.now();
    let mut state = tenant.state();
    let policy = find_policy_mut(&mut state, &id, &policy)?;
    (policy.active, policy.updated_at) = (active, now);
    tenant.record_change(event, vec![target(policy)]);
    Ok(no_content())
}

fn check_name(policies: &[Policy], policy: &Policy) -> Result<(), Refusal> {
    let same = |other: &Policy| other.id != policy.id && other.name == policy.name;
    if policies.iter().any(same) { Err(already_exists("name")) } else { Ok(()) }
}

/// Where something of that priority goes among so many others.
pub(super) fn place_of(priority: Option<usize>, others: usize) -> usize {
    priority.map_or(others, |priority| priority.saturating_sub(1).min(others))
}

fn position(policies: &[Policy], id: &str) -> Result<usize, Refusal> {
    policies.iter().position(|policy| policy.id == id).ok_or_else(|| Refusal::not_found(id, "Policy"))
}

/// The policy of that id, to be changed.
pub(super) fn find_policy_mut<'a>(
    state: &'a mut State,
    server: &str,
    id: &str,
) -> Result<&'a mut Policy, Refusal> {
    let policies = &mut find_mut(state, server)?.policies;
    let place = position(policies, id)?;
    Ok(&mut policies[place])
}

/// A policy in an event of the System Log.
pub(super) fn target(policy: &Policy) -> Target {
    Target::new("PolicyEntity", &policy.id, &policy.name)
}

fn shown(tenant: &Tenant, server: &str, place: usize, policy: &Policy) -> serde_json::Value {
    show(tenant, &format!("{SERVERS}/{server}/policies/{}", policy.id), place, policy)
}
