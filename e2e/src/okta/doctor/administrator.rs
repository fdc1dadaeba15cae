//! What only an administrator of the org sees: assignments, sign-out addresses, access policies, claims.
//! Needs an API token; without one these checks are skipped, and say so.

use okta_types::Issuer;
use serde_json::Value;

use super::configuration::Configuration;
use super::line::{Findings, Outcome};
use crate::okta::management::{ApiToken, Management, ManagementError, OrgUrl};
use crate::okta::setup::TOKEN;

pub(super) const CHECKS: [&str; 6] =
    ["administrator", "assignment", "sign-out-uri", "policy", "audience", "groups-claim"];

/// What the org says of itself, as far as the checks need it.
struct Seen {
    app: Value,
    assigned: usize,
    server: Value,
    policies: Vec<(Value, Vec<Value>)>,
    claims: Vec<Value>,
}

/// All checks of an app that the org knows.
pub(super) async fn check(findings: &mut Findings, issuer: &Issuer, configuration: &Configuration) {
    let Some(token) = &configuration.token else {
        return findings.skip_all(&CHECKS, &format!("needs an API token in {TOKEN}"));
    };
    match look(issuer, token, configuration).await {
        Err(outcome) => {
            findings.add(CHECKS[0], outcome);
            findings.skip_all(&CHECKS[1..], "needs an API token that the org takes");
        }
        Ok(seen) => {
            findings.add(CHECKS[0], Outcome::ok("the API token works"));
            findings.add("assignment", assignment(&seen));
            findings.add("sign-out-uri", sign_out_uri(&seen, configuration));
            findings.add("policy", policy(&seen, configuration));
            findings.add("audience", audience(&seen, configuration));
            findings.add("groups-claim", groups_claim(&seen));
        }
    }
}

async fn look(issuer: &Issuer, token: &str, configuration: &Configuration) -> Result<Seen, Outcome> {
    let remedy = "make an API token under Security › API › Tokens, as an administrator of apps and of the authorization server";
    let token =
        ApiToken::parse(token).map_err(|error| Outcome::failed(format!("{TOKEN} {error}"), remedy))?;
    let failed = |error: ManagementError| Outcome::failed(crate::report::error_chain(&error), remedy);
    let org = OrgUrl::of(issuer).ok_or_else(|| Outcome::skipped("the issuer is not at an org's address"))?;
    let management = Management::new(org, &token, |_| {}).map_err(failed)?;
    see(&management, issuer, &configuration.client_id).await.map_err(failed)
}

async fn see(management: &Management, issuer: &Issuer, client_id: &str) -> Result<Seen, ManagementError> {
    let app = management.get(&format!("/api/v1/apps/{client_id}")).await?.unwrap_or_default();
    let mut assigned = 0;
    for kind in ["groups", "users"] {
        assigned += management.list(&format!("/api/v1/apps/{client_id}/{kind}")).await?.len();
    }
    let id = issuer.as_str().rsplit('/').next().unwrap_or_default();
    let path = format!("/api/v1/authorizationServers/{id}");
    let server = management.get(&path).await?.unwrap_or_default();
    let mut policies = Vec::new();
    for policy in management.list(&format!("{path}/policies")).await? {
        let rules = format!("{path}/policies/{}/rules", policy["id"].as_str().unwrap_or_default());
        let rules = management.list(&rules).await?;
        policies.push((policy, rules));
    }
    let claims = management.list(&format!("{path}/claims")).await?;
    Ok(Seen { app, assigned, server, policies, claims })
}

fn assignment(seen: &Seen) -> Outcome {
    match seen.assigned {
        0 => Outcome::failed(
            "nobody is assigned to the app, so every sign-in is refused",
            "assign people or groups under Applications › Applications › (the app) › Assignments",
        ),
        count => Outcome::ok(format!("{count} people and groups are assigned to the app")),
    }
}

fn sign_out_uri(seen: &Seen, configuration: &Configuration) -> Outcome {
    let origin = configuration.spa_origin.as_str();
    match has(&seen.app["settings"]["oauthClient"]["post_logout_redirect_uris"], origin) {
        true => Outcome::ok(format!("{origin} is registered")),
        false => Outcome::failed(
            format!("the org does not send people back to {origin} after sign-out"),
            "add it to Sign-out redirect URIs under Applications › Applications › (the app) › General, to the letter",
        ),
    }
}

fn policy(seen: &Seen, configuration: &Configuration) -> Outcome {
    let screen = "Security › API › Authorization Servers › (the server) › Access Policies";
    let is_active = |value: &Value| value["status"] == "ACTIVE";
    let is_ours = |policy: &Value| {
        let clients = &policy["conditions"]["clients"]["include"];
        has(clients, "ALL_CLIENTS") || has(clients, &configuration.client_id)
    };
    let Some((policy, rules)) = seen.policies.iter().find(|(policy, _)| is_active(policy) && is_ours(policy))
    else {
        return Outcome::failed(
            "no active access policy is for the app, so every sign-in ends with access_denied",
            format!("add a policy for the app, and a rule, under {screen}"),
        );
    };
    let name = policy["name"].as_str().unwrap_or_default();
    let allows = |rule: &&Value| {
        is_active(rule) && has(&rule["conditions"]["grantTypes"]["include"], "authorization_code")
    };
    match rules.iter().find(allows) {
        Some(rule) => {
            Outcome::ok(format!("policy {name}, rule {}", rule["name"].as_str().unwrap_or_default()))
        }
        None => Outcome::failed(
            format!("the policy {name} has no active rule for the grant type Authorization Code"),
            format!("add or change a rule under {screen}"),
        ),
    }
}

fn audience(seen: &Seen, configuration: &Configuration) -> Outcome {
    let wanted = &configuration.audience;
    let audiences = &seen.server["audiences"];
    match has(audiences, wanted) {
        true => Outcome::ok(format!("tokens are for {wanted}")),
        false => Outcome::failed(
            format!("tokens are for {audiences}, not {wanted}"),
            "set OKTA_API_AUDIENCE to the Audience of Security › API › Authorization Servers › (the server) › Settings",
        ),
    }
}

fn groups_claim(seen: &Seen) -> Outcome {
    let is_it = |claim: &Value| {
        claim["name"] == "groups" && claim["claimType"] == "RESOURCE" && claim["status"] == "ACTIVE"
    };
    match seen.claims.iter().any(is_it) {
        true => Outcome::ok("access tokens say who is in which group"),
        false => Outcome::failed(
            "access tokens have no claim groups, so nobody is staff",
            "add it under Security › API › Authorization Servers › (the server) › Claims: access token, always, groups, \
             matches regex .*; or run cargo okta setup",
        ),
    }
}

fn has(list: &Value, item: &str) -> bool {
    list.as_array().is_some_and(|list| list.iter().any(|entry| entry == item))
}
