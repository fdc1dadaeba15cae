//! Authorization servers: an issuer with its audience, scopes, claims and policies.
//!
//! Custom ones, and the org's own, whose access tokens are for the org itself and opaque to everyone else.

use std::sync::LazyLock;

use okta_types::UnixTime;
use serde::{Deserialize, Serialize};

use crate::org::claim::Claim;
use crate::org::policy::Policy;
use crate::org::scope::Scope;
use crate::org::system_claims;
use crate::random::seeded_id;

/// Scopes that only OpenID Connect has; they need `openid` beside them.
const OPENID_SCOPES: [&str; 4] = ["profile", "email", "address", "phone"];

/// The name of the org's own server in its URLs: it has none.
pub(crate) const ORG_SERVER: &str = "";

/// The name of the default custom server, which stands for its id in every path and in its issuer.
pub(crate) const DEFAULT_SERVER: &str = "default";

/// The id of the default custom server, the same in every org, like those of its first policy and rule.
static DEFAULT_ID: LazyLock<String> = LazyLock::new(|| seeded_id("aus", 0, DEFAULT_SERVER));

/// The server that a part of a path names: the default one by its name or its id, any other by its id.
pub(crate) fn path_name(named: &str) -> &str {
    if named == *DEFAULT_ID { DEFAULT_SERVER } else { named }
}

/// An authorization server, custom or the org's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AuthorizationServer {
    /// The last part of its issuer: [`DEFAULT_SERVER`], `aus…`, or [`ORG_SERVER`].
    pub(crate) id: String,
    /// Its name, shown to administrators only.
    pub(crate) name: String,
    /// Its description, shown to administrators only.
    pub(crate) description: String,
    /// The `aud` of its access tokens.
    pub(crate) audience: String,
    /// Of which address its issuer is made; what was kept before there was a choice is dynamic.
    #[serde(default)]
    pub(crate) issuer_mode: IssuerMode,
    /// Who rotates its keys.
    #[serde(default)]
    pub(crate) rotation_mode: RotationMode,
    /// Whether it answers; one that was deactivated is as good as not there.
    pub(crate) active: bool,
    /// The scopes it grants.
    pub(crate) scopes: Vec<Scope>,
    /// Claims beside the fixed ones.
    pub(crate) claims: Vec<Claim>,
    /// The fixed ones, as the management API shows them; tokens and `/userinfo` do not ask what is changed of them.
    #[serde(default = "system_claims::all")]
    pub(crate) system_claims: Vec<Claim>,
    /// In order of priority.
    pub(crate) policies: Vec<Policy>,
    /// Other servers whose tokens it is to trust; kept, and without effect here.
    #[serde(default)]
    pub(crate) trusted: Vec<String>,
    /// Policies that a test took away and may put back.
    pub(crate) set_aside: Vec<Policy>,
    /// When it was made.
    pub(crate) created_at: UnixTime,
    /// When it was last changed.
    pub(crate) updated_at: UnixTime,
}

/// Okta's `issuerMode`. This org has one address, so both come to the same issuer.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum IssuerMode {
    /// The org's own address.
    OrgUrl,
    /// The address that a request was sent to.
    #[default]
    Dynamic,
}

/// Okta's `rotationMode`. Nothing rotates by itself here; it is shown as it was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum RotationMode {
    /// The org, every now and then.
    #[default]
    Auto,
    /// Keys are rotated by an administrator (`MANUAL`).
    Manual,
}

impl AuthorizationServer {
    /// Its id in the management API and the System Log, `aus…`.
    pub(crate) fn api_id(&self) -> &str {
        if self.is_default() { &DEFAULT_ID } else { &self.id }
    }

    /// Whether it is the custom server that every org has.
    pub(crate) fn is_default(&self) -> bool {
        self.id == DEFAULT_SERVER
    }

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
        self.scope(scope).map_or("", Scope::meaning)
    }

    /// Whether it is the org's own.
    pub(crate) fn is_orgs_own(&self) -> bool {
        self.id == ORG_SERVER
    }

    /// All claims that the management API shows: an administrator's, then Okta's.
    pub(crate) fn all_claims(&self) -> impl Iterator<Item = &Claim> {
        self.claims.iter().chain(&self.system_claims)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_server_has_two_names_in_paths_and_every_other_one() {
        assert_eq!(path_name(DEFAULT_SERVER), DEFAULT_SERVER);
        assert_eq!(path_name(&DEFAULT_ID), DEFAULT_SERVER);
        assert_eq!(path_name("ausother"), "ausother");
    }

    #[test]
    fn a_server_that_was_kept_before_there_were_modes_is_read() {
        let kept = r#"{"id":"default","name":"default","description":"","audience":"a","active":true,"scopes":[],
            "claims":[],"policies":[],"set_aside":[],"created_at":0,"updated_at":0}"#;
        let server: AuthorizationServer = serde_json::from_str(kept).unwrap();
        assert!(server.api_id().starts_with("aus") && server.is_default());
        assert_eq!(server.rotation_mode, RotationMode::Auto);
    }
}
