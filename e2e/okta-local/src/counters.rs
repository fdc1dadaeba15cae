//! How often each endpoint was asked, for tests that say "exactly one refresh".

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::org::app_kind::GrantType;
use crate::paths;

/// The endpoints that are counted; preflight requests are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Endpoint {
    /// All three discovery documents.
    Discovery,
    /// `/v1/authorize`.
    Authorize,
    /// `/v1/par`.
    Par,
    /// The answers to the pages: password, second factor, consent, and those about accounts.
    SignIn,
    /// `/v1/token`.
    Token,
    /// `/v1/keys`.
    Keys,
    /// `/v1/userinfo`.
    UserInfo,
    /// `/v1/introspect`.
    Introspect,
    /// `/v1/revoke`.
    Revoke,
    /// `/v1/logout`.
    Logout,
    /// `/api/v1/sessions/me`.
    Sessions,
    /// `/api/v1/apps` and below.
    ApiApps,
    /// `/api/v1/users` and below.
    ApiUsers,
    /// `/api/v1/groups` and below.
    ApiGroups,
    /// `/api/v1/trustedOrigins` and below.
    ApiTrustedOrigins,
    /// `/api/v1/authorizationServers` and below.
    ApiAuthorizationServers,
    /// `/api/v1/logs`.
    ApiLogs,
}

/// The parts of the management API, each with limits of its own.
const API: [(&str, Endpoint); 6] = [
    ("apps", Endpoint::ApiApps),
    ("users", Endpoint::ApiUsers),
    ("groups", Endpoint::ApiGroups),
    ("trustedOrigins", Endpoint::ApiTrustedOrigins),
    ("authorizationServers", Endpoint::ApiAuthorizationServers),
    ("logs", Endpoint::ApiLogs),
];

impl Endpoint {
    /// Every endpoint, in the order in which the control plane lists them.
    pub const ALL: &[Self] = &[
        Self::Discovery,
        Self::Authorize,
        Self::Par,
        Self::SignIn,
        Self::Token,
        Self::Keys,
        Self::UserInfo,
        Self::Introspect,
        Self::Revoke,
        Self::Logout,
        Self::Sessions,
        Self::ApiApps,
        Self::ApiUsers,
        Self::ApiGroups,
        Self::ApiTrustedOrigins,
        Self::ApiAuthorizationServers,
        Self::ApiLogs,
    ];

    /// Its name on the control plane.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Authorize => "authorize",
            Self::Par => "par",
            Self::SignIn => "sign_in",
            Self::Token => "token",
            Self::Keys => "keys",
            Self::UserInfo => "userinfo",
            Self::Introspect => "introspect",
            Self::Revoke => "revoke",
            Self::Logout => "logout",
            Self::Sessions => "sessions",
            Self::ApiApps => "api_apps",
            Self::ApiUsers => "api_users",
            Self::ApiGroups => "api_groups",
            Self::ApiTrustedOrigins => "api_trusted_origins",
            Self::ApiAuthorizationServers => "api_authorization_servers",
            Self::ApiLogs => "api_logs",
        }
    }

    /// Whether it is of the management API.
    pub(crate) fn is_management(self) -> bool {
        API.iter().any(|(_, endpoint)| *endpoint == self)
    }

    /// The one of that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|endpoint| endpoint.as_str() == name)
    }

    /// The one that a path leads to.
    pub(crate) fn of(path: &str) -> Option<Self> {
        if path.contains("/.well-known/") {
            return Some(Self::Discovery);
        }
        if path.starts_with("/api/v1/sessions/") {
            return Some(Self::Sessions);
        }
        if let Some(rest) = path.strip_prefix("/api/v1/") {
            let part = rest.split('/').next();
            return API.iter().find(|(name, _)| Some(*name) == part).map(|(_, endpoint)| *endpoint);
        }
        if path.starts_with("/login/") {
            return paths::FORMS.contains(&path).then_some(Self::SignIn);
        }
        let (_, name) = path.strip_prefix("/oauth2/")?.rsplit_once("v1/")?;
        Self::parse(name)
    }
}

/// Counts since the org was started.
#[derive(Debug, Default)]
pub(crate) struct Counters(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    endpoints: BTreeMap<Endpoint, u64>,
    grants: BTreeMap<GrantType, u64>,
}

impl Counters {
    /// Counts a request, whatever its outcome.
    pub(crate) fn count(&self, endpoint: Endpoint) {
        *self.lock().endpoints.entry(endpoint).or_default() += 1;
    }

    /// Counts a token request that named this grant, whatever its outcome.
    pub(crate) fn count_grant(&self, grant: GrantType) {
        *self.lock().grants.entry(grant).or_default() += 1;
    }

    /// Requests to the endpoint.
    pub(crate) fn of(&self, endpoint: Endpoint) -> u64 {
        self.lock().endpoints.get(&endpoint).copied().unwrap_or_default()
    }

    /// Token requests with the grant.
    pub(crate) fn of_grant(&self, grant: GrantType) -> u64 {
        self.lock().grants.get(&grant).copied().unwrap_or_default()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_its_endpoint_on_every_server() {
        for (path, endpoint) in [
            ("/oauth2/default/v1/token", Some(Endpoint::Token)),
            ("/oauth2/v1/token", Some(Endpoint::Token)),
            ("/oauth2/default/.well-known/openid-configuration", Some(Endpoint::Discovery)),
            ("/login/consent", Some(Endpoint::SignIn)),
            ("/login/step", None),
            ("/api/v1/sessions/me", Some(Endpoint::Sessions)),
            ("/oauth2/default/v1/par", Some(Endpoint::Par)),
            ("/oauth2/default/v1/device/authorize", None),
            ("/api/v1/apps/0oa1/users", Some(Endpoint::ApiApps)),
            ("/api/v1/appsx", None),
        ] {
            assert_eq!(Endpoint::of(path), endpoint, "{path}");
        }
        assert!(Endpoint::ALL.iter().all(|endpoint| Endpoint::parse(endpoint.as_str()) == Some(*endpoint)));
    }
}
