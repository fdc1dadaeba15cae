//! The shape of a description. Unknown members are mistakes.

use serde::Deserialize;

/// The whole.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Content {
    pub(crate) users: Vec<UserSeed>,
    pub(crate) groups: Vec<GroupSeed>,
    pub(crate) apps: Vec<AppSeed>,
    pub(crate) scopes: Vec<ScopeSeed>,
    pub(crate) policies: Vec<PolicySeed>,
}

/// A person; replaces the three of a new org.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserSeed {
    pub(crate) login: String,
    pub(crate) password: String,
    pub(crate) given_name: String,
    pub(crate) family_name: String,
    /// Names.
    #[serde(default)]
    pub(crate) groups: Vec<String>,
    #[serde(default)]
    pub(crate) note: String,
}

/// A group that nobody has to be in.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupSeed {
    pub(crate) name: String,
}

/// An app.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppSeed {
    pub(crate) label: String,
    /// `browser`, or `service`.
    #[serde(default = "browser", rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) redirect_uris: Vec<String>,
    #[serde(default)]
    pub(crate) post_logout_redirect_uris: Vec<String>,
    pub(crate) initiate_login_uri: Option<String>,
    #[serde(default)]
    pub(crate) consent_required: bool,
    #[serde(default)]
    pub(crate) second_factor_required: bool,
    /// Logins. With neither these nor groups the app is everyone's.
    #[serde(default)]
    pub(crate) users: Vec<String>,
    /// Names.
    #[serde(default)]
    pub(crate) groups: Vec<String>,
}

fn browser() -> String {
    "browser".to_owned()
}

/// A custom scope of `default`; replaces those of a new org.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScopeSeed {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) meaning: String,
    #[serde(default)]
    pub(crate) asks_consent: bool,
}

/// An access policy of `default`; replaces that of a new org.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicySeed {
    /// Labels; none: all apps.
    #[serde(default)]
    pub(crate) apps: Vec<String>,
    pub(crate) rules: Vec<RuleSeed>,
}

/// A rule, in order of priority.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleSeed {
    pub(crate) grant_types: Vec<String>,
    /// Names; none: everyone.
    #[serde(default)]
    pub(crate) groups: Vec<String>,
    /// None: any.
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
    pub(crate) access_token_minutes: Option<u64>,
    /// 0: without end.
    pub(crate) refresh_token_minutes: Option<u64>,
    pub(crate) refresh_window_minutes: Option<u64>,
}
