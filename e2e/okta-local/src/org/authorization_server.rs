//! Authorization servers: an issuer with its audience, scopes, claims and policies.
//!
//! Custom ones, and the org's own, whose access tokens are for the org itself and opaque to everyone else.

use crate::org::policy::Policy;

/// Scopes that only OpenID Connect has; they need `openid` beside them.
const OPENID_SCOPES: [&str; 4] = ["profile", "email", "address", "phone"];

/// The id of the org's own server, which has none in its URLs.
pub(crate) const ORG_SERVER: &str = "";

/// A scope.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// As it stands in requests.
    pub(crate) name: String,
    /// What it means, for the consent page.
    pub(crate) meaning: String,
    /// Whether people are asked before an app that needs consent gets it (`REQUIRED` or `FLEXIBLE`, not
    /// `IMPLICIT`).
    pub(crate) asks_consent: bool,
}

/// An authorization server.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizationServer {
    /// The last part of its issuer: `default`, `aus…`, or [`ORG_SERVER`].
    pub(crate) id: String,
    /// The `aud` of its access tokens.
    pub(crate) audience: String,
    /// The scopes it grants.
    pub(crate) scopes: Vec<Scope>,
    /// Claims beside the fixed ones.
    pub(crate) claims: Vec<CustomClaim>,
    /// In order of priority.
    pub(crate) policies: Vec<Policy>,
}

impl AuthorizationServer {
    /// Whether it has such a scope.
    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        self.scope(scope).is_some()
    }

    /// Whether people are asked about that scope.
    pub(crate) fn asks_consent_for(&self, scope: &str) -> bool {
        self.scope(scope).is_some_and(|scope| scope.asks_consent)
    }

    /// What that scope means.
    pub(crate) fn meaning_of(&self, scope: &str) -> &str {
        self.scope(scope).map_or("", |scope| scope.meaning.as_str())
    }

    /// Whether it is the org's own.
    pub(crate) fn is_orgs_own(&self) -> bool {
        self.id == ORG_SERVER
    }

    fn scope(&self, name: &str) -> Option<&Scope> {
        self.scopes.iter().find(|scope| scope.name == name)
    }
}

/// Whether a scope may be called that (RFC 6749 §3.3).
pub(crate) fn is_scope_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')
}

/// A claim put into access tokens.
#[derive(Clone, Debug)]
pub(crate) struct CustomClaim {
    /// Its name in the token.
    pub(crate) name: String,
    /// Where its value comes from.
    pub(crate) value: ClaimValue,
}

/// Where a custom claim's value comes from.
#[derive(Clone, Debug)]
pub(crate) enum ClaimValue {
    /// The names of the person's groups, save for the one that everybody is in.
    GroupsExceptEveryone,
}

/// The scope that asks for a refresh token (OpenID Connect Core §11).
pub(crate) const OFFLINE_ACCESS: &str = "offline_access";

/// Whether the scope is about a person: `openid` or one that needs it.
pub(crate) fn is_of_openid(scope: &str) -> bool {
    scope == "openid" || needs_openid(scope)
}

/// Whether the scope is of OpenID Connect and so asks for `openid`.
pub(crate) fn needs_openid(scope: &str) -> bool {
    OPENID_SCOPES.contains(&scope)
}
