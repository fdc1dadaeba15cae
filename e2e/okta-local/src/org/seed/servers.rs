//! The authorization servers of a new org: `default` and the org's own.

use std::time::Duration;

use okta_types::UnixTime;

use super::okta_scopes::{ACCOUNT_SCOPES, SYSTEM_SCOPES};
use crate::org::app_kind::GrantType;
use crate::org::authorization_server::{
    AuthorizationServer, DEFAULT_SERVER, IssuerMode, ORG_SERVER, RotationMode,
};
use crate::org::claim::{Claim, ClaimType, ClaimValue, GroupFilter};
use crate::org::policy::{Clients, Lifetimes, People, Policy, Rule, ScopeCondition};
use crate::org::scope::{Consent, Scope};
use crate::org::system_claims;
use crate::random::seeded_id;

/// How long the org's own refresh tokens may lie unused.
const ORG_REFRESH_WINDOW: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// The custom ones of a new org: name, meaning, and whether people are asked.
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
    let account = ACCOUNT_SCOPES.into_iter().map(|named| oktas(DEFAULT_SERVER, named, false));
    let scopes = custom_scopes().chain(account).chain(system_scopes(DEFAULT_SERVER)).collect();
    AuthorizationServer {
        description: "Default Authorization Server for your Applications".to_owned(),
        audience: "api://default".to_owned(),
        claims: vec![groups],
        ..server(DEFAULT_SERVER, scopes, Lifetimes::default(), now)
    }
}

/// The org's own: system scopes and `groups`, no custom claims, no policies of an administrator's.
pub(super) fn orgs_own(base_url: &str, now: UnixTime) -> AuthorizationServer {
    let groups = ("groups", "View your groups.", "This allows the app to view which groups you are in.");
    let scopes = system_scopes(ORG_SERVER).filter(|scope| scope.name != "device_sso");
    let scopes = scopes.chain([oktas(ORG_SERVER, groups, true)]);
    let lifetimes = Lifetimes { refresh_window: ORG_REFRESH_WINDOW, ..Lifetimes::default() };
    AuthorizationServer {
        audience: base_url.to_owned(),
        ..server(ORG_SERVER, scopes.collect(), lifetimes, now)
    }
}

/// Gives a server that an older program kept the scopes that it would have been made with since. One of them,
/// `device_sso`, cannot be deleted: where it is, nothing was missed.
pub(crate) fn complete(server: &mut AuthorizationServer) {
    if server.is_orgs_own() || server.has_scope("device_sso") {
        return;
    }
    let account = ACCOUNT_SCOPES.into_iter().filter(|_| server.is_default());
    let account = account.map(|named| oktas(DEFAULT_SERVER, named, false));
    let all: Vec<_> = account.chain(system_scopes(&server.id)).collect();
    let missing = all.into_iter().filter(|scope| !server.has_scope(&scope.name));
    let missing: Vec<_> = missing.collect();
    server.scopes.extend(missing);
}

/// A server that an administrator makes: system scopes, and no policy yet.
pub(crate) fn made(id: &str, name: &str, now: UnixTime) -> AuthorizationServer {
    let server = server(id, system_scopes(id).collect(), Lifetimes::default(), now);
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
        system_claims: system_claims::all(),
        policies: vec![everyone(lifetimes, now)],
        trusted: Vec::new(),
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
        inline_hook: None,
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

/// Those of an administrator may be spared the question.
fn custom_scopes() -> impl Iterator<Item = Scope> {
    CUSTOM_SCOPES.into_iter().map(|(name, meaning, asks)| {
        let consent = if asks { Consent::Flexible } else { Consent::Implicit };
        Scope::seeded(DEFAULT_SERVER, name, meaning, consent)
    })
}

fn system_scopes(server_id: &str) -> impl Iterator<Item = Scope> {
    SYSTEM_SCOPES.into_iter().map(move |named| oktas(server_id, named, true))
}

/// Nobody is asked about Okta's own.
fn oktas(server_id: &str, (name, title, meaning): (&str, &str, &str), system: bool) -> Scope {
    let scope = Scope::seeded(server_id, name, meaning, Consent::Implicit);
    Scope { display_name: title.to_owned(), system, ..scope }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_of_an_older_program_gets_the_scopes_it_lacks_once() {
        let whole = default(UnixTime(0));
        let mut older = default(UnixTime(0));
        older.scopes.retain(|scope| scope.name != "device_sso" && !scope.name.starts_with("okta."));
        complete(&mut older);
        assert_eq!(older.scopes.len(), whole.scopes.len());
        older.scopes.retain(|scope| !scope.name.starts_with("okta."));
        complete(&mut older);
        assert_eq!(
            older.scopes.len(),
            whole.scopes.len() - ACCOUNT_SCOPES.len(),
            "what was deleted stays away"
        );
    }
}
