//! What a body says of an app, once it has been checked.

use std::time::Duration;

use okta_types::UnixTime;
use serde_json::{Map, Value};

use crate::org::app::App;
use crate::org::app_kind::{AuthMethod, GrantType};
use crate::org::client::Client;
use crate::org::client_secret::{ClientSecret, ClientSecrets};
use crate::org::integration::Integration;

/// A body that is in order.
pub(super) struct CheckedApp {
    pub(super) app: App,
    /// Of the administrator's choice, of a new app.
    pub(super) client_id: Option<String>,
    pub(super) auth_method: AuthMethod,
    pub(super) secret: Option<ClientSecret>,
    pub(super) grant_types: Vec<GrantType>,
    pub(super) rotates: bool,
    pub(super) leeway: Duration,
    pub(super) pkce_required: Option<bool>,
    pub(super) extra_settings: Map<String, Value>,
    pub(super) implicit_assignment: bool,
    pub(super) integration: Option<Integration>,
    /// The key that is to be the app's own.
    pub(super) signing_kid: Option<String>,
}

impl CheckedApp {
    /// Makes an app what the body says; what the body leaves out is as in a new app.
    pub(super) fn apply(self, client: &mut Client, now: UnixTime) {
        let (second_factor, interaction_code) = (client.app.second_factor, client.app.interaction_code);
        client.app = App { second_factor, interaction_code, ..self.app };
        client.auth_method = self.auth_method;
        client.grant_types = self.grant_types;
        (client.rotates, client.leeway) = (self.rotates, self.leeway);
        client.pkce_required = self.pkce_required;
        client.extra_settings = self.extra_settings;
        client.implicit_assignment = self.implicit_assignment;
        client.integration = self.integration;
        client.updated_at = now;
        client.signing.active = self.signing_kid.or(client.signing.active.take());
        client.note_keys(now);
        match &mut client.secret {
            _ if !client.auth_method.has_secret() => client.secret = None,
            Some(secrets) => secrets.choose(self.secret, now),
            None => {
                let secret = self.secret.unwrap_or_else(ClientSecret::fresh);
                client.secret = Some(ClientSecrets::first(secret, now));
            }
        }
    }
}
