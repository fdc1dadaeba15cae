//! Endpoints that an app names itself, in place of those of the discovery document (feature `endpoints`).
//!
//! The document is read and its issuer compared all the same. Its endpoints must be of the issuer's own
//! origin: refresh tokens and access tokens go there. One that is elsewhere must be named by the app.

use crate::protocol::json::Json;

/// An endpoint of an authorization server (OpenID Connect Discovery §3, RFC 8414 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// Where people sign in.
    Authorization,
    /// Where codes and refresh tokens are exchanged.
    Token,
    /// Where the keys are.
    Jwks,
    /// RFC 9126. Used where the org, or [`AuthConfig::push_requests`](crate::AuthConfig::push_requests), asks for it.
    #[cfg(feature = "par")]
    PushedAuthorizationRequest,
    /// Claims about the person.
    UserInfo,
    /// RFC 7009.
    Revocation,
    /// OpenID Connect RP-Initiated Logout §2.1.
    EndSession,
}

impl Endpoint {
    /// Its name in the discovery document.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authorization => "authorization_endpoint",
            Self::Token => "token_endpoint",
            Self::Jwks => "jwks_uri",
            #[cfg(feature = "par")]
            Self::PushedAuthorizationRequest => "pushed_authorization_request_endpoint",
            Self::UserInfo => "userinfo_endpoint",
            Self::Revocation => "revocation_endpoint",
            Self::EndSession => "end_session_endpoint",
        }
    }
}

/// Puts the endpoints that the app names in place of the document's.
pub(crate) fn replace_in(document: &mut Json, named: &[(Endpoint, String)]) {
    let Json::Object(members) = document else { return };
    for (endpoint, url) in named {
        members.retain(|(name, _)| name != endpoint.as_str());
        members.push((endpoint.as_str().to_owned(), url.as_str().into()));
    }
}
