//! What is known of the org: the resources as they stand, which of them this command made, and who else needs them.
//!
//! What was made is remembered in the org, so that any machine can take it back: apps say so in their `profile`,
//! scopes and policies in their description, trusted origins by their name. Claims have no such text; their ids stand
//! in the single-page app's `profile`.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::wanted::{CLAIMS, ORIGIN, POLICY, SPA, origin_name};
use crate::management::{Management, ManagementError};

/// What is not known before it is created.
pub(super) const NEW: &str = "(new)";
/// Marks what this command made where the resource has a description.
pub(super) const MADE_BY: &str = "Made by `cargo okta setup`";

/// The resources by name, as far as they stand; what does not stand yet has the id [`NEW`].
#[derive(Debug, Default)]
pub(super) struct Known(HashMap<String, Value>);

impl Known {
    /// The id of a resource.
    pub(super) fn id(&self, name: &str) -> &str {
        self.0.get(name).and_then(|resource| resource["id"].as_str()).unwrap_or(NEW)
    }

    /// A resource as the org shows it.
    pub(super) fn resource(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(super) fn learn(&mut self, name: &str, resource: Value) {
        self.0.insert(name.to_owned(), resource);
    }

    /// Whether the app says that this command made the item.
    pub(super) fn is_recorded(&self, item: &Value) -> bool {
        self.resource(SPA).is_some_and(|app| recorded(app).contains(&item["id"]))
    }

    /// Has the app say that this command made a resource.
    pub(super) async fn record(
        &mut self,
        management: &Management,
        name: &str,
    ) -> Result<(), ManagementError> {
        let Some(app) = self.resource(SPA).cloned() else { return Ok(()) };
        let app = write_down(management, app, &[self.id(name).into()]).await?;
        self.learn(SPA, app);
        Ok(())
    }
}

/// What an app that this command makes says of itself.
pub(super) fn marked() -> Value {
    json!({"grove": {"made_by": "cargo okta setup"}})
}

/// Whether this command made the app.
pub(super) fn is_marked(app: &Value) -> bool {
    app["profile"]["grove"]["made_by"] == "cargo okta setup"
}

/// Whether a description says that this command made the item.
pub(super) fn says_so(item: &Value) -> bool {
    item["description"].as_str().is_some_and(|text| text.contains(MADE_BY))
}

/// Ids of claims that an app says this command made.
fn recorded(app: &Value) -> Vec<Value> {
    app["profile"]["grove"]["claims"].as_array().cloned().unwrap_or_default()
}

async fn write_down(
    management: &Management,
    mut app: Value,
    claims: &[Value],
) -> Result<Value, ManagementError> {
    let all: Vec<_> = recorded(&app).into_iter().chain(claims.iter().cloned()).collect();
    app["profile"]["grove"]["claims"] = all.into();
    management.put(&path(&app), &app).await
}

fn path(app: &Value) -> String {
    format!("/api/v1/apps/{}", app["id"].as_str().unwrap_or_default())
}

/// What else in the org needs what this command made.
#[derive(Debug, Default)]
pub(super) struct Others {
    /// Access policies of the same server that this command made under another name.
    pub(super) policies: Vec<Value>,
    /// All other apps.
    pub(super) apps: Vec<Value>,
}

impl Others {
    pub(super) async fn look(
        management: &Management,
        policies: &str,
        known: &Known,
    ) -> Result<Self, ManagementError> {
        let mut policies = match policies.contains(NEW) {
            true => Vec::new(),
            false => management.list(policies).await?,
        };
        policies.retain(|policy| says_so(policy) && policy["id"] != known.id(POLICY));
        let mut apps = management.list("/api/v1/apps?limit=200").await?;
        apps.retain(|app| app["id"] != known.id(SPA));
        Ok(Self { policies, apps })
    }

    /// Another setup that asks the same authorization server.
    pub(super) fn setup(&self) -> Option<String> {
        let name = self.policies.first()?["name"].as_str().unwrap_or_default();
        Some(format!("the setup {name:?} needs it too"))
    }

    /// Another app that is served at this origin.
    pub(super) fn app_at(&self, origin: &str) -> Option<String> {
        let app = self.apps.iter().find(|app| is_at(app, origin))?;
        Some(format!("the app {} is there too", app["label"]))
    }

    /// Has what stays for another setup bear that one's marks, now that this one's app goes.
    pub(super) async fn hand_over(
        &self,
        management: &Management,
        known: &Known,
    ) -> Result<(), ManagementError> {
        let claims: Vec<_> = CLAIMS.iter().filter_map(|(name, _)| known.resource(name)).collect();
        let ours = claims.into_iter().filter(|claim| known.is_recorded(claim));
        let ours: Vec<_> = ours.map(|claim| claim["id"].clone()).collect();
        let clients = self.policies.iter().map(|policy| &policy["conditions"]["clients"]["include"]);
        let clients: Vec<_> = clients.filter_map(Value::as_array).flatten().collect();
        if let Some(heir) = self.heirs().find(|app| !ours.is_empty() && clients.contains(&&app["id"])) {
            write_down(management, heir.clone(), &ours).await?;
        }
        let origins = known.0.iter().filter(|(name, _)| name.starts_with(ORIGIN));
        for (_, origin) in origins {
            self.hand_over_origin(management, known, origin).await?;
        }
        Ok(())
    }

    async fn hand_over_origin(
        &self,
        management: &Management,
        known: &Known,
        origin: &Value,
    ) -> Result<(), ManagementError> {
        let label = known.resource(SPA).and_then(|app| app["label"].as_str()).unwrap_or_default();
        let address = origin["origin"].as_str().unwrap_or_default();
        let heir = self.heirs().find(|app| is_at(app, address)).and_then(|app| app["label"].as_str());
        let Some(heir) = heir.filter(|_| origin["name"] == origin_name(label, address).as_str()) else {
            return Ok(());
        };
        let mut renamed = origin.clone();
        renamed["name"] = origin_name(heir, address).into();
        let path = format!("/api/v1/trustedOrigins/{}", origin["id"].as_str().unwrap_or_default());
        management.put(&path, &renamed).await.map(drop)
    }

    /// The single-page apps of other setups.
    fn heirs(&self) -> impl Iterator<Item = &Value> {
        self.apps.iter().filter(|app| is_marked(app) && super::app::is_browser(app))
    }
}

/// Forgets the claims that an app records, where the app stays.
pub(super) async fn forget(management: &Management, app: &Value) -> Result<(), ManagementError> {
    let mut app = app.clone();
    if recorded(&app).is_empty() {
        return Ok(());
    }
    if let Some(grove) = app["profile"]["grove"].as_object_mut() {
        grove.remove("claims");
    }
    management.put(&path(&app), &app).await.map(drop)
}

/// Whether people come back to this origin from signing in to the app.
fn is_at(app: &Value, origin: &str) -> bool {
    let of = |text: &str| okta_types::Origin::of(text).ok();
    let uris = app["settings"]["oauthClient"]["redirect_uris"].as_array();
    uris.into_iter().flatten().filter_map(|uri| of(uri.as_str()?)).any(|found| Some(found) == of(origin))
}
