//! The end-user dashboard: an app of the org's own, and the tiles that a person finds there.

use okta_types::UnixTime;
use serde_json::Value;

use crate::org::app::App;
use crate::org::app_kind::ApplicationType;
use crate::org::client::Client;
use crate::org::initiated_login::INITIATED_LOGIN;
use crate::org::state::Directory;
use crate::org::user::User;
use crate::paths;
use crate::random::seeded_id;
use crate::unverified::DASHBOARD_CLIENT_ID;

/// What a click on an app's tile sends (Okta's `idp_initiated_login.mode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InitiatedLogin {
    /// There is no tile.
    Disabled,
    /// The browser, to begin a sign-in at the app (OpenID Connect Core §4).
    Spec,
    /// An ID token, by a form.
    Okta,
}

impl Client {
    /// The dashboard of the org at that address: everybody may sign in to it, and nobody gets tokens for it.
    pub(crate) fn dashboard(base_url: &str, now: UnixTime) -> Self {
        let callback = format!("{base_url}{}", paths::DASHBOARD_CALLBACK);
        let app = App::of(ApplicationType::Web, "Okta Dashboard".to_owned()).redirect_uri(callback);
        Self { implicit_assignment: true, ..Self::new(DASHBOARD_CLIENT_ID.to_owned(), app, now) }
    }

    /// What a click on its tile sends.
    pub(crate) fn initiated_login(&self) -> InitiatedLogin {
        match self.extra_settings.get(INITIATED_LOGIN).and_then(|said| said["mode"].as_str()) {
            Some("SPEC") => InitiatedLogin::Spec,
            Some("OKTA") => InitiatedLogin::Okta,
            _ => InitiatedLogin::Disabled,
        }
    }

    /// The scopes of an ID token that its tile sends.
    pub(crate) fn initiated_scopes(&self) -> impl Iterator<Item = &str> {
        let said = self.extra_settings.get(INITIATED_LOGIN).and_then(|said| said["default_scope"].as_array());
        said.into_iter().flatten().filter_map(Value::as_str)
    }

    /// The path that its tile leads to, as in `_links.appLinks`.
    pub(crate) fn link_path(&self) -> String {
        match &self.integration {
            None => format!("/home/oidc_client/{}/{}", self.id, seeded_id("aln", 0, self.app_id())),
            Some(integration) => format!("/home/{}/{}", integration.name, self.app_id()),
        }
    }

    /// What its link is called in `_links.appLinks` and `visibility.appLinks`.
    pub(crate) fn link_name(&self) -> &'static str {
        if self.integration.is_none() { "oidc_client_link" } else { "login" }
    }

    /// Whether those have a tile who are assigned to it. An OpenID Connect app is hidden until somebody shows it.
    fn has_tile(&self) -> bool {
        let visibility = self.extra_settings.get("/visibility").unwrap_or(&Value::Null);
        let is_client = self.integration.is_none();
        let is_hidden = visibility["hide"]["web"].as_bool().unwrap_or(is_client);
        let has_link = visibility["appLinks"][self.link_name()] != false;
        let begins = !is_client || self.initiated_login() != InitiatedLogin::Disabled;
        self.active && !self.implicit_assignment && !is_hidden && has_link && begins
    }
}

impl Directory {
    /// The apps that a person has a tile of.
    pub(crate) fn tiles_of(&self, user: &User) -> impl Iterator<Item = &Client> {
        self.clients.iter().filter(|client| client.has_tile() && self.may_use(client, user))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::org::password::PasswordHashing;
    use crate::org::seed;

    /// How many tiles the first person has, with the org's one app changed.
    #[track_caller]
    fn check(change: impl FnOnce(&mut Client), expected: usize) {
        let apps = vec![App::spa("Grove").on_dashboard()];
        let hashing = PasswordHashing::LoweredForTests;
        let mut directory = seed::directory(apps, "http://localhost", 0, hashing, UnixTime(0));
        change(&mut directory.clients[0]);
        assert_eq!(directory.tiles_of(&directory.users[0]).count(), expected);
    }

    #[test]
    fn a_tile_needs_a_visible_active_app_that_is_assigned_and_may_be_begun_there() {
        let say =
            |client: &mut Client, name: &str, value| _ = client.extra_settings.insert(name.to_owned(), value);
        check(|_| {}, 1);
        check(|client| client.active = false, 0);
        check(|client| client.implicit_assignment = true, 0);
        check(|client| client.assignments.users.clear(), 0);
        check(|client| client.extra_settings.clear(), 0);
        check(|client| say(client, INITIATED_LOGIN, json!({"mode": "DISABLED"})), 0);
        check(|client| say(client, INITIATED_LOGIN, json!({"mode": "OKTA"})), 1);
        check(|client| say(client, "/visibility", json!({"hide": {"iOS": false}})), 0);
        check(|client| say(client, "/visibility", json!({"hide": {"web": false}})), 1);
        let visibility = json!({"hide": {"web": false}, "appLinks": {"oidc_client_link": false}});
        check(|client| say(client, "/visibility", visibility), 0);
    }
}
