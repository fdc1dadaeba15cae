//! People as the management API shows them: alone with all they can be asked to do, in lists with a link to
//! themselves.

use serde_json::{Value, json};

use super::user_body::profile;
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::org::user::{User, UserStatus};
use crate::random;
use crate::timestamp::iso;

/// The one type of people.
pub(super) fn type_id() -> String {
    random::seeded_id("oty", 0, "user")
}

/// The schema of their profiles.
pub(super) fn schema_id() -> String {
    random::seeded_id("osc", 0, "user")
}

/// Somebody, as an answer.
pub(super) fn show(tenant: &Tenant, state: &State, user: &User) -> Value {
    let mut shown = listed(tenant, state, user);
    shown["_links"] = links(tenant, user, is_locked_out(tenant, state, user));
    shown
}

/// Somebody, in a list.
pub(super) fn listed(tenant: &Tenant, state: &State, user: &User) -> Value {
    let locked_out = is_locked_out(tenant, state, user);
    json!({
        "id": user.id,
        "status": if locked_out { "LOCKED_OUT" } else { user.status.as_str() },
        "created": iso(user.created_at),
        "activated": user.activated_at.map(iso),
        "statusChanged": user.status_changed_at.map(iso),
        "lastLogin": user.last_login.map(iso),
        "lastUpdated": iso(user.updated_at),
        "passwordChanged": user.password_changed_at.map(iso),
        "realmId": random::seeded_id("guo", 0, "Default Realm"),
        "type": {"id": type_id()},
        "profile": profile(user),
        "credentials": credentials(user),
        "_links": {"self": {"href": own_url(tenant, user)}},
    })
}

/// What somebody signs in with, as far as it is shown.
pub(super) fn credentials(user: &User) -> Value {
    let provider = if user.imported.is_some() { "IMPORT" } else { "OKTA" };
    let mut credentials = json!({});
    if user.password_changed_at.is_some() {
        credentials["password"] = json!({});
    }
    if let Some(recovery) = &user.recovery {
        credentials["recovery_question"] = json!({"question": recovery.question});
    }
    credentials["provider"] = json!({"type": provider, "name": provider});
    credentials
}

fn is_locked_out(tenant: &Tenant, state: &State, user: &User) -> bool {
    user.status == UserStatus::Active && state.lockouts.holds(&user.id, tenant.now())
}

fn own_url(tenant: &Tenant, user: &User) -> String {
    format!("{}/api/v1/users/{}", tenant.base_url, user.id)
}

/// The acts that a status allows, by the names of their links.
fn acts(status: UserStatus, locked_out: bool) -> &'static [&'static str] {
    match status {
        UserStatus::Staged => &["activate", "resetFactors"],
        UserStatus::Provisioned => &["suspend", "resetPassword", "reactivate", "resetFactors", "deactivate"],
        UserStatus::Active if locked_out => &["unlock", "resetPassword", "resetFactors", "deactivate"],
        UserStatus::Active | UserStatus::PasswordExpired => &[
            "suspend",
            "resetPassword",
            "forgotPassword",
            "expirePassword",
            "changeRecoveryQuestion",
            "resetFactors",
            "changePassword",
            "deactivate",
        ],
        UserStatus::Recovery => &["suspend", "resetPassword", "resetFactors", "deactivate"],
        UserStatus::Suspended => &["unsuspend", "resetFactors", "deactivate"],
        UserStatus::Deprovisioned => &["activate", "delete"],
    }
}

/// Okta's order of the links.
const LINKS: [&str; 16] = [
    "suspend",
    "schema",
    "activate",
    "unsuspend",
    "unlock",
    "resetPassword",
    "forgotPassword",
    "expirePassword",
    "changeRecoveryQuestion",
    "reactivate",
    "self",
    "resetFactors",
    "type",
    "changePassword",
    "deactivate",
    "delete",
];

/// Method and path below the person of a link.
fn target(act: &str) -> (&'static str, String) {
    let path = match act {
        "delete" => return ("DELETE", String::new()),
        "changePassword" => "credentials/change_password",
        "changeRecoveryQuestion" => "credentials/change_recovery_question",
        "expirePassword" => "lifecycle/expire_password",
        "forgotPassword" => "credentials/forgot_password",
        "resetFactors" => "lifecycle/reset_factors",
        "resetPassword" => "lifecycle/reset_password",
        other => return ("POST", format!("/lifecycle/{other}")),
    };
    ("POST", format!("/{path}"))
}

fn links(tenant: &Tenant, user: &User, locked_out: bool) -> Value {
    let own = own_url(tenant, user);
    let meta = format!("{}/api/v1/meta", tenant.base_url);
    let act = |name: &&str| {
        let (method, path) = target(name);
        ((*name).to_owned(), json!({"href": format!("{own}{path}"), "method": method}))
    };
    let always = [
        ("self".to_owned(), json!({"href": own})),
        ("schema".to_owned(), json!({"href": format!("{meta}/schemas/user/{}", schema_id())})),
        ("type".to_owned(), json!({"href": format!("{meta}/types/user/{}", type_id())})),
    ];
    let mut links: Vec<_> = acts(user.status, locked_out).iter().map(act).chain(always).collect();
    links.sort_by_key(|(name, _)| LINKS.iter().position(|other| other == name));
    links.into_iter().collect()
}
