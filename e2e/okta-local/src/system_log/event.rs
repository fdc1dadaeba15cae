//! What an event of the System Log says.

use okta_types::UnixTime;
use serde_json::Value;

use crate::org::authorization_server::ORG_SERVER;
use crate::request_context::RequestContext;

/// Whether the thing was done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It was done.
    Success,
    /// A policy lets it be done.
    Allowed,
    /// It was refused, for this reason: an internal code of Okta's catalogue or a word of its log.
    Failure(String),
    /// The client was asked for more, and may try again.
    Challenge(String),
}

/// What something was done to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Target {
    /// Okta's word for its kind, e.g. `AppInstance`.
    pub kind: &'static str,
    /// The id of that thing, such as `0oa…`.
    pub id: String,
    /// Okta's `alternateId`: a login, or a label.
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

/// An event of the System Log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogEvent {
    /// When it happened, by the org's clock.
    pub published: UnixTime,
    /// What happened, such as `app.oauth2.as.token.detect_reuse`.
    pub event_type: &'static str,
    /// Whether it was done, and if not, why.
    pub outcome: Outcome,
    /// The person's login, or the client id of an app acting for itself.
    pub actor: Option<String>,
    /// Client id of the app that it concerns.
    pub client_id: Option<String>,
    /// What an administrator's act was done to.
    pub targets: Vec<Target>,
    /// What a token request was about, by Okta's names for it.
    pub(crate) debug: Vec<(&'static str, String)>,
    /// The request that caused it.
    pub(crate) request: Option<RequestContext>,
    /// The id of the event, a UUID.
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
