//! The authorization servers of a new org: `default` and the org's own.

use std::time::Duration;

use super::DEFAULT_SERVER;
use crate::org::app::GrantType;
use crate::org::authorization_server::{AuthorizationServer, ClaimValue, CustomClaim, ORG_SERVER, Scope};
use crate::org::policy::{Clients, Lifetimes, People, Policy, Rule, ScopeCondition};
use crate::random::seeded_id;

/// How long the org's own refresh tokens may lie unused.
const ORG_REFRESH_WINDOW: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// Name, meaning, and whether people are asked. `openid` alone tells nobody anything.
pub(crate) const SYSTEM_SCOPES: [(&str, &str, bool); 6] = [
    ("openid", "Know that it is you", false),
    ("profile", "View your profile information", true),
    ("email", "View your email address", true),
    ("address", "View your address", true),
    ("phone", "View your phone number", true),
    ("offline_access", "Keep you signed in to the app", true),
];

/// The custom ones of a new org, in the same form.
pub(crate) const CUSTOM_SCOPES: [(&str, &str, bool); 2] =
    [("orders:read", "See your orders", true), ("orders:write", "Place orders for you", true)];

/// The custom authorization server that every org has.
pub(super) fn default() -> AuthorizationServer {
    AuthorizationServer {
        id: DEFAULT_SERVER.to_owned(),
        audience: "api://default".to_owned(),
        scopes: SYSTEM_SCOPES.into_iter().chain(CUSTOM_SCOPES).map(scope).collect(),
        claims: vec![CustomClaim { name: "groups".to_owned(), value: ClaimValue::GroupsExceptEveryone }],
        policies: vec![everyone(Lifetimes::default())],
    }
}

/// The org's own: system scopes and `groups`, no custom claims, no policies of an administrator's.
pub(super) fn orgs_own(base_url: &str) -> AuthorizationServer {
    let groups = ("groups", "See which groups you are in", true);
    AuthorizationServer {
        id: ORG_SERVER.to_owned(),
        audience: base_url.to_owned(),
        scopes: SYSTEM_SCOPES.into_iter().chain([groups]).map(scope).collect(),
        claims: Vec::new(),
        policies: vec![everyone(Lifetimes { refresh_window: ORG_REFRESH_WINDOW, ..Lifetimes::default() })],
    }
}

fn everyone(lifetimes: Lifetimes) -> Policy {
    let grant_types =
        vec![GrantType::AuthorizationCode, GrantType::RefreshToken, GrantType::ClientCredentials];
    let (people, scopes) = (People::Everyone, ScopeCondition::Any);
    let rule = Rule {
        id: seeded_id("0pr", 0, "default"),
        name: "Default Policy Rule".to_owned(),
        grant_types,
        people,
        scopes,
        lifetimes,
    };
    let (id, name) = (seeded_id("00p", 0, "default"), "Default Policy".to_owned());
    Policy { id, name, clients: Clients::All, rules: vec![rule] }
}

fn scope((name, meaning, asks_consent): (&str, &str, bool)) -> Scope {
    Scope { name: name.to_owned(), meaning: meaning.to_owned(), asks_consent }
}
