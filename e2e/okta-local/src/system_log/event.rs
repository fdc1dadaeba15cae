//! What an event of the System Log says.

use okta_types::UnixTime;
use serde_json::Value;

use crate::org::authorization_server::ORG_SERVER;
use crate::request_context::RequestContext;

/// Whether the thing was done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It was.
    Success,
    /// A policy lets it be done.
    Allowed,
    /// It was refused, for this reason: an internal code of Okta's catalogue or a word of its log.
    Failure(String),
}

/// What something was done to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Target {
    /// Okta's word for its kind, e.g. `AppInstance`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What people call it, where that is something else.
    pub display: Option<String>,
    /// What else is to be told of it, an object.
    pub detail: Option<Value>,
}

impl Target {
    pub(crate) fn new(kind: &'static str, id: &str, name: &str) -> Self {
        Self { kind, id: id.to_owned(), name: name.to_owned(), display: None, detail: None }
    }
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogEvent {
    /// When, by the org's clock.
    pub published: UnixTime,
    /// What, e.g. `app.oauth2.as.token.detect_reuse`.
    pub event_type: &'static str,
    /// Whether it was done.
    pub outcome: Outcome,
    /// The person's login, or the client id of an app acting by itself.
    pub actor: Option<String>,
    /// The app concerned.
    pub client_id: Option<String>,
    /// What an administrator's act was done to.
    pub targets: Vec<Target>,
    /// What a token request was about, by Okta's names for it.
    pub(crate) debug: Vec<(&'static str, String)>,
    /// The request that it came of.
    pub(crate) request: Option<RequestContext>,
    /// Its own name.
    pub uuid: String,
}

/// The name of an event at an authorization server: the org's own has names without `as`.
pub(crate) fn event_of(server_id: &str, custom: &'static str) -> &'static str {
    match custom {
        _ if server_id != ORG_SERVER => custom,
        "app.oauth2.as.authorize" => "app.oauth2.authorize",
        "app.oauth2.as.authorize.code" => "app.oauth2.authorize.code",
        "app.oauth2.as.consent.grant" => "app.oauth2.consent.grant",
        "app.oauth2.as.token.detect_reuse" => "app.oauth2.token.detect_reuse",
        "app.oauth2.as.token.grant" => "app.oauth2.token.grant",
        "app.oauth2.as.token.grant.access_token" => "app.oauth2.token.grant.access_token",
        "app.oauth2.as.token.grant.id_token" => "app.oauth2.token.grant.id_token",
        "app.oauth2.as.token.grant.refresh_token" => "app.oauth2.token.grant.refresh_token",
        "app.oauth2.as.token.revoke" => "app.oauth2.token.revoke",
        other => other,
    }
}
