//! What is known of the org: the resources as they stand, and which of them this command made.
//!
//! What was made is remembered in the org, so that any machine can take it back: apps say so in their `profile`,
//! scopes and policies in their description, trusted origins by their name. Claims have no such text; their ids stand
//! in the single-page app's `profile`.

use std::collections::HashMap;

use serde_json::Value;

use super::names::SPA;
use crate::management::{Management, ManagementError};

/// What is not known before it is created.
pub(super) const NEW: &str = "(new)";

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

    /// The resources whose names begin so.
    pub(super) fn begin_with(&self, prefix: &str) -> impl Iterator<Item = &Value> {
        self.0.iter().filter(move |(name, _)| name.starts_with(prefix)).map(|(_, resource)| resource)
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

/// Ids of claims that an app says this command made.
fn recorded(app: &Value) -> Vec<Value> {
    app["profile"]["grove"]["claims"].as_array().cloned().unwrap_or_default()
}

/// Has an app say that this command made these claims as well.
pub(super) async fn write_down(
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
