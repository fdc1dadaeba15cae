//! Policies and rules as the management API reads and shows them.

use serde::Deserialize;
use serde_json::{Value, json};

use super::app_body::Mistake;
use super::policies::minutes;
use crate::org::app::GrantType;
use crate::org::policy::{Clients, Lifetimes, People, Policy, Rule, ScopeCondition};
use crate::random;

const ALL_CLIENTS: &str = "ALL_CLIENTS";
const EVERYONE: &str = "EVERYONE";
const ANY: &str = "*";

#[derive(Deserialize)]
pub(super) struct PolicyBody {
    pub(super) name: String,
    pub(super) priority: Option<usize>,
    pub(super) conditions: PolicyConditions,
}

#[derive(Deserialize)]
pub(super) struct PolicyConditions {
    pub(super) clients: Include,
}

/// A list of names or ids.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Include {
    #[serde(default)]
    include: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct RuleBody {
    name: String,
    pub(super) priority: Option<usize>,
    conditions: RuleConditions,
    #[serde(default)]
    actions: Actions,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RuleConditions {
    #[serde(default)]
    people: PeopleBody,
    grant_types: Include,
    #[serde(default)]
    scopes: Include,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PeopleBody {
    groups: Include,
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
}

impl Include {
    fn has(&self, name: &str) -> bool {
        self.include.iter().any(|included| included == name)
    }
}

impl From<Include> for Clients {
    fn from(clients: Include) -> Self {
        if clients.has(ALL_CLIENTS) { Self::All } else { Self::Only(clients.include) }
    }
}

impl RuleBody {
    /// The rule, or the field that will not do and why.
    pub(super) fn check(&self) -> Result<Rule, Mistake> {
        let conditions = &self.conditions;
        let grants = conditions.grant_types.include.iter().map(|grant| GrantType::parse(grant));
        let Some(grant_types) = grants.collect::<Option<Vec<_>>>() else {
            let cause = "grantTypes: Not all of them are known to this org.".to_owned();
            return Err(("conditions.grantTypes.include", vec![cause]));
        };
        let groups = &conditions.people.groups;
        let scopes = &conditions.scopes;
        Ok(Rule {
            id: random::id("0pr"),
            name: self.name.clone(),
            grant_types,
            people: match groups.has(EVERYONE) {
                true => People::Everyone,
                false => People::Groups(groups.include.clone()),
            },
            scopes: match scopes.has(ANY) {
                true => ScopeCondition::Any,
                false => ScopeCondition::Only(scopes.include.clone()),
            },
            lifetimes: self.actions.token.lifetimes()?,
        })
    }
}

impl TokenAction {
    fn lifetimes(&self) -> Result<Lifetimes, Mistake> {
        let usual = Lifetimes::default();
        let access = self.access_token_lifetime_minutes;
        if access.is_some_and(|minutes| !(5..=24 * 60).contains(&minutes)) {
            let cause = "accessTokenLifetimeMinutes: It must be from 5 to 1440.".to_owned();
            return Err(("actions.token.accessTokenLifetimeMinutes", vec![cause]));
        }
        let window = self.refresh_token_window_minutes;
        if window.is_some_and(|minutes| !(10..=5 * 365 * 24 * 60).contains(&minutes)) {
            let cause = "refreshTokenWindowMinutes: It must be from 10 to 2628000.".to_owned();
            return Err(("actions.token.refreshTokenWindowMinutes", vec![cause]));
        }
        let refresh = |given: u64| (given > 0).then(|| minutes(given));
        Ok(Lifetimes {
            access_token: access.map_or(usual.access_token, minutes),
            refresh_token: self.refresh_token_lifetime_minutes.map_or(usual.refresh_token, refresh),
            refresh_window: window.map_or(usual.refresh_window, minutes),
        })
    }
}

/// A policy, as an answer.
pub(super) fn show(place: usize, policy: &Policy) -> Value {
    let include = match &policy.clients {
        Clients::All => vec![ALL_CLIENTS.to_owned()],
        Clients::Only(ids) => ids.clone(),
    };
    json!({
        "type": "OAUTH_AUTHORIZATION_POLICY",
        "id": policy.id,
        "status": "ACTIVE",
        "name": policy.name,
        "priority": place + 1,
        "system": false,
        "conditions": {"clients": {"include": include}},
    })
}

/// A rule, as an answer.
pub(super) fn show_rule(place: usize, rule: &Rule) -> Value {
    let groups = match &rule.people {
        People::Everyone => vec![EVERYONE.to_owned()],
        People::Groups(ids) => ids.clone(),
    };
    let scopes = match &rule.scopes {
        ScopeCondition::Any => vec![ANY.to_owned()],
        ScopeCondition::Only(scopes) => scopes.clone(),
    };
    let grants: Vec<_> = rule.grant_types.iter().map(|grant| grant.as_str()).collect();
    let lifetimes = rule.lifetimes;
    json!({
        "type": "RESOURCE_ACCESS",
        "id": rule.id,
        "status": "ACTIVE",
        "name": rule.name,
        "priority": place + 1,
        "system": false,
        "conditions": {
            "people": {"users": {"include": [], "exclude": []}, "groups": {"include": groups, "exclude": []}},
            "grantTypes": {"include": grants},
            "scopes": {"include": scopes},
        },
        "actions": {"token": {
            "accessTokenLifetimeMinutes": lifetimes.access_token.as_secs() / 60,
            "refreshTokenLifetimeMinutes": lifetimes.refresh_token.map_or(0, |lifetime| lifetime.as_secs() / 60),
            "refreshTokenWindowMinutes": lifetimes.refresh_window.as_secs() / 60,
        }},
    })
}
