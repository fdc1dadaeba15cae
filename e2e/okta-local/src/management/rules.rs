//! `/api/v1/authorizationServers/{id}/policies/{policy}/rules`.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use super::answer::{Answer, no_content};
use super::authorization_servers::{SERVERS, find};
use super::body::{already_exists, read};
use super::page::{self, Pages};
use super::policies::{self, find_policy_mut, place_of};
use super::policy_body::{RuleBody, show_rule};
use super::refusal::Refusal;
use super::resource::at;
use super::server_id::ServerId;
use crate::org::policy::{Policy, Rule};
use crate::org::state::Directory;
use crate::org::tenant::Tenant;
use crate::random;
use crate::system_log::Target;

pub(super) fn routes(config: &mut ServiceConfig) {
    let all = format!("{SERVERS}/{{id}}/policies/{{policy}}/rules");
    let one = format!("{all}/{{rule}}");
    config
        .service(at(&all).route(web::get().to(list)).route(web::post().to(create)))
        .service(
            at(&one).route(web::get().to(get)).route(web::put().to(update)).route(web::delete().to(delete)),
        )
        .service(at(&format!("{one}/lifecycle/activate")).route(web::post().to(activate)))
        .service(at(&format!("{one}/lifecycle/deactivate")).route(web::post().to(deactivate)));
}

/// The ids of a server, a policy of it and a rule of that.
type RulePath = Path<(ServerId, String, String)>;

async fn list(tenant: Data<Tenant>, path: Path<(ServerId, String)>, request: HttpRequest) -> Answer {
    let (id, policy) = path.into_inner();
    let state = tenant.state();
    let rules = find_policy(&state.directory, &id, &policy)?.rules.iter().enumerate();
    let items = rules.map(|(place, rule)| shown(&tenant, &id, &policy, place, rule)).collect();
    drop(state);
    page::respond(&tenant, &request, items, Pages::WHOLE)
}

/// `priority` counts from 1; without it the rule comes last.
async fn create(tenant: Data<Tenant>, path: Path<(ServerId, String)>, body: Bytes) -> Answer {
    let (id, policy) = path.into_inner();
    let body: RuleBody = read(&body)?;
    let mut state = tenant.state();
    find_policy(&state.directory, &id, &policy)?;
    let rule = checked(&tenant, &state.directory, &id, &body, random::id("0pr"))?;
    let policy = find_policy_mut(&mut state, &id, &policy)?;
    check_name(policy, &rule)?;
    record(&tenant, "policy.rule.add", policy, &rule);
    let place = place_of(body.priority, policy.rules.len());
    policy.rules.insert(place, rule);
    Ok(HttpResponse::Created().json(shown(&tenant, &id, &policy.id, place, &policy.rules[place])))
}

async fn get(tenant: Data<Tenant>, path: RulePath) -> Answer {
    let (id, policy, rule) = path.into_inner();
    let state = tenant.state();
    let policy = find_policy(&state.directory, &id, &policy)?;
    let place = position(policy, &rule)?;
    Ok(HttpResponse::Ok().json(shown(&tenant, &id, &policy.id, place, &policy.rules[place])))
}

/// Without `priority` its place stays.
async fn update(tenant: Data<Tenant>, path: RulePath, body: Bytes) -> Answer {
    let (id, policy, rule) = path.into_inner();
    let body: RuleBody = read(&body)?;
    let mut state = tenant.state();
    position(find_policy(&state.directory, &id, &policy)?, &rule)?;
    let changed = checked(&tenant, &state.directory, &id, &body, rule)?;
    let policy = find_policy_mut(&mut state, &id, &policy)?;
    check_name(policy, &changed)?;
    let former_place = position(policy, &changed.id)?;
    let former = policy.rules.remove(former_place);
    let place = place_of(body.priority.or(Some(former_place + 1)), policy.rules.len());
    let rule = Rule { created_at: former.created_at, system: former.system, ..changed };
    record(&tenant, "policy.rule.update", policy, &rule);
    policy.rules.insert(place, rule);
    Ok(HttpResponse::Ok().json(shown(&tenant, &id, &policy.id, place, &policy.rules[place])))
}

async fn delete(tenant: Data<Tenant>, path: RulePath) -> Answer {
    let (id, policy, rule) = path.into_inner();
    let mut state = tenant.state();
    let policy = find_policy_mut(&mut state, &id, &policy)?;
    let rule = policy.rules.remove(position(policy, &rule)?);
    record(&tenant, "policy.rule.delete", policy, &rule);
    Ok(no_content())
}

async fn activate(tenant: Data<Tenant>, path: RulePath) -> Answer {
    set_active(&tenant, path, true, "policy.rule.activate")
}

async fn deactivate(tenant: Data<Tenant>, path: RulePath) -> Answer {
    set_active(&tenant, path, false, "policy.rule.deactivate")
}

fn set_active(tenant: &Tenant, path: RulePath, active: bool, event: &'static str) -> Answer {
    let (id, policy, rule) = path.into_inner();
    let mut state = tenant.state();
    let policy = find_policy_mut(&mut state, &id, &policy)?;
    let place = position(policy, &rule)?;
    (policy.rules[place].active, policy.rules[place].updated_at) = (active, tenant.now());
    record(tenant, event, policy, &policy.rules[place]);
    Ok(no_content())
}

fn checked(
    tenant: &Tenant,
    directory: &Directory,
    server: &str,
    body: &RuleBody,
    id: String,
) -> Result<Rule, Refusal> {
    let server = find(directory, server)?;
    body.check(id, directory, |scope| server.has_scope(scope), tenant.now())
}

fn check_name(policy: &Policy, rule: &Rule) -> Result<(), Refusal> {
    let same = |other: &Rule| other.id != rule.id && other.name == rule.name;
    if policy.rules.iter().any(same) { Err(already_exists("name")) } else { Ok(()) }
}

fn find_policy<'a>(directory: &'a Directory, server: &str, id: &str) -> Result<&'a Policy, Refusal> {
    let policy = find(directory, server)?.policies.iter().find(|policy| policy.id == id);
    policy.ok_or_else(|| Refusal::not_found(id, "Policy"))
}

fn position(policy: &Policy, id: &str) -> Result<usize, Refusal> {
    let place = policy.rules.iter().position(|rule| rule.id == id);
    place.ok_or_else(|| Refusal::not_found(id, "PolicyRule"))
}

fn record(tenant: &Tenant, event: &'static str, policy: &Policy, rule: &Rule) {
    let target = Target::new("PolicyRule", &rule.id, &rule.name);
    tenant.record_change(event, vec![policies::target(policy), target]);
}

fn shown(tenant: &Tenant, server: &str, policy: &str, place: usize, rule: &Rule) -> Value {
    let path = format!("{SERVERS}/{server}/policies/{policy}/rules/{}", rule.id);
    show_rule(tenant, &path, place, rule)
}
