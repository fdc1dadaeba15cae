//! The answer to the page that asks for a new password.

use actix_web::{HttpRequest, HttpResponse, web};

use super::destination::{self, Newcomer};
use super::links::may_choose;
use super::submission::{Submission, expired, start_again, take};
use crate::endpoints::{account_step, cookies, settings};
use crate::mail::Letter;
use crate::org::account::{AccountPage, NewPassword, Occasion, Problem, SettingsNotice};
use crate::org::lockout::{Attempt, Guess};
use crate::org::password::PasswordHash;
use crate::org::password_policy::{self, PasswordRule};
use crate::org::session::Session;
use crate::org::state::State;
use crate::org::tenant::{About, Tenant};
use crate::org::user::{User, UserStatus};
use crate::parameters::Parameters;
use crate::system_log::Outcome;

/// Takes the form.
pub(super) async fn new_password(
    tenant: web::Data<Tenant>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let Submission { page, beginning, device, form } = match take(&tenant, &request, &body) {
        Ok(submission) => submission,
        Err(answered) => return *answered,
    };
    let AccountPage::NewPassword(wanted) = page else {
        return start_again(&tenant, beginning.as_ref(), &device);
    };
    let Some(user) = entitled(&tenant, &mut tenant.state(), &wanted) else { return expired() };
    if wanted.occasion == Occasion::Chosen && !is_signed_in(&tenant, &request, &user) {
        return expired();
    }
    let problems = problems(&tenant, &user, &wanted, &form).await;
    if !problems.is_empty() {
        let page = AccountPage::NewPassword(NewPassword { problems, ..wanted });
        return account_step::go_to(&tenant, &mut tenant.state(), page, beginning, &device);
    }
    let password = form.get("credentials.passcode").unwrap_or_default().to_owned();
    let hash = tenant.hash(Some(password)).await;
    let ends_sessions = form.get("credentials.revokeSessions").is_some();
    let former = own_session(&tenant, &request);
    let Some(user) = set(&tenant, &wanted, hash, ends_sessions) else { return expired() };
    if let Some(former) = former.filter(|_| wanted.occasion == Occasion::Chosen) {
        return stay(&tenant, &request, &former, &user, &device);
    }
    let newcomer = Newcomer { user: &user, occasion: wanted.occasion, is_kept: wanted.is_kept };
    destination::sign_in(&tenant, &request, beginning.as_ref(), &device, newcomer)
}

fn is_signed_in(tenant: &Tenant, request: &HttpRequest, user: &User) -> bool {
    settings::person(tenant, &mut tenant.state(), request).is_some_and(|(_, person)| person.id == user.id)
}

fn own_session(tenant: &Tenant, request: &HttpRequest) -> Option<Session> {
    tenant.state().sessions.find(&cookies::session(request)?, tenant.now())
}

/// Whoever was signed in stays so, under another cookie, also where all their sessions ended just now.
fn stay(
    tenant: &Tenant,
    request: &HttpRequest,
    session: &Session,
    user: &User,
    device: &str,
) -> HttpResponse {
    let now = tenant.now();
    let mut state = tenant.state();
    let sid = state.sessions.open(session.clone(), cookies::session(request).as_deref(), now);
    let mut response =
        settings::go_to(tenant, &mut state, user, Some(SettingsNotice::PasswordChanged), device);
    // A cookie made of base64url is always one.
    let _ = response.add_cookie(&cookies::set_session(sid, session, now));
    response
}

/// Whose password it is, where they may still choose one.
fn entitled(tenant: &Tenant, state: &mut State, wanted: &NewPassword) -> Option<User> {
    if let Some(token) = &wanted.token {
        state.transactions.handed(token, tenant.now()).filter(|handed| handed.user_id == wanted.user_id)?;
    }
    state.directory.user(&wanted.user_id).filter(|user| may_choose(user, wanted.occasion)).cloned()
}

async fn problems(tenant: &Tenant, user: &User, wanted: &NewPassword, form: &Parameters) -> Vec<Problem> {
    let given = |name| form.get(name).unwrap_or_default().to_owned();
    let password = given("credentials.passcode");
    let mut problems = Vec::new();
    if wanted.occasion == Occasion::Chosen && !is_present(tenant, user, given("presentPassword")).await {
        problems.push(Problem::Present);
    }
    if wanted.asks_question && !answers(tenant, user, given("answer")).await {
        problems.push(Problem::Answer);
    }
    let broken = password_policy::broken_by(&password, &user.login);
    if broken.is_empty() && was_used(user, password.clone()).await {
        problems.push(Problem::Password(PasswordRule::History));
    }
    problems.extend(broken.into_iter().map(Problem::Password));
    if given("confirmPassword") != password {
        problems.push(Problem::Repetition);
    }
    problems
}

async fn was_used(user: &User, password: String) -> bool {
    let check = user.history_check();
    web::block(move || check(&password)).await.unwrap_or(true)
}

/// Whether it is somebody's password. Wrong ones count as they do at a sign-in.
async fn is_present(tenant: &Tenant, user: &User, password: String) -> bool {
    let trial = tenant.begin_trial(&user.login, &[UserStatus::Active]);
    tenant.prove(&trial, password).await.is_some_and(|id| id == user.id)
}

/// Whether it is the answer to somebody's question. Wrong ones count as wrong passwords do.
async fn answers(tenant: &Tenant, user: &User, answer: String) -> bool {
    let Some(recovery) = user.recovery.clone() else { return false };
    let attempt = tenant.state().lockouts.begin(&user.id, Guess::Password, tenant.now());
    let folded = answer.trim().to_lowercase();
    let right = web::block(move || recovery.answer.matches(&folded)).await.unwrap_or(false);
    let right = right && attempt != Attempt::LockedOut;
    if right {
        tenant.state().lockouts.succeed(&user.id, Guess::Password);
    }
    right
}

/// Sets the password and uses up what was mailed; `None` where another answer came first. The lock ends, and so do the
/// sessions, where the person or the org wants it.
fn set(tenant: &Tenant, wanted: &NewPassword, hash: PasswordHash, ends_sessions: bool) -> Option<User> {
    let now = tenant.now();
    let mut state = tenant.state();
    let user = entitled(tenant, &mut state, wanted)?;
    state.transactions.forget_tokens_of(&user.id);
    state.lockouts.unlock(&user.id);
    if ends_sessions || state.directory.reset_ends_sessions {
        state.end_sessions_of(&user.id);
    }
    let user = state.directory.user_mut(&user.id)?;
    user.set_password(hash, now);
    let user = user.clone();
    drop(state);
    let about = About { actor: Some(&user.login), client_id: None };
    tenant.record("user.account.update_password", Outcome::Success, about);
    if wanted.occasion != Occasion::Activation {
        tenant.outbox.send(Letter::PasswordChanged.to(&user.email, &user.login, now));
    }
    Some(user)
}
