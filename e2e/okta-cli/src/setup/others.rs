//! What else in the org needs what this command made, and gets its marks when this setup goes.

use serde_json::Value;

use super::app::is_browser;
use super::known::{Known, NEW, write_down};
use super::marks::{is_marked, says_so};
use super::names::{CLAIMS, ORIGIN, POLICY, SPA, origin_name};
use crate::management::{Management, ManagementError};

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
        let origins = known.begin_with(ORIGIN);
        for origin in origins {
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
        self.apps.iter().filter(|app| is_marked(app) && is_browser(app))
    }
}

/// Whether people come back to this origin from signing in to the app.
fn is_at(app: &Value, origin: &str) -> bool {
    let of = |text: &str| okta_types::Origin::of(text).ok();
    let uris = app["settings"]["oauthClient"]["redirect_uris"].as_array();
    uris.into_iter().flatten().filter_map(|uri| of(uri.as_str()?)).any(|found| Some(found) == of(origin))
}
