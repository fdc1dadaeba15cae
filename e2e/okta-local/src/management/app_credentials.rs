//! The `credentials.oauthClient` of an app's body and the keys it registers.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use crate::org::app::{ApplicationType, AuthMethod, Client};
use crate::org::app_key::first_kid;
use crate::org::client_secret::ClientSecret;
use crate::random;

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
            None if !id.bytes().all(is_fit) => "client_id: It may hold letters, digits and $-_.+!*'(), only.",
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

/// The public keys of a body (RFC 7517 §5) as they are shown: with an id, which a key keeps as long as it is there.
///
/// # Errors
/// It is no set of keys.
pub(super) fn keys(given: &Value, former: Option<&Client>) -> Result<Value, Refusal> {
    let no_keys =
        || Refusal::invalid("jwks", "jwks: It must be a set of public keys: {\"keys\": [{\"kty\": …}]}.");
    let keys = given["keys"].as_array().ok_or_else(no_keys)?;
    let shown = |key: &Value| {
        let key = key.as_object().filter(|key| key.get("kty").is_some_and(Value::is_string))?;
        Some(key_shown(key, former))
    };
    let keys = keys.iter().map(shown).collect::<Option<Vec<_>>>().ok_or_else(no_keys)?;
    Ok(json!({"keys": keys}))
}

/// Only what is public: a private part that somebody sends by mistake is not kept.
pub(super) fn key_shown(given: &Map<String, Value>, former: Option<&Client>) -> Value {
    let member = |name: &str| given.get(name).cloned().unwrap_or_default();
    let kid = member("kid");
    let same = |key: &&Value| !kid.is_null() && key["kid"] == kid;
    let known = former.and_then(|client| client.keys().find(same)).map(|key| key["id"].clone());
    let is_active = given.get("status").is_none_or(|status| status != "INACTIVE");
    let mut shown = json!({
        "id": known.unwrap_or_else(|| random::id("pks").into()),
        "kty": member("kty"),
        "kid": kid,
        "use": member("use"),
        "status": super::status(is_active),
    });
    let numbers: &[&str] = if shown["kty"] == "EC" { &["crv", "x", "y"] } else { &["e", "n"] };
    for name in numbers {
        shown[*name] = member(name);
    }
    if let Some(alg) = given.get("alg").filter(|alg| !alg.is_null()) {
        shown["alg"] = alg.clone();
    }
    shown
}
