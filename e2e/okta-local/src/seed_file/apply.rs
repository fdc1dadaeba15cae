//! From a checked description to what an org holds.

use std::collections::BTreeSet;
use std::time::Duration;

use okta_types::UnixTime;
use serde_json::Value;

use super::content::{AppSeed, ClaimSeed, Content, GroupsSeed, OriginSeed, PolicySeed, RuleSeed, UserSeed};
use crate::org::app::App;
use crate::org::app_kind::GrantType;
use crate::org::assignments::Assignments;
use crate::org::authorization_server::DEFAULT_SERVER;
use crate::org::claim::{Claim, ClaimType, ClaimValue, GroupFilter};
use crate::org::client::Client;
use crate::org::client_secret::{ClientSecret, ClientSecrets};
use crate::org::group::{EVERYONE, Group};
use crate::org::password::PasswordHashing;
use crate::org::policy::{Clients, Lifetimes, People, Policy, Rule, ScopeCondition};
use crate::org::scope::{Consent, Scope};
use crate::org::seed;
use crate::org::state::Directory;
use crate::org::totp::TotpSecret;
use crate::org::trusted_origin::{OriginScope, TrustedOrigin};
use crate::org::user::{Account, User, UserStatus};
use crate::random::seeded_id;

/// Replaces what the description has of its own. The apps are there already.
pub(super) fn apply(
    content: &Content,
    directory: &mut Directory,
    number: u64,
    hashing: PasswordHashing,
    now: UnixTime,
) {
    if !content.users.is_empty() {
        directory.users = content.users.iter().map(|seed| user(&seed.value, number, hashing, now)).collect();
    }
    if !content.users.is_empty() || !content.groups.is_empty() {
        directory.groups = groups(content, directory, number, now);
    }
    if !content.users.is_empty() {
        // Apps that are not of the file were for the people who are no more.
        let everyone = group_ids(directory, &[EVERYONE.to_owned()]);
        for client in directory.clients.iter_mut().filter(|client| client.secret.is_none()) {
            client.assignments = Assignments::to(Vec::new(), everyone.clone());
        }
    }
    for seed in content.apps.iter().map(|app| &app.value) {
        let assignments = assignments(seed, directory);
        if let Some(client) = directory.clients.iter_mut().find(|client| client.app.label == seed.label) {
            client.assignments = assignments;
            apply_app_settings(client, seed, now);
        }
    }
    for seed in content.trusted_origins.iter().map(|origin| &origin.value) {
        directory.trusted_origins.retain(|trusted| trusted.origin != seed.origin);
        directory.trusted_origins.push(trusted_origin(seed, now));
    }
    apply_to_default_server(content, directory, now);
}

/// Scopes, claims and policies are of the server `default`.
fn apply_to_default_server(content: &Content, directory: &mut Directory, now: UnixTime) {
    let policies = content.policies.iter().enumerate();
    let policies: Vec<_> = policies.map(|(i, seed)| policy(i, &seed.value, directory, now)).collect();
    let default = &mut directory.servers[0];
    if !content.scopes.is_empty() {
        default.scopes.retain(|scope| is_system_scope(&scope.name));
        default.scopes.extend(content.scopes.iter().map(|seed| {
            let consent = if seed.value.asks_consent { Consent::Flexible } else { Consent::Implicit };
            Scope::seeded(DEFAULT_SERVER, &seed.value.name, &seed.value.meaning, consent)
        }));
    }
    if !content.claims.is_empty() {
        default.claims = content.claims.iter().filter_map(|seed| claim(&seed.value)).collect();
    }
    if !policies.is_empty() {
        default.policies = policies;
    }
}

fn apply_app_settings(client: &mut Client, seed: &AppSeed, now: UnixTime) {
    client.leeway = seed.refresh_grace_seconds.map_or(client.leeway, Duration::from_secs);
    if let Some(secret) = &seed.client_secret {
        client.secret = Some(ClientSecrets::first(ClientSecret::chosen(secret), now));
    }
}

fn trusted_origin(seed: &OriginSeed, now: UnixTime) -> TrustedOrigin {
    let scopes = [(seed.cors, OriginScope::Cors), (seed.redirect, OriginScope::Redirect)];
    let scopes = scopes.into_iter().filter_map(|(wanted, scope)| wanted.then_some(scope)).collect();
    let name = seed.name.clone().unwrap_or_else(|| seed.origin.clone());
    TrustedOrigin { name, scopes, ..TrustedOrigin::seeded(seed.origin.clone(), now) }
}

fn claim(seed: &ClaimSeed) -> Option<Claim> {
    let claim_type = if seed.token == "id" { ClaimType::Identity } else { ClaimType::Resource };
    Some(Claim {
        id: seeded_id("ocl", 0, &format!("{} {}", seed.token, seed.name)),
        name: seed.name.clone(),
        claim_type,
        value: claim_value(seed)?,
        always: seed.always || claim_type == ClaimType::Resource,
        scopes: seed.scopes.clone(),
        active: true,
    })
}

/// Where the claim's value comes from.
pub(super) fn claim_value(seed: &ClaimSeed) -> Option<ClaimValue> {
    let filtered = |groups: &GroupsSeed| match groups {
        GroupsSeed::StartsWith(value) => ClaimValue::Groups(GroupFilter::StartsWith, value.clone()),
        GroupsSeed::Equals(value) => ClaimValue::Groups(GroupFilter::Equals, value.clone()),
        GroupsSeed::Contains(value) => ClaimValue::Groups(GroupFilter::Contains, value.clone()),
        GroupsSeed::Regex(value) => ClaimValue::Groups(GroupFilter::Regex, value.clone()),
    };
    let expression = || seed.expression.clone().map(ClaimValue::Expression);
    seed.groups.as_ref().map(filtered).or_else(expression)
}

/// The accounts of a description, or those of every new org.
pub(super) fn accounts(content: &Content, number: u64) -> Vec<Account> {
    if content.users.is_empty() {
        return seed::accounts(number);
    }
    let account = |user: &UserSeed| {
        let totp = totp(user, number);
        Account {
            login: user.login.clone(),
            password: user.password.clone(),
            name: format!("{} {}", user.given_name, user.family_name),
            note: user.note.clone(),
            totp_uri: totp.as_ref().map(|totp| totp.uri(&user.login)).unwrap_or_default(),
            totp_secret: totp.as_ref().map(TotpSecret::base32).unwrap_or_default(),
        }
    };
    content.users.iter().map(|user| account(&user.value)).collect()
}

impl From<&AppSeed> for App {
    fn from(seed: &AppSeed) -> Self {
        let new = if seed.kind == "service" { Self::service } else { Self::spa };
        Self {
            redirect_uris: seed.redirect_uris.clone(),
            post_logout_redirect_uris: seed.post_logout_redirect_uris.clone(),
            initiate_login_uri: seed.initiate_login_uri.clone(),
            on_dashboard: seed.on_dashboard,
            consent_required: seed.consent_required,
            second_factor: seed.second_factor_required,
            interaction_code: false,
            dpop_bound: seed.dpop_bound_access_tokens,
            sign_up: seed.sign_up,
            universal_logout: seed.universal_logout_uri.clone(),
            ..new(seed.label.clone())
        }
    }
}

/// The logins of everybody there will be.
pub(super) fn logins(content: &Content) -> impl Iterator<Item = String> {
    accounts(content, 0).into_iter().map(|account| account.login)
}

/// The names of all groups there will be, save for the one that everybody is in.
pub(super) fn group_names(content: &Content) -> BTreeSet<String> {
    let named = content.groups.iter().map(|group| group.value.name.clone());
    let of_users = content.users.iter().flat_map(|user| user.value.groups.iter().cloned());
    let usual = (content.users.is_empty() && content.groups.is_empty()).then(|| seed::STAFF.to_owned());
    named.chain(of_users).chain(usual).filter(|name| name != EVERYONE).collect()
}

/// Whether the scope is one that every authorization server has.
pub(super) fn is_system_scope(name: &str) -> bool {
    seed::is_okta_scope(name)
}

/// Whether there will be that scope.
pub(super) fn has_scope(content: &Content, name: &str) -> bool {
    let usual =
        || content.scopes.is_empty() && seed::CUSTOM_SCOPES.iter().any(|(custom, ..)| *custom == name);
    is_system_scope(name) || content.scopes.iter().any(|scope| scope.value.name == name) || usual()
}

/// The secret of the person's authenticator app, if they have one.
fn totp(seed: &UserSeed, number: u64) -> Option<TotpSecret> {
    let has_one = seed.factors.as_ref().is_none_or(|factors| factors.iter().any(|factor| factor == "totp"));
    let given = seed.totp_secret.as_deref().and_then(TotpSecret::from_base32);
    has_one.then(|| given.unwrap_or_else(|| TotpSecret::seeded(number, &seed.login)))
}

/// The status of that name.
pub(super) fn status(name: &str) -> Option<UserStatus> {
    let all = [UserStatus::Active, UserStatus::Staged, UserStatus::Suspended, UserStatus::Deprovisioned];
    all.into_iter().find(|status| status.as_str().eq_ignore_ascii_case(name))
}

fn user(seed: &UserSeed, number: u64, hashing: PasswordHashing, now: UnixTime) -> User {
    let name = (seed.given_name.as_str(), seed.family_name.as_str());
    let (id, hash) = (seeded_id("00u", number, &seed.login), hashing.hash(&seed.password));
    let mut user = User::active(id, &seed.login, name, hash, totp(seed, number), now);
    user.email = seed.email.clone().unwrap_or(user.email);
    user.status = seed.status.as_deref().and_then(status).unwrap_or(user.status);
    user.profile =
        seed.profile.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
    user
}

fn groups(content: &Content, directory: &Directory, number: u64, now: UnixTime) -> Vec<Group> {
    let members = |name: &str| {
        let is_in = |user: &&User| {
            let seed = content.users.iter().find(|seed| seed.value.login == user.login);
            name == EVERYONE || seed.is_some_and(|seed| seed.value.groups.iter().any(|group| group == name))
        };
        directory.users.iter().filter(is_in).map(|user| user.id.clone()).collect()
    };
    let described = |name: &str| content.groups.iter().find(|group| group.value.name == name);
    let group = |name: &str| {
        let description = described(name).and_then(|group| group.value.description.clone());
        let id = seeded_id("00g", number, name);
        Group { description, ..Group::new(id, name.to_owned(), members(name), now) }
    };
    let names = group_names(content);
    std::iter::once(EVERYONE).chain(names.iter().map(String::as_str)).map(group).collect()
}

fn assignments(seed: &AppSeed, directory: &Directory) -> Assignments {
    let everyone = seed.users.is_empty() && seed.groups.is_empty();
    let names: Vec<_> = if everyone { vec![EVERYONE.to_owned()] } else { seed.groups.clone() };
    let users = seed.users.iter().filter_map(|login| directory.id_of(login)).collect();
    Assignments::to(users, group_ids(directory, &names))
}

fn group_ids(directory: &Directory, names: &[String]) -> Vec<String> {
    let is_named = |group: &&Group| names.contains(&group.name);
    directory.groups.iter().filter(is_named).map(|group| group.id.clone()).collect()
}

fn policy(place: usize, seed: &PolicySeed, directory: &Directory, now: UnixTime) -> Policy {
    let is_named = |label: &str| seed.apps.iter().any(|named| named == label);
    let ids = directory.clients.iter().filter(|client| is_named(&client.app.label));
    let clients = match seed.apps.is_empty() {
        true => Clients::All,
        false => Clients::Only(ids.map(|client| client.id.clone()).collect()),
    };
    let name = seed.name.clone().unwrap_or_else(|| format!("Policy {}", place + 1));
    let rules = seed.rules.iter().enumerate().map(|(i, seed)| {
        rule(&seed.name.clone().unwrap_or_else(|| format!("{name}, rule {}", i + 1)), seed, directory, now)
    });
    Policy {
        id: seeded_id("00p", 0, &name),
        description: String::new(),
        active: true,
        system: false,
        clients,
        rules: rules.collect(),
        name,
        created_at: now,
        updated_at: now,
    }
}

fn rule(name: &str, seed: &RuleSeed, directory: &Directory, now: UnixTime) -> Rule {
    let everyone = seed.groups.is_empty() || seed.groups.iter().any(|name| name == EVERYONE);
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let usual = Lifetimes::default();
    let refresh = |given: u64| (given > 0).then(|| minutes(given));
    Rule {
        id: seeded_id("0pr", 0, name),
        name: name.to_owned(),
        active: true,
        system: false,
        other_grant_types: Vec::new(),
        created_at: now,
        updated_at: now,
        grant_types: seed.grant_types.iter().filter_map(|grant| GrantType::parse(grant)).collect(),
        people: match everyone {
            true => People::everyone(),
            false => People::groups(group_ids(directory, &seed.groups)),
        },
        scopes: match seed.scopes.is_empty() {
            true => ScopeCondition::Any,
            false => ScopeCondition::Only(seed.scopes.clone()),
        },
        inline_hook: None,
        lifetimes: Lifetimes {
            access_token: seed.access_token_minutes.map_or(usual.access_token, minutes),
            refresh_token: seed.refresh_token_minutes.map_or(usual.refresh_token, refresh),
            refresh_window: seed.refresh_window_minutes.map_or(usual.refresh_window, minutes),
        },
    }
}
