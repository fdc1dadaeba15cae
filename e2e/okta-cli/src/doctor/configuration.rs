//! What is to be checked: the configuration by environment, as it is, right or wrong.

use std::time::Duration;

use okta_types::Issuer;

use super::line::Outcome;
use crate::environment::Environment;

/// Everything that the checks start from. Unset variables have their defaults.
#[derive(Clone, Debug)]
pub(super) struct Configuration {
    /// `OKTA_OAUTH2_ISSUER`.
    pub(super) issuer: String,
    /// `OKTA_OAUTH2_CLIENT_ID`, the first: the SPA's.
    pub(super) client_id: String,
    /// `OKTA_API_AUDIENCE`.
    pub(super) audience: String,
    /// `SPA_ORIGINS`, the first.
    pub(super) spa_origin: String,
    /// Where the API is, e.g. `http://127.0.0.1:8000`.
    pub(super) api: String,
    /// `OKTA_SERVICE_CLIENT_ID` and `OKTA_SERVICE_CLIENT_SECRET`: for checks that need a token.
    pub(super) service: Option<(String, String)>,
    /// `OKTA_CLIENT_TOKEN`: for what only administrators see.
    pub(super) token: Option<String>,
}

/// Longest time that one request may take.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);

impl Configuration {
    /// Reads what is set, right or wrong.
    pub(super) fn read(environment: &Environment) -> Self {
        let value = |name: &str, default: &str| environment.get(name).unwrap_or_else(|| default.to_owned());
        let id_and_secret =
            ["OKTA_SERVICE_CLIENT_ID", "OKTA_SERVICE_CLIENT_SECRET"].map(|name| environment.get(name));
        let [id, secret] = id_and_secret;
        Self {
            issuer: value("OKTA_OAUTH2_ISSUER", ""),
            client_id: environment.first("OKTA_OAUTH2_CLIENT_ID").unwrap_or_default(),
            audience: value("OKTA_API_AUDIENCE", "api://default"),
            spa_origin: environment
                .first("SPA_ORIGINS")
                .unwrap_or_else(|| "http://localhost:8080".to_owned()),
            api: format!("http://{}", reachable(&value("API_ADDR", "127.0.0.1:8000"))),
            service: id.zip(secret),
            token: environment.get(crate::setup::TOKEN),
        }
    }

    /// The issuer, if it is one at all.
    pub(super) fn issuer(&self) -> (Option<Issuer>, Outcome) {
        let remedy = "set OKTA_OAUTH2_ISSUER to the Issuer URI of Security › API › Authorization Servers, \
                      e.g. https://dev-123456.okta.com/oauth2/default";
        if self.issuer.is_empty() {
            return (None, Outcome::failed("OKTA_OAUTH2_ISSUER is not set", remedy));
        }
        match Issuer::parse(&self.issuer) {
            Ok(issuer) => (Some(issuer), Outcome::ok(self.issuer.as_str())),
            Err(error) => (None, Outcome::failed(format!("{:?} {error}", self.issuer), remedy)),
        }
    }

    pub(super) fn redirect_uri(&self) -> String {
        format!("{}/login/callback", self.spa_origin)
    }
}

/// Where a program is reached that listens everywhere.
fn reachable(address: &str) -> String {
    address.replace("0.0.0.0:", "127.0.0.1:").replace("[::]:", "[::1]:")
}
