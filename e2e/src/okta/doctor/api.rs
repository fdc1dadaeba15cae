//! The API: is it there, does it know the org's keys, does it refuse what it must and take what it should.

use reqwest::{Client, Method};

use super::configuration::Configuration;
use super::http::{Answer, send};
use super::line::{Findings, Outcome};
use super::service::ServiceToken;

/// An origin that nobody lists (RFC 2606).
const FOREIGN: &str = "https://shop.invalid";

/// All checks of the API.
pub(super) async fn check(
    findings: &mut Findings,
    http: &Client,
    configuration: &Configuration,
    token: &ServiceToken,
) {
    let rest = ["api-ready", "api-refuses", "api-cors", "api-accepts"];
    let probe = Probe { http, configuration };
    if !findings.add("api-reachable", probe.reachable().await) {
        return findings.skip_all(&rest, "needs an API that answers");
    }
    if !findings.add("api-ready", probe.ready().await) {
        return findings.skip_all(&rest[1..], "needs an API that is ready");
    }
    findings.add("api-refuses", probe.refuses().await);
    findings.add("api-cors", probe.cors().await);
    findings.add("api-accepts", probe.accepts(token).await);
}

struct Probe<'a> {
    http: &'a Client,
    configuration: &'a Configuration,
}

impl Probe<'_> {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.configuration.api)
    }

    async fn get(&self, path: &str, authorization: Option<&str>) -> Result<Answer, String> {
        let mut request = self.http.get(self.url(path));
        if let Some(value) = authorization {
            request = request.header("Authorization", value);
        }
        send(request).await
    }

    async fn reachable(&self) -> Outcome {
        let remedy = "start it (cargo dev starts everything), or set API_ADDR to where it listens";
        match self.get(shared::paths::HELLO, None).await {
            Ok(answer) if answer.status.is_success() => {
                Outcome::ok(format!("{} answers", self.configuration.api))
            }
            Ok(answer) => Outcome::failed(
                format!("{} answers with status {}", self.url(shared::paths::HELLO), answer.status.as_u16()),
                remedy,
            ),
            Err(why) => Outcome::failed(format!("{} does not answer: {why}", self.configuration.api), remedy),
        }
    }

    async fn ready(&self) -> Outcome {
        match self.get(shared::paths::READYZ, None).await {
            Ok(answer) if answer.status.is_success() => {
                Outcome::ok("it knows the org's keys, and its database answers")
            }
            Ok(answer) => {
                let detail = answer.json().and_then(|json| json["detail"].as_str().map(str::to_owned));
                Outcome::failed(
                    format!("the API is not ready: {}", detail.unwrap_or_else(|| answer.status.to_string())),
                    "see its log: it has to reach the issuer (OKTA_OAUTH2_ISSUER) and the database (DATABASE_URL)",
                )
            }
            Err(why) => Outcome::failed(format!("the API does not answer: {why}"), "see its log"),
        }
    }

    /// RFC 6750 §3: no token, no error code; a bad one, `invalid_token`.
    async fn refuses(&self) -> Outcome {
        let remedy = "another program listens there, or a proxy removes WWW-Authenticate: set API_ADDR, or mend the proxy";
        for (authorization, error) in [(None, false), (Some("Bearer doctor.doctor.doctor"), true)] {
            let answer = match self.get(shared::paths::MESSAGES, authorization).await {
                Ok(answer) => answer,
                Err(why) => return Outcome::failed(format!("the API does not answer: {why}"), remedy),
            };
            let challenge = answer.header("www-authenticate").unwrap_or_default();
            let right = answer.status.as_u16() == 401
                && challenge.starts_with("Bearer")
                && challenge.contains("error=\"invalid_token\"") == error;
            if !right {
                let what = if error { "a forged token" } else { "no token" };
                let status = answer.status.as_u16();
                return Outcome::failed(
                    format!("with {what} the API answers {status} and {challenge:?}"),
                    remedy,
                );
            }
        }
        Outcome::ok("without a token, and with a forged one, it answers as RFC 6750 says")
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
            return Outcome::failed(
                format!("pages of {origin} may not call the API (CORS)"),
                format!("start the API with SPA_ORIGINS={origin}"),
            );
        }
        match foreign {
            None => Outcome::ok(format!("pages of {origin} may call it, others may not")),
            Some(allowed) => Outcome::failed(
                format!("pages of any origin may call the API: it allows {allowed}"),
                "list the shop's origins alone in SPA_ORIGINS, and let no proxy add CORS headers",
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

    async fn accepts(&self, token: &ServiceToken) -> Outcome {
        let token = match token {
            ServiceToken::Got(token) => token,
            ServiceToken::None(why) => return Outcome::skipped(why.as_str()),
        };
        match self.get(shared::paths::MESSAGES, Some(&format!("Bearer {token}"))).await {
            Ok(answer) if answer.status.as_u16() != 401 => Outcome::ok("it takes a token of the service app"),
            Ok(answer) => Outcome::failed(
                format!(
                    "the API refuses a good token: {}",
                    answer.header("www-authenticate").unwrap_or_default()
                ),
                "start it with the same OKTA_OAUTH2_ISSUER and OKTA_API_AUDIENCE as here, and with all client ids in \
                 OKTA_OAUTH2_CLIENT_ID, the service app's among them",
            ),
            Err(why) => Outcome::failed(format!("the API does not answer: {why}"), "see its log"),
        }
    }
}
