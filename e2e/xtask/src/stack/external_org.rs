//! An org outside of the stack, by the variables of Okta's own samples.

use api::{Settings, SettingsError};
use url::Url;

use super::listeners::Ports;

/// The variables that together choose another org.
const CHOOSING: [&str; 2] = ["OKTA_OAUTH2_ISSUER", "OKTA_OAUTH2_CLIENT_ID"];

/// An org, an app integration in it, and the audience of its access tokens.
#[derive(Clone, Debug)]
pub struct ExternalOrg {
    settings: Settings,
}

impl ExternalOrg {
    /// What the environment says; `None` where it names neither an issuer nor a client id.
    ///
    /// # Errors
    /// All mistakes of the API's configuration; one of the two without the other is one.
    pub fn from_environment() -> Result<Option<Self>, SettingsError> {
        let named = |name: &str| std::env::var(name).is_ok_and(|value| !value.trim().is_empty());
        if !CHOOSING.into_iter().any(named) {
            return Ok(None);
        }
        Settings::from_env().map(|settings| Some(Self { settings }))
    }

    /// The port of the shop whose redirect URI is registered with the org: that of the first of `SPA_ORIGINS`, or
    /// that of `cargo dev`.
    pub fn spa_port(&self) -> u16 {
        let origin = self.settings.spa_origins.first().and_then(|origin| Url::parse(origin).ok());
        origin.and_then(|origin| origin.port()).unwrap_or(Ports::DEVELOPMENT.spa)
    }

    /// The port of the API: that of `API_ADDR`, or that of `cargo dev`.
    pub fn api_port(&self) -> u16 {
        self.settings.addr.port()
    }

    /// The API's settings as far as they concern the org.
    pub(super) fn into_settings(self) -> Settings {
        self.settings
    }
}
