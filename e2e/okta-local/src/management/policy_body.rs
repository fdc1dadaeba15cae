//! Policies and rules as the management API reads and shows them.

use std::time::Duration;

use okta_types::UnixTime;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::required;
use super::refusal::Refusal;
use super::shape::{Status, lifecycle_act, link, status};
use crate::org::app_kind::{GrantType, OTHER_GRANTS, PEOPLES_GRANTS};
use crate::org::policy::{Clients, Lifetimes, People, Policy, Rule, ScopeCondition};
use crate::org::state::Directory;
use crate::org::tenant::Tenant;
use crate::timestamp::iso;

const ALL_CLIENTS: &str = "ALL_CLIENTS";
const EVERYONE: &str = "EVERYONE";
const ANY: &str = "*";

/// Okta's default where a rule says nothing: seven days.
const LONGEST_WINDOW: u64 = 5 * 365 * 24 * 60;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PolicyBody {
    name: String,
    description: String,
    #[serde(rename = "type")]
    kind: String,
    status: Option<Status>,
    pub(super) priority: Option<usize>,
    conditions: PolicyConditions,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PolicyConditions {
    clients: Names,
}

/// A list of names or ids.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Names {
    include: Vec<String>,
    exclude: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RuleBody {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    status: Option<Status>,
    pub(super) priority: Option<usize>,
    conditions: RuleConditions,
    actions: Actions,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RuleConditions {
    people: PeopleBody,
    grant_types: Names,
    scopes: Names,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PeopleBody {
    users: PeopleNames,
    groups: PeopleNames,
}

/// A list of ids of which it is told whether it was given, as it is shown only then.
#[derive(Default, Deserialize)]
#[serde(default)]
struct PeopleNames {
    include: Option<Vec<String>>,
    exclude: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Actions {
    token: TokenAction,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct TokenAction {
    access_token_lifetime_minutes: Option<u64>,
    refresh_token_lifetime_minutes: Option<u64>,
    refresh_token_window_minutes: Option<u64>,
    inline_hook: Option<Value>,
}

impl PeopleNames {
    fn included(&self) -> &[String] {
        self.include.as_deref().unwrap_or_default()
    }

    fn excluded(&self) -> &[String] {
        self.exclude.as_deref().unwrap_or_default()
    }
}

impl Names {
    fn has(&self, name: &str) -> bool {
        self.include.iter().any(|included| included == name)
    }
}

impl PolicyBody {
    /// The policy, without rules.
    ///
    /// # Errors
    /// The first field that will not do.
    pub(super) fn check(&self, id: String, directory: &Directory, now: UnixTime) -> Result<Policy, Refusal> {
        if self.kind != "OAUTH_AUTHORIZATION_POLICY" {
            return Err(Refusal::invalid("type", "type: It must be 'OAUTH_AUTHORIZATION_POLICY'."));
        }
        // None is no mistake: such a policy is for nobody yet.
        let include = &self.conditions.clients.include;
        let all = self.conditions.clients.has(ALL_CLIENTS);
        let unknown = |id: &&String| {
            !directory.clients.iter().any(|client| client.id == **id && client.integration.is_none())
        };
        if let Some(unknown) = include.iter().find(unknown).filter(|_| !all) {
            let cause = format!("conditions.clients.include: There is no client '{unknown}'.");
            return Err(Refusal::invalid("conditions.clients.include", cause));
        }
        Ok(Policy {
            id,
            name: required("name", &self.name)?,
            description: self.description.clone(),
            active: self.status.is_none_or(Status::is_active),
            system: false,
            clients: if all { Clients::All } else { Clients::Only(include.clone()) },
            rules: Vec::new(),
            created_at: now,
            updated_at: now,
        })
    }
}

impl RuleBody {
    /// The rule.
    ///
    /// # Errors
    /// The first field that will not do.
    pub(super) fn check(
        &self,
        id: String,
        directory: &Directory,
        has_scope: impl Fn(&str) -> bool,
        now: UnixTime,
    ) -> Result<Rule, Refusal> {
        if self.kind != "RESOURCE_ACCESS" {
            return Err(Refusal::invalid("type", "type: It must be 'RESOURCE_ACCESS'."));
        }
        self.check_people()?;
        let (grant_types, other_grant_types) = self.grants()?;
        Ok(Rule {
            id,
            name: required("name", &self.name)?,
            active: self.status.is_none_or(Status::is_active),
            system: false,
            grant_types,
            other_grant_types,
            people: self.people(directory)?,
            scopes: self.scopes(has_scope)?,
            lifetimes: self.actions.token.lifetimes()?,
            inline_hook: self.actions.token.inline_hook.clone(),
            created_at: now,
            updated_at: now,
        })
    }

    /// Grants that are somebody's need somebody, and so do those that Okta does not know.
    fn check_people(&self) -> Result<(), Refusal> {
        let PeopleBody { users, groups } = &self.conditions.people;
        let is_others = |grant: &String| {
            grant == GrantType::ClientCredentials.as_str()
                || OTHER_GRANTS.contains(&grant.as_str()) && !PEOPLES_GRANTS.contains(&grant.as_str())
        };
        let has_people = !users.included().is_empty() || !groups.included().is_empty();
        if has_people || self.conditions.grant_types.include.iter().all(is_others) {
            return Ok(());
        }
        let field = "conditions.people";
        let cause = format!(
            "{field}: At least one of ''{field}.users.include'' or ''{field}.groups.include'' must contain a valid user \
             or group when ''conditions.grantTypes'' contains one or more of [{}].",
            PEOPLES_GRANTS.join(", ")
        );
        Err(Refusal::invalid(field, cause))
    }

    fn grants(&self) -> Result<(Vec<GrantType>, Vec<String>), Refusal> {
        let field = "conditions.grantTypes.include";
        let include = &self.conditions.grant_types.include;
        if include.is_empty() {
            return Err(Refusal::invalid(field, format!("{field}: The field cannot be left blank")));
        }
        let known = include.iter().filter_map(|grant| GrantType::parse(grant)).collect();
        let others: Vec<_> =
            include.iter().filter(|grant| GrantType::parse(grant).is_none()).cloned().collect();
        match others.iter().find(|grant| !OTHER_GRANTS.contains(&grant.as_str())) {
            Some(unknown) => {
                Err(Refusal::invalid(field, format!("{field}: There is no grant type '{unknown}'.")))
            }
            None => Ok((known, others)),
        }
    }

    fn people(&self, directory: &Directory) -> Result<People, Refusal> {
        let PeopleBody { users, groups } = &self.conditions.people;
        let everyone = groups.included().iter().any(|id| id == EVERYONE);
        let named_groups: Vec<_> = groups.included().iter().filter(|id| *id != EVERYONE).cloned().collect();
        let group = |id: &&String| !directory.groups.iter().any(|group| group.id == **id);
        if let Some(unknown) = named_groups.iter().chain(groups.excluded()).find(group) {
            let field = "conditions.people.groups";
            return Err(Refusal::invalid(field, format!("{field}: There is no group '{unknown}'.")));
        }
        if let Some(unknown) =
            users.included().iter().chain(users.excluded()).find(|id| directory.user(id).is_none())
        {
            let field = "conditions.people.users";
            return Err(Refusal::invalid(field, format!("{field}: There is no user '{unknown}'.")));
        }
        Ok(People {
            everyone,
            groups: named_groups,
            excluded_groups: groups.excluded().to_vec(),
            users: users.included().to_vec(),
            excluded_users: users.excluded().to_vec(),
            names_users: users.include.is_some(),
            names_excluded_groups: groups.exclude.is_some(),
        })
    }

    fn scopes(&self, has_scope: impl Fn(&str) -> bool) -> Result<ScopeCondition, Refusal> {
        let field = "conditions.scopes.include";
        let scopes = &self.conditions.scopes;
        if scopes.has(ANY) {
            return Ok(ScopeCondition::Any);
        }
        match scopes.include.iter().find(|scope| !has_scope(scope)) {
            Some(unknown) => Err(Refusal::invalid(field, format!("{field}: There is no scope '{unknown}'."))),
            None => Ok(ScopeCondition::Only(scopes.include.clone())),
        }
    }
}

impl TokenAction {
    fn lifetimes(&self) -> Result<Lifetimes, Refusal> {
        let usual = Lifetimes::default();
        let access = self.access_token_lifetime_minutes;
        if access.is_some_and(|minutes| !(5..=24 * 60).contains(&minutes)) {
            return Err(out_of_range("accessTokenLifetimeMinutes", "from 5 to 1440"));
        }
        let window = self.refresh_token_window_minutes;
        if window.is_some_and(|minutes| !(10..=LONGEST_WINDOW).contains(&minutes)) {
            return Err(out_of_range("refreshTokenWindowMinutes", "from 10 to 2628000"));
        }
        let refresh = |given: u64| (given > 0).then(|| minutes(given));
        let lifetimes = Lifetimes {
            access_token: access.map_or(usual.access_token, minutes),
            refresh_token: self.refresh_token_lifetime_minutes.map_or(usual.refresh_token, refresh),
            refresh_window: window.map_or(usual.refresh_window, minutes),
        };
        match lifetimes.refresh_token {
            Some(lifetime) if lifetime < lifetimes.access_token => Err(out_of_range(
                "refreshTokenLifetimeMinutes",
                "0, or at least as long as the access token's",
            )),
            _ => Ok(lifetimes),
        }
    }
}

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes.saturating_mul(60))
}

fn out_of_range(name: &str, range: &str) -> Refusal {
    Refusal::invalid(format!("actions.token.{name}"), format!("{name}: It must be {range}."))
}

/// A policy, as an answer. `path` is its own.
pub(super) fn show(tenant: &Tenant, path: &str, place: usize, policy: &Policy) -> Value {
    let include = match &policy.clients {
        Clients::All => vec![ALL_CLIENTS.to_owned()],
        Clients::Only(ids) => ids.clone(),
    };
    let mut links = json!({
        "self": link(tenant, path, &["GET", "PUT", "DELETE"]),
        "rules": link(tenant, &format!("{path}/rules"), &["GET"]),
    });
    let act = lifecycle_act(policy.active);
    links[act] = link(tenant, &format!("{path}/lifecycle/{act}"), &["POST"]);
    json!({
        "id": policy.id,
        "status": status(policy.active),
        "name": policy.name,
        "description": policy.description,
        "priority": place + 1,
        "system": policy.system,
        "conditions": {"clients": {"include": include}},
        "created": iso(policy.created_at),
        "lastUpdated": iso(policy.updated_at),
        "_links": links,
        "type": "OAUTH_AUTHORIZATION_POLICY",
    })
}

/// A rule, as an answer. `path` is its own.
pub(super) fn show_rule(tenant: &Tenant, path: &str, place: usize, rule: &Rule) -> Value {
    let scopes = match &rule.scopes {
        ScopeCondition::Any => vec![ANY.to_owned()],
        ScopeCondition::Only(scopes) => scopes.clone(),
    };
    let others = rule.other_grant_types.iter().map(String::as_str);
    let grants: Vec<_> = rule.grant_types.iter().map(|grant| grant.as_str()).chain(others).collect();
    json!({
        "id": rule.id,
        "status": status(rule.active),
        "name": rule.name,
        "priority": place + 1,
        "created": iso(rule.created_at),
        "lastUpdated": iso(rule.updated_at),
        "system": rule.system,
        "conditions": {
            "people": people(&rule.people),
            "grantTypes": {"include": grants},
            "scopes": {"include": scopes},
        },
        "actions": {"token": token_action(rule)},
        "_links": links(tenant, path, rule.active),
        "type": "RESOURCE_ACCESS",
    })
}

/// Who is excluded is always said, everything else where it was given.
fn people(people: &People) -> Value {
    let everyone = people.everyone.then(|| EVERYONE.to_owned());
    let included: Vec<_> = everyone.into_iter().chain(people.groups.iter().cloned()).collect();
    let mut shown = json!({"users": {"exclude": people.excluded_users}});
    if people.names_users || !people.users.is_empty() {
        shown["users"]["include"] = json!(people.users);
    }
    if !included.is_empty() {
        shown["groups"]["include"] = json!(included);
    }
    if people.names_excluded_groups || !people.excluded_groups.is_empty() {
        shown["groups"]["exclude"] = json!(people.excluded_groups);
    }
    shown
}

fn token_action(rule: &Rule) -> Value {
    let lifetimes = rule.lifetimes;
    let mut shown = json!({
        "accessTokenLifetimeMinutes": lifetimes.access_token.as_secs() / 60,
        "refreshTokenLifetimeMinutes": lifetimes.refresh_token.map_or(0, |lifetime| lifetime.as_secs() / 60),
        "refreshTokenWindowMinutes": lifetimes.refresh_window.as_secs() / 60,
    });
    if let Some(hook) = &rule.inline_hook {
        shown["inlineHook"] = hook.clone();
    }
    shown
}

fn links(tenant: &Tenant, path: &str, active: bool) -> Value {
    let act = lifecycle_act(active);
    let mut links = json!({"self": link(tenant, path, &["GET", "PUT", "DELETE"])});
    links[act] = link(tenant, &format!("{path}/lifecycle/{act}"), &["POST"]);
    links
}
