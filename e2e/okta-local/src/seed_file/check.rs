//! What is wrong with a description: names that lead nowhere, doubles, addresses and numbers out of range.

use super::content::{AppSeed, Content, PolicySeed, RuleSeed};
use super::plant;
use crate::org::app::{App, GrantType};
use crate::org::authorization_server::is_scope_name;
use crate::org::group::EVERYONE;

/// What Okta allows, in minutes: 5 minutes to a day; 10 minutes to five years.
const ACCESS_TOKEN: std::ops::RangeInclusive<u64> = 5..=24 * 60;
const REFRESH_WINDOW: std::ops::RangeInclusive<u64> = 10..=5 * 365 * 24 * 60;

/// All mistakes, each with its place.
pub(super) fn mistakes(content: &Content) -> Vec<String> {
    let mut found = Vec::new();
    doubles("users", content.users.iter().map(|user| user.login.to_lowercase()), &mut found);
    doubles("groups", content.groups.iter().map(|group| group.name.clone()), &mut found);
    doubles("apps", content.apps.iter().map(|app| app.label.clone()), &mut found);
    doubles("scopes", content.scopes.iter().map(|scope| scope.name.clone()), &mut found);
    for user in content.users.iter().filter(|user| user.login.trim().is_empty() || user.password.is_empty()) {
        found.push(format!("users \"{}\": login and password must not be empty", user.login));
    }
    for scope in content
        .scopes
        .iter()
        .filter(|scope| !is_scope_name(&scope.name) || plant::is_system_scope(&scope.name))
    {
        found.push(format!("scopes \"{}\": not a scope's name, or one of OpenID Connect's", scope.name));
    }
    content.apps.iter().for_each(|app| check_app(content, app, &mut found));
    for (i, policy) in content.policies.iter().enumerate() {
        check_policy(content, &format!("policies[{i}]"), policy, &mut found);
    }
    found
}

fn doubles(place: &str, names: impl Iterator<Item = String>, found: &mut Vec<String>) {
    let mut seen = Vec::new();
    for name in names {
        if seen.contains(&name) {
            found.push(format!("{place} \"{name}\": there twice"));
        }
        seen.push(name);
    }
}

fn check_app(content: &Content, app: &AppSeed, found: &mut Vec<String>) {
    let place = format!("apps \"{}\"", app.label);
    if !["browser", "service"].contains(&app.kind.as_str()) {
        found.push(format!("{place}: type must be browser or service"));
    }
    if let Some(uri) = App::from(app).unusable_uri() {
        found.push(format!("{place}: not an absolute http(s) address without fragment: {uri}"));
    }
    let nobody = |login: &&String| !plant::logins(content).any(|known| known.eq_ignore_ascii_case(login));
    for login in app.users.iter().filter(nobody) {
        found.push(format!("{place}: nobody has the login {login}"));
    }
    check_groups(content, &place, &app.groups, found);
}

fn check_policy(content: &Content, place: &str, policy: &PolicySeed, found: &mut Vec<String>) {
    let unknown =
        |label: &&String| !content.apps.is_empty() && !content.apps.iter().any(|app| app.label == **label);
    for label in policy.apps.iter().filter(unknown) {
        found.push(format!("{place}: there is no app {label}"));
    }
    for (i, rule) in policy.rules.iter().enumerate() {
        check_rule(content, &format!("{place}.rules[{i}]"), rule, found);
    }
}

fn check_rule(content: &Content, place: &str, rule: &RuleSeed, found: &mut Vec<String>) {
    for grant in rule.grant_types.iter().filter(|grant| GrantType::parse(grant).is_none()) {
        found.push(format!("{place}: there is no grant type {grant}"));
    }
    for scope in rule.scopes.iter().filter(|scope| !plant::has_scope(content, scope)) {
        found.push(format!("{place}: there is no scope {scope}"));
    }
    if rule.access_token_minutes.is_some_and(|minutes| !ACCESS_TOKEN.contains(&minutes)) {
        found.push(format!("{place}: access_token_minutes must be from 5 to 1440"));
    }
    if rule.refresh_window_minutes.is_some_and(|minutes| !REFRESH_WINDOW.contains(&minutes)) {
        found.push(format!("{place}: refresh_window_minutes must be from 10 to 2628000"));
    }
    check_groups(content, place, &rule.groups, found);
}

fn check_groups(content: &Content, place: &str, names: &[String], found: &mut Vec<String>) {
    for name in names.iter().filter(|name| **name != EVERYONE && !plant::group_names(content).contains(*name))
    {
        found.push(format!("{place}: there is no group {name}"));
    }
}
