//! Apps that are no OAuth clients (bookmarks, SAML and the like) as the management API reads and shows them.

use okta_types::HttpUrl;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::body::required;
use super::checked_app::CheckedApp;
use super::refusal::Refusal;
use crate::org::app::App;
use crate::org::app_kind::{ApplicationType, AuthMethod};
use crate::org::client::DEFAULT_LEEWAY;
use crate::org::integration::Integration;

const BOOKMARK: &str = "BOOKMARK";

/// Okta's ways to sign on beside OpenID Connect.
const MODES: [&str; 8] = [
    "AUTO_LOGIN",
    "BASIC_AUTH",
    BOOKMARK,
    "BROWSER_PLUGIN",
    "SAML_1_1",
    "SAML_2_0",
    "SECURE_PASSWORD_STORE",
    "WS_FEDERATION",
];

/// What is read of a body.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct IntegrationBody {
    name: String,
    label: String,
    sign_on_mode: String,
    settings: Settings,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Settings {
    implicit_assignment: bool,
    app: Map<String, Value>,
    sign_on: Option<Map<String, Value>>,
}

impl IntegrationBody {
    /// Whether it is about such an app at all.
    pub(super) fn is_one(&self) -> bool {
        MODES.contains(&self.sign_on_mode.as_str())
    }

    /// What the body says of the app.
    ///
    /// # Errors
    /// The first field that will not do.
    pub(super) fn check(self) -> Result<CheckedApp, Refusal> {
        let label = required("label", &self.label)?;
        let integration = Integration {
            name: self.key(&label)?,
            sign_on_mode: self.sign_on_mode,
            settings: self.settings.stored(),
        };
        Ok(CheckedApp {
            app: App::of(ApplicationType::None, label),
            client_id: None,
            auth_method: AuthMethod::usual(ApplicationType::None),
            secret: None,
            grant_types: Vec::new(),
            rotates: true,
            leeway: DEFAULT_LEEWAY,
            pkce_required: None,
            extra_settings: Map::new(),
            implicit_assignment: self.settings.implicit_assignment,
            signing_kid: None,
            integration: Some(integration),
        })
    }

    /// Okta's key of the app. A bookmark's is fixed; one that nobody gives is made of the label, as for a SAML app
    /// of the administrator's own.
    fn key(&self, label: &str) -> Result<String, Refusal> {
        if self.sign_on_mode != BOOKMARK {
            let made = || label.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "");
            return Ok(if self.name.is_empty() {
                format!("okta-local_{}_1", made())
            } else {
                self.name.clone()
            });
        }
        if self.name != "bookmark" {
            return Err(Refusal::invalid("name", "name: A bookmark app's is 'bookmark'."));
        }
        let url = self.settings.app.get("url").and_then(Value::as_str).unwrap_or_default();
        match HttpUrl::parse(url) {
            Ok(_) => Ok(self.name.clone()),
            Err(_) => Err(Refusal::invalid("url", "url: It must be an absolute http(s) address.")),
        }
    }
}

impl Settings {
    fn stored(&self) -> Map<String, Value> {
        let mut kept = Map::from_iter([("app".to_owned(), Value::Object(self.app.clone()))]);
        if let Some(sign_on) = &self.sign_on {
            kept.insert("signOn".to_owned(), Value::Object(sign_on.clone()));
        }
        kept
    }
}

/// Adds what only such an app has to what is shown of it.
pub(super) fn add(shown: &mut Value, integration: &Integration) {
    shown["visibility"]["appLinks"] = json!({"login": true});
    for (name, value) in &integration.settings {
        shown["settings"][name] = value.clone();
    }
}
