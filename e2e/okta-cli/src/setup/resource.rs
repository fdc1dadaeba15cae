//! One thing that has to stand in the org: how it is found, what it has to be, how it is made and taken away.

use serde_json::{Value, json};

use super::found::Found;
use super::known::{Known, NEW};
use super::merge::{Change, merge};
use super::others::Others;
use crate::management::{Management, ManagementError};

/// How a resource is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Making {
    /// `POST` to the collection, `PUT` to the item, `DELETE` the item.
    Post,
    /// As [`Making::Post`], and the item is deactivated before it is deleted.
    PostAndDeactivate,
    /// `PUT` to the item, whose id is known: an assignment. It goes with its parent.
    PutItem,
    /// Has to stand already: only looked up.
    Lookup,
    /// Need not stand: looked at for what others have to know.
    Peek,
}

/// Which item of a list is the resource.
pub(super) type Choice = Box<dyn Fn(&Known, Vec<Value>) -> Found + Send + Sync>;

/// What a resource has to say, given what is known and how it stands.
type Saying = Box<dyn Fn(&Known, Option<&Value>) -> Value + Send + Sync>;

/// What holds for a resource as it stands.
type Test = Box<dyn Fn(&Known, &Value) -> bool + Send + Sync>;

/// Who else needs a resource, and why it stays for that.
type Need = Box<dyn Fn(&Others) -> Option<String> + Send + Sync>;

/// One resource.
pub(super) struct Resource {
    /// What others refer to it by.
    pub(super) name: String,
    /// What people are told, e.g. `app Grove`.
    pub(super) title: String,
    /// The path of its collection.
    pub(super) collection: Box<dyn Fn(&Known) -> String + Send + Sync>,
    /// A query that shortens the list, e.g. `?q=Grove`.
    pub(super) query: String,
    /// Which item of the collection is this resource.
    pub(super) choice: Choice,
    /// What it has to say, new or as it stands.
    pub(super) wanted: Saying,
    /// How it is made.
    pub(super) making: Making,
    /// Whether it is switched on and off by `/lifecycle/activate` and `/lifecycle/deactivate`; it has to be on.
    pub(super) lifecycle: bool,
    /// Whether it has no text that says who made it, so that its id is written down in the app.
    pub(super) recorded: bool,
    /// Whether an item that stands was made by this command and may go with `--remove`.
    pub(super) ours: Test,
    /// Who else needs it.
    pub(super) needed: Need,
}

/// What has to be done about a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Stands,
    Create,
    Update(Vec<Change>),
    /// It has to stand, and this command does not make it.
    Missing,
    /// Something else stands in its place: what.
    InTheWay(String),
}

/// What `--remove` does about a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It does not stand, or goes with something else.
    Nothing,
    Remove,
    /// It stays: why.
    Stays(String),
}

impl Resource {
    /// Looks at the org, and does nothing.
    pub(super) async fn judge(
        &self,
        management: &Management,
        known: &mut Known,
    ) -> Result<Verdict, ManagementError> {
        let existing = match self.find(management, known).await? {
            Found::One(existing) => existing,
            Found::Other(what) => return Ok(Verdict::InTheWay(what)),
            Found::Nothing => {
                return Ok(match self.making {
                    Making::Lookup => Verdict::Missing,
                    Making::Peek => Verdict::Stands,
                    _ => Verdict::Create,
                });
            }
        };
        let (_, mut changes) = merge(&existing, &(self.wanted)(known, Some(&existing)));
        if self.is_off(&existing) {
            changes
                .push(Change { place: "status".to_owned(), what: "\"INACTIVE\" → \"ACTIVE\"".to_owned() });
        }
        known.learn(&self.name, existing);
        Ok(if changes.is_empty() { Verdict::Stands } else { Verdict::Update(changes) })
    }

    /// Does what the verdict says, which [`judge`](Self::judge) has just found.
    pub(super) async fn apply(
        &self,
        management: &Management,
        known: &mut Known,
        verdict: &Verdict,
    ) -> Result<(), ManagementError> {
        let collection = (self.collection)(known);
        let wanted = (self.wanted)(known, known.resource(&self.name));
        let made = match verdict {
            Verdict::Stands | Verdict::Missing | Verdict::InTheWay(_) => return Ok(()),
            Verdict::Create if self.making == Making::PutItem => {
                let id = wanted["id"].as_str().unwrap_or_default();
                management.put(&format!("{collection}/{id}"), &json!({})).await?
            }
            Verdict::Create => management.post(&collection, &wanted).await?,
            Verdict::Update(_) => self.update(management, known, &wanted).await?,
        };
        known.learn(&self.name, made);
        Ok(())
    }

    /// Changes what differs, and switches it on.
    async fn update(
        &self,
        management: &Management,
        known: &Known,
        wanted: &Value,
    ) -> Result<Value, ManagementError> {
        let path = format!("{}/{}", (self.collection)(known), known.id(&self.name));
        let existing = known.resource(&self.name).cloned().unwrap_or_default();
        let (merged, changes) = merge(&existing, wanted);
        let mut made = match changes.is_empty() {
            true => existing,
            false => management.put(&path, &merged).await?,
        };
        if self.is_off(&made) {
            management.post(&format!("{path}/lifecycle/activate"), &json!({})).await?;
            made["status"] = "ACTIVE".into();
        }
        Ok(made)
    }

    /// What `--remove` does about it.
    pub(super) fn fate(&self, known: &Known, others: &Others) -> Fate {
        let own = matches!(self.making, Making::Post | Making::PostAndDeactivate);
        match known.resource(&self.name).filter(|_| own) {
            None => Fate::Nothing,
            Some(existing) if !(self.ours)(known, existing) => {
                Fate::Stays("this command did not make it".to_owned())
            }
            Some(_) => (self.needed)(others).map_or(Fate::Remove, Fate::Stays),
        }
    }

    /// Takes it away.
    pub(super) async fn remove(&self, management: &Management, known: &Known) -> Result<(), ManagementError> {
        let path = format!("{}/{}", (self.collection)(known), known.id(&self.name));
        let is_on = known.resource(&self.name).is_some_and(|existing| !self.is_off(existing));
        if self.making == Making::PostAndDeactivate && is_on {
            management.post(&format!("{path}/lifecycle/deactivate"), &json!({})).await?;
        }
        management.delete(&path).await
    }

    fn is_off(&self, existing: &Value) -> bool {
        self.lifecycle && existing["status"] == "INACTIVE"
    }

    async fn find(&self, management: &Management, known: &Known) -> Result<Found, ManagementError> {
        let collection = (self.collection)(known);
        // The parent does not stand yet, so neither does this.
        if collection.contains(NEW) {
            return Ok(Found::Nothing);
        }
        let items = management.list(&format!("{collection}{}", self.query)).await?;
        Ok((self.choice)(known, items))
    }
}
