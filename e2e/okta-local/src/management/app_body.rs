//! Apps as the management API reads and shows them; what is no OpenID Connect app is read by its neighbour.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::app_settings::{Credentials, Settings, response_type};
use super::integrations::{self, IntegrationBody};
use super::refusal::Refusal;
use super::{lifecycle_act, link, read, required, status};
use crate::org::app::{App, ApplicationType, AuthMethod, Client, GrantType, Integration, OPENID_CONNECT};
use crate::org::client_secret::{ClientSecret, ClientSecrets};
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
    profile: Option<Map<String, Value>>,
}

/// A body that is in order.
pub(super) struct Checked {
    pub(super) app: App,
    pub(super) auth_method: AuthMethod,
    pub(super) secret: Option<ClientSecret>,
    pub(super) grant_types: Vec<GrantType>,
    pub(super) leeway: Duration,
    pub(super) remarks: Map<String, Value>,
    pub(super) implicit_assignment: bool,
    pub(super) integration: Option<Integration>,
}

/// What a body says of an app of any kind, whose id it may repeat.
///
/// # Errors
/// The first field that will not do.
pub(super) fn checked(body: &[u8], own_id: Option<&str>) -> Result<Checked, Refusal> {
    let integration: IntegrationBody = read(body)?;
    if integration.is_one() { integration.check() } else { read::<AppBody>(body)?.check(own_id) }
}

impl AppBody {
    fn check(&self, own_id: Option<&str>) -> Result<Checked, Refusal> {
        let (settings, credentials) = (&self.settings.oauth_client, &self.credentials.oauth_client);
        if self.name != "oidc_client" || self.sign_on_mode != OPENID_CONNECT {
            let cause = "name: The app type is not supported. Use 'oidc_client' with 'OPENID_CONNECT'.";
            return Err(Refusal::invalid("name", cause));
        }
        let kind = settings.kind()?;
        let grant_types = settings.grants(kind)?;
        settings.check_response_types(kind)?;
        settings.check_dpop()?;
        credentials.check_pkce(kind)?;
        credentials.check_id(own_id)?;
        let app = self.app(kind)?;
        let implicit_assignment = self.settings.implicit_assignment;
        if implicit_assignment && !kind.has_people() {
            let cause = "implicitAssignment: Federation Broker Mode is not for services.";
            return Err(Refusal::invalid("settings.implicitAssignment", cause));
        }
        Ok(Checked {
            implicit_assignment,
            integration: None,
            auth_method: credentials.method(kind)?,
            secret: credentials.secret()?.filter(|_| kind.has_secret()),
            leeway: settings.leeway(kind)?,
            remarks: self.remarks(),
            grant_types,
            app,
        })
    }

    fn app(&self, kind: ApplicationType) -> Result<App, Refusal> {
        let settings = &self.settings.oauth_client;
        let app = App {
            redirect_uris: settings.redirect_uris.clone(),
            post_logout_redirect_uris: settings.post_logout_redirect_uris.clone(),
            initiate_login_uri: settings.initiate_login_uri.clone().filter(|uri| !uri.is_empty()),
            consent_required: settings.asks_consent()?,
            ..App::of(kind, required("label", &self.label)?)
        };
        if let Some(uri) = app.unusable_uri() {
            let cause =
                format!("redirect_uris: '{uri}' is not an absolute http(s) address without fragment.");
            return Err(Refusal::invalid("settings.oauthClient.redirect_uris", cause));
        }
        if kind.has_people() && settings.redirect_uris.is_empty() {
            let cause = "redirect_uris: 'redirect_uris' is required for the grant 'authorization_code'.";
            return Err(Refusal::invalid("settings.oauthClient.redirect_uris", cause));
        }
        Ok(app)
    }

    /// The app's own `profile` stands among the remarks under a name that no setting has.
    fn remarks(&self) -> Map<String, Value> {
        let mut remarks = self.settings.oauth_client.remarks();
        if let Some(profile) = &self.profile {
            remarks.insert(PROFILE.to_owned(), Value::Object(profile.clone()));
        }
        remarks
    }
}

const PROFILE: &str = "/profile";

/// An app, as an answer.
pub(super) fn show(tenant: &Tenant, client: &Client) -> Value {
    let mut shown = json!({
        "id": client.id,
        "name": client.name(),
        "label": client.app.label,
        "status": status(client.active),
        "created": iso(client.created_at),
        "lastUpdated": iso(client.updated_at),
        "signOnMode": client.sign_on_mode(),
        "features": [],
        "accessibility": {"selfService": false, "errorRedirectUrl": null, "loginRedirectUrl": null},
        "visibility": {"autoLaunch": false, "autoSubmitToolbar": false},
        "credentials": {
            "userNameTemplate": {"template": "${source.login}", "type": "BUILT_IN"},
            "signing": {},
        },
        "settings": {
            "app": {}, "implicitAssignment": client.implicit_assignment, "manualProvisioning": false,
            "notes": {"admin": null, "enduser": null},
        },
        "_links": links(tenant, client),
    });
    let is_hidden = client.integration.is_none();
    shown["visibility"]["hide"] = json!({"iOS": is_hidden, "web": is_hidden});
    match &client.integration {
        Some(integration) => integrations::add(&mut shown, integration),
        None => {
            shown["visibility"]["appLinks"] = json!({"oidc_client_link": true});
            shown["credentials"]["oauthClient"] = credentials(client);
            shown["settings"]["oauthClient"] = settings(client);
        }
    }
    if let Some(profile) = client.remarks.get(PROFILE) {
        shown["profile"] = profile.clone();
    }
    shown
}

fn credentials(client: &Client) -> Value {
    let mut credentials = json!({
        "autoKeyRotation": true,
        "client_id": client.id,
        "token_endpoint_auth_method": client.auth_method.as_str(),
        "pkce_required": client.app.kind.has_people(),
    });
    if let Some(secret) = client.secret.as_ref().and_then(ClientSecrets::current) {
        credentials["client_secret"] = secret.expose().into();
    }
    credentials
}

fn settings(client: &Client) -> Value {
    let app = &client.app;
    let mut settings = json!({
        "redirect_uris": app.redirect_uris,
        "post_logout_redirect_uris": app.post_logout_redirect_uris,
        "response_types": [response_type(app.kind)],
        "grant_types": client.grant_types,
        "initiate_login_uri": app.initiate_login_uri,
        "application_type": app.kind.as_str(),
        "consent_method": if app.consent_required { "REQUIRED" } else { "TRUSTED" },
        "issuer_mode": "ORG_URL",
        "idp_initiated_login": {"mode": "DISABLED", "default_scope": []},
        "wildcard_redirect": "DISABLED",
        "dpop_bound_access_tokens": false,
    });
    if client.grant_types.contains(&GrantType::RefreshToken) {
        settings["refresh_token"] = json!({"rotation_type": "ROTATE", "leeway": client.leeway.as_secs()});
    }
    for (name, value) in client.remarks.iter().filter(|(name, _)| *name != PROFILE) {
        settings[name] = value.clone();
    }
    settings
}

fn links(tenant: &Tenant, client: &Client) -> Value {
    let at = |rest: &str| format!("/apps/{}{rest}", client.id);
    let act = lifecycle_act(client.active);
    let mut links = json!({
        "self": link(tenant, &at(""), &["GET", "PUT", "DELETE"]),
        "users": link(tenant, &at("/users"), &["GET", "POST"]),
        "groups": link(tenant, &at("/groups"), &["GET"]),
    });
    links[act] = link(tenant, &at(&format!("/lifecycle/{act}")), &["POST"]);
    links
}
