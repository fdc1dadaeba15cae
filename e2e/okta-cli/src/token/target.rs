//! Whom to ask for a token, by environment; the local org where nobody says.

use okta_local::Org;
use okta_types::{Issuer, IssuerError, Metadata};
use reqwest::Client;

use crate::environment::Environment;

/// The local org as `cargo dev` runs it.
const LOCAL_ISSUER: &str = "http://localhost:9000/oauth2/default";

/// What the app of the API's documentation is called in the local org.
pub const DOCS_APP: &str = "Grove API documentation";

/// The org and the apps in it.
#[derive(Debug)]
pub(crate) struct Target {
    pub(super) issuer: Issuer,
    /// The SPA's client id.
    pub(super) client_id: String,
    /// All client ids that the API accepts.
    pub(super) client_ids: Vec<String>,
    pub(super) audience: String,
    /// Whether the API takes the tokens of RFC 9068 instead of Okta's.
    pub(super) require_at_jwt: bool,
    spa_origin: String,
    service: Option<(String, String)>,
}

/// What is wrong with the configuration or with the org's answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TargetError {
    #[error("OKTA_OAUTH2_ISSUER {0}")]
    Issuer(#[from] IssuerError),
    #[error("OKTA_OAUTH2_CLIENT_ID is not set, and {0} is not the local org")]
    ClientId(Issuer),
    #[error(
        "OKTA_SERVICE_CLIENT_ID and OKTA_SERVICE_CLIENT_SECRET are not set: cargo okta setup writes them to .env"
    )]
    Service,
    #[error("{0} does not answer: is cargo dev running, or OKTA_OAUTH2_ISSUER set?")]
    Unreachable(Issuer, #[source] reqwest::Error),
    #[error("{0} does not describe itself as an issuer: run cargo okta doctor")]
    Discovery(Issuer),
}

impl Target {
    /// Reads what is set; what `cargo dev` runs is known without.
    pub(crate) fn read(environment: &Environment) -> Result<Self, TargetError> {
        let text = environment.get("OKTA_OAUTH2_ISSUER").unwrap_or_else(|| LOCAL_ISSUER.to_owned());
        let issuer = Issuer::parse(&text)?;
        let seeded = (issuer.as_str() == LOCAL_ISSUER).then(Org::seeded_service_client);
        let mut client_ids = environment.list("OKTA_OAUTH2_CLIENT_ID");
        if let Some(service) = seeded.as_ref().filter(|_| client_ids.is_empty()) {
            client_ids = vec![Org::seeded_client_id("Grove"), service.client_id.clone()];
        }
        let docs = environment.get("API_DOCS_CLIENT_ID");
        let docs = docs.or_else(|| seeded.is_some().then(|| Org::seeded_client_id(DOCS_APP)));
        let Some(client_id) = client_ids.first().cloned() else { return Err(TargetError::ClientId(issuer)) };
        client_ids.extend(docs);
        let [id, secret] =
            ["OKTA_SERVICE_CLIENT_ID", "OKTA_SERVICE_CLIENT_SECRET"].map(|name| environment.get(name));
        let seeded = seeded.map(|service| (service.client_id, service.client_secret.expose().to_owned()));
        Ok(Self {
            issuer,
            client_id,
            client_ids,
            audience: environment.get("OKTA_API_AUDIENCE").unwrap_or_else(|| "api://default".to_owned()),
            require_at_jwt: environment.get("REQUIRE_AT_JWT").is_some_and(|value| value == "true"),
            spa_origin: environment
                .first("SPA_ORIGINS")
                .unwrap_or_else(|| "http://localhost:8080".to_owned()),
            service: id.zip(secret).or(seeded),
        })
    }

    /// The service app's id and secret.
    pub(super) fn service(&self) -> Result<(&str, &str), TargetError> {
        self.service.as_ref().map(|(id, secret)| (id.as_str(), secret.as_str())).ok_or(TargetError::Service)
    }

    /// The SPA's own, which is registered.
    pub(super) fn redirect_uri(&self) -> String {
        format!("{}{}", self.spa_origin, shared::paths::LOGIN_CALLBACK)
    }

    /// Where the org's endpoints are.
    pub(super) async fn discover(&self, http: &Client) -> Result<Metadata, TargetError> {
        let unreachable =
            |cause: reqwest::Error| TargetError::Unreachable(self.issuer.clone(), cause.without_url());
        let response = http.get(self.issuer.discovery_url()).send().await.map_err(unreachable)?;
        let metadata =
            response.json::<Metadata>().await.ok().filter(|metadata| metadata.issuer == self.issuer);
        metadata.ok_or_else(|| TargetError::Discovery(self.issuer.clone()))
    }
}
