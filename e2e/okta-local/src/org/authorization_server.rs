//! Authorization servers: an issuer with its audience, scopes, claims and policies.
//!
//! Custom ones, and the org's own, whose access tokens are for the org itself and opaque to everyone else.

use okta_types::UnixTime;
use serde::{Deserialize, Serialize};

use crate::org::claim::Claim;
use crate::org::policy::Policy;
use crate::org::scope::Scope;

/// Scopes that only OpenID Connect has; they need `openid` beside them.
const OPENID_SCOPES: [&str; 4] = ["profile", "email", "address", "phone"];

/// The id of the org's own server, which has none in its URLs.
pub(crate) const ORG_SERVER: &str = "";

/// An authorization server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AuthorizationServer {
    /// The last part of its issuer: `default`, `aus…`, or [`ORG_SERVER`].
    pub(crate) id: String,
    /// For administrators.
    pub(crate) name: String,
    /// For administrators too.
    pub(crate) description: String,
    /// The `aud` of its access tokens.
    pub(crate) audience: String,
    /// Whether it answers; one that was deactivated is as good as not there.
    pub(crate) active: bool,
    /// The scopes it grants.
    pub(crate) scopes: Vec<Scope>,
    /// Claims beside the fixed ones.
    pub(crate) claims: Vec<Claim>,
    /// In order of priority.
    pub(crate) policies: Vec<Policy>,
    /// Policies that a test took away and may put back.
    pub(crate) set_aside: Vec<Policy>,
    /// When it was made.
    pub(crate) created_at: UnixTime,
    /// When it was last changed.
    pub(crate) updated_at: UnixTime,
}

impl AuthorizationServer {
    /// Whether it has such a scope.
    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        self.scope(scope).is_some()
    }

    /// Whether people are asked about that scope.
    pub(crate) fn asks_consent_for(&self, scope: &str) -> bool {
        self.scope(scope).is_some_and(Scope::asks_consent)
    }

    /// What that scope means.
    pub(crate) fn meaning_of(&self, scope: &str) -> &str {
        self.scope(scope).map_or("", |scope| scope.description.as_str())
    }

    /// Whether it is the org's own.
    pub(crate) fn is_orgs_own(&self) -> bool {
        self.id == ORG_SERVER
    }

    fn scope(&self, name: &str) -> Option<&Scope> {
        self.scopes.iter().find(|scope| scope.name == name)
    }
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
