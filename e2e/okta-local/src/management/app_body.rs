//! Apps as the management API reads and shows them; what is no OpenID Connect app is read by its neighbour.

use std::time::Duration;

use okta_types::UnixTime;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::app_credentials::Credentials;
use super::app_settings::Settings;
use super::integrations::{self, IntegrationBody};
use super::refusal::Refusal;
use super::registered_keys::keys;
use super::{app_links, lifecycle_act, read, remarks, required, status};
use crate::org::app::{App, ApplicationType, AuthMethod, Client, GrantType, OPENID_CONNECT};
use crate::org::client_secret::{ClientSecret, ClientSecrets};
use crate::org::integration::Integration;
use crate::org::tenant::Tenant;
use crate::timestamp::iso;

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

/// A body that is in order.
pub(super) struct Checked {
    pub(super) app: App,
    /// Of the administrator's choice, of a new app.
    pub(super) client_id: Option<String>,
    pub(super) auth_method: AuthMethod,
    pub(super) secret: Option<ClientSecret>,
    pub(super) grant_types: Vec<GrantType>,
    pub(super) rotates: bool,
    pub(super) leeway: Duration,
    pub(super) pkce_required: Option<bool>,
    pub(super) remarks: Map<String, Value>,
    pub(super) implicit_assignment: bool,
    pub(super) integration: Option<Integration>,
    /// The key that is to be the app's own.
    pub(super) signing_kid: Option<String>,
}

/// What a body says of an app of any kind, which may be there already.
///
/// # Errors
/// The first field that will not do.
pub(super) fn checked(body: &[u8], former: Option<&Client>) -> Result<Checked, Refusal> {
    let integration: IntegrationBody = read(body)?;
    let mut checked =
        if integration.is_one() { integration.check()? } else { read::<AppBody>(body)?.check(former)? };
    checked.remarks.extend(remarks::of(&read(body)?));
    Ok(checked)
}

impl AppBody {
    fn check(&self, former: Option<&Client>) -> Result<Checked, Refusal> {
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
        Ok(Checked {
            client_id,
            implicit_assignment: self.settings.implicit_assignment,
            integration: None,
            signing_kid: self.credentials.signing_kid(former)?,
            secret: credentials.secret()?,
            rotates: settings.rotates(kind)?,
            leeway: settings.leeway()?,
            pkce_required: credentials.pkce_required,
            remarks: self.keys(auth_method, former)?,
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

    /// The keys it registers stand among the remarks; who authenticates by one needs one.
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

impl Checked {
    /// Makes an app what the body says; what the body leaves out is as in a new app.
    pub(super) fn apply(self, client: &mut Client, now: UnixTime) {
        let (second_factor, interaction_code) = (client.app.second_factor, client.app.interaction_code);
        client.app = App { second_factor, interaction_code, ..self.app };
        client.auth_method = self.auth_method;
        client.grant_types = self.grant_types;
        (client.rotates, client.leeway) = (self.rotates, self.leeway);
        client.pkce_required = self.pkce_required;
        client.remarks = self.remarks;
        client.implicit_assignment = self.implicit_assignment;
        client.integration = self.integration;
        client.updated_at = now;
        client.signing.active = self.signing_kid.or(client.signing.active.take());
        client.note_keys(now);
        match &mut client.secret {
            _ if !client.auth_method.has_secret() => client.secret = None,
            Some(secrets) => secrets.choose(self.secret, now),
            None => {
                let secret = self.secret.unwrap_or_else(ClientSecret::fresh);
                client.secret = Some(ClientSecrets::first(secret, now));
            }
        }
    }
}

/// An app, as an answer: without its secret, which is told to who makes or changes it only.
pub(super) fn show(tenant: &Tenant, client: &Client) -> Value {
    shown(tenant, client, None)
}

/// An app with its secret, if it has one.
pub(super) fn show_with_secret(tenant: &Tenant, client: &Client) -> Value {
    shown(tenant, client, client.secret.as_ref().and_then(ClientSecrets::current))
}

fn shown(tenant: &Tenant, client: &Client, secret: Option<&ClientSecret>) -> Value {
    let is_hidden = client.integration.is_none();
    let mut shown = json!({
        "id": client.app_id(),
        "orn": format!("orn:okta:idp:{}:apps:{}:{}", tenant.org_id, client.name(), client.app_id()),
        "name": client.name(),
        "label": client.app.label,
        "status": status(client.active),
        "lastUpdated": iso(client.updated_at),
        "created": iso(client.created_at),
        "accessibility": {"selfService": false, "errorRedirectUrl": null, "loginRedirectUrl": null},
        "visibility": {
            "autoLaunch": false, "autoSubmitToolbar": false, "hide": {"iOS": is_hidden, "web": is_hidden},
        },
        "features": [],
        "signOnMode": client.sign_on_mode(),
        "credentials": {
            "userNameTemplate": {"template": "${source.login}", "type": "BUILT_IN"},
            "signing": {"kid": client.signing.active_kid(client.app_id())},
        },
        "universalLogout": {
            "status": "DISABLED", "supportType": "FULL", "identityStack": "NOT_SHARED",
            "protocol": "GLOBAL_TOKEN_REVOCATION",
        },
        "settings": {
            "app": {},
            "notifications": {"vpn": {"network": {"connection": "DISABLED"}, "message": null, "helpUrl": null}},
            "manualProvisioning": false,
            "implicitAssignment": client.implicit_assignment,
            "emOptInStatus": "NONE",
            "notes": {"admin": null, "enduser": null},
        },
        "_links": app_links::of(tenant, client, lifecycle_act(client.active)),
    });
    match &client.integration {
        Some(integration) => integrations::add(&mut shown, integration),
        None => {
            shown["visibility"]["appLinks"] = json!({"oidc_client_link": true});
            shown["credentials"]["oauthClient"] = credentials(client, secret);
            shown["settings"]["oauthClient"] = settings(client);
        }
    }
    remarks::put(&mut shown, &client.remarks);
    shown
}

fn credentials(client: &Client, secret: Option<&ClientSecret>) -> Value {
    let mut credentials = json!({"autoKeyRotation": true, "client_id": client.id});
    if let Some(secret) = secret {
        credentials["client_secret"] = secret.expose().into();
    }
    credentials["token_endpoint_auth_method"] = client.auth_method.as_str().into();
    credentials["pkce_required"] = client.requires_pkce().into();
    credentials
}

fn settings(client: &Client) -> Value {
    let app = &client.app;
    let mut settings = json!({
        "client_uri": null,
        "logo_uri": null,
        "redirect_uris": app.redirect_uris,
        "response_types": [if app.kind.has_people() { "code" } else { "token" }],
        "grant_types": client.grant_types,
        "application_type": app.kind.as_str(),
        "consent_method": if app.consent_required { "REQUIRED" } else { "TRUSTED" },
        "issuer_mode": "ORG_URL",
        "idp_initiated_login": {"mode": "DISABLED", "default_scope": []},
        "wildcard_redirect": "DISABLED",
        "dpop_bound_access_tokens": false,
        "participate_slo": false,
    });
    let mut add = |name: &str, value: Value| settings[name] = value;
    if !app.post_logout_redirect_uris.is_empty() {
        add("post_logout_redirect_uris", json!(app.post_logout_redirect_uris));
    }
    if let Some(uri) = &app.initiate_login_uri {
        add("initiate_login_uri", json!(uri));
    }
    if client.grant_types.contains(&GrantType::RefreshToken) {
        add("refresh_token", rotation(client));
    }
    let grants = client.remarks.get("grant_types").and_then(Value::as_array);
    if grants.is_some_and(|grants| grants.iter().any(|grant| grant == CIBA)) {
        add("backchannel_token_delivery_mode", json!("poll"));
    }
    if client.remarks.contains_key("frontchannel_logout_uri") {
        add("frontchannel_logout_session_required", json!(false));
    }
    settings
}

/// The grant by which people are asked on another device (OpenID Connect CIBA).
const CIBA: &str = "urn:openid:params:grant-type:ciba";

fn rotation(client: &Client) -> Value {
    match client.rotates {
        true => json!({"rotation_type": "ROTATE", "leeway": client.leeway.as_secs()}),
        false => json!({"rotation_type": "STATIC"}),
    }
}
