//! OpenID Connect apps as the management API reads and shows them.

use okta_types::UnixTime;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::org::app::{App, ApplicationType, Client, GrantType};
use crate::timestamp::iso;

/// What is read of a body.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AppBody {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) sign_on_mode: String,
    #[serde(default)]
    pub(super) credentials: Credentials,
    pub(super) settings: Settings,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Credentials {
    pub(super) oauth_client: ClientCredentials,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ClientCredentials {
    pub(super) token_endpoint_auth_method: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Settings {
    pub(super) oauth_client: ClientSettings,
}

#[derive(Deserialize)]
pub(super) struct ClientSettings {
    pub(super) application_type: String,
    #[serde(default)]
    pub(super) grant_types: Vec<String>,
    #[serde(default)]
    pub(super) redirect_uris: Vec<String>,
    #[serde(default)]
    pub(super) post_logout_redirect_uris: Vec<String>,
    pub(super) initiate_login_uri: Option<String>,
    pub(super) consent_method: Option<String>,
}

/// The field that will not do, and why.
pub(super) type Mistake = (&'static str, Vec<String>);

impl AppBody {
    /// The app and its grants, or the field that will not do and why.
    pub(super) fn check(&self) -> Result<(App, Vec<GrantType>), Mistake> {
        let settings = &self.settings.oauth_client;
        if self.name != "oidc_client" || self.sign_on_mode != "OPENID_CONNECT" {
            return Err(("name", vec!["name: The app type is not supported. Use 'oidc_client'.".to_owned()]));
        }
        let kind = match settings.application_type.as_str() {
            "browser" => ApplicationType::Browser,
            "service" => ApplicationType::Service,
            other => {
                let cause = format!("application_type: '{other}' is not one of [browser, service].");
                return Err(("settings.oauthClient.application_type", vec![cause]));
            }
        };
        let grants = self.grants(kind)?;
        self.check_method(kind)?;
        let app = self.app(kind);
        if let Some(uri) = app.unusable_uri() {
            let cause =
                format!("redirect_uris: '{uri}' is not an absolute http(s) address without fragment.");
            return Err(("settings.oauthClient.redirect_uris", vec![cause]));
        }
        if kind == ApplicationType::Browser && settings.redirect_uris.is_empty() {
            let cause = "redirect_uris: 'redirect_uris' is required for the grant 'authorization_code'.";
            return Err(("settings.oauthClient.redirect_uris", vec![cause.to_owned()]));
        }
        Ok((app, grants))
    }

    fn grants(&self, kind: ApplicationType) -> Result<Vec<GrantType>, Mistake> {
        let asked = &self.settings.oauth_client.grant_types;
        let allowed = kind.grant_types();
        let known = |grant: &String| GrantType::parse(grant).filter(|grant| allowed.contains(grant));
        match asked.iter().map(known).collect::<Option<Vec<_>>>() {
            Some(grants) if grants.is_empty() => Ok(allowed[..1].to_vec()),
            Some(grants) => Ok(grants),
            None => {
                let cause = "grant_types: Not all of them are allowed for this application_type.".to_owned();
                Err(("settings.oauthClient.grant_types", vec![cause]))
            }
        }
    }

    fn check_method(&self, kind: ApplicationType) -> Result<(), Mistake> {
        let method = self.credentials.oauth_client.token_endpoint_auth_method.as_deref();
        let fits = match kind {
            ApplicationType::Browser => matches!(method, None | Some("none")),
            ApplicationType::Service => {
                matches!(method, None | Some("client_secret_basic" | "client_secret_post"))
            }
        };
        let cause = "token_endpoint_auth_method: Not allowed for this application_type.".to_owned();
        if fits { Ok(()) } else { Err(("credentials.oauthClient.token_endpoint_auth_method", vec![cause])) }
    }

    fn app(&self, kind: ApplicationType) -> App {
        let settings = &self.settings.oauth_client;
        let new = if kind == ApplicationType::Service { App::service } else { App::spa };
        App {
            redirect_uris: settings.redirect_uris.clone(),
            post_logout_redirect_uris: settings.post_logout_redirect_uris.clone(),
            initiate_login_uri: settings.initiate_login_uri.clone().filter(|uri| !uri.is_empty()),
            consent_required: settings.consent_method.as_deref() == Some("REQUIRED"),
            ..new(self.label.clone())
        }
    }
}

/// An app, as an answer.
pub(super) fn show(base_url: &str, client: &Client) -> Value {
    let app = &client.app;
    let browser = app.kind == ApplicationType::Browser;
    let grants: Vec<_> = client.grant_types.iter().map(|grant| grant.as_str()).collect();
    let mut credentials = json!({
        "autoKeyRotation": true,
        "client_id": client.id,
        "token_endpoint_auth_method": if browser { "none" } else { "client_secret_basic" },
        "pkce_required": browser,
    });
    if let Some(secret) = &client.secret {
        credentials["client_secret"] = secret.expose().into();
    }
    let mut settings = json!({
        "redirect_uris": app.redirect_uris,
        "post_logout_redirect_uris": app.post_logout_redirect_uris,
        "response_types": if browser { vec!["code"] } else { vec!["token"] },
        "grant_types": grants,
        "initiate_login_uri": app.initiate_login_uri,
        "application_type": if browser { "browser" } else { "service" },
        "consent_method": if app.consent_required { "REQUIRED" } else { "TRUSTED" },
        "issuer_mode": "ORG_URL",
        "idp_initiated_login": {"mode": "DISABLED", "default_scope": []},
        "wildcard_redirect": "DISABLED",
    });
    if client.grant_types.contains(&GrantType::RefreshToken) {
        settings["refresh_token"] = json!({"rotation_type": "ROTATE", "leeway": 30});
    }
    let time = |time: UnixTime| iso(time);
    json!({
        "id": client.id,
        "name": "oidc_client",
        "label": app.label,
        "status": if client.active { "ACTIVE" } else { "INACTIVE" },
        "created": time(client.created_at),
        "lastUpdated": time(client.updated_at),
        "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": credentials},
        "settings": {"oauthClient": settings},
        "_links": {"self": {"href": format!("{base_url}/api/v1/apps/{}", client.id)}},
    })
}
