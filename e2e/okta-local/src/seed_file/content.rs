//! The shape of a description. Unknown members are mistakes.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Something of a description and the line where it begins.
#[derive(Clone, Debug)]
pub(crate) struct Located<T> {
    pub(crate) line: usize,
    pub(crate) value: T,
}

/// A whole description.
#[derive(Clone, Default)]
pub(crate) struct Content {
    pub(crate) users: Vec<Located<UserSeed>>,
    pub(crate) groups: Vec<Located<GroupSeed>>,
    pub(crate) apps: Vec<Located<AppSeed>>,
    pub(crate) scopes: Vec<Located<ScopeSeed>>,
    pub(crate) claims: Vec<Located<ClaimSeed>>,
    pub(crate) policies: Vec<Located<PolicySeed>>,
    pub(crate) trusted_origins: Vec<Located<OriginSeed>>,
}

/// A person; replaces the three of a new org.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserSeed {
    pub(crate) login: String,
    pub(crate) password: String,
    pub(crate) given_name: String,
    pub(crate) family_name: String,
    /// The login by default.
    pub(crate) email: Option<String>,
    /// Names of the groups that they are in.
    #[serde(default)]
    pub(crate) groups: Vec<String>,
    /// `totp`; each person has it by default.
    pub(crate) factors: Option<Vec<String>>,
    /// Of the authenticator app, in base32; derived from the login by default.
    pub(crate) totp_secret: Option<String>,
    /// `active`, `staged`, `suspended` or `deprovisioned`.
    pub(crate) status: Option<String>,
    /// Attributes of Okta's default profile, e.g. `mobilePhone`, `streetAddress`.
    #[serde(default)]
    pub(crate) profile: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) note: String,
}

/// A group that nobody has to be in.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupSeed {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
}

/// An app; its client id is made from the label.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppSeed {
    pub(crate) label: String,
    /// Okta's application type: `browser` or `service`.
    #[serde(default = "browser", rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) redirect_uris: Vec<String>,
    #[serde(default)]
    pub(crate) post_logout_redirect_uris: Vec<String>,
    pub(crate) initiate_login_uri: Option<String>,
    /// Whether those have a tile who are assigned to it.
    #[serde(default)]
    pub(crate) on_dashboard: bool,
    #[serde(default)]
    pub(crate) consent_required: bool,
    #[serde(default)]
    pub(crate) second_factor_required: bool,
    /// Whether its tokens are bound to a key (RFC 9449).
    #[serde(default)]
    pub(crate) dpop_bound_access_tokens: bool,
    /// Whether people may make accounts for themselves.
    #[serde(default)]
    pub(crate) sign_up: bool,
    /// Where it is told that somebody's sessions end.
    pub(crate) universal_logout_uri: Option<String>,
    pub(crate) refresh_grace_seconds: Option<u64>,
    /// Of a service; derived from the label by default.
    pub(crate) client_secret: Option<String>,
    /// Logins. With neither these nor groups the app is everyone's.
    #[serde(default)]
    pub(crate) users: Vec<String>,
    /// Names of the groups that it is assigned to.
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

/// A claim of `default`; replaces the `groups` of a new org.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimSeed {
    pub(crate) name: String,
    /// The kind of token that has it: `access` or `id`.
    #[serde(default = "access")]
    pub(crate) token: String,
    /// An expression, e.g. `user.department`.
    pub(crate) expression: Option<String>,
    /// How names of groups are chosen, by one of the four.
    pub(crate) groups: Option<GroupsSeed>,
    /// Only in tokens with one of these.
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
    /// In ID tokens issued beside an access token too; else at `/userinfo` only.
    #[serde(default)]
    pub(crate) always: bool,
}

fn access() -> String {
    "access".to_owned()
}

/// One of Okta's filters.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) enum GroupsSeed {
    StartsWith(String),
    Equals(String),
    Contains(String),
    Regex(String),
}

/// An access policy of `default`; replaces that of a new org.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicySeed {
    /// "Policy 1" and so on by default.
    pub(crate) name: Option<String>,
    /// Labels; none: all apps.
    #[serde(default)]
    pub(crate) apps: Vec<String>,
    pub(crate) rules: Vec<RuleSeed>,
}

/// A rule, in order of priority.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleSeed {
    pub(crate) name: Option<String>,
    pub(crate) grant_types: Vec<String>,
    /// Names of the groups it applies to; with none, it applies to everyone.
    #[serde(default)]
    pub(crate) groups: Vec<String>,
    /// The scopes that may be asked for; with none, any.
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
    pub(crate) access_token_minutes: Option<u64>,
    /// 0 means that refresh tokens do not expire.
    pub(crate) refresh_token_minutes: Option<u64>,
    pub(crate) refresh_window_minutes: Option<u64>,
}

/// An origin that is trusted beside those of the apps' redirect URIs.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OriginSeed {
    pub(crate) origin: String,
    /// The origin by default.
    pub(crate) name: Option<String>,
    #[serde(default = "yes")]
    pub(crate) cors: bool,
    #[serde(default = "yes")]
    pub(crate) redirect: bool,
}

fn yes() -> bool {
    true
}
