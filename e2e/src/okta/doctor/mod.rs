//! `cargo okta doctor`: what is wrong with a configuration, and what to do about it.
//!
//! Each check sees for itself, from outside where that is possible. A check whose ground does not hold is
//! skipped, so that one mistake is one failing line.

mod administrator;
mod api;
mod client;
mod configuration;
mod http;
mod line;
mod org;
mod service;

use std::process::ExitCode;

use self::configuration::Configuration;
use self::line::Findings;
use self::service::ServiceToken;
use super::environment::Environment;

/// What depends on an issuer that answers.
const OF_THE_ORG: [&str; 13] = [
    "client-id",
    "public-client",
    "redirect-uri",
    "scopes",
    "refresh-token",
    "trusted-origin",
    "administrator",
    "assignment",
    "sign-out-uri",
    "policy",
    "audience",
    "groups-claim",
    "service-token",
];

/// Checks a configuration, with verdict, cause and remedy for each line.
#[derive(Debug, clap::Args)]
pub(super) struct Doctor {
    /// Prints the findings as JSON: {"checks": [{"check", "verdict", "cause", "remedy"}]}
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
        Ok(if findings.failed() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn summary(findings: &Findings) -> String {
    match findings.failed() {
        0 => "Nothing is wrong that can be seen from here.".to_owned(),
        1 => "One thing is wrong.".to_owned(),
        count => format!("{count} things are wrong; begin with the first."),
    }
}

/// Makes all checks.
async fn examine(configuration: &Configuration) -> Result<Findings, reqwest::Error> {
    let http = http::client(&configuration.issuer)?;
    let mut findings = Findings::default();
    let (issuer, outcome) = configuration.issuer();
    findings.add("issuer", outcome);
    let metadata = match &issuer {
        Some(issuer) => org::check(&mut findings, &http, issuer).await,
        None => {
            findings.skip_all(&org::CHECKS, "needs an issuer");
            None
        }
    };
    let token = match (&metadata, &issuer) {
        (Some(metadata), Some(issuer)) => {
            let app_is_known = client::check(&mut findings, &http, metadata, configuration).await;
            match app_is_known {
                true => administrator::check(&mut findings, issuer, configuration).await,
                false => {
                    findings.skip_all(&administrator::CHECKS, "needs a single-page app that the org knows")
                }
            }
            let token = service::check(&mut findings, &http, metadata, configuration).await;
            if findings.failed_at("clock") {
                ServiceToken::None("needs clocks that agree".to_owned())
            } else {
                token
            }
        }
        _ => {
            let why = "needs an issuer that answers as it should";
            findings.skip_all(&OF_THE_ORG, why);
            ServiceToken::None(why.to_owned())
        }
    };
    let http = http::client(&configuration.api)?;
    api::check(&mut findings, &http, configuration, &token).await;
    Ok(findings)
}
