//! What only an administrator of the org sees: assignments, sign-out addresses, access policies, claims.
//! Needs an API token; without one these checks are skipped, and say so.

use okta_types::Issuer;

use super::configuration::Configuration;
use super::line::{Findings, Outcome};
use super::plural::plural;
use super::policy::{Asked, Who, evaluate, has};
use super::seen::{Seen, text};
use super::{dashboard, groups_claim};
use crate::management::{ApiToken, Management, ManagementError, OrgUrl};
use crate::setup::TOKEN;

pub(super) const CHECKS: [&str; 7] =
    ["administrator", "assignment", "dashboard", "sign-out-uri", "policy", "audience", "groups-claim"];

/// What the shop asks for.
const SCOPES: [&str; 6] =
    ["openid", "profile", "email", "offline_access", shared::paths::SCOPE_READ, shared::paths::SCOPE_WRITE];

/// What was seen, or why nothing was.
pub(super) type Look = Result<Seen, Outcome>;

/// Looks at the org; `None` without an API token.
pub(super) async fn look(issuer: &Issuer, configuration: &Configuration) -> Option<Look> {
    let remedy = "make an API token under Security › API › Tokens, as an administrator of apps and of the authorization server";
    let failed = |error: ManagementError| Outcome::failed(shared::error_chain(&error), remedy);
    let token = ApiToken::parse(configuration.token.as_ref()?);
    let token = match token {
        Ok(token) => token,
        Err(error) => return Some(Err(Outcome::failed(format!("{TOKEN} {error}"), remedy))),
    };
    let Some(org) = OrgUrl::of(issuer) else {
        return Some(Err(Outcome::skipped("the issuer is not the address of an org")));
    };
    let management = match Management::new(org, &token, |_| {}) {
        Ok(management) => management,
        Err(error) => return Some(Err(failed(error))),
    };
    Some(Seen::of(&management, issuer, configuration).await.map_err(failed))
}

/// All checks of an app that the org knows.
pub(super) fn check(findings: &mut Findings, look: Option<&Look>, configuration: &Configuration) {
    match look {
        None => findings.skip_all(&CHECKS, &format!("needs an API token in {TOKEN}")),
        Some(Err(outcome)) => {
            findings.add(CHECKS[0], outcome.clone());
            findings.skip_all(&CHECKS[1..], "needs an API token that the org accepts");
        }
        Some(Ok(seen)) => {
            findings.add(CHECKS[0], Outcome::ok("the API token works"));
            findings.add("assignment", assignment(seen));
            findings.add("dashboard", dashboard::check(seen, configuration));
            findings.add("sign-out-uri", sign_out_uri(seen, configuration));
            findings.add("policy", policy(seen, configuration));
            findings.add("audience", audience(seen, configuration));
            findings.add("groups-claim", groups_claim::check(seen, &SCOPES));
        }
    }
}

fn assignment(seen: &Seen) -> Outcome {
    if seen.is_for_everybody() {
        return Outcome::warned(
            "the app is in Federation Broker Mode: everybody in the org may sign in, nobody can be assigned, and no tile \
             leads to the shop",
            "clear Federation Broker Mode under Applications › Applications › (the app) › General, and assign who may \
             shop; or run cargo okta setup",
        );
    }
    let people = seen.people.iter().filter(|person| person.is_direct).count();
    match (seen.groups.len(), people) {
        (0, 0) => Outcome::failed(
            "nobody is assigned to the app, so every sign-in is refused",
            "assign people or groups under Applications › Applications › (the app) › Assignments",
        ),
        (groups, people) => {
            let more = if seen.more { ", or more," } else { "" };
            let (groups, people) = (plural(groups, "group", "groups"), plural(people, "person", "people"));
            Outcome::ok(format!("assigned to the app: {groups} and {people}{more} individually"))
        }
    }
}

fn sign_out_uri(seen: &Seen, configuration: &Configuration) -> Outcome {
    let origin = configuration.spa_origin.as_str();
    match has(&seen.app["settings"]["oauthClient"]["post_logout_redirect_uris"], origin) {
        true => Outcome::ok(format!("{origin} is registered")),
        false => Outcome::failed(
            format!("the org does not send people back to {origin} after sign-out"),
            "add exactly this to Sign-out redirect URIs under Applications › Applications › (the app) › General",
        ),
    }
}

/// Evaluates the policies for all who may use the app, as far as they were seen.
fn policy(seen: &Seen, configuration: &Configuration) -> Outcome {
    let ask = |person| {
        let (client_id, grant) = (configuration.client_id.as_str(), "authorization_code");
        evaluate(&seen.policies, &Asked { client_id, grant, scopes: &SCOPES, person: Some(person) })
    };
    let mut decisive = Vec::new();
    for (who, person) in users(seen) {
        match ask(person) {
            Ok(rule) if decisive.contains(&rule) => {}
            Ok(rule) => decisive.push(rule),
            Err(passed_over) => return no_rule(&format!("{who} get access_denied"), &SCOPES, &passed_over),
        }
    }
    Outcome::ok(decisive.join("; "))
}

/// Whom the policies are asked about, and how to call them.
fn users(seen: &Seen) -> Vec<(String, Who<'_>)> {
    let everyone = seen.everyone.as_str();
    let member = |id| Who { id: "", groups: vec![id, everyone] };
    let groups = seen
        .groups
        .iter()
        .map(|group| (format!("members of the group {}", group.name), member(group.id.as_str())));
    let direct = seen.people.iter().filter(|person| person.is_direct).map(|person| {
        let groups = person.groups.iter().map(|group| group.id.as_str()).collect();
        (format!("people such as {}", person.login), Who { id: person.id.as_str(), groups })
    });
    let users: Vec<_> = groups.chain(direct).collect();
    if users.is_empty() { vec![("people".to_owned(), member(everyone))] } else { users }
}

/// Why the service app gets no token, where that is the policies' doing.
pub(super) fn service_policy(seen: &Seen, configuration: &Configuration) -> Option<Outcome> {
    let (id, _) = configuration.service.as_ref()?;
    let scopes = [shared::paths::SCOPE_READ];
    let asked = Asked { client_id: id, grant: "client_credentials", scopes: &scopes, person: None };
    let passed_over = evaluate(&seen.policies, &asked).err()?;
    Some(no_rule("the service app gets access_denied", &scopes, &passed_over))
}

fn no_rule(what: &str, scopes: &[&str], passed_over: &[String]) -> Outcome {
    let screen = "Security › API › Authorization Servers › (the server) › Access Policies";
    if passed_over.is_empty() {
        return Outcome::failed(
            format!("{what}: no access policy applies to the app"),
            format!("add a policy for the app, and a rule, under {screen}; or run cargo okta setup"),
        );
    }
    Outcome::failed(
        format!("{what}: no rule allows {} ({})", scopes.join(", "), passed_over.join("; ")),
        format!("change one of these, or add a rule, under {screen}; or run cargo okta setup"),
    )
}

fn audience(seen: &Seen, configuration: &Configuration) -> Outcome {
    let wanted = &configuration.audience;
    let audiences = &seen.server["audiences"];
    match has(audiences, wanted) {
        true => Outcome::ok(format!("tokens are for {wanted}")),
        false => Outcome::failed(
            format!("tokens are for {}, not {wanted}", text(&audiences[0])),
            "set OKTA_API_AUDIENCE to the Audience of Security › API › Authorization Servers › (the server) › Settings",
        ),
    }
}
