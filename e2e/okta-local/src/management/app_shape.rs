//! Apps as the management API shows them.

use serde_json::{Value, json};

use super::shape::{lifecycle_act, status};
use super::{app_links, extra_settings, integrations};
use crate::org::app_kind::GrantType;
use crate::org::client::Client;
use crate::org::client_secret::{ClientSecret, ClientSecrets};
use crate::org::tenant::Tenant;
use crate::timestamp::iso;

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
            "status": if client.app.universal_logout.is_some() { "ENABLED" } else { "DISABLED" }, "supportType": "FULL", "identityStack": "NOT_SHARED",
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
    extra_settings::put(&mut shown, &client.extra_settings);
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
        "dpop_bound_access_tokens": app.dpop_bound,
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
    let grants = client.extra_settings.get("grant_types").and_then(Value::as_array);
    if grants.is_some_and(|grants| grants.iter().any(|grant| grant == CIBA)) {
        add("backchannel_token_delivery_mode", json!("poll"));
    }
    if client.extra_settings.contains_key("frontchannel_logout_uri") {
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
