//! `cargo okta setup --remove`: what goes, what stays and why.

use std::collections::HashMap;

use super::error::SetupError;
use super::known::{self, Known};
use super::names::{SERVER, SPA};
use super::others::Others;
use super::resource::{Fate, Resource, Verdict};
use crate::management::{Management, ManagementError};

/// The plan, in the order in which it is carried out: what was made last goes first.
pub(super) struct Removal<'a> {
    pub(super) known: Known,
    others: Others,
    fates: Vec<(&'a Resource, Fate)>,
}

impl<'a> Removal<'a> {
    /// Looks at the org, and does nothing.
    pub(super) async fn plan(
        management: &Management,
        resources: &'a [Resource],
    ) -> Result<Self, ManagementError> {
        let (mut known, mut in_the_way) = (Known::default(), HashMap::new());
        for resource in resources {
            if let Verdict::InTheWay(what) = resource.judge(management, &mut known).await? {
                in_the_way.insert(resource.name.as_str(), what);
            }
        }
        let policies = format!("/api/v1/authorizationServers/{}/policies", known.id(SERVER));
        let others = Others::look(management, &policies, &known).await?;
        let fate = |resource: &'a Resource| match in_the_way.remove(resource.name.as_str()) {
            Some(what) => (resource, Fate::Stays(what)),
            None => (resource, resource.fate(&known, &others)),
        };
        let fates = resources.iter().rev().map(fate).collect();
        Ok(Self { known, others, fates })
    }

    /// What a later look at the org sees differently, a line each.
    pub(super) fn differences(&self, now: &Self) -> Vec<String> {
        let pairs = self.steps().zip(now.steps()).filter(|(before, now)| before != now);
        pairs.map(|((_, before), (_, now))| format!("{now}; when the plan was made: {before}")).collect()
    }

    /// The id of each resource, and what becomes of it.
    fn steps(&self) -> impl Iterator<Item = (&str, String)> {
        let told = |resource: &Resource, fate: &Fate| match fate {
            Fate::Nothing => format!("{} is not to be removed", resource.title),
            Fate::Remove => format!("{} is to be removed", resource.title),
            Fate::Stays(why) => format!("{} stays: {why}", resource.title),
        };
        self.fates.iter().map(move |(resource, fate)| (self.known.id(&resource.name), told(resource, fate)))
    }

    /// Whether nothing goes.
    pub(super) fn is_empty(&self) -> bool {
        self.to_remove().next().is_none()
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        self.fates.iter().map(|(resource, fate)| line(resource, fate)).collect()
    }

    /// Takes away what goes, with a line each; what stays for another setup bears that one's marks from then on.
    pub(super) async fn carry_out(&self, management: &Management) -> Result<(), SetupError> {
        self.others.hand_over(management, &self.known).await?;
        for resource in self.to_remove() {
            let failed = |cause| SetupError::Step { title: format!("removing {}", resource.title), cause };
            resource.remove(management, &self.known).await.map_err(failed)?;
            println!("  removed  {}", resource.title);
        }
        let app_goes = self.to_remove().any(|resource| resource.name == SPA);
        match self.known.resource(SPA).filter(|_| !app_goes) {
            Some(app) => Ok(known::forget(management, app).await?),
            None => Ok(()),
        }
    }

    fn to_remove(&self) -> impl Iterator<Item = &'a Resource> {
        self.fates.iter().filter(|(_, fate)| *fate == Fate::Remove).map(|(resource, _)| *resource)
    }
}

fn line(resource: &Resource, fate: &Fate) -> String {
    match fate {
        Fate::Nothing => String::new(),
        Fate::Remove => format!("  - remove  {}\n", resource.title),
        Fate::Stays(why) => format!("    stays   {}: {why}\n", resource.title),
    }
}
