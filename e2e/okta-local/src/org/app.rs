//! App integrations: who may ask for tokens, and where answers may go.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use okta_types::{HttpUrl, Origin, UnixTime};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::org::client_secret::ClientSecrets;

/// How long a rotated refresh token of a new app still works (Okta's `leeway`).
pub(crate) const DEFAULT_LEEWAY: Duration = Duration::from_secs(30);

/// How people come to an app that is an OAuth client (Okta's `signOnMode`).
pub(crate) const OPENID_CONNECT: &str = "OPENID_CONNECT";

/// The longest that Okta lets an administrator set.
pub(crate) const MAX_LEEWAY: Duration = Duration::from_secs(60);

/// An app as a test or a developer describes it; the org gives it its client id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct App {
    pub(crate) label: String,
    pub(crate) kind: ApplicationType,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) post_logout_redirect_uris: Vec<String>,
    pub(crate) initiate_login_uri: Option<String>,
    pub(crate) consent_required: bool,
    pub(crate) second_factor: bool,
    pub(crate) interaction_code: bool,
}

impl App {
    /// A single-page app: application type `browser`, authentication method `none`, PKCE required,
    /// grants `authorization_code` and `refresh_token` with rotation, no consent page.
    ///
    /// Where several apps are given, their labels must differ: the client id is made of the label.
    pub fn spa(label: impl Into<String>) -> Self {
        Self::of(ApplicationType::Browser, label.into())
    }

    /// A program that acts by itself: application type `service`, authentication by a client secret (HTTP
    /// Basic or in the form), grant `client_credentials` only. Nobody signs in to it.
    pub fn service(label: impl Into<String>) -> Self {
        Self::of(ApplicationType::Service, label.into())
    }

    /// An app of that kind with no more than a label.
    pub(crate) fn of(kind: ApplicationType, label: String) -> Self {
        Self {
            label,
            kind,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            initiate_login_uri: None,
            consent_required: false,
            second_factor: false,
            interaction_code: false,
        }
    }

    /// Adds a sign-in redirect URI. Compared to the letter; its origin becomes a trusted origin.
    #[must_use]
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uris.push(uri.into());
        self
    }

    /// Adds a sign-out redirect URI. Compared to the letter.
    #[must_use]
    pub fn post_logout_redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.post_logout_redirect_uris.push(uri.into());
        self
    }

    /// Sets where the org sends someone who starts at the org (OpenID Connect Core §4).
    #[must_use]
    pub fn initiate_login_uri(mut self, uri: impl Into<String>) -> Self {
        self.initiate_login_uri = Some(uri.into());
        self
    }

    /// Asks people before the app gets scopes that need consent (`consent_method` `REQUIRED`); else it is
    /// trusted.
    #[must_use]
    pub fn consent_required(mut self) -> Self {
        self.consent_required = true;
        self
    }

    /// Asks for a second factor at each sign-in (Okta's app sign-on policy).
    #[must_use]
    pub fn second_factor_required(mut self) -> Self {
        self.second_factor = true;
        self
    }

    /// Configures the app for Okta's interaction code flow, of which this org serves one thing: a request that may
    /// not ask anybody (`prompt=none`) and finds nobody signed in is told `interaction_required`.
    #[must_use]
    pub fn interaction_code_flow(mut self) -> Self {
        self.interaction_code = true;
        self
    }

    /// The first address that is not an absolute `http(s)` one without fragment, if any.
    pub(crate) fn unusable_uri(&self) -> Option<&str> {
        let all =
            self.redirect_uris.iter().chain(&self.post_logout_redirect_uris).chain(&self.initiate_login_uri);
        all.map(String::as_str).find(|uri| uri.contains('#') || HttpUrl::parse(uri).is_err())
    }
}

/// What kind of program an app is (Okta's `application_type`), if it is an OAuth client at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ApplicationType {
    /// `browser`: a public client.
    Browser,
    /// `web`: a confidential client that people sign in to.
    Web,
    /// `service`: a confidential client without people.
    Service,
    /// No client: see [`Integration`].
    None,
}

impl ApplicationType {
    /// Those that an app can be made of.
    const CLIENTS: [Self; 3] = [Self::Browser, Self::Web, Self::Service];

    /// The value on the wire.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Web => "web",
            Self::Service => "service",
            Self::None => "",
        }
    }

    /// Reads the value on the wire.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::CLIENTS.into_iter().find(|kind| kind.as_str() == text)
    }

    /// What such an app may ask the token endpoint for.
    pub(crate) fn grant_types(self) -> Vec<GrantType> {
        match self {
            Self::Browser | Self::Web => vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            Self::Service => vec![GrantType::ClientCredentials],
            Self::None => Vec::new(),
        }
    }

    /// Whether people sign in to such an app.
    pub(crate) const fn has_people(self) -> bool {
        matches!(self, Self::Browser | Self::Web)
    }

    /// Whether such an app authenticates with a secret.
    pub(crate) const fn has_secret(self) -> bool {
        matches!(self, Self::Web | Self::Service)
    }
}

/// What an app is that is no OAuth client: a bookmark, a SAML app and the like. It is kept and shown, and can be
/// assigned; nobody can sign in to it here.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Integration {
    /// Okta's key of it, e.g. `bookmark`.
    pub(crate) name: String,
    /// E.g. `BOOKMARK`.
    pub(crate) sign_on_mode: String,
    /// `app` and `signOn` of its settings, as they were given.
    pub(crate) settings: Map<String, Value>,
}

/// The grants this org knows (RFC 6749 §1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GrantType {
    /// `authorization_code`.
    AuthorizationCode,
    /// `refresh_token`.
    RefreshToken,
    /// `client_credentials`.
    ClientCredentials,
}

impl GrantType {
    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
        }
    }

    /// Reads the value on the wire.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let all = [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials];
        all.into_iter().find(|grant| grant.as_str() == text)
    }
}

/// How a client shows who it is at the token endpoint (Okta's `token_endpoint_auth_method`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuthMethod {
    /// A public client.
    None,
    /// HTTP Basic.
    ClientSecretBasic,
    /// In the form.
    ClientSecretPost,
}

impl AuthMethod {
    /// The value on the wire.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
        }
    }

    /// What an app of that kind uses where nobody says.
    pub(crate) const fn usual(kind: ApplicationType) -> Self {
        match kind {
            ApplicationType::Browser | ApplicationType::None => Self::None,
            ApplicationType::Web | ApplicationType::Service => Self::ClientSecretBasic,
        }
    }
}

/// Who may use an app.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Assignments {
    /// Ids of people.
    pub(crate) users: Vec<String>,
    /// Ids of groups.
    pub(crate) groups: Vec<String>,
    /// Ids of people who may not, whatever else is said: a test took the app away from them.
    pub(crate) withheld: BTreeSet<String>,
    /// When a person or group got it; what a new org has dates from the app's making.
    pub(crate) since: BTreeMap<String, UnixTime>,
}

impl Assignments {
    /// To these people and groups.
    pub(crate) fn to(users: Vec<String>, groups: Vec<String>) -> Self {
        Self { users, groups, ..Self::default() }
    }

    /// Whether that person, who is in groups of these ids, may use the app.
    pub(crate) fn cover<'a>(&self, user_id: &str, mut groups: impl Iterator<Item = &'a str>) -> bool {
        !self.withheld.contains(user_id)
            && (self.users.iter().any(|id| id == user_id)
                || groups.any(|group| self.groups.iter().any(|id| id == group)))
    }

    /// Forgets a person or group that is no more.
    pub(crate) fn forget(&mut self, id: &str) {
        self.users.retain(|user| user != id);
        self.groups.retain(|group| group != id);
        self.withheld.remove(id);
        self.since.remove(id);
    }
}

/// An app that the org knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Client {
    /// `0oa…`.
    pub(crate) id: String,
    /// What the developer described.
    pub(crate) app: App,
    /// What it authenticates with; none: a public client.
    pub(crate) secret: Option<ClientSecrets>,
    /// How it says that it authenticates.
    pub(crate) auth_method: AuthMethod,
    /// What it may ask the token endpoint for.
    pub(crate) grant_types: Vec<GrantType>,
    /// How long a rotated refresh token still works (Okta's `leeway`), 0 to 60 s.
    pub(crate) leeway: Duration,
    /// Who may use it, unless everybody may.
    pub(crate) assignments: Assignments,
    /// Federation Broker Mode: everybody may use it, and nobody can be assigned.
    #[serde(default)]
    pub(crate) implicit_assignment: bool,
    /// What it is where it is no OAuth client.
    #[serde(default)]
    pub(crate) integration: Option<Integration>,
    /// Settings that change nothing here and are shown as they were given, e.g. `client_uri`.
    pub(crate) remarks: Map<String, Value>,
    /// Whether anybody may; one that was deactivated is as good as not there.
    pub(crate) active: bool,
    /// When it was made.
    pub(crate) created_at: UnixTime,
    /// When it was last changed.
    pub(crate) updated_at: UnixTime,
}

impl Client {
    /// Okta's key of what it is.
    pub(crate) fn name(&self) -> &str {
        self.integration.as_ref().map_or("oidc_client", |integration| &integration.name)
    }

    /// How people come to it.
    pub(crate) fn sign_on_mode(&self) -> &str {
        self.integration.as_ref().map_or(OPENID_CONNECT, |integration| &integration.sign_on_mode)
    }

    /// Whether sign-in answers may go there: to the letter (RFC 9700 §2.1).
    pub(crate) fn may_redirect_to(&self, uri: &str) -> bool {
        self.app.redirect_uris.iter().any(|registered| registered == uri)
    }

    /// Whether a sign-out may end there: to the letter.
    pub(crate) fn may_end_at(&self, uri: &str) -> bool {
        self.app.post_logout_redirect_uris.iter().any(|registered| registered == uri)
    }

    /// Whether a page of this origin may call the token endpoint for this client.
    pub(crate) fn may_be_called_from(&self, origin: &str) -> bool {
        self.origins().any(|allowed| allowed == origin)
    }

    /// The origins of its sign-in redirect URIs, in the form browsers send.
    pub(crate) fn origins(&self) -> impl Iterator<Item = String> {
        self.app.redirect_uris.iter().filter_map(|uri| Origin::of(uri).ok()).map(|origin| origin.to_string())
    }

    /// Ids of the groups it is assigned to; none where assignments are of no account.
    pub(crate) fn shown_groups(&self) -> &[String] {
        if self.implicit_assignment { &[] } else { &self.assignments.groups }
    }

    /// The values of its grants, joined as Okta's error texts show them.
    pub(crate) fn grant_list(&self) -> String {
        self.grant_types.iter().map(|grant| grant.as_str()).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_that_was_kept_before_there_were_other_kinds_is_read() {
        let kept = r#"{"id":"0oa1","secret":null,"auth_method":"none","grant_types":["authorization_code"],
            "leeway":{"secs":30,"nanos":0},"remarks":{},"active":true,"created_at":0,"updated_at":0,
            "assignments":{"users":[],"groups":[],"withheld":[],"since":{}},
            "app":{"label":"Grove","kind":"Browser","redirect_uris":[],"post_logout_redirect_uris":[],
                "initiate_login_uri":null,"consent_required":false,"second_factor":false,"interaction_code":false}}"#;
        let client: Client = serde_json::from_str(kept).unwrap();
        assert_eq!((client.name(), client.implicit_assignment), ("oidc_client", false));
    }

    #[test]
    fn an_address_with_a_fragment_or_without_a_host_is_unusable() {
        assert_eq!(App::spa("A").redirect_uri("http://localhost:1/cb").unusable_uri(), None);
        for bad in ["http://localhost:1/cb#x", "/cb", "javascript:alert(1)", "http://", "com.app:/cb"] {
            assert_eq!(App::spa("A").redirect_uri(bad).unusable_uri(), Some(bad));
            assert_eq!(App::spa("A").initiate_login_uri(bad).unusable_uri(), Some(bad));
        }
    }
}
