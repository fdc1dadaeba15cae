//! The org as such: does it answer, as whom, with what keys, and by what time.

use std::time::Duration;

use okta_jwt::Verifier;
use okta_types::{Issuer, Metadata};
use reqwest::Client;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::http::{Answer, send};
use super::line::{Findings, Outcome};
use crate::okta::clock;

/// How far the clocks may be apart: the leeway of the API.
const LEEWAY: u64 = 120;
/// What both discovery documents have to agree on.
const SHARED: [&str; 4] = ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"];

/// Asks the org who it is. Without metadata nothing else of it can be checked.
pub(super) async fn check(findings: &mut Findings, http: &Client, issuer: &Issuer) -> Option<Metadata> {
    let answer = match send(http.get(issuer.discovery_url())).await {
        Ok(answer) => answer,
        Err(why) => {
            findings.add("reachable", unreachable(issuer, &why));
            return None;
        }
    };
    if !findings.add("reachable", reachable(issuer, &answer)) {
        return None;
    }
    let document = answer.json().unwrap_or_default();
    let exact = findings.add("issuer-exact", exact(issuer, &document));
    let custom = findings.add("custom-server", custom_server(issuer));
    findings.add("clock", clock_offset(&answer));
    if !(exact && custom) {
        return None;
    }
    let metadata: Option<Metadata> = serde_json::from_value(document.clone()).ok();
    findings.add("discovery", discovery(http, issuer, &document, metadata.as_ref()).await);
    findings.add("keys", keys(issuer).await);
    metadata
}

fn unreachable(issuer: &Issuer, why: &str) -> Outcome {
    Outcome::failed(
        format!("{issuer} does not answer: {why}"),
        "check the address for typing mistakes, and whether this machine may reach it (network, proxy, firewall)",
    )
}

fn reachable(issuer: &Issuer, answer: &Answer) -> Outcome {
    if answer.status.is_success() && answer.json().is_some() {
        return Outcome::ok(format!("{} answers", issuer.discovery_url()));
    }
    let summary = answer.json().and_then(|json| json["errorSummary"].as_str().map(str::to_owned));
    let summary = summary.map(|summary| format!(": {summary}")).unwrap_or_default();
    Outcome::failed(
        format!("{} answers with status {}{summary}", issuer.discovery_url(), answer.status.as_u16()),
        "take the issuer from Security › API › Authorization Servers, column Issuer URI; the last part of it is the \
         authorization server's id",
    )
}

fn exact(issuer: &Issuer, document: &Value) -> Outcome {
    match document["issuer"].as_str() {
        Some(found) if found == issuer.as_str() => {
            Outcome::ok("the org calls itself the same, to the letter")
        }
        found => Outcome::failed(
            format!("the org calls itself {}, not {issuer}", found.unwrap_or("nothing")),
            "set OKTA_OAUTH2_ISSUER to exactly what the org calls itself; with a custom domain, choose it under \
             Security › API › Authorization Servers › Settings › Issuer",
        ),
    }
}

fn custom_server(issuer: &Issuer) -> Outcome {
    if !issuer.is_org() {
        return Outcome::ok("a custom authorization server, whose access tokens an API can verify");
    }
    Outcome::failed(
        "this is the org authorization server, whose access tokens only Okta can verify",
        format!("use a custom one, e.g. {issuer}/oauth2/default"),
    )
}

fn clock_offset(answer: &Answer) -> Outcome {
    let date = answer.header("date").and_then(|date| OffsetDateTime::parse(date, &Rfc2822).ok());
    let Some(date) = date else { return Outcome::skipped("the org does not say what time it is") };
    let offset = clock::now().seconds() - date.unix_timestamp();
    if offset.unsigned_abs() <= LEEWAY {
        return Outcome::ok(format!("{offset} s from the org's"));
    }
    let direction = if offset > 0 { "ahead of" } else { "behind" };
    Outcome::failed(
        format!("this machine's clock is {} s {direction} the org's", offset.unsigned_abs()),
        "set the clock, and keep it set (NTP): an API refuses tokens from its future and past",
    )
}

async fn discovery(http: &Client, issuer: &Issuer, document: &Value, metadata: Option<&Metadata>) -> Outcome {
    let remedy = "a proxy or a custom domain answers for another org: take the issuer of the org itself";
    let Some(metadata) = metadata else {
        return Outcome::failed("the discovery document lacks an endpoint", remedy);
    };
    let url = format!("{issuer}/.well-known/oauth-authorization-server");
    let other = match send(http.get(&url)).await {
        Ok(answer) => answer.json().unwrap_or_default(),
        Err(why) => return Outcome::failed(format!("{url} does not answer: {why}"), remedy),
    };
    if let Some(member) = SHARED.into_iter().find(|member| document[member] != other[member]) {
        return Outcome::failed(format!("the two discovery documents differ in {member}"), remedy);
    }
    let own = issuer.origin().map(|origin| origin.to_string()).unwrap_or_default();
    let endpoints = [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri];
    if let Some(foreign) = endpoints.into_iter().find(|url| !url.starts_with(&format!("{own}/"))) {
        return Outcome::failed(format!("{foreign} is not at the issuer's host"), remedy);
    }
    match metadata.code_challenge_methods_supported.iter().any(|method| method == "S256") {
        true => Outcome::ok("both documents agree, and PKCE by S256 is offered"),
        false => Outcome::failed("PKCE by S256 is not offered", remedy),
    }
}

async fn keys(issuer: &Issuer) -> Outcome {
    let remedy = "see Security › API › Authorization Servers › Settings › Signing Key Rotation; an API needs RS256 keys";
    // The audience does not matter to the keys.
    let verifier =
        Verifier::builder(issuer.clone()).audience("doctor").any_client().leeway(Duration::ZERO).build();
    let Ok(verifier) = verifier else {
        return Outcome::failed("no verifier can be made for this issuer", remedy);
    };
    match verifier.warm().await {
        Ok(()) => Outcome::ok("the API can read the org's keys"),
        Err(error) => Outcome::failed(
            format!("the API cannot use the org's keys: {}", crate::report::error_chain(&error)),
            remedy,
        ),
    }
}
