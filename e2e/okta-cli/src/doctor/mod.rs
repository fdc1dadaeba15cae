//! `cargo okta doctor`: what is wrong with a configuration, and what to do about it.
//!
//! Each check sees for itself, from outside where that is possible. A check whose ground does not hold is
//! skipped, so that one mistake is one failing line.

mod administrator;
mod api;
mod binding;
mod client;
mod configuration;
mod dashboard;
mod groups_claim;
mod http;
mod line;
mod org;
mod plural;
mod policy;
mod seen;
mod service;
mod status;

use std::process::ExitCode;

use okta_types::Issuer;

use self::binding::AppTokens;
use self::configuration::Configuration;
use self::line::{Findings, Verdict};
use self::org::Described;
use self::service::ServiceToken;
use super::environment::Environment;

/// What depends on an issuer that answers.
const OF_THE_ORG: [&str; 14] = [
    "client-id",
    "public-client",
    "redirect-uri",
    "scopes",
    "refresh-token",
    "trusted-origin",
    "administrator",
    "assignment",
    "dashboard",
    "sign-out-uri",
    "policy",
    "audience",
    "groups-claim",
    "service-token",
];

/// Checks a configuration, with a verdict, a cause and a remedy for each check
#[derive(Debug, clap::Args)]
pub(super) struct Doctor {
    /// Prints the findings as JSON: {"checks": [{"check", "verdict", "cause", "remedy"}]}; verdicts are ok, warned,
    /// failed and skipped
    #[arg(long)]
    json: bool,
}

impl Doctor {
    /// Success is that nothing failed.
    pub(super) async fn run(self, environment: &Environment) -> Result<ExitCode, reqwest::Error> {
        let configuration = Configuration::read(environment);
        let findings = examine(&configuration).await?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&findings).unwrap_or_default());
        } else {
            print!("{}", findings.text());
            println!("{}", summary(&findings));
        }
        Ok(if findings.count(Verdict::Failed) == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn summary(findings: &Findings) -> String {
    let failed = match findings.count(Verdict::Failed) {
        0 => "No problems found".to_owned(),
        1 => "One problem found".to_owned(),
        count => format!("{count} problems found; start with the first"),
    };
    match findings.count(Verdict::Warned) {
        0 => format!("{failed}."),
        1 => format!("{failed}; 1 warning (!)."),
        count => format!("{failed}; {count} warnings (!)."),
    }
}

/// Makes all checks.
async fn examine(configuration: &Configuration) -> Result<Findings, reqwest::Error> {
    let http = http::client(&configuration.issuer)?;
    let mut findings = Findings::default();
    let (issuer, outcome) = configuration.issuer();
    findings.add("issuer", outcome);
    let (token, tokens) = match &issuer {
        Some(issuer) => of_the_org(&mut findings, &http, issuer, configuration).await,
        None => {
            findings.skip_all(&org::CHECKS, "needs an issuer");
            skip_the_org(&mut findings)
        }
    };
    let http = http::client(&configuration.api)?;
    api::check(&mut findings, &http, configuration, &token, tokens).await;
    Ok(findings)
}

/// All checks of the org, a token for those of the API, and what tokens the app gets.
async fn of_the_org(
    findings: &mut Findings,
    http: &reqwest::Client,
    issuer: &Issuer,
    configuration: &Configuration,
) -> (ServiceToken, AppTokens) {
    let Described { answered, metadata } = org::check(findings, http, issuer).await;
    // Whatever does not answer has nothing to tell an administrator either.
    let seen = if answered { administrator::look(issuer, configuration).await } else { None };
    let Some(metadata) = metadata else {
        status::explain(findings, seen.as_ref(), configuration);
        return skip_the_org(findings);
    };
    let bound = client::check(findings, http, &metadata, configuration).await;
    match bound {
        Some(_) => administrator::check(findings, seen.as_ref(), configuration),
        None => findings.skip_all(&administrator::CHECKS, "needs a single-page app that the org knows"),
    }
    let token = service::check(findings, http, &metadata, configuration).await;
    status::explain(findings, seen.as_ref(), configuration);
    let tokens = AppTokens::of(&metadata, seen.as_ref(), bound);
    (token, tokens)
}

fn skip_the_org(findings: &mut Findings) -> (ServiceToken, AppTokens) {
    let why = "needs an issuer that answers as it should";
    findings.skip_all(&OF_THE_ORG, why);
    (ServiceToken::None(why.to_owned()), AppTokens::default())
}
