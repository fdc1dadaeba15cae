//! What an administrator sees of the org, as far as the checks need it.

use okta_types::Issuer;
use serde_json::Value;

use super::configuration::Configuration;
use crate::management::{Management, ManagementError};

/// How many people and groups are looked at one by one; an org may have a hundred thousand.
const LOOKED_AT: usize = 20;

/// The org, the app and the authorization server. What does not stand is null or empty.
#[derive(Default)]
pub(super) struct Seen {
    /// The single-page app.
    pub(super) app: Value,
    /// The service app.
    pub(super) service: Value,
    /// The groups that are assigned to the app.
    pub(super) groups: Vec<Group>,
    /// The people who are assigned to the app, some of them.
    pub(super) people: Vec<Person>,
    /// Whether there are more of them than were looked at.
    pub(super) more: bool,
    /// The names of the org's groups, some of them, and whether there are more.
    pub(super) group_names: (Vec<String>, bool),
    /// The id of the group that everybody is in.
    pub(super) everyone: String,
    pub(super) server: Value,
    pub(super) policies: Vec<(Value, Vec<Value>)>,
    pub(super) claims: Vec<Value>,
    pub(super) origins: Vec<Value>,
}

/// A group of the org.
pub(super) struct Group {
    pub(super) id: String,
    pub(super) name: String,
}

/// A person who may use the app.
pub(super) struct Person {
    pub(super) id: String,
    pub(super) login: String,
    /// Assigned by herself, and not by a group.
    pub(super) is_direct: bool,
    pub(super) groups: Vec<Group>,
}

impl Seen {
    /// Looks.
    pub(super) async fn of(
        management: &Management,
        issuer: &Issuer,
        configuration: &Configuration,
    ) -> Result<Self, ManagementError> {
        let app = management.get(&format!("/api/v1/apps/{}", configuration.client_id)).await?;
        let service = match &configuration.service {
            Some((id, _)) => management.get(&format!("/api/v1/apps/{id}")).await?,
            None => None,
        };
        let mut seen = Self { service: service.unwrap_or_default(), ..Self::default() };
        seen.origins = allowed(management.list("/api/v1/trustedOrigins").await)?;
        seen.see_server(management, issuer).await?;
        if let Some(app) = app {
            seen.app = app;
            seen.see_assignments(management).await?;
        }
        Ok(seen)
    }

    /// Whether everybody is assigned implicitly (Federation Broker Mode).
    pub(super) fn is_for_everybody(&self) -> bool {
        self.app["settings"]["implicitAssignment"] == true
    }

    async fn see_server(&mut self, management: &Management, issuer: &Issuer) -> Result<(), ManagementError> {
        // `default` stands for the default server's id in paths.
        let id = issuer.as_str().rsplit('/').next().unwrap_or_default();
        let path = format!("/api/v1/authorizationServers/{id}");
        let Some(server) = management.get(&path).await? else { return Ok(()) };
        self.server = server;
        for policy in management.list(&format!("{path}/policies")).await? {
            let rules = management.list(&format!("{path}/policies/{}/rules", text(&policy["id"]))).await?;
            self.policies.push((policy, rules));
        }
        self.claims = management.list(&format!("{path}/claims")).await?;
        Ok(())
    }

    async fn see_assignments(&mut self, management: &Management) -> Result<(), ManagementError> {
        let app = format!("/api/v1/apps/{}", text(&self.app["id"]));
        let page = management.first_page("/api/v1/groups?limit=200").await.map(Some);
        // Without leave to look there may be any.
        let (groups, more_groups) = allowed(page)?.unwrap_or((Vec::new(), true));
        let names = groups.iter().map(|group| text(&group["profile"]["name"]));
        self.group_names = (names.collect(), more_groups);
        let everyone = allowed(management.list("/api/v1/groups?q=Everyone").await)?;
        let is_everyone = |group: &&Value| group["profile"]["name"] == "Everyone";
        self.everyone = everyone.iter().find(is_everyone).map(|group| text(&group["id"])).unwrap_or_default();
        let (assigned, _) = management.first_page(&format!("{app}/groups")).await?;
        for group in assigned.iter().take(LOOKED_AT) {
            let id = text(&group["id"]);
            let found = allowed(management.get(&format!("/api/v1/groups/{id}")).await)?;
            self.groups.push(found.map_or(Group { name: id.clone(), id }, |group| Group::read(&group)));
        }
        let (people, more) = match self.is_for_everybody() {
            true => allowed(management.first_page("/api/v1/users?limit=50").await)?,
            false => management.first_page(&format!("{app}/users?limit=50")).await?,
        };
        self.more = more || people.len() > LOOKED_AT;
        for person in people.iter().take(LOOKED_AT) {
            let path = format!("/api/v1/users/{}/groups", text(&person["id"]));
            let groups = allowed(management.list(&path).await)?;
            self.people.push(Person::read(person, &groups));
        }
        Ok(())
    }
}

/// What an administrator of apps alone may not see is passed over.
fn allowed<T: Default>(seen: Result<T, ManagementError>) -> Result<T, ManagementError> {
    match seen {
        Err(ManagementError::Refused { refusal, .. }) if refusal.is_forbidden() => Ok(T::default()),
        other => other,
    }
}

impl Group {
    fn read(group: &Value) -> Self {
        Self { id: text(&group["id"]), name: text(&group["profile"]["name"]) }
    }
}

impl Person {
    fn read(person: &Value, groups: &[Value]) -> Self {
        let logins = [&person["credentials"]["userName"], &person["profile"]["login"], &person["id"]];
        Self {
            id: text(&person["id"]),
            login: logins.into_iter().find(|login| login.is_string()).map(text).unwrap_or_default(),
            is_direct: person["scope"] == "USER",
            groups: groups.iter().map(Group::read).collect(),
        }
    }
}

/// A text, empty where it is none.
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
