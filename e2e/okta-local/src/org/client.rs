//! Apps as the org knows them: who may ask for tokens, and where answers may go.

use std::collections::BTreeMap;
use std::time::Duration;

use okta_types::{Origin, UnixTime};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::org::app::App;
use crate::org::app_key::{AppKeys, KeyTimes};
use crate::org::app_kind::{ApplicationType, AuthMethod, GrantType};
use crate::org::app_user_schema::AppUserSchema;
use crate::org::assignments::Assignments;
use crate::org::client_secret::ClientSecrets;
use crate::org::granted_scope::GrantedScope;
use crate::org::initiated_login;
use crate::org::integration::Integration;
use crate::org::native_redirect::loopback_parts;
use crate::org::wildcard::fills_in;

/// How long a rotated refresh token of a new app still works (Okta's `leeway`).
pub(crate) const DEFAULT_LEEWAY: Duration = Duration::from_secs(30);

/// The longest such time that Okta lets an administrator set.
pub(crate) const MAX_LEEWAY: Duration = Duration::from_secs(60);

/// How people come to an app that is an OAuth client (Okta's `signOnMode`).
pub(crate) const OPENID_CONNECT: &str = "OPENID_CONNECT";

/// An app that the org knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Client {
    /// What it calls itself: `0oa…`, or what an administrator chose.
    pub(crate) id: String,
    /// `0oa…` of the app, where its client id was chosen.
    #[serde(default)]
    pub(crate) app_id: Option<String>,
    /// What the developer described.
    pub(crate) app: App,
    /// What it authenticates with; none: a public client.
    pub(crate) secret: Option<ClientSecrets>,
    /// How it says that it authenticates.
    pub(crate) auth_method: AuthMethod,
    /// What it may ask the token endpoint for.
    pub(crate) grant_types: Vec<GrantType>,
    /// Whether each use of a refresh token gives another (Okta's `rotation_type`).
    #[serde(default = "rotates")]
    pub(crate) rotates: bool,
    /// How long a rotated refresh token still works (Okta's `leeway`), 0 to 60 s.
    pub(crate) leeway: Duration,
    /// Whether it has to use PKCE, where somebody said.
    #[serde(default)]
    pub(crate) pkce_required: Option<bool>,
    /// The groups claim of its ID tokens as it was given (Okta's internal API); shown, and without effect here.
    #[serde(default)]
    pub(crate) groups_claim: Map<String, Value>,
    /// Who may use it, unless everybody may.
    pub(crate) assignments: Assignments,
    /// Federation Broker Mode: everybody may use it, and nobody can be assigned.
    #[serde(default)]
    pub(crate) implicit_assignment: bool,
    /// What it is where it is no OAuth client.
    #[serde(default)]
    pub(crate) integration: Option<Integration>,
    /// The keys that it has beside those that it registered, each with a certificate.
    #[serde(default)]
    pub(crate) signing: AppKeys,
    /// Scopes of Okta's own APIs that an administrator granted it.
    #[serde(default)]
    pub(crate) granted: Vec<GrantedScope>,
    /// The attributes of its people.
    #[serde(default)]
    pub(crate) user_schema: AppUserSchema,
    /// When each registered key came and last changed, by its id; those of former versions came with the app.
    #[serde(default)]
    pub(crate) key_times: BTreeMap<String, KeyTimes>,
    /// What changes nothing here and is shown as it was given: settings of the client by their name (`client_uri`),
    /// everything else by its place (`/settings/notes`).
    #[serde(rename = "remarks")]
    pub(crate) extra_settings: Map<String, Value>,
    /// Whether anybody may; one that was deactivated is as good as not there.
    pub(crate) active: bool,
    /// When it was made.
    pub(crate) created_at: UnixTime,
    /// When it was last changed.
    pub(crate) updated_at: UnixTime,
}

impl Client {
    /// A new app, assigned to nobody, with the defaults of its type and no secret.
    pub(crate) fn new(id: String, app: App, now: UnixTime) -> Self {
        Self {
            id,
            app_id: None,
            secret: None,
            auth_method: AuthMethod::usual(app.kind),
            grant_types: app.kind.grant_types(),
            rotates: true,
            leeway: DEFAULT_LEEWAY,
            pkce_required: None,
            groups_claim: Map::new(),
            assignments: Assignments::default(),
            implicit_assignment: false,
            integration: None,
            signing: AppKeys::default(),
            granted: Vec::new(),
            user_schema: AppUserSchema::default(),
            key_times: BTreeMap::new(),
            extra_settings: if app.on_dashboard { initiated_login::with_tile() } else { Map::new() },
            active: true,
            created_at: now,
            updated_at: now,
            app,
        }
    }

    /// What the management API calls it.
    pub(crate) fn app_id(&self) -> &str {
        self.app_id.as_ref().unwrap_or(&self.id)
    }

    /// Okta's key of what it is.
    pub(crate) fn name(&self) -> &str {
        self.integration.as_ref().map_or("oidc_client", |integration| &integration.name)
    }

    /// How people come to it.
    pub(crate) fn sign_on_mode(&self) -> &str {
        self.integration.as_ref().map_or(OPENID_CONNECT, |integration| &integration.sign_on_mode)
    }

    /// Whether sign-in answers may go there: to the letter (RFC 9700 §2.1), save for the port of a native app's
    /// loopback address, which it learns when it starts (RFC 8252 §7.3), and for wildcards where the app asks for them.
    pub(crate) fn may_redirect_to(&self, uri: &str) -> bool {
        let is_native = self.app.kind == ApplicationType::Native;
        let has_wildcards =
            self.extra_settings.get("wildcard_redirect").is_some_and(|mode| mode == "SUBDOMAIN");
        let same = |registered: &String| {
            registered == uri
                || has_wildcards && fills_in(registered, uri)
                || is_native
                    && loopback_parts(uri).is_some_and(|parts| Some(parts) == loopback_parts(registered))
        };
        self.app.redirect_uris.iter().any(same)
    }

    /// Whether it has to use PKCE.
    pub(crate) fn requires_pkce(&self) -> bool {
        self.auth_method == AuthMethod::None || self.pkce_required.unwrap_or(self.app.kind.is_public())
    }

    /// The public keys that it registered, as JSON Web Keys (Okta's `jwks`).
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Value> {
        self.extra_settings.get("jwks").and_then(|jwks| jwks["keys"].as_array()).into_iter().flatten()
    }

    /// Where it keeps its public keys, if it is known by a key and has an address for them (Okta's `jwks_uri`).
    pub(crate) fn keys_address(&self) -> Option<&str> {
        let is_known_by_key = self.auth_method == AuthMethod::PrivateKeyJwt;
        self.extra_settings.get("jwks_uri").filter(|_| is_known_by_key)?.as_str()
    }

    /// Notes when registered keys came, and forgets those that are gone.
    pub(crate) fn note_keys(&mut self, now: UnixTime) {
        let ids: Vec<_> = self.keys().filter_map(|key| key["id"].as_str().map(str::to_owned)).collect();
        self.key_times.retain(|id, _| ids.contains(id));
        for id in ids {
            self.key_times.entry(id).or_insert(KeyTimes { created_at: now, updated_at: now });
        }
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

    /// Ids of the groups it is assigned to; none where assignments do not count.
    pub(crate) fn shown_groups(&self) -> &[String] {
        if self.implicit_assignment { &[] } else { &self.assignments.groups }
    }

    /// The values of its grants, joined as Okta's error texts show them.
    pub(crate) fn grant_list(&self) -> String {
        let given = self.extra_settings.get("grant_types").and_then(Value::as_array);
        let given = given.map(|grants| grants.iter().filter_map(Value::as_str).collect::<Vec<_>>());
        let all = given.unwrap_or_else(|| self.grant_types.iter().map(|grant| grant.as_str()).collect());
        all.join(", ")
    }
}

/// What was kept before there was a choice rotates.
const fn rotates() -> bool {
    true
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
}
