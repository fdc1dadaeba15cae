//! The authorization servers of a new org: `default` and the org's own.

use std::time::Duration;

use okta_types::UnixTime;

use crate::org::app::GrantType;
use crate::org::authorization_server::{
    AuthorizationServer, DEFAULT_SERVER, IssuerMode, ORG_SERVER, RotationMode,
};
use crate::org::claim::{Claim, ClaimType, ClaimValue, GroupFilter};
use crate::org::policy::{Clients, Lifetimes, People, Policy, Rule, ScopeCondition};
use crate::org::scope::{Consent, Scope};
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

/// Names of groups, save for the one that everybody is in.
const NOT_EVERYONE: &str = "(?!Everyone$).*";

/// The custom authorization server that every org has.
pub(super) fn default(now: UnixTime) -> AuthorizationServer {
    let groups = Claim {
        id: seeded_id("ocl", 0, "groups"),
        name: "groups".to_owned(),
        claim_type: ClaimType::Resource,
        value: ClaimValue::Groups(GroupFilter::Regex, NOT_EVERYONE.to_owned()),
        always: true,
        scopes: Vec::new(),
        active: true,
    };
    let system = SYSTEM_SCOPES.into_iter().map(|named| scope(DEFAULT_SERVER, named, true));
    let custom = CUSTOM_SCOPES.into_iter().map(|named| scope(DEFAULT_SERVER, named, false));
    AuthorizationServer {
        description: "Default Authorization Server for your Applications".to_owned(),
        audience: "api://default".to_owned(),
        claims: vec![groups],
        ..server(DEFAULT_SERVER, system.chain(custom).collect(), Lifetimes::default(), now)
    }
}

/// The org's own: system scopes and `groups`, no custom claims, no policies of an administrator's.
pub(super) fn orgs_own(base_url: &str, now: UnixTime) -> AuthorizationServer {
    let groups = ("groups", "See which groups you are in", true);
    let scopes = SYSTEM_SCOPES.into_iter().chain([groups]).map(|named| scope(ORG_SERVER, named, true));
    let lifetimes = Lifetimes { refresh_window: ORG_REFRESH_WINDOW, ..Lifetimes::default() };
    AuthorizationServer {
        audience: base_url.to_owned(),
        ..server(ORG_SERVER, scopes.collect(), lifetimes, now)
    }
}

/// A server that an administrator makes: system scopes, and no policy yet.
pub(crate) fn made(id: &str, name: &str, now: UnixTime) -> AuthorizationServer {
    let scopes = SYSTEM_SCOPES.into_iter().map(|named| scope(id, named, true)).collect();
    let server = server(id, scopes, Lifetimes::default(), now);
    AuthorizationServer { name: name.to_owned(), policies: Vec::new(), ..server }
}

fn server(id: &str, scopes: Vec<Scope>, lifetimes: Lifetimes, now: UnixTime) -> AuthorizationServer {
    AuthorizationServer {
        id: id.to_owned(),
        name: id.to_owned(),
        description: String::new(),
        audience: String::new(),
        issuer_mode: IssuerMode::default(),
        rotation_mode: RotationMode::default(),
        active: true,
        scopes,
        claims: Vec::new(),
        policies: vec![everyone(lifetimes, now)],
        set_aside: Vec::new(),
        created_at: now,
        updated_at: now,
    }
}

fn everyone(lifetimes: Lifetimes, now: UnixTime) -> Policy {
    let grant_types =
        vec![GrantType::AuthorizationCode, GrantType::RefreshToken, GrantType::ClientCredentials];
    let rule = Rule {
        id: seeded_id("0pr", 0, "default"),
        name: "Default Policy Rule".to_owned(),
        active: true,
        system: false,
        grant_types,
        other_grant_types: Vec::new(),
        people: People::everyone(),
        scopes: ScopeCondition::Any,
        lifetimes,
        created_at: now,
        updated_at: now,
    };
    Policy {
        id: seeded_id("00p", 0, "default"),
        name: "Default Policy".to_owned(),
        description: "Default Policy".to_owned(),
        active: true,
        system: false,
        clients: Clients::All,
        rules: vec![rule],
        created_at: now,
        updated_at: now,
    }
}

fn scope(server_id: &str, (name, meaning, asks): (&str, &str, bool), system: bool) -> Scope {
    // Okta's own scopes ask always or never; those of an administrator may be spared.
    let consent = match (asks, system) {
        (false, _) => Consent::Implicit,
        (true, true) => Consent::Required,
        (true, false) => Consent::Flexible,
    };
    Scope { system, ..Scope::seeded(server_id, name, meaning, consent) }
}
