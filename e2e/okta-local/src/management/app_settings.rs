//! The `settings.oauthClient` and `credentials.oauthClient` of an app's body, and what may stand in them.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::refusal::Refusal;
use crate::org::app::{ApplicationType, AuthMethod, DEFAULT_LEEWAY, GrantType, MAX_LEEWAY};
use crate::org::client_secret::ClientSecret;

/// Settings that change nothing here and are shown as they were given.
const REMARKS: [&str; 5] = ["client_uri", "logo_uri", "policy_uri", "tos_uri", "idp_initiated_login"];

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Credentials {
    pub(super) oauth_client: ClientCredentials,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ClientCredentials {
    pub(super) client_id: Option<String>,
    pub(super) client_secret: Option<String>,
    pub(super) token_endpoint_auth_method: Option<String>,
    pub(super) pkce_required: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Settings {
    pub(super) implicit_assignment: bool,
    pub(super) oauth_client: ClientSettings,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ClientSettings {
    pub(super) application_type: String,
    pub(super) grant_types: Vec<String>,
    pub(super) response_types: Vec<String>,
    pub(super) redirect_uris: Vec<String>,
    pub(super) post_logout_redirect_uris: Vec<String>,
    pub(super) initiate_login_uri: Option<String>,
    pub(super) consent_method: Option<String>,
    pub(super) dpop_bound_access_tokens: bool,
    pub(super) refresh_token: Option<RefreshSettings>,
    #[serde(flatten)]
    other: Map<String, Value>,
}

#[derive(Deserialize)]
pub(super) struct RefreshSettings {
    pub(super) rotation_type: Option<String>,
    pub(super) leeway: Option<u64>,
}

/// A refusal of a member of the settings.
fn setting(name: &str, cause: String) -> Refusal {
    Refusal::invalid(format!("settings.oauthClient.{name}"), cause)
}

impl ClientSettings {
    pub(super) fn kind(&self) -> Result<ApplicationType, Refusal> {
        ApplicationType::parse(&self.application_type).ok_or_else(|| {
            let given = &self.application_type;
            let cause = format!("application_type: '{given}' is not one of [browser, web, service].");
            setting("application_type", cause)
        })
    }

    pub(super) fn grants(&self, kind: ApplicationType) -> Result<Vec<GrantType>, Refusal> {
        let allowed = kind.grant_types();
        let known = |grant: &String| GrantType::parse(grant).filter(|grant| allowed.contains(grant));
        match self.grant_types.iter().map(known).collect::<Option<Vec<_>>>() {
            Some(grants) if grants.is_empty() => Ok(allowed[..1].to_vec()),
            Some(grants) if !grants.contains(&allowed[0]) => {
                let cause = format!("grant_types: '{}' must be one of them.", allowed[0].as_str());
                Err(setting("grant_types", cause))
            }
            Some(grants) => Ok(grants),
            None => {
                let allowed: Vec<_> = allowed.iter().map(|grant| grant.as_str()).collect();
                let cause = format!("grant_types: Only [{}] are allowed here.", allowed.join(", "));
                Err(setting("grant_types", cause))
            }
        }
    }

    /// Of what Okta knows, only `code` for people and `token` for services leads anywhere here.
    pub(super) fn check_response_types(&self, kind: ApplicationType) -> Result<(), Refusal> {
        let allowed = response_type(kind);
        match self.response_types.iter().find(|given| *given != allowed) {
            None => Ok(()),
            Some(other) => {
                let cause = format!("response_types: '{other}' is not allowed here; use '{allowed}'.");
                Err(setting("response_types", cause))
            }
        }
    }

    pub(super) fn check_dpop(&self) -> Result<(), Refusal> {
        match self.dpop_bound_access_tokens {
            false => Ok(()),
            true => {
                let cause = "dpop_bound_access_tokens: This org does not bind tokens to keys.".to_owned();
                Err(setting("dpop_bound_access_tokens", cause))
            }
        }
    }

    pub(super) fn leeway(&self, kind: ApplicationType) -> Result<Duration, Refusal> {
        let Some(refresh) = &self.refresh_token else { return Ok(DEFAULT_LEEWAY) };
        let rotates = matches!(refresh.rotation_type.as_deref(), None | Some("ROTATE"));
        if kind.has_people() && !rotates {
            let cause = "rotation_type: It must be 'ROTATE' here.".to_owned();
            return Err(setting("refresh_token.rotation_type", cause));
        }
        let leeway = refresh.leeway.map_or(DEFAULT_LEEWAY, Duration::from_secs);
        if leeway > MAX_LEEWAY {
            return Err(setting("refresh_token.leeway", "leeway: It must be from 0 to 60.".to_owned()));
        }
        Ok(leeway)
    }

    pub(super) fn asks_consent(&self) -> Result<bool, Refusal> {
        match self.consent_method.as_deref() {
            None | Some("TRUSTED") => Ok(false),
            Some("REQUIRED") => Ok(true),
            Some(other) => {
                let cause = format!("consent_method: '{other}' is not one of [REQUIRED, TRUSTED].");
                Err(setting("consent_method", cause))
            }
        }
    }

    pub(super) fn remarks(&self) -> Map<String, Value> {
        let kept = |name: &&str| Some(((*name).to_owned(), self.other.get(*name)?.clone()));
        REMARKS.iter().filter_map(kept).collect()
    }
}

/// What such an app may ask `/authorize` for.
pub(super) const fn response_type(kind: ApplicationType) -> &'static str {
    match kind {
        ApplicationType::Browser | ApplicationType::Web => "code",
        ApplicationType::Service | ApplicationType::None => "token",
    }
}

impl ClientCredentials {
    pub(super) fn method(&self, kind: ApplicationType) -> Result<AuthMethod, Refusal> {
        let usual = AuthMethod::usual(kind);
        let allowed = match kind.has_secret() {
            false => &[AuthMethod::None][..],
            true => &[AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost],
        };
        let Some(given) = &self.token_endpoint_auth_method else { return Ok(usual) };
        allowed.iter().copied().find(|method| method.as_str() == given).ok_or_else(|| {
            let cause =
                format!("token_endpoint_auth_method: '{given}' is not allowed for this application_type.");
            Refusal::invalid("credentials.oauthClient.token_endpoint_auth_method", cause)
        })
    }

    /// Apps prove by PKCE that they are who began; none can go without here.
    pub(super) fn check_pkce(&self, kind: ApplicationType) -> Result<(), Refusal> {
        let cause = match (kind, self.pkce_required) {
            (ApplicationType::Browser, Some(false)) => {
                "pkce_required: It must be true where 'token_endpoint_auth_method' is 'none'."
            }
            (ApplicationType::Web, Some(false)) => "pkce_required: This org asks every app for PKCE.",
            _ => return Ok(()),
        };
        Err(Refusal::invalid("credentials.oauthClient.pkce_required", cause))
    }

    /// An id of the administrator's own choice is not to be had here; an app's own id may be repeated.
    pub(super) fn check_id(&self, own: Option<&str>) -> Result<(), Refusal> {
        match &self.client_id {
            Some(id) if Some(id.as_str()) != own => Err(Refusal::invalid(
                "credentials.oauthClient.client_id",
                "client_id: It is the app's id and cannot be chosen.",
            )),
            _ => Ok(()),
        }
    }

    /// A secret of the administrator's own choice.
    pub(super) fn secret(&self) -> Result<Option<ClientSecret>, Refusal> {
        self.client_secret.as_deref().map(chosen_secret).transpose()
    }
}

/// A secret that somebody chose: 14 to 100 printable letters, as Okta has it.
pub(super) fn chosen_secret(text: &str) -> Result<ClientSecret, Refusal> {
    let cause = if text.len() < 14 {
        "client_secret: 'client_secret' must be at least '14' characters long."
    } else if text.len() > 100 {
        "client_secret: 'client_secret' can't be more than '100' characters long."
    } else if !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        "client_secret: ''client_secret'' must only contain printable ASCII: [x20-x7E]+"
    } else {
        return Ok(ClientSecret::chosen(text));
    };
    Err(Refusal::invalid("client_secret", cause))
}
