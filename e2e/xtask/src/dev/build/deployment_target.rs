//! Where the folder will be used: the org, the shop's origin, the API's, and the variables that the API is given.

use std::net::SocketAddr;

use api::{Settings, SettingsError};
use okta_types::Origin;
use shared::SpaConfig;

/// The variable that names the shop's origin: the first of several by TLS, if there is one.
const ORIGINS: &str = "SPA_ORIGINS";
const PUBLIC_URL: &str = "PUBLIC_URL";

/// What the way of starting the API says, and not the file.
const SPA_DIR: &str = "SPA_DIR";

/// Everything that differs from one deployment to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploymentTarget {
    /// Where shoppers find the shop, e.g. `https://shop.example.com`.
    pub origin: String,
    /// What the page is told.
    pub config: SpaConfig,
    /// Where the API listens, e.g. `127.0.0.1:8000`.
    pub api_addr: SocketAddr,
    /// What the API is told, by variable.
    pub variables: Vec<(&'static str, String)>,
}

/// Why nothing can be built for this target.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeploymentTargetError {
    /// The API would not start with this.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Nobody said where the shop will be.
    #[error("where will shoppers find the shop? Give --origin https://shop.example.com, or set {ORIGINS}")]
    NoOrigin,
    /// An address that is none.
    #[error("--{option} {text:?} {problem}")]
    Origin {
        /// The option.
        option: &'static str,
        /// What was given.
        text: String,
        /// What is wrong with it.
        problem: String,
    },
    /// An org that shoppers cannot reach.
    #[error(
        "OKTA_OAUTH2_ISSUER is {issuer}, which only this machine can reach, but the shop will be at {origin}: set it to your org's issuer"
    )]
    LocalIssuer {
        /// The issuer.
        issuer: String,
        /// The shop's origin.
        origin: String,
    },
    /// A value that `.env` cannot hold.
    #[error("{0} holds a quote, a backslash or a line end, which .env cannot hold: percent-encode it")]
    Unwritable(&'static str),
}

impl DeploymentTarget {
    /// Reads the variables of this process.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub(super) fn from_environment(
        origin: Option<&str>,
        api: Option<&str>,
    ) -> Result<Self, DeploymentTargetError> {
        let variable = |name: &str| {
            std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|v| !v.is_empty())
        };
        let settings = Settings::from_env()?;
        let origin = match (origin, variable(ORIGINS)) {
            (Some(origin), _) => served_at("origin", origin)?,
            (None, Some(_)) => public(&settings.spa_origins).ok_or(DeploymentTargetError::NoOrigin)?,
            (None, None) => return Err(DeploymentTargetError::NoOrigin),
        };
        let api = api.map(|api| served_at("api", api)).transpose()?;
        // None of `cargo okta`'s: an API token has no business on a server.
        let kept = api::environment_names().filter(|name| ![ORIGINS, SPA_DIR].contains(name));
        let kept = kept.filter_map(|name| Some((name, variable(name)?))).collect();
        Self::new(origin, api, &settings, kept)
    }

    /// What the parts of a deployment have to be told. `api` is the API's origin, if it has one of its own.
    ///
    /// # Errors
    /// Where a value cannot be written down.
    pub fn new(
        origin: String,
        api: Option<String>,
        settings: &Settings,
        mut variables: Vec<(&'static str, String)>,
    ) -> Result<Self, DeploymentTargetError> {
        let issuer = settings.issuer.to_string();
        if issuer.starts_with("http:") && origin.starts_with("https:") {
            return Err(DeploymentTargetError::LocalIssuer { issuer, origin });
        }
        variables.push((ORIGINS, origin.clone()));
        // Where it is not the shop's, the API cannot know its own name, which proofs (DPoP) are compared with.
        if let Some(api) = api.as_ref().filter(|_| settings.proofs.public_urls.is_empty()) {
            variables.push((PUBLIC_URL, api.clone()));
        }
        let unwritable = |value: &str| value.contains(['\'', '\\', '\n', '\r']);
        if let Some((name, _)) = variables.iter().find(|(_, value)| unwritable(value)) {
            return Err(DeploymentTargetError::Unwritable(name));
        }
        let config = settings.spa_config(api.unwrap_or_else(|| origin.clone()));
        Ok(Self { origin, config, api_addr: settings.addr, variables })
    }

    /// Whether shoppers come by TLS.
    pub(super) fn is_https(&self) -> bool {
        self.origin.starts_with("https:")
    }

    /// Whether browsers find the API at the shop's own origin.
    pub(super) fn has_api(&self) -> bool {
        self.config.api_origin == self.origin
    }
}

/// `cargo okta setup` names the origin of development before that of production.
fn public(origins: &[String]) -> Option<String> {
    origins.iter().find(|origin| origin.starts_with("https:")).or(origins.first()).cloned()
}

/// An origin and nothing after it; `https`, but for this machine.
fn served_at(option: &'static str, text: &str) -> Result<String, DeploymentTargetError> {
    let refused = |problem: String| DeploymentTargetError::Origin { option, text: text.to_owned(), problem };
    let origin = Origin::of(text).map_err(|error| refused(error.to_string()))?;
    let plain = origin.to_string();
    if !text.trim_end_matches('/').eq_ignore_ascii_case(&plain) {
        return Err(refused(format!("has more than scheme, host and port: give {plain}")));
    }
    if text.contains(['{', '}']) {
        return Err(refused("still holds a placeholder".to_owned()));
    }
    if !origin.is_https() && !origin.is_loopback() {
        return Err(refused("has to be https: browsers do not sign anybody in otherwise".to_owned()));
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        match (served_at("origin", text), expected) {
            (Ok(origin), Ok(expected)) => assert_eq!(origin, expected),
            (Err(error), Err(names)) => assert!(error.to_string().contains(names), "{error}"),
            (found, _) => panic!("{text}: {found:?}"),
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port_and_safe() {
        check("https://shop.example.com/", Ok("https://shop.example.com"));
        check("http://localhost:8080", Ok("http://localhost:8080"));
        check("http://shop.example.com", Err("has to be https"));
        check("https://shop.example.com/shop", Err("give https://shop.example.com"));
        check("https://{yourDomain}", Err("--origin"));
        check("shop.example.com", Err("--origin"));
    }
}
