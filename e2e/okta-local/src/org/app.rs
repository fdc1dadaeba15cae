//! Apps as a test or a developer describes them.

use okta_types::HttpUrl;
use serde::{Deserialize, Serialize};

use crate::org::app_kind::ApplicationType;
use crate::org::native_redirect::has_private_scheme;

/// An app as a test or a developer describes it; the org gives it its client id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct App {
    pub(crate) label: String,
    pub(crate) kind: ApplicationType,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) post_logout_redirect_uris: Vec<String>,
    pub(crate) initiate_login_uri: Option<String>,
    /// Whether it has a tile when it is made.
    #[serde(default)]
    pub(crate) on_dashboard: bool,
    pub(crate) consent_required: bool,
    pub(crate) second_factor: bool,
    pub(crate) interaction_code: bool,
    /// Whether its tokens are bound to a key (`dpop_bound_access_tokens`).
    #[serde(default)]
    pub(crate) dpop_bound: bool,
    /// Whether people may make accounts for themselves.
    #[serde(default)]
    pub(crate) sign_up: bool,
    /// Where it is told that somebody's sessions end (Universal Logout).
    #[serde(default)]
    pub(crate) universal_logout: Option<String>,
}

impl App {
    /// A single-page app: application type `browser`, authentication method `none`, PKCE required,
    /// grants `authorization_code` and `refresh_token` with rotation, no consent page.
    ///
    /// Where several apps are given, their labels must differ: the client id is made of the label.
    pub fn spa(label: impl Into<String>) -> Self {
        Self::of(ApplicationType::Browser, label.into())
    }

    /// A program that acts for itself: application type `service`, authentication by a client secret (HTTP
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
            on_dashboard: false,
            consent_required: false,
            second_factor: false,
            interaction_code: false,
            dpop_bound: false,
            sign_up: false,
            universal_logout: None,
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

    /// Shows its tile on the dashboard of those who are assigned to it. A click sends the browser to the
    /// initiate-login URI with `iss`, the org's address (`idp_initiated_login.mode` `SPEC`, and not hidden).
    #[must_use]
    pub fn on_dashboard(mut self) -> Self {
        self.on_dashboard = true;
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

    /// Binds its access tokens and refresh tokens to a key (Okta's `dpop_bound_access_tokens`, RFC 9449): each token
    /// request has to come with a proof, and none is answered with a bearer token.
    #[must_use]
    pub fn dpop_bound_access_tokens(mut self) -> Self {
        self.dpop_bound = true;
        self
    }

    /// Lets people make accounts for themselves on the sign-in page (Okta's user profile policy with sign-up allowed). Who
    /// does is assigned to the app.
    #[must_use]
    pub fn sign_up(mut self) -> Self {
        self.sign_up = true;
        self
    }

    /// Tells the app at this address when somebody's sessions are to end everywhere (Okta's Universal Logout, by Global Token
    /// Revocation).
    #[must_use]
    pub fn universal_logout(mut self, endpoint: impl Into<String>) -> Self {
        self.universal_logout = Some(endpoint.into());
        self
    }

    /// The first address that is not an absolute `http(s)` one without fragment, if any. A native app may have a
    /// scheme of its own (RFC 8252 §7.1).
    pub(crate) fn unusable_uri(&self) -> Option<&str> {
        let own_scheme = |uri: &str| self.kind == ApplicationType::Native && has_private_scheme(uri);
        let usable = |uri: &str| !uri.contains('#') && (HttpUrl::parse(uri).is_ok() || own_scheme(uri));
        let others = self.initiate_login_uri.iter().chain(&self.universal_logout);
        let all = self.redirect_uris.iter().chain(&self.post_logout_redirect_uris).chain(others);
        all.map(String::as_str).find(|uri| !usable(uri))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_with_a_fragment_or_without_a_host_is_unusable() {
        assert_eq!(App::spa("A").redirect_uri("http://localhost:1/cb").unusable_uri(), None);
        for bad in ["http://localhost:1/cb#x", "/cb", "javascript:alert(1)", "http://", "com.app:/cb"] {
            assert_eq!(App::spa("A").redirect_uri(bad).unusable_uri(), Some(bad));
            assert_eq!(App::spa("A").initiate_login_uri(bad).unusable_uri(), Some(bad));
        }
    }

    #[test]
    fn a_native_app_has_a_scheme_of_its_own_but_none_that_browsers_carry_out() {
        let native = |uri: &str| App::of(ApplicationType::Native, "A".into()).redirect_uri(uri);
        for good in ["com.app:/cb", "com.app://cb", "http://127.0.0.1/cb", "https://app.example/cb"] {
            assert_eq!(native(good).unusable_uri(), None);
        }
        for bad in [
            "com.app:/cb#x",
            "/cb",
            "javascript:alert(1)",
            "JavaScript:x",
            "data:text/html,x",
            "com.app:",
            "1a:/x",
        ] {
            assert_eq!(native(bad).unusable_uri(), Some(bad));
        }
    }
}
