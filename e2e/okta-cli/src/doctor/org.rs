//! The org as such: does it answer, as whom, with what keys, and by what time.

use std::time::Duration;

use okta_jwt::Verifier;
use okta_types::{Issuer, Metadata};
use reqwest::Client;
use serde_json::Value;
use shared::diagnosis;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::http::{Answer, send};
use super::line::{Findings, Outcome};
use crate::clock;

/// What both discovery documents have to agree on.
const SHARED: [&str; 4] = ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"];

/// In the order in which they are made.
pub(super) const CHECKS: [&str; 6] =
    ["reachable", "issuer-exact", "custom-server", "clock", "discovery", "keys"];

/// What the org says of itself.
pub(super) struct Described {
    /// Whether there is something that answers.
    pub(super) answered: bool,
    /// Without it nothing else of the org can be checked.
    pub(super) metadata: Option<Metadata>,
}

/// Asks the org who it is.
pub(super) async fn check(findings: &mut Findings, http: &Client, issuer: &Issuer) -> Described {
    let answer = match send(http.get(issuer.discovery_url())).await {
        Ok(answer) => answer,
        Err(why) => {
            findings.add("reachable", diagnosis::unreachable(issuer, &why));
            findings.skip_all(&CHECKS[1..], "needs an issuer that answers");
            return Described { answered: false, metadata: None };
        }
    };
    let metadata = describe(findings, http, issuer, &answer).await;
    Described { answered: true, metadata }
}

async fn describe(
    findings: &mut Findings,
    http: &Client,
    issuer: &Issuer,
    answer: &Answer,
) -> Option<Metadata> {
    if !findings.add("reachable", reachable(issuer, answer)) {
        findings.skip_all(&CHECKS[1..], "needs an issuer that answers");
        return None;
    }
    let document = answer.json().unwrap_or_default();
    let exact = findings.add("issuer-exact", diagnosis::issuer_exact(issuer, document["issuer"].as_str()));
    let custom = findings.add("custom-server", diagnosis::custom_server(issuer));
    findings.add("clock", clock_offset(answer));
    if !(exact && custom) {
        findings.skip_all(&CHECKS[4..], "needs the right issuer");
        return None;
    }
    let metadata: Option<Metadata> = serde_json::from_value(document.clone()).ok();
    let agreed = findings.add("discovery", discovery(http, issuer, &document, metadata.as_ref()).await);
    findings.add("keys", keys(issuer).await);
    metadata.filter(|_| agreed)
}

fn reachable(issuer: &Issuer, answer: &Answer) -> Outcome {
    match answer.json() {
        Some(_) if answer.status.is_success() => diagnosis::reachable(issuer),
        other => {
            let summary = other.as_ref().and_then(|json| json["errorSummary"].as_str());
            diagnosis::no_discovery(issuer, answer.status.as_u16(), summary)
        }
    }
}

fn clock_offset(answer: &Answer) -> Outcome {
    let date = answer.header("date").and_then(|date| OffsetDateTime::parse(date, &Rfc2822).ok());
    let Some(date) = date else { return Outcome::skipped("the org does not say what time it is") };
    diagnosis::clock(clock::now().seconds() - date.unix_timestamp(), "the org's")
}

async fn discovery(http: &Client, issuer: &Issuer, document: &Value, metadata: Option<&Metadata>) -> Outcome {
    let Some(metadata) = metadata else { return diagnosis::endpoint_missing() };
    let url = format!("{issuer}/.well-known/oauth-authorization-server");
    let other = match send(http.get(&url)).await {
        Ok(answer) => answer.json().unwrap_or_default(),
        Err(why) => return diagnosis::document_missing(&url, &why),
    };
    if let Some(member) = SHARED.into_iter().find(|member| document[member] != other[member]) {
        return diagnosis::documents_differ(member);
    }
    let own = issuer.origin().map(|origin| origin.to_string()).unwrap_or_default();
    let endpoints = [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri];
    if let Some(foreign) = endpoints.into_iter().find(|url| !url.starts_with(&format!("{own}/"))) {
        return diagnosis::foreign_endpoint(foreign);
    }
    diagnosis::pkce(metadata.code_challenge_methods_supported.iter().any(|method| method == "S256"))
}

async fn keys(issuer: &Issuer) -> Outcome {
    // The audience does not matter to the keys.
    let verifier =
        Verifier::builder(issuer.clone()).audience("doctor").any_client().leeway(Duration::ZERO).build();
    let Ok(verifier) = verifier else {
        return diagnosis::keys("the API", Some("no verifier can be made for this issuer"));
    };
    let warmed = verifier.warm().await.map_err(|error| shared::error_chain(&error));
    diagnosis::keys("the API", warmed.err().as_deref())
}
