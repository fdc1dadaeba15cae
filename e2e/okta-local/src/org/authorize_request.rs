//! A request to `/authorize` in which everything is in order. Who finds that out is the endpoint.

use okta_types::{Form, Scopes};

use crate::org::acr::Assurance;
use crate::org::return_address::ReturnAddress;

/// What an app asks for, and what stands in the way of it.
#[derive(Debug)]
pub(crate) struct AuthorizeRequest {
    /// Of the authorization server.
    pub(crate) server_id: String,
    /// Client id of the app.
    pub(crate) client_id: String,
    /// Where the answer goes, and how.
    pub(crate) return_to: ReturnAddress,
    /// All of them known to the server.
    pub(crate) scopes: Scopes,
    /// For the ID token.
    pub(crate) nonce: Option<String>,
    /// Of PKCE, by S256.
    pub(crate) challenge: Option<String>,
    /// Whether the person is asked.
    pub(crate) prompt: Prompt,
    /// Seconds since the password was proved that are not too many.
    pub(crate) max_age: Option<u64>,
    /// What to fill in as the user name.
    pub(crate) login_hint: Option<String>,
    /// The id of the person that the app means (`id_token_hint`): nobody else will do.
    pub(crate) expected_user: Option<String>,
    /// The first of the contexts asked for that can be reached.
    pub(crate) acr: Option<String>,
    /// How strongly the person must have signed in.
    pub(crate) assurance: Assurance,
    /// Its name, where it was pushed.
    pub(crate) pushed_as: Option<String>,
    /// The request as a query, to begin again with.
    pub(crate) query: String,
}

impl AuthorizeRequest {
    /// One that was pushed under this name, by which it begins again.
    #[must_use]
    pub(crate) fn known_as(mut self, uri: Option<&str>) -> Self {
        if let Some(uri) = uri {
            let query = Form::new().with("client_id", &self.client_id).with("request_uri", uri);
            (self.pushed_as, self.query) = (Some(uri.to_owned()), query.as_str().to_owned());
        }
        self
    }
}

/// Whether the person is asked (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prompt {
    /// Where there is no session that will do.
    Auto,
    /// `prompt=none`: the person is never asked.
    None,
    /// For the password in any case.
    Login,
    /// For consent in any case.
    Consent,
    /// `prompt=login consent`: both pages are shown.
    LoginAndConsent,
}

impl Prompt {
    /// Whether the password is asked for although there is a session.
    pub(crate) fn asks_for_password(self) -> bool {
        matches!(self, Self::Login | Self::LoginAndConsent)
    }

    /// Whether consent is asked for although it was given.
    pub(crate) fn asks_for_consent(self) -> bool {
        matches!(self, Self::Consent | Self::LoginAndConsent)
    }
}
