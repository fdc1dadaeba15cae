//! People as the management API reads and shows them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::link;
use super::refusal::Refusal;
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::org::user::{User, UserStatus};
use crate::timestamp::iso;

/// The attributes of Okta's default profile that have no field of their own here.
pub(crate) const ATTRIBUTES: [&str; 27] = [
    "city",
    "costCenter",
    "countryCode",
    "department",
    "displayName",
    "division",
    "employeeNumber",
    "honorificPrefix",
    "honorificSuffix",
    "locale",
    "manager",
    "managerId",
    "middleName",
    "mobilePhone",
    "nickName",
    "organization",
    "postalAddress",
    "preferredLanguage",
    "primaryPhone",
    "profileUrl",
    "secondEmail",
    "state",
    "streetAddress",
    "timezone",
    "title",
    "userType",
    "zipCode",
];

/// What is read of a body.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct UserBody {
    pub(super) profile: Map<String, Value>,
    pub(super) credentials: CredentialsBody,
    pub(super) group_ids: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CredentialsBody {
    pub(super) password: Option<PasswordBody>,
}

#[derive(Deserialize)]
pub(super) struct PasswordBody {
    pub(super) value: Option<String>,
    hash: Option<Value>,
    hook: Option<Value>,
}

/// A profile that is in order.
pub(super) struct Profile {
    pub(super) login: String,
    pub(super) email: String,
    pub(super) given_name: String,
    pub(super) family_name: String,
    pub(super) other: BTreeMap<String, Value>,
}

/// What a whole profile says.
///
/// # Errors
/// All fields that will not do.
pub(super) fn check(profile: &Map<String, Value>) -> Result<Profile, Refusal> {
    let text = |name: &str| profile.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut wrong = Vec::new();
    let mut check = |name: &'static str, fine: bool, cause: &str| {
        if !fine {
            wrong.push((name, format!("{name}: {cause}")));
        }
    };
    let blank = "The field cannot be left blank";
    let (login, email) = (text("login"), text("email"));
    check("login", !login.is_empty(), blank);
    check(
        "login",
        login.is_empty() || is_address(&login),
        "Username must be in the form of an email address",
    );
    check("email", !email.is_empty(), blank);
    check("email", email.is_empty() || is_address(&email), "Does not match required pattern");
    for name in ["firstName", "lastName"] {
        check(name, !text(name).is_empty(), blank);
        check(name, text(name).chars().count() <= 50, "Does not match required length: 1 to 50");
    }
    let mut other = BTreeMap::new();
    for (name, value) in profile.iter().filter(|(name, _)| !NAMED.contains(&name.as_str())) {
        match ATTRIBUTES.iter().find(|known| *known == name) {
            Some(known) => check(known, value.is_string() || value.is_null(), "It must be a text"),
            None => check("profile", false, &format!("{name} is no attribute of the default profile")),
        }
        if !value.is_null() {
            other.insert(name.clone(), value.clone());
        }
    }
    let profile =
        Profile { login, email, given_name: text("firstName"), family_name: text("lastName"), other };
    match wrong.first() {
        None => Ok(profile),
        Some((field, _)) => Err(Refusal::Invalid {
            field: (*field).to_owned(),
            causes: wrong.into_iter().map(|(_, cause)| cause).collect(),
        }),
    }
}

const NAMED: [&str; 4] = ["login", "email", "firstName", "lastName"];

fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
        && text.len() >= 5
        && text.len() <= 100
        && !text.contains(char::is_whitespace)
}

impl PasswordBody {
    /// The password, which the org's policy has to let through.
    pub(super) fn check(&self, login: &str) -> Result<Option<String>, Refusal> {
        if self.hash.is_some() || self.hook.is_some() {
            return Err(Refusal::invalid(
                "password",
                "password: This org takes passwords by their value only.",
            ));
        }
        let Some(value) = self.value.clone() else { return Ok(None) };
        let has = |kind: fn(char) -> bool| value.chars().any(kind);
        let name = login.split('@').next().unwrap_or_default().to_lowercase();
        let fine = value.chars().count() >= 8
            && has(char::is_lowercase)
            && has(char::is_uppercase)
            && has(|c| c.is_ascii_digit())
            && (name.len() < 4 || !value.to_lowercase().contains(&name));
        match fine {
            true => Ok(Some(value)),
            false => Err(Refusal::invalid(
                "password",
                "password: Password requirements were not met. Password requirements: at least 8 characters, a \
                 lowercase letter, an uppercase letter, a number, no parts of your username.",
            )),
        }
    }
}

/// The profile of somebody, as a body would have it.
pub(super) fn profile(user: &User) -> Map<String, Value> {
    let named = ["login", "email", "firstName", "lastName"];
    let named = named.iter().filter_map(|name| Some(((*name).to_owned(), user.attribute(name)?)));
    let other = user.profile.iter().map(|(name, value)| (name.clone(), value.clone()));
    named.chain(other).collect()
}

/// Somebody, as an answer.
pub(super) fn show(tenant: &Tenant, state: &State, user: &User) -> Value {
    let locked_out = user.status == UserStatus::Active && state.lockouts.holds(&user.id, tenant.now());
    let mut credentials = json!({"provider": {"type": "OKTA", "name": "OKTA"}});
    if user.password_changed_at.is_some() {
        credentials["password"] = json!({});
    }
    let mut profile = profile(user);
    for name in ["mobilePhone", "secondEmail"] {
        profile.entry(name).or_insert(Value::Null);
    }
    json!({
        "id": user.id,
        "status": if locked_out { "LOCKED_OUT" } else { user.status.as_str() },
        "created": iso(user.created_at),
        "activated": user.activated_at.map(iso),
        "statusChanged": user.status_changed_at.map(iso),
        "lastLogin": null,
        "lastUpdated": iso(user.updated_at),
        "passwordChanged": user.password_changed_at.map(iso),
        "type": {"id": "otydefault"},
        "profile": profile,
        "credentials": credentials,
        "_links": links(tenant, user, locked_out),
    })
}

fn links(tenant: &Tenant, user: &User, locked_out: bool) -> Value {
    let own = format!("/users/{}", user.id);
    let mut links = json!({"self": link(tenant, &own, &["GET", "POST", "PUT", "DELETE"])});
    let acts: &[&str] = match user.status {
        UserStatus::Staged | UserStatus::Provisioned => &["activate", "deactivate"],
        UserStatus::Active if locked_out => &["unlock", "deactivate"],
        UserStatus::Active => &["suspend", "deactivate"],
        UserStatus::Suspended => &["unsuspend", "deactivate"],
        UserStatus::Deprovisioned => &["activate"],
    };
    for act in acts {
        links[*act] = link(tenant, &format!("{own}/lifecycle/{act}"), &["POST"]);
    }
    links
}
