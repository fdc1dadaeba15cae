//! The app integration as it shows from outside: `/authorize` and `/token` are asked for what must be refused,
//! and how they refuse it tells what they know.

use okta_types::{Form, Metadata};
use reqwest::Client;
use shared::diagnosis;
use url::Url;

use super::configuration::Configuration;
use super::http::{Answer, send, send_with_proof};
use super::line::{Findings, Outcome};
use crate::dpop::Prover;

/// Scopes of the shop that the authorization server has to know.
const SCOPES: [&str; 2] = ["orders:read", "orders:write"];
/// A challenge in the right form (RFC 7636, Appendix B); nobody will redeem the code.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// All checks that need no secret. Whether the app's tokens are bound to a key, where the org knows the app and it is one
/// for a browser.
pub(super) async fn check(
    findings: &mut Findings,
    http: &Client,
    metadata: &Metadata,
    configuration: &Configuration,
) -> Option<bool> {
    let rest = ["public-client", "redirect-uri", "scopes", "refresh-token", "trusted-origin"];
    let known = client_id(http, metadata, configuration).await;
    if !findings.add("client-id", known) {
        findings.skip_all(&rest, "needs a client id that the org knows");
        return None;
    }
    let probe = Probe { http, metadata, configuration };
    let (token, bound) = probe.refused_refresh().await;
    if !findings.add("public-client", public_client(&token)) {
        findings.skip_all(&rest[1..], "needs a single-page app");
        return None;
    }
    let registered = findings.add("redirect-uri", probe.redirect_uri().await);
    match registered {
        true => findings.add("scopes", probe.scopes().await),
        false => findings.add("scopes", Outcome::skipped("needs a registered redirect URI")),
    };
    findings.add("refresh-token", refresh_token(&token, configuration));
    findings.add("trusted-origin", probe.trusted_origin().await);
    Some(bound)
}

async fn client_id(http: &Client, metadata: &Metadata, configuration: &Configuration) -> Outcome {
    let id = &configuration.client_id;
    let url = format!("{}?{}", metadata.issuer.discovery_url(), Form::new().with("client_id", id).as_str());
    match send(http.get(url)).await {
        Ok(answer) => diagnosis::client_id(id, answer.status.is_success()),
        Err(why) => gone(&why),
    }
}

/// It answered a moment ago.
fn gone(why: &str) -> Outcome {
    Outcome::failed(format!("the org does not answer: {why}"), "try again")
}

struct Probe<'a> {
    http: &'a Client,
    metadata: &'a Metadata,
    configuration: &'a Configuration,
}

impl Probe<'_> {
    /// Asks for a code without letting anybody sign in.
    async fn authorize(&self, scope: &str) -> Result<Answer, String> {
        let redirect_uri = self.configuration.redirect_uri();
        let query = Form::new()
            .with("client_id", &self.configuration.client_id)
            .with("response_type", "code")
            .with("redirect_uri", &redirect_uri)
            .with("scope", scope)
            .with("state", "doctor")
            .with("nonce", "doctor")
            .with("prompt", "none")
            .with("code_challenge", CHALLENGE)
            .with("code_challenge_method", "S256");
        let url = format!("{}?{}", self.metadata.authorization_endpoint, query.as_str());
        send(self.http.get(url)).await
    }

    async fn redirect_uri(&self) -> Outcome {
        let uri = self.configuration.redirect_uri();
        match self.authorize("openid").await {
            Ok(answer) => {
                let registered = answer.header("location").is_some_and(|to| to.starts_with(&uri));
                diagnosis::redirect_uri(&uri, registered)
            }
            Err(why) => gone(&why),
        }
    }

    async fn scopes(&self) -> Outcome {
        let mut unknown = Vec::new();
        for scope in SCOPES {
            match self.authorize(&format!("openid {scope}")).await {
                Ok(answer) if error_of(&answer) == "invalid_scope" => unknown.push(scope),
                Ok(_) => {}
                Err(why) => return gone(&why),
            }
        }
        if unknown.is_empty() {
            return Outcome::ok(format!("{} are defined", SCOPES.join(" and ")));
        }
        Outcome::failed(
            format!("the authorization server does not know {}", unknown.join(" and ")),
            "add them under Security › API › Authorization Servers › (the server) › Scopes, or run cargo okta setup",
        )
    }

    /// Tries a refresh token that nobody ever had, as the SPA would; and says whether the app's tokens are bound to a key:
    /// such an app hears of nothing else before there is a proof.
    async fn refused_refresh(&self) -> (Result<Answer, String>, bool) {
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", self.configuration.client_id.as_str()),
            ("refresh_token", "doctor"),
            ("scope", "openid offline_access"),
        ];
        let request = || self.http.post(&self.metadata.token_endpoint).form(&form);
        let answer = send(request()).await;
        let bound = answer.as_ref().is_ok_and(|answer| answer.oauth_error().0 == "invalid_dpop_proof");
        match bound && Prover::suits(self.metadata) {
            true => (send_with_proof(request(), Some(&Prover::generate())).await, true),
            false => (answer, bound),
        }
    }

    async fn trusted_origin(&self) -> Outcome {
        let origin = &self.configuration.spa_origin;
        let Some(userinfo) = &self.metadata.userinfo_endpoint else {
            return Outcome::skipped("the org has no endpoint for user information");
        };
        let request = self.http.get(userinfo).header("Origin", origin);
        match send(request).await {
            Ok(answer) => match answer.header("access-control-allow-origin") == Some(origin) {
                true => diagnosis::trusted_origin(origin, true),
                false => diagnosis::trusted_origin_unsaid(origin),
            },
            Err(why) => gone(&why),
        }
    }
}

/// The `error` that a redirect carries.
fn error_of(answer: &Answer) -> String {
    let location = answer.header("location").and_then(|location| Url::parse(location).ok());
    let error = location.as_ref().and_then(|url| url.query_pairs().find(|(name, _)| name == "error"));
    error.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn public_client(answer: &Result<Answer, String>) -> Outcome {
    match answer.as_ref().map(Answer::oauth_error) {
        Ok((error, description)) => diagnosis::public_client(&error, &description),
        Err(why) => gone(why),
    }
}

fn refresh_token(answer: &Result<Answer, String>, configuration: &Configuration) -> Outcome {
    match answer.as_ref().map(Answer::oauth_error) {
        Ok((error, _)) => diagnosis::refresh_token(&configuration.client_id, &error),
        Err(why) => gone(why),
    }
}
