//! A session as Okta's Sessions API shows it.

use serde::Serialize;

use crate::org::session::Session;
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::org::user::User;
use crate::timestamp::iso;

/// How an answer speaks of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// To whom it belongs.
    Me,
    /// To an administrator, who reads it by its id.
    ById,
}

/// A session as it is shown, in Okta's order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shown<'a> {
    id: &'a str,
    user_id: &'a str,
    login: Option<&'a str>,
    created_at: String,
    expires_at: String,
    status: &'static str,
    last_password_verification: Option<String>,
    last_factor_verification: Option<String>,
    amr: &'a [String],
    idp: Idp<'a>,
    mfa_active: bool,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Serialize)]
struct Idp<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct Links {
    #[serde(rename = "self")]
    me: Link,
    refresh: Link,
    user: UserLink,
}

#[derive(Serialize)]
struct UserLink {
    name: Option<String>,
    #[serde(flatten)]
    link: Link,
}

#[derive(Serialize)]
struct Link {
    href: String,
    hints: Hints,
}

#[derive(Serialize)]
struct Hints {
    allow: &'static [&'static str],
}

/// A session, as an answer.
pub(crate) fn shown<'a>(tenant: &Tenant, state: &'a State, session: &'a Session, named: Named) -> Shown<'a> {
    let link = |path: String, allow| Link {
        href: format!("{}/api/v1{path}", tenant.base_url),
        hints: Hints { allow },
    };
    let (name, user_name) = match named {
        Named::Me => ("me", "me"),
        Named::ById => (session.id.as_str(), session.user_id.as_str()),
    };
    let user = state.directory.user(&session.user_id);
    Shown {
        id: &session.id,
        user_id: &session.user_id,
        login: user.map(|user| user.login.as_str()),
        created_at: iso(session.created_at.or(session.password_at).unwrap_or(session.auth_time)),
        expires_at: iso(session.ends_at(tenant.now())),
        status: "ACTIVE",
        last_password_verification: session.password_at.map(iso),
        last_factor_verification: session.factor_at.map(iso),
        amr: &session.amr,
        idp: Idp { id: &state.directory.idp_id, kind: "OKTA" },
        mfa_active: user.is_some_and(|user| user.has_second_factor()),
        links: Links {
            me: link(format!("/sessions/{name}"), &["GET", "DELETE"]),
            refresh: link(format!("/sessions/{name}/lifecycle/refresh"), &["POST"]),
            user: UserLink {
                name: user.map(User::name),
                link: link(format!("/users/{user_name}"), &["GET"]),
            },
        },
    }
}
