//! The API: is it there, does it know the org's keys, does it refuse what it must and take what it should.

use reqwest::{Client, Method};
use shared::diagnosis::{self, Schemes};

use super::binding::{self, AppTokens};
use super::configuration::Configuration;
use super::http::{Answer, send, send_with_token};
use super::line::{Findings, Outcome};
use super::service::ServiceToken;
use crate::dpop::{Credential, Prover};

/// An origin that nobody lists (RFC 2606).
const FOREIGN: &str = "https://shop.invalid";

/// All checks of the API.
pub(super) async fn check(
    findings: &mut Findings,
    http: &Client,
    configuration: &Configuration,
    token: &ServiceToken,
    tokens: AppTokens,
) {
    let rest = ["api-ready", "api-refuses", "api-cors", "api-accepts", "api-dpop"];
    let probe = Probe { http, configuration };
    if !findings.add("api-reachable", probe.reachable().await) {
        return findings.skip_all(&rest, "needs an API that answers");
    }
    if !findings.add("api-ready", probe.ready().await) {
        return findings.skip_all(&rest[1..], "needs an API that is ready");
    }
    // Whatever does not refuse is not the API, or takes anything: its other answers mean nothing.
    let (schemes, refuses) = probe.refuses().await;
    if !findings.add("api-refuses", refuses) {
        return findings.skip_all(&rest[2..], "needs an API that refuses");
    }
    findings.add("api-cors", probe.cors().await);
    findings.add("api-accepts", probe.accepts(token, schemes).await);
    findings.add("api-dpop", tokens.suit(schemes));
}

struct Probe<'a> {
    http: &'a Client,
    configuration: &'a Configuration,
}

impl Probe<'_> {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.configuration.api)
    }

    async fn get(&self, path: &str, credential: Option<&Credential>) -> Result<Answer, String> {
        let request = self.http.get(self.url(path));
        match credential {
            Some(credential) => send_with_token(request, credential).await,
            None => send(request).await,
        }
    }

    async fn reachable(&self) -> Outcome {
        let api = &self.configuration.api;
        match self.get(shared::paths::HELLO, None).await {
            Ok(answer) if answer.status.is_success() => diagnosis::api_reachable(api),
            Ok(answer) => diagnosis::api_no_greeting(&self.url(shared::paths::HELLO), answer.status.as_u16()),
            Err(why) => diagnosis::api_unreachable(api, &why),
        }
    }

    async fn ready(&self) -> Outcome {
        match self.get(shared::paths::READYZ, None).await {
            Ok(answer) if answer.status.is_success() => diagnosis::api_ready(None),
            Ok(answer) => {
                let detail = answer.json().and_then(|json| json["detail"].as_str().map(str::to_owned));
                diagnosis::api_ready(Some(&detail.unwrap_or_else(|| answer.status.to_string())))
            }
            Err(why) => diagnosis::api_unreachable(&self.configuration.api, &why),
        }
    }

    /// RFC 6750 §3, RFC 9449 §7.1: no token, no error code; a bad one, `invalid_token`. Without a token it says what it takes.
    async fn refuses(&self) -> (Schemes, Outcome) {
        let mut schemes = Schemes::default();
        let mut forged = Credential { token: "doctor.doctor.doctor".to_owned(), prover: None };
        for (with_token, what) in [(false, "no token"), (true, "a forged token")] {
            let answer = self.get(shared::paths::MESSAGES, with_token.then_some(&forged)).await;
            let answer = match answer {
                Ok(answer) => answer,
                Err(why) => return (schemes, diagnosis::api_unreachable(&self.configuration.api, &why)),
            };
            let (status, challenge) = (answer.status.as_u16(), challenge(&answer));
            if !with_token {
                schemes = Schemes::of(challenge);
                forged.prover = schemes.only_bound().then(Prover::generate);
            }
            if !schemes.is_refusal(status, challenge, with_token) {
                let seen = format!("with {what} the API answers {status} and {challenge:?}");
                return (schemes, diagnosis::api_refuses(Some(&seen)));
            }
        }
        (schemes, diagnosis::api_refuses(None))
    }

    async fn cors(&self) -> Outcome {
        let origin = &self.configuration.spa_origin;
        let (own, foreign) = match (self.preflight(origin).await, self.preflight(FOREIGN).await) {
            (Ok(own), Ok(foreign)) => (own, foreign),
            (Err(why), _) | (_, Err(why)) => {
                return Outcome::failed(format!("the API does not answer: {why}"), "see its log");
            }
        };
        if own.as_deref() != Some(origin) {
            return diagnosis::api_cors_refused(origin);
        }
        match foreign {
            None => Outcome::ok(format!("pages of {origin} may call it, others may not")),
            Some(allowed) => Outcome::failed(
                format!("pages of any origin may call the API: it allows {allowed}"),
                "list only the shop's origins in SPA_ORIGINS, and let no proxy add CORS headers",
            ),
        }
    }

    async fn preflight(&self, origin: &str) -> Result<Option<String>, String> {
        let request = self.http.request(Method::OPTIONS, self.url(shared::paths::MESSAGES));
        let request = request
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "GET")
            .header("Access-Control-Request-Headers", "authorization");
        Ok(send(request).await?.header("access-control-allow-origin").map(str::to_owned))
    }

    async fn accepts(&self, token: &ServiceToken, schemes: Schemes) -> Outcome {
        let token = match token {
            ServiceToken::Got(token) if token.prover.is_none() && schemes.only_bound() => {
                return binding::service_is_left_out();
            }
            ServiceToken::Got(token) => token,
            ServiceToken::None(why) => return Outcome::skipped(why.as_str()),
        };
        match self.get(shared::paths::MESSAGES, Some(token)).await {
            Ok(answer) if answer.status.as_u16() != 401 => {
                Outcome::ok("it accepts a token of the service app")
            }
            Ok(answer) if challenge(&answer).contains("invalid_dpop_proof") => {
                binding::proof_is_refused(&self.configuration.api, challenge(&answer))
            }
            Ok(answer) => Outcome::failed(
                format!("the API refuses a good token: {}", challenge(&answer)),
                "start it with the same OKTA_OAUTH2_ISSUER and OKTA_API_AUDIENCE as here, and with all client ids in \
                 OKTA_OAUTH2_CLIENT_ID, the service app's among them",
            ),
            Err(why) => Outcome::failed(format!("the API does not answer: {why}"), "see its log"),
        }
    }
}

fn challenge(answer: &Answer) -> &str {
    answer.header("www-authenticate").unwrap_or_default()
}
