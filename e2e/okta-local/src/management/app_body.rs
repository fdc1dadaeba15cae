//! Apps as the management API reads and shows them; what is no OpenID Connect app is read by its neighbour.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::app_credentials::Credentials;
use super::app_settings::Settings;
use super::body::{read, required};
use super::checked_app::CheckedApp;
use super::extra_settings;
use super::integrations::IntegrationBody;
use super::refusal::Refusal;
use super::registered_keys::keys;
use crate::org::app_kind::{ApplicationType, AuthMethod};
use crate::org::client::{Client, OPENID_CONNECT};

/// What is read of a body.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct AppBody {
    name: String,
    label: String,
    sign_on_mode: String,
    credentials: Credentials,
    settings: Settings,
}

/// What a body says of an app of any kind, which may be there already.
///
/// # Errors
/// The first field that will not do.
pub(super) fn checked(body: &[u8], former: Option<&Client>) -> Result<CheckedApp, Refusal> {
    let integration: IntegrationBody = read(body)?;
    let mut checked =
        if integration.is_one() { integration.check()? } else { read::<AppBody>(body)?.check(former)? };
    checked.extra_settings.extend(extra_settings::of(&read(body)?));
    Ok(checked)
}

impl AppBody {
    fn check(&self, former: Option<&Client>) -> Result<CheckedApp, Refusal> {
        let (settings, credentials) = (&self.settings.oauth_client, &self.credentials.oauth_client);
        if self.name != "oidc_client" || self.sign_on_mode != OPENID_CONNECT {
            let cause = "name: The app type is not supported. Use 'oidc_client' with 'OPENID_CONNECT'.";
            return Err(Refusal::invalid("name", cause));
        }
        let kind = settings.kind()?;
        let auth_method = credentials.method(kind)?;
        let grant_types = settings.grants(kind)?;
        settings.check_response_types(kind)?;
        settings.check_dpop()?;
        settings.check_words()?;
        credentials.check_pkce(auth_method)?;
        let client_id = credentials.chosen_id(former.map(|client| client.id.as_str()))?;
        let app = settings.app(kind, required("label", &self.label)?)?;
        self.check_assignment(kind)?;
        Ok(CheckedApp {
            client_id,
            implicit_assignment: self.settings.implicit_assignment,
            integration: None,
            signing_kid: self.credentials.signing_kid(former)?,
            secret: credentials.secret()?,
            rotates: settings.rotates(kind)?,
            leeway: settings.leeway()?,
            pkce_required: credentials.pkce_required,
            extra_settings: self.keys(auth_method, former)?,
            auth_method,
            grant_types,
            app,
        })
    }

    fn check_assignment(&self, kind: ApplicationType) -> Result<(), Refusal> {
        if !self.settings.implicit_assignment || kind.has_people() {
            return Ok(());
        }
        let cause = "implicitAssignment: Federation Broker Mode is not for services.";
        Err(Refusal::invalid("implicitAssignment", cause))
    }

    /// The keys it registers are among the extra settings; who authenticates by one needs one.
    fn keys(&self, method: AuthMethod, former: Option<&Client>) -> Result<Map<String, Value>, Refusal> {
        let settings = &self.settings.oauth_client;
        let keys = settings.jwks.as_ref().map(|jwks| keys(jwks, former)).transpose()?;
        if method == AuthMethod::PrivateKeyJwt && keys.is_none() && settings.jwks_uri.is_none() {
            let cause = "jwks: 'jwks' or 'jwks_uri' is required where 'token_endpoint_auth_method' is 'private_key_jwt'.";
            return Err(Refusal::invalid("jwks", cause));
        }
        Ok(keys.map(|keys| ("jwks".to_owned(), keys)).into_iter().collect())
    }
}
