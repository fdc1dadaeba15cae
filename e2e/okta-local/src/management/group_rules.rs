//! `/api/v1/groups/rules`: rules that put people into groups.

use std::collections::BTreeSet;

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, no_content};
use super::body::{read, required};
use super::page::{self, Pages};
use super::refusal::Refusal;
use super::resource::at;
use super::{lookup, targets};
use crate::org::group_expression::Expression;
use crate::org::group_rule::GroupRule;
use crate::org::state::{Directory, State};
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;
use crate::random;
use crate::system_log::Target;
use crate::timestamp::iso;

const PAGES: Pages = Pages::of(50, 200);

/// The one language of expressions.
const LANGUAGE: &str = "urn:okta:expression:1.0";

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/groups/rules").route(web::get().to(list)).route(web::post().to(create)))
        .service(
            at("/groups/rules/{id}")
                .route(web::get().to(get))
                .route(web::put().to(replace))
                .route(web::delete().to(delete)),
        )
        .service(at("/groups/rules/{id}/lifecycle/activate").route(web::post().to(activate)))
        .service(at("/groups/rules/{id}/lifecycle/deactivate").route(web::post().to(deactivate)));
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RuleBody {
    name: String,
    conditions: Conditions,
    actions: Actions,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Conditions {
    people: Option<People>,
    expression: ExpressionBody,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct People {
    users: Excluded,
    groups: Excluded,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Excluded {
    exclude: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ExpressionBody {
    value: String,
    #[serde(rename = "type")]
    language: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Actions {
    assign_user_to_groups: Assigned,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Assigned {
    group_ids: Vec<String>,
}

async fn list(tenant: Data<Tenant>, request: HttpRequest) -> Answer {
    let query = Parameters::parse(request.query_string());
    let search = query.get("search").map(str::to_lowercase);
    let state = tenant.state();
    let named =
        |rule: &&GroupRule| search.as_ref().is_none_or(|search| rule.name.to_lowercase().contains(search));
    let rules = state.directory.group_rules.iter().filter(named);
    let items = rules.map(|rule| show(&state.directory, rule)).collect();
    drop(state);
    page::respond(&tenant, &request, items, PAGES)
}

async fn get(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let state = tenant.state();
    Ok(HttpResponse::Ok().json(show(&state.directory, find(&state.directory, &id)?)))
}

/// It does nothing before it is activated.
async fn create(tenant: Data<Tenant>, body: Bytes) -> Answer {
    let body: RuleBody = read(&body)?;
    let now = tenant.now();
    let mut state = tenant.state();
    let mut rule = GroupRule {
        id: random::id("0pr"),
        name: String::new(),
        active: false,
        expression: String::new(),
        has_exceptions: false,
        excluded_users: Vec::new(),
        excluded_groups: Vec::new(),
        groups: Vec::new(),
        given: BTreeSet::new(),
        created_at: now,
        updated_at: now,
    };
    take(&mut rule, body, &state.directory)?;
    let shown = show(&state.directory, &rule);
    state.directory.group_rules.push(rule);
    Ok(HttpResponse::Ok().json(shown))
}

/// Not while it is active.
async fn replace(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    let body: RuleBody = read(&body)?;
    let mut state = tenant.state();
    let mut rule = find(&state.directory, &id)?.clone();
    if rule.active {
        return Err(Refusal::invalid("status", "status: An active group rule cannot be modified"));
    }
    if rule.groups != body.actions.assign_user_to_groups.group_ids {
        let cause = "groupIds: The groups of a group rule cannot be changed";
        return Err(Refusal::invalid("groupIds", cause));
    }
    take(&mut rule, body, &state.directory)?;
    rule.updated_at = tenant.now();
    let shown = show(&state.directory, &rule);
    *find_mut(&mut state, &id)? = rule;
    Ok(HttpResponse::Ok().json(shown))
}

/// Memberships stay unless `removeUsers=true`.
async fn delete(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let removes = Parameters::parse(request.query_string()).get("removeUsers") == Some("true");
    let now = tenant.now();
    let mut state = tenant.state();
    let rule = find(&state.directory, &id)?.clone();
    if rule.active && rule.is_valid(&state.directory.groups) {
        return Err(Refusal::invalid("status", "status: An active group rule cannot be deleted"));
    }
    state.directory.group_rules.retain(|other| other.id != rule.id);
    if removes {
        for group in &mut state.directory.groups {
            let before = group.members.len();
            group.members.retain(|user| !rule.given.contains(&(group.id.clone(), user.clone())));
            if group.members.len() < before {
                group.members_updated_at = now;
            }
        }
    }
    Ok(HttpResponse::Accepted().json(json!({})))
}

async fn activate(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let mut state = tenant.state();
    let is_valid = find(&state.directory, &id)?.is_valid(&state.directory.groups);
    if !is_valid {
        let cause = "groupIds: A group that the group rule assigns people to no longer exists";
        return Err(Refusal::invalid("groupIds", cause));
    }
    set_active(&tenant, &mut state, &id, true)?;
    run(&tenant, &mut state);
    Ok(no_content())
}

/// Who is in the groups stays there.
async fn deactivate(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    set_active(&tenant, &mut tenant.state(), &id, false)?;
    Ok(no_content())
}

fn set_active(tenant: &Tenant, state: &mut State, id: &str, active: bool) -> Result<(), Refusal> {
    let rule = find_mut(state, id)?;
    if rule.active != active {
        (rule.active, rule.updated_at) = (active, tenant.now());
        let event = match active {
            true => "group.user_membership.rule.trigger",
            false => "group.user_membership.rule.deactivated",
        };
        tenant.record_change(event, vec![target(rule)]);
    }
    Ok(())
}

/// Has the rules see what changed about people and groups.
pub(crate) fn run(tenant: &Tenant, state: &mut State) {
    if state.directory.group_rules.is_empty() {
        return;
    }
    for moved in state.directory.run_group_rules(tenant.now()) {
        let event = if moved.added { "group.user_membership.add" } else { "group.user_membership.remove" };
        tenant.record_change(event, vec![targets::user(&moved.user), targets::group(&moved.group)]);
    }
}

fn take(rule: &mut GroupRule, body: RuleBody, directory: &Directory) -> Result<(), Refusal> {
    rule.name = required("name", &body.name)?;
    if rule.name.chars().count() > 50 {
        return Err(Refusal::invalid("name", "name: The field is too long: 50 characters at most"));
    }
    let expression = body.conditions.expression;
    if expression.language.is_some_and(|language| language != LANGUAGE) {
        return Err(Refusal::invalid("type", format!("type: The expression must be of the type {LANGUAGE}")));
    }
    Expression::parse(&expression.value).map_err(|cause| Refusal::invalid("validateRule", cause))?;
    rule.expression = expression.value;
    rule.groups = body.actions.assign_user_to_groups.group_ids;
    if rule.groups.is_empty() {
        return Err(Refusal::invalid("groupIds", "groupIds: The field cannot be left blank"));
    }
    for id in &rule.groups {
        if lookup::group(directory, id)?.is_built_in() {
            let cause = "groupIds: The org sees to the members of that group itself";
            return Err(Refusal::invalid("groupIds", cause));
        }
    }
    rule.has_exceptions = body.conditions.people.is_some();
    let people = body.conditions.people.unwrap_or_default();
    (rule.excluded_users, rule.excluded_groups) = (people.users.exclude, people.groups.exclude);
    Ok(())
}

fn find<'a>(directory: &'a Directory, id: &str) -> Result<&'a GroupRule, Refusal> {
    let rule = directory.group_rules.iter().find(|rule| rule.id == id);
    rule.ok_or_else(|| Refusal::not_found(id, "GroupRule"))
}

fn find_mut<'a>(state: &'a mut State, id: &str) -> Result<&'a mut GroupRule, Refusal> {
    let rule = state.directory.group_rules.iter_mut().find(|rule| rule.id == id);
    rule.ok_or_else(|| Refusal::not_found(id, "GroupRule"))
}

fn show(directory: &Directory, rule: &GroupRule) -> Value {
    let is_valid = rule.is_valid(&directory.groups);
    let status = if is_valid { super::shape::status(rule.active) } else { "INVALID" };
    let mut conditions = json!({});
    if rule.has_exceptions {
        conditions["people"] =
            json!({"users": {"exclude": rule.excluded_users}, "groups": {"exclude": rule.excluded_groups}});
    }
    conditions["expression"] = json!({"value": rule.expression, "type": LANGUAGE});
    json!({
        "type": "group_rule",
        "id": rule.id,
        "status": status,
        "name": rule.name,
        "created": iso(rule.created_at),
        "lastUpdated": iso(rule.updated_at),
        "conditions": conditions,
        "actions": {"assignUserToGroups": {"groupIds": rule.groups}},
        "allGroupsValid": is_valid,
    })
}

fn target(rule: &GroupRule) -> Target {
    Target::new("GroupRule", &rule.id, &rule.name)
}
