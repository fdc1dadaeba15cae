//! App integrations: who may ask for tokens, and where answers may go.

use okta_types::{HttpUrl, Origin, UnixTime};

use crate::org::client_secret::ClientSecret;

/// An app as a test or a developer describes it; the org gives it its client id.
#[derive(Clone, Debug)]
pub struct App {
    pub(crate) label: String,
    pub(crate) kind: ApplicationType,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) post_logout_redirect_uris: Vec<String>,
    pub(crate) initiate_login_uri: Option<String>,
    pub(crate) consent_required: bool,
    pub(crate) second_factor: bool,
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

    fn of(kind: ApplicationType, label: String) -> Self {
        Self {
            label,
            kind,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            initiate_login_uri: None,
            consent_required: false,
            second_factor: false,
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

    /// The first address that is not an absolute `http(s)` one without fragment, if any.
    pub(crate) fn unusable_uri(&self) -> Option<&str> {
        let all =
            self.redirect_uris.iter().chain(&self.post_logout_redirect_uris).chain(&self.initiate_login_uri);
        all.map(String::as_str).find(|uri| uri.contains('#') || HttpUrl::parse(uri).is_err())
    }
}

/// What kind of program an app is (Okta's `application_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ApplicationType {
    /// `browser`: a public client.
    Browser,
    /// `service`: a confidential client without people.
    Service,
}

impl ApplicationType {
    /// What such an app may ask the token endpoint for.
    pub(crate) fn grant_types(self) -> Vec<GrantType> {
        match self {
            Self::Browser => vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            Self::Service => vec![GrantType::ClientCredentials],
        }
    }
}

/// The grants this org knows (RFC 6749 §1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// Who may use an app.
#[derive(Clone, Debug, Default)]
pub(crate) struct Assignments {
    /// Ids of people.
    pub(crate) users: Vec<String>,
    /// Ids of groups.
    pub(crate) groups: Vec<String>,
}

/// An app that the org knows.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// `0oa…`.
    pub(crate) id: String,
    /// What the developer described.
    pub(crate) app: App,
    /// What it authenticates with; none: a public client.
    pub(crate) secret: Option<ClientSecret>,
    /// What it may ask the token endpoint for.
    pub(crate) grant_types: Vec<GrantType>,
    /// Who may use it.
    pub(crate) assignments: Assignments,
    /// Whether anybody may; one that was deactivated is as good as not there.
    pub(crate) active: bool,
    /// When it was made.
    pub(crate) created_at: UnixTime,
    /// When it was last changed.
    pub(crate) updated_at: UnixTime,
}

impl Client {
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

    /// The values of its grants, joined as Okta's error texts show them.
    pub(crate) fn grant_list(&self) -> String {
        self.grant_types.iter().map(|grant| grant.as_str()).collect::<Vec<_>>().join(", ")
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
}
