//! `/api/v1/users`: people.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use okta_types::UnixTime;

use super::answer::{Answer, no_content};
use super::body::{already_exists, read};
use super::page::{self, Pages};
use super::refusal::Refusal;
use super::resource::at;
use super::user_body::{self, CredentialsBody, GivenPassword, QuestionBody, UserBody};
use super::user_shape::{listed, show};
use super::{group_rules, group_shape, lookup, mails, targets, universal_logout};
use crate::org::imported_hash::ImportedHash;
use crate::org::password::{PasswordHash, PasswordHashing};
use crate::org::state::State;
use crate::org::tenant::{ADMINISTRATOR, Tenant};
use crate::org::user::{RecoveryQuestion, User, UserStatus};
use crate::parameters::Parameters;
use crate::random;

const PAGES: Pages = Pages::of(200, 200);

/// Where `q` is given.
const QUERY_PAGES: Pages = Pages::of(10, 200);

/// What `filter` may name.
const FILTERABLE: [&str; 7] = [
    "status",
    "lastUpdated",
    "id",
    "profile.login",
    "profile.email",
    "profile.firstName",
    "profile.lastName",
];

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/users").route(web::get().to(list)).route(web::post().to(create)))
        .service(
            at("/users/{id}")
                .route(web::get().to(get))
                .route(web::post().to(change))
                .route(web::put().to(replace))
                .route(web::delete().to(delete)),
        )
        .service(at("/users/{id}/groups").route(web::get().to(groups_of)))
        .service(at("/users/{id}/sessions").route(web::delete().to(end_sessions)));
}

async fn list(tenant: Data<Tenant>, request: HttpRequest) -> Answer {
    let query = Parameters::parse(request.query_string());
    let by_name = query.get("q").is_some();
    // Without a search, Okta passes over those who are gone.
    let with_gone = query.get("filter").is_some() || query.get("search").is_some();
    let state = tenant.state();
    let meant = |user: &&User| {
        page::matches(&query, &[&user.given_name, &user.family_name, &user.email])
            && (with_gone || user.status != UserStatus::Deprovisioned)
    };
    let items =
        state.directory.users.iter().filter(meant).map(|user| listed(&tenant, &state, user)).collect();
    drop(state);
    let items = page::filtered(&query, items, &FILTERABLE)?;
    let items = page::searched(&query, items)?;
    page::respond(&tenant, &request, items, if by_name { QUERY_PAGES } else { PAGES })
}

/// By id, by login or its part before the `@`; `me` is whom the API token was made for.
async fn get(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    if *id == "me" {
        let administrator = administrator(&tenant);
        return Ok(HttpResponse::Ok().json(show(&tenant, &tenant.state(), &administrator)));
    }
    let state = tenant.state();
    Ok(HttpResponse::Ok().json(show(&tenant, &state, lookup::user(&state.directory, &id)?)))
}

async fn create(tenant: Data<Tenant>, request: HttpRequest, body: Bytes) -> Answer {
    let body: UserBody = read(&body)?;
    let query = Parameters::parse(request.query_string());
    let profile = user_body::check(&body.profile.unwrap_or_default(), &tenant.schema())?;
    let credentials = Credentials::of(&tenant, &body.credentials, &profile.login).await?;
    let has_password = credentials.has_password();
    let status = match (query.get("activate") != Some("false"), has_password) {
        (true, true) if changes_password_next(&query)? => UserStatus::PasswordExpired,
        _ if changes_password_next(&query)? => {
            return Err(Refusal::invalid("nextLogin", NO_PASSWORD_TO_CHANGE));
        }
        (false, _) => UserStatus::Staged,
        (true, true) => UserStatus::Active,
        (true, false) => UserStatus::Provisioned,
    };
    let now = tenant.now();
    let name = (profile.given_name.as_str(), profile.family_name.as_str());
    let unknown = tenant.hash(None).await;
    let mut user = User::active(random::id("00u"), &profile.login, name, unknown, None, now);
    user.email = profile.email;
    user.profile = profile.other;
    user.activated_at = (status != UserStatus::Staged).then_some(now);
    user.status_changed_at = (status != UserStatus::Staged || has_password).then_some(now);
    user.password_changed_at = None;
    credentials.give(&mut user, now);
    // After the password, which makes whoever waited for one active.
    user.status = status;
    add(&tenant, user, &body.group_ids)
}

const NO_PASSWORD_TO_CHANGE: &str =
    "nextLogin: Only an active user with a password can change it at the next login.";

/// Whether somebody chooses another password when they first sign in (Okta's `nextLogin`).
fn changes_password_next(query: &Parameters) -> Result<bool, Refusal> {
    match query.get("nextLogin") {
        None => Ok(false),
        Some("changePassword") => Ok(true),
        Some(_) => Err(Refusal::invalid("nextLogin", "nextLogin: The only value is changePassword.")),
    }
}

fn add(tenant: &Tenant, user: User, group_ids: &[String]) -> Answer {
    let mut state = tenant.state();
    if state.directory.user_by_login(&user.login).is_some() {
        return Err(already_exists("login"));
    }
    for id in group_ids {
        lookup::group(&state.directory, id)?;
    }
    let now = tenant.now();
    for group in &mut state.directory.groups {
        if group.is_built_in() || group_ids.contains(&group.id) {
            group.members.push(user.id.clone());
            group.members_updated_at = now;
        }
    }
    tenant.record_change("user.lifecycle.create", vec![targets::user(&user)]);
    if user.status != UserStatus::Staged {
        tenant.record_change("user.lifecycle.activate", vec![targets::user(&user)]);
    }
    let (shown, id) = (show(tenant, &state, &user), user.id.clone());
    state.directory.users.push(user);
    group_rules::run(tenant, &mut state);
    mails::activation(tenant, &mut state, &id);
    Ok(HttpResponse::Ok().json(shown))
}

/// Changes what the body names; null takes an attribute away.
async fn change(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    update(&tenant, &id, &body, true).await
}

/// Replaces the whole profile.
async fn replace(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    update(&tenant, &id, &body, false).await
}

async fn update(tenant: &Tenant, id: &str, body: &[u8], partly: bool) -> Answer {
    let body: UserBody = read(body)?;
    let former = lookup::user(&tenant.state().directory, id)?.clone();
    let keeps_profile = body.profile.is_none();
    let mut whole =
        if partly || keeps_profile { user_body::profile(&former) } else { serde_json::Map::new() };
    whole.extend(body.profile.unwrap_or_default());
    let profile = user_body::check(&whole, &tenant.schema())?;
    let credentials = Credentials::of(tenant, &body.credentials, &profile.login).await?;
    let now = tenant.now();
    let mut state = tenant.state();
    if state.directory.user_by_login(&profile.login).is_some_and(|other| other.id != former.id) {
        return Err(already_exists("login"));
    }
    let user = lookup::user_mut(&mut state, &former.id)?;
    if !keeps_profile {
        (user.login, user.email) = (profile.login, profile.email);
        (user.given_name, user.family_name, user.profile) =
            (profile.given_name, profile.family_name, profile.other);
        tenant.record_change("user.account.update_profile", vec![targets::user(user)]);
    }
    user.updated_at = now;
    if credentials.has_password() {
        tenant.record_change("user.account.update_password", vec![targets::user(user)]);
    }
    credentials.give(user, now);
    group_rules::run(tenant, &mut state);
    Ok(HttpResponse::Ok().json(show(tenant, &state, lookup::user(&state.directory, &former.id)?)))
}

/// What a body gives somebody to sign in with, hashed.
struct Credentials {
    own: Option<PasswordHash>,
    imported: Option<ImportedHash>,
    recovery: Option<RecoveryQuestion>,
}

impl Credentials {
    async fn of(tenant: &Tenant, body: &CredentialsBody, login: &str) -> Result<Self, Refusal> {
        let given = body.password.as_ref().map(|given| given.check(login)).transpose()?.flatten();
        let (own, imported) = match given {
            None => (None, None),
            Some(GivenPassword::Plain(password)) => (Some(tenant.hash(Some(password)).await), None),
            Some(GivenPassword::Imported(hash)) => (None, Some(hash)),
        };
        let recovery = match &body.recovery_question {
            None => None,
            Some(given) => Some(question(tenant, given).await?),
        };
        Ok(Self { own, imported, recovery })
    }

    fn has_password(&self) -> bool {
        self.own.is_some() || self.imported.is_some()
    }

    fn give(self, user: &mut User, now: UnixTime) {
        if let Some(hash) = self.own {
            user.set_password(hash, now);
        }
        if let Some(hash) = self.imported {
            user.set_password(user.password.clone(), now);
            user.imported = Some(hash);
        }
        user.recovery = self.recovery.or(user.recovery.take());
    }
}

/// A question with its answer hashed.
pub(super) async fn question(tenant: &Tenant, given: &QuestionBody) -> Result<RecoveryQuestion, Refusal> {
    given.check()?;
    let answer = tenant.hash(Some(given.folded_answer())).await;
    Ok(RecoveryQuestion { question: given.question.clone(), answer })
}

/// Somebody who is not deactivated yet is deactivated; the second time they are gone.
async fn delete(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let mut state = tenant.state();
    let user = lookup::user(&state.directory, &id)?.clone();
    if user.status != UserStatus::Deprovisioned {
        deactivate(&tenant, &mut state, &user.id)?;
        return Ok(no_content());
    }
    let directory = &mut state.directory;
    directory.users.retain(|other| other.id != user.id);
    directory.groups.iter_mut().for_each(|group| group.members.retain(|member| *member != user.id));
    directory.clients.iter_mut().for_each(|client| client.assignments.forget(&user.id));
    directory.rules_mut().for_each(|rule| rule.people.forget(&user.id));
    state.grants.revoke_user(&user.id);
    state.consents.forget_user(&user.id);
    tenant.record_change("user.lifecycle.delete.completed", vec![targets::user(&user)]);
    Ok(no_content())
}

/// Deactivates somebody: apps, sessions and tokens are gone.
pub(super) fn deactivate(tenant: &Tenant, state: &mut State, id: &str) -> Result<(), Refusal> {
    let now = tenant.now();
    let user = lookup::user_mut(state, id)?;
    user.set_status(UserStatus::Deprovisioned, now);
    tenant.record_change("user.lifecycle.deactivate", vec![targets::user(user)]);
    state.directory.clients.iter_mut().for_each(|client| client.assignments.forget(id));
    state.end_sessions_of(id);
    state.grants.revoke_user(id);
    group_rules::run(tenant, state);
    Ok(())
}

async fn groups_of(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let state = tenant.state();
    let user = lookup::user(&state.directory, &id)?;
    let items = state.directory.groups_of(&user.id).map(|group| group_shape::show(&tenant, group)).collect();
    drop(state);
    page::respond(&tenant, &request, items, PAGES)
}

/// Tokens end too where `oauthTokens` says so. Apps with an endpoint for it are told; that a live org tells them without being
/// asked to is unverified.
async fn end_sessions(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let query = Parameters::parse(request.query_string());
    let mut state = tenant.state();
    let user = lookup::user(&state.directory, &id)?.clone();
    state.end_sessions_of(&user.id);
    if query.get("oauthTokens") == Some("true") {
        state.grants.revoke_user(&user.id);
    }
    tenant.record_change("user.session.clear", vec![targets::user(&user)]);
    let messages = universal_logout::messages(&tenant, &state, &user);
    drop(state);
    universal_logout::send(&tenant, messages).await;
    Ok(no_content())
}

/// Whom the API token was made for; in no list, and without a password.
fn administrator(tenant: &Tenant) -> User {
    let now = tenant.now();
    // Nobody knows this password, so it need not be hard to guess either.
    let hash = PasswordHashing::LoweredForTests.hash(&random::token());
    let id = random::seeded_id("00u", 0, ADMINISTRATOR);
    User { password_changed_at: None, ..User::active(id, ADMINISTRATOR, ("API", "Token"), hash, None, now) }
}
