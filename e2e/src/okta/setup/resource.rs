//! One thing that has to stand in the org: how it is found, what it has to be, how it is made and taken away.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::merge::{Change, merge};
use crate::okta::management::{Management, ManagementError};

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

    fn learn(&mut self, name: &str, resource: Value) {
        self.0.insert(name.to_owned(), resource);
    }
}

/// How a resource is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Making {
    /// `POST` to the collection, `PUT` to the item, `DELETE` the item.
    Post,
    /// As [`Making::Post`], and the item is deactivated before it is deleted.
    PostAndDeactivate,
    /// `PUT` to the item, whose id is known: an assignment. It goes with its parent.
    PutItem,
    /// Stands already, or nothing can be done: only looked up.
    Lookup,
}

/// Whether an item of a list is the one.
pub(super) type Test = Box<dyn Fn(&Value) -> bool + Send + Sync>;

/// What a resource has to say, given what is known and how it stands.
type Saying = Box<dyn Fn(&Known, Option<&Value>) -> Value + Send + Sync>;

/// One resource.
pub(super) struct Resource {
    /// What others refer to it by.
    pub(super) name: String,
    /// What people are told, e.g. `app Grove`.
    pub(super) title: String,
    /// The path of its collection, with a query that shortens the list, e.g. `?q=Grove`.
    pub(super) collection: Box<dyn Fn(&Known) -> String + Send + Sync>,
    /// The query.
    pub(super) query: String,
    /// Which item of the collection is this resource.
    pub(super) is: Box<dyn Fn(&Known) -> Test + Send + Sync>,
    /// What it has to say, new or as it stands.
    pub(super) wanted: Saying,
    /// How it is made.
    pub(super) making: Making,
    /// What of it the org does not let anybody change, e.g. an app's type.
    pub(super) fixed: &'static str,
    /// Whether an item that stands was made by this command and may go with `--remove`.
    pub(super) ours: Test,
}

/// What has to be done about a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Stands,
    Create,
    Update(Vec<Change>),
    /// It has to stand, and this command does not make it.
    Missing,
    /// Something else stands in its place.
    InTheWay(Change),
}

impl Resource {
    /// Looks at the org, and does nothing.
    pub(super) async fn judge(
        &self,
        management: &Management,
        known: &mut Known,
    ) -> Result<Verdict, ManagementError> {
        let Some(existing) = self.find(management, known).await? else {
            return Ok(if self.making == Making::Lookup { Verdict::Missing } else { Verdict::Create });
        };
        let (_, mut changes) = merge(&existing, &(self.wanted)(known, Some(&existing)));
        known.learn(&self.name, existing);
        Ok(match changes.iter().position(|change| change.place == self.fixed) {
            Some(index) => Verdict::InTheWay(changes.swap_remove(index)),
            None if changes.is_empty() => Verdict::Stands,
            None => Verdict::Update(changes),
        })
    }

    /// Makes it so.
    pub(super) async fn apply(
        &self,
        management: &Management,
        known: &mut Known,
    ) -> Result<Verdict, ManagementError> {
        let verdict = self.judge(management, known).await?;
        let collection = (self.collection)(known);
        let existing = known.resource(&self.name);
        let wanted = (self.wanted)(known, existing);
        let made = match &verdict {
            Verdict::Stands | Verdict::Missing | Verdict::InTheWay(_) => return Ok(verdict),
            Verdict::Create if self.making == Making::PutItem => {
                let id = wanted["id"].as_str().unwrap_or_default();
                management.put(&format!("{collection}/{id}"), &json!({})).await?
            }
            Verdict::Create => management.post(&collection, &wanted).await?,
            Verdict::Update(_) => {
                let (merged, _) = merge(existing.unwrap_or(&Value::Null), &wanted);
                management.put(&format!("{collection}/{}", known.id(&self.name)), &merged).await?
            }
        };
        known.learn(&self.name, made);
        Ok(verdict)
    }

    /// Takes it away, if it stands and is ours; says whether it did.
    pub(super) async fn remove(
        &self,
        management: &Management,
        known: &Known,
    ) -> Result<bool, ManagementError> {
        if !self.is_removable(known) {
            return Ok(false);
        }
        let path = format!("{}/{}", (self.collection)(known), known.id(&self.name));
        if self.making == Making::PostAndDeactivate {
            management.post(&format!("{path}/lifecycle/deactivate"), &json!({})).await?;
        }
        management.delete(&path).await?;
        Ok(true)
    }

    /// Whether it stands, by itself, and is ours.
    pub(super) fn is_removable(&self, known: &Known) -> bool {
        let own = matches!(self.making, Making::Post | Making::PostAndDeactivate);
        own && known.resource(&self.name).is_some_and(|existing| (self.ours)(existing))
    }

    async fn find(&self, management: &Management, known: &Known) -> Result<Option<Value>, ManagementError> {
        let collection = (self.collection)(known);
        // The parent does not stand yet, so neither does this.
        if collection.contains(NEW) {
            return Ok(None);
        }
        let items = management.list(&format!("{collection}{}", self.query)).await?;
        let is = (self.is)(known);
        Ok(items.into_iter().find(|item| is(item)))
    }
}
