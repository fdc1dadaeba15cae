//! The `credentials.oauthClient` of an app's body.

use serde::Deserialize;

use super::refusal::Refusal;
use crate::org::app_key::first_kid;
use crate::org::app_kind::{ApplicationType, AuthMethod};
use crate::org::client::Client;
use crate::org::client_secret::ClientSecret;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Credentials {
    pub(super) oauth_client: ClientCredentials,
    signing: Signing,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Signing {
    kid: Option<String>,
}

impl Credentials {
    /// The name of a key of the app that is to become its own; a new app has one only, which has no name yet.
    pub(super) fn signing_kid(&self, former: Option<&Client>) -> Result<Option<String>, Refusal> {
        let (Some(kid), Some(client)) = (&self.signing.kid, former) else { return Ok(None) };
        let is_known =
            *kid == first_kid(client.app_id()) || client.signing.all.iter().any(|key| key.kid == *kid);
        match is_known {
            true => Ok(Some(kid.clone())),
            false => Err(Refusal::invalid("kid", format!("kid: The app has no key '{kid}'."))),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ClientCredentials {
    client_id: Option<String>,
    client_secret: Option<String>,
    token_endpoint_auth_method: Option<String>,
    pub(super) pkce_required: Option<bool>,
}

impl ClientCredentials {
    pub(super) fn method(&self, kind: ApplicationType) -> Result<AuthMethod, Refusal> {
        let Some(given) = &self.token_endpoint_auth_method else { return Ok(AuthMethod::usual(kind)) };
        let method = AuthMethod::parse(given).ok_or_else(|| {
            Refusal::invalid("tokenAuthMethod", "tokenAuthMethod: The field has an invalid value")
        })?;
        let allowed = kind.auth_methods();
        if allowed.contains(&method) {
            return Ok(method);
        }
        let name = "token_endpoint_auth_method";
        let allowed: Vec<_> = allowed.iter().map(|method| method.as_str()).collect();
        let allowed = allowed.join(", ");
        Err(Refusal::invalid(name, format!("{name}: '{name}' is invalid. Valid values: [{allowed}].")))
    }

    /// Who cannot keep a secret proves by PKCE that they are who began.
    pub(super) fn check_pkce(&self, method: AuthMethod) -> Result<(), Refusal> {
        if method != AuthMethod::None || self.pkce_required != Some(false) {
            return Ok(());
        }
        let cause = "pkce_required: It must be true where 'token_endpoint_auth_method' is 'none'.";
        Err(Refusal::invalid("pkce_required", cause))
    }

    /// The client id that an administrator chose: 6 to 100 letters of those that Okta takes. A new app alone can be
    /// given one; it may be repeated afterwards.
    pub(super) fn chosen_id(&self, own: Option<&str>) -> Result<Option<String>, Refusal> {
        let Some(id) = self.client_id.as_ref().filter(|id| Some(id.as_str()) != own) else { return Ok(None) };
        let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b"$-_.+!*'(),".contains(&byte);
        let cause = match own {
            Some(_) => "client_id: It cannot be changed.",
            None if !(6..=100).contains(&id.len()) => "client_id: It must have 6 to 100 characters.",
            None if !id.bytes().all(is_fit) => {
                "client_id: It may contain only letters, digits and $-_.+!*'(),"
            }
            None => return Ok(Some(id.clone())),
        };
        Err(Refusal::invalid("client_id", cause))
    }

    /// A secret of the administrator's own choice. An empty one is none.
    pub(super) fn secret(&self) -> Result<Option<ClientSecret>, Refusal> {
        self.client_secret.as_deref().filter(|secret| !secret.is_empty()).map(chosen_secret).transpose()
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
