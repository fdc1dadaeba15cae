//! From a checked description to what an org holds.

use std::collections::BTreeSet;
use std::time::Duration;

use okta_types::UnixTime;

use super::content::{AppSeed, Content, PolicySeed, RuleSeed, UserSeed};
use crate::org::app::{App, Assignments, GrantType};
use crate::org::authorization_server::Scope;
use crate::org::group::{EVERYONE, Group};
use crate::org::password::PasswordHashing;
use crate::org::policy::{Clients, Lifetimes, People, Policy, Rule, ScopeCondition};
use crate::org::seed;
use crate::org::state::Directory;
use crate::org::totp::TotpSecret;
use crate::org::user::{Account, User, UserStatus};
use crate::random::seeded_id;

/// Replaces what the description has of its own. The apps are there already.
pub(super) fn plant(
    content: &Content,
    directory: &mut Directory,
    number: u64,
    hashing: PasswordHashing,
    now: UnixTime,
) {
    if !content.users.is_empty() {
        directory.users = content.users.iter().map(|seed| user(seed, number, hashing, now)).collect();
    }
    if !content.users.is_empty() || !content.groups.is_empty() {
        directory.groups = groups(content, directory, number);
    }
    if !content.users.is_empty() {
        // Apps that are not of the file were for the people who are no more.
        let everyone = group_ids(directory, &[EVERYONE.to_owned()]);
        for client in directory.clients.iter_mut().filter(|client| client.secret.is_none()) {
            client.assignments = Assignments { users: Vec::new(), groups: everyone.clone() };
        }
    }
    for seed in &content.apps {
        let assignments = assignments(seed, directory);
        if let Some(client) = directory.clients.iter_mut().find(|client| client.app.label == seed.label) {
            client.assignments = assignments;
        }
    }
    let policies = content.policies.iter().enumerate();
    let policies: Vec<_> = policies.map(|(i, seed)| policy(i, seed, directory)).collect();
    let default = &mut directory.servers[0];
    if !content.scopes.is_empty() {
        default.scopes.retain(|scope| is_system_scope(&scope.name));
        default.scopes.extend(content.scopes.iter().map(|seed| Scope {
            name: seed.name.clone(),
            meaning: seed.meaning.clone(),
            asks_consent: seed.asks_consent,
        }));
    }
    if !policies.is_empty() {
        default.policies = policies;
    }
}

/// The accounts of a description, or those of every new org.
pub(super) fn accounts(content: &Content, number: u64) -> Vec<Account> {
    if content.users.is_empty() {
        return seed::accounts(number);
    }
    let account = |user: &UserSeed| {
        let totp = TotpSecret::seeded(number, &user.login);
        Account {
            login: user.login.clone(),
            password: user.password.clone(),
            name: format!("{} {}", user.given_name, user.family_name),
            note: user.note.clone(),
            totp_uri: totp.uri(&user.login),
            totp_secret: totp.base32(),
        }
    };
    content.users.iter().map(account).collect()
}

impl From<&AppSeed> for App {
    fn from(seed: &AppSeed) -> Self {
        let new = if seed.kind == "service" { Self::service } else { Self::spa };
        Self {
            redirect_uris: seed.redirect_uris.clone(),
            post_logout_redirect_uris: seed.post_logout_redirect_uris.clone(),
            initiate_login_uri: seed.initiate_login_uri.clone(),
            consent_required: seed.consent_required,
            second_factor: seed.second_factor_required,
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
    let named = content.groups.iter().map(|group| group.name.clone());
    let of_users = content.users.iter().flat_map(|user| user.groups.iter().cloned());
    let usual = (content.users.is_empty() && content.groups.is_empty()).then(|| seed::STAFF.to_owned());
    named.chain(of_users).chain(usual).filter(|name| name != EVERYONE).collect()
}

/// Whether the scope is one that every authorization server has.
pub(super) fn is_system_scope(name: &str) -> bool {
    seed::SYSTEM_SCOPES.iter().any(|(system, ..)| *system == name)
}

/// Whether there will be that scope.
pub(super) fn has_scope(content: &Content, name: &str) -> bool {
    let usual =
        || content.scopes.is_empty() && seed::CUSTOM_SCOPES.iter().any(|(custom, ..)| *custom == name);
    is_system_scope(name) || content.scopes.iter().any(|scope| scope.name == name) || usual()
}

fn user(seed: &UserSeed, number: u64, hashing: PasswordHashing, now: UnixTime) -> User {
    User {
        id: seeded_id("00u", number, &seed.login),
        login: seed.login.clone(),
        email: seed.login.clone(),
        given_name: seed.given_name.clone(),
        family_name: seed.family_name.clone(),
        password: hashing.hash(&seed.password),
        totp: Some(TotpSecret::seeded(number, &seed.login)),
        status: UserStatus::Active,
        updated_at: now,
    }
}

fn groups(content: &Content, directory: &Directory, number: u64) -> Vec<Group> {
    let members = |name: &str| {
        let is_in = |user: &&User| {
            let seed = content.users.iter().find(|seed| seed.login == user.login);
            name == EVERYONE || seed.is_some_and(|seed| seed.groups.iter().any(|group| group == name))
        };
        directory.users.iter().filter(is_in).map(|user| user.id.clone()).collect()
    };
    let group = |name: &str| Group {
        id: seeded_id("00g", number, name),
        name: name.to_owned(),
        members: members(name),
    };
    let names = group_names(content);
    std::iter::once(EVERYONE).chain(names.iter().map(String::as_str)).map(group).collect()
}

fn assignments(seed: &AppSeed, directory: &Directory) -> Assignments {
    let everyone = seed.users.is_empty() && seed.groups.is_empty();
    let names: Vec<_> = if everyone { vec![EVERYONE.to_owned()] } else { seed.groups.clone() };
    Assignments {
        users: seed.users.iter().filter_map(|login| directory.id_of(login)).collect(),
        groups: group_ids(directory, &names),
    }
}

fn group_ids(directory: &Directory, names: &[String]) -> Vec<String> {
    let is_named = |group: &&Group| names.contains(&group.name);
    directory.groups.iter().filter(is_named).map(|group| group.id.clone()).collect()
}

fn policy(place: usize, seed: &PolicySeed, directory: &Directory) -> Policy {
    let is_named = |label: &str| seed.apps.iter().any(|named| named == label);
    let ids = directory.clients.iter().filter(|client| is_named(&client.app.label));
    let clients = match seed.apps.is_empty() {
        true => Clients::All,
        false => Clients::Only(ids.map(|client| client.id.clone()).collect()),
    };
    let name = format!("Policy {}", place + 1);
    let rules = seed
        .rules
        .iter()
        .enumerate()
        .map(|(i, seed)| rule(&format!("{name}, rule {}", i + 1), seed, directory));
    Policy { id: seeded_id("00p", 0, &name), clients, rules: rules.collect(), name }
}

fn rule(name: &str, seed: &RuleSeed, directory: &Directory) -> Rule {
    let everyone = seed.groups.is_empty() || seed.groups.iter().any(|name| name == EVERYONE);
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let usual = Lifetimes::default();
    let refresh = |given: u64| (given > 0).then(|| minutes(given));
    Rule {
        id: seeded_id("0pr", 0, name),
        name: name.to_owned(),
        grant_types: seed.grant_types.iter().filter_map(|grant| GrantType::parse(grant)).collect(),
        people: if everyone { People::Everyone } else { People::Groups(group_ids(directory, &seed.groups)) },
        scopes: match seed.scopes.is_empty() {
            true => ScopeCondition::Any,
            false => ScopeCondition::Only(seed.scopes.clone()),
        },
        lifetimes: Lifetimes {
            access_token: seed.access_token_minutes.map_or(usual.access_token, minutes),
            refresh_token: seed.refresh_token_minutes.map_or(usual.refresh_token, refresh),
            refresh_window: seed.refresh_window_minutes.map_or(usual.refresh_window, minutes),
        },
    }
}
