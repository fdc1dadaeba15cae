//! A token of the service app, for the checks that need one.

use okta_types::{AuthScheme, Metadata};
use reqwest::Client;

use super::configuration::Configuration;
use super::line::{Findings, Outcome};
use crate::dpop::{Credential, Prover};
use crate::grant::{self, TokenEndpoint};

/// A token, or why there is none.
pub(super) enum ServiceToken {
    Got(Credential),
    None(String),
}

/// Gets a token by client credentials.
pub(super) async fn check(
    findings: &mut Findings,
    http: &Client,
    metadata: &Metadata,
    configuration: &Configuration,
) -> ServiceToken {
    let Some((id, secret)) = &configuration.service else {
        let why = "needs OKTA_SERVICE_CLIENT_ID and OKTA_SERVICE_CLIENT_SECRET";
        findings.add("service-token", Outcome::skipped(why));
        return ServiceToken::None(why.to_owned());
    };
    // Where the clocks differ, a proof is refused, and so is a token.
    for (check, why) in [
        ("clock", "needs clocks that agree"),
        ("scopes", "needs the shop's scopes"),
        ("policy", "needs an access policy"),
    ] {
        if findings.failed_at(check) {
            findings.add("service-token", Outcome::skipped(why));
            return ServiceToken::None(why.to_owned());
        }
    }
    let prover = Prover::suits(metadata).then(Prover::generate);
    let endpoint = TokenEndpoint { http, url: &metadata.token_endpoint, prover: prover.as_ref() };
    match grant::client_credentials(endpoint, id, secret, "orders:read").await {
        Ok(tokens) => {
            findings.add("service-token", Outcome::ok("the org issues tokens to the service app"));
            let prover = prover.filter(|_| tokens.scheme == AuthScheme::DPoP);
            ServiceToken::Got(Credential { token: tokens.access_token, prover })
        }
        Err(error) => {
            findings.add("service-token", refused(&error));
            ServiceToken::None("needs a token of the service app".to_owned())
        }
    }
}

fn refused(error: &grant::GrantError) -> Outcome {
    let remedy = match error.code() {
        "invalid_client" => {
            "set OKTA_SERVICE_CLIENT_ID and OKTA_SERVICE_CLIENT_SECRET to those of the service app"
        }
        "access_denied" => {
            "add the service app and the grant type Client Credentials to the access policy: Security › API › \
             Authorization Servers › (the server) › Access Policies"
        }
        _ => "see the System Log of the org: Reports › System Log",
    };
    Outcome::failed(format!("the service app gets no token: {error}"), remedy)
}
