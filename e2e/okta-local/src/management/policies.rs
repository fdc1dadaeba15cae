//! `/api/v1/authorizationServers/{id}/policies` and their rules.

use std::time::Duration;

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use super::policy_body::{PolicyBody, RuleBody, show, show_rule};
use super::{invalid, page, read};
use crate::okta_error;
use crate::org::policy::{Policy, Rule};
use crate::org::tenant::Tenant;
use crate::random;

const POLICIES: &str = "/authorizationServers/{id}/policies";
const POLICY: &str = "/authorizationServers/{id}/policies/{policy}";
const RULES: &str = "/authorizationServers/{id}/policies/{policy}/rules";
const RULE: &str = "/authorizationServers/{id}/policies/{policy}/rules/{rule}";

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route(POLICIES, web::get().to(list))
        .route(POLICIES, web::post().to(create))
        .route(POLICY, web::get().to(get))
        .route(POLICY, web::delete().to(delete))
        .route(RULES, web::get().to(rules))
        .route(RULES, web::post().to(create_rule))
        .route(RULE, web::delete().to(delete_rule));
}

async fn list(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> HttpResponse {
    let mut items = Vec::new();
    let answer = with_policies(&tenant, &id, |policies| {
        items = policies.iter().enumerate().map(|(i, policy)| show(i, policy)).collect();
        HttpResponse::Ok().finish()
    });
    if answer.status().is_success() { page::respond(&tenant, &request, items) } else { answer }
}

/// `priority` counts from 1; without it the policy comes last.
async fn create(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> HttpResponse {
    let body: PolicyBody = match read(&body) {
        Ok(body) => body,
        Err(refusal) => return *refusal,
    };
    with_policies(&tenant, &id, |policies| {
        if body.name.trim().is_empty() || policies.iter().any(|policy| policy.name == body.name) {
            return invalid("name", &["name: It must not be empty, nor that of another policy.".to_owned()]);
        }
        let place = place(body.priority, policies.len());
        let (id, name) = (random::id("00p"), body.name);
        policies
            .insert(place, Policy { id, name, clients: body.conditions.clients.into(), rules: Vec::new() });
        HttpResponse::Created().json(show(place, &policies[place]))
    })
}

async fn get(tenant: Data<Tenant>, path: Path<(String, String)>) -> HttpResponse {
    let (server, id) = path.into_inner();
    with_policy(&tenant, &server, &id, |policies, place| {
        HttpResponse::Ok().json(show(place, &policies[place]))
    })
}

async fn delete(tenant: Data<Tenant>, path: Path<(String, String)>) -> HttpResponse {
    let (server, id) = path.into_inner();
    with_policy(&tenant, &server, &id, |policies, place| {
        policies.remove(place);
        HttpResponse::NoContent().finish()
    })
}

async fn rules(tenant: Data<Tenant>, path: Path<(String, String)>, request: HttpRequest) -> HttpResponse {
    let (server, id) = path.into_inner();
    let mut items: Vec<Value> = Vec::new();
    let answer = with_policy(&tenant, &server, &id, |policies, place| {
        items = policies[place].rules.iter().enumerate().map(|(i, rule)| show_rule(i, rule)).collect();
        HttpResponse::Ok().finish()
    });
    if answer.status().is_success() { page::respond(&tenant, &request, items) } else { answer }
}

async fn create_rule(tenant: Data<Tenant>, path: Path<(String, String)>, body: Bytes) -> HttpResponse {
    let (server, id) = path.into_inner();
    let body: RuleBody = match read(&body) {
        Ok(body) => body,
        Err(refusal) => return *refusal,
    };
    let rule = match body.check() {
        Ok(rule) => rule,
        Err((field, causes)) => return invalid(field, &causes),
    };
    with_policy(&tenant, &server, &id, |policies, policy| {
        let rules: &mut Vec<Rule> = &mut policies[policy].rules;
        let place = place(body.priority, rules.len());
        rules.insert(place, rule);
        HttpResponse::Created().json(show_rule(place, &rules[place]))
    })
}

async fn delete_rule(tenant: Data<Tenant>, path: Path<(String, String, String)>) -> HttpResponse {
    let (server, id, rule) = path.into_inner();
    with_policy(&tenant, &server, &id, |policies, place| {
        let rules = &mut policies[place].rules;
        let before = rules.len();
        rules.retain(|r| r.id != rule);
        match rules.len() < before {
            true => HttpResponse::NoContent().finish(),
            false => okta_error::not_found(&format!("{rule} (PolicyRule)")),
        }
    })
}

fn place(priority: Option<usize>, len: usize) -> usize {
    priority.map_or(len, |priority| priority.saturating_sub(1).min(len))
}

/// Minutes as a time.
pub(super) fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

fn with_policies(
    tenant: &Tenant,
    server: &str,
    act: impl FnOnce(&mut Vec<Policy>) -> HttpResponse,
) -> HttpResponse {
    let mut state = tenant.state();
    match state.directory.servers.iter_mut().find(|s| s.id == server) {
        Some(server) => act(&mut server.policies),
        None => okta_error::not_found(&format!("{server} (AuthorizationServer)")),
    }
}

fn with_policy(
    tenant: &Tenant,
    server: &str,
    id: &str,
    act: impl FnOnce(&mut Vec<Policy>, usize) -> HttpResponse,
) -> HttpResponse {
    with_policies(tenant, server, |policies| match policies.iter().position(|policy| policy.id == id) {
        Some(place) => act(policies, place),
        None => okta_error::not_found(&format!("{id} (Policy)")),
    })
}
