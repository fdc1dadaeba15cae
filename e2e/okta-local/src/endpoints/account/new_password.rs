//! The answer to the page that asks for a new password.

use actix_web::{HttpRequest, HttpResponse, web};

use super::destination::{self, Newcomer};
use super::links::may_choose;
use super::submission::{Submission, expired, start_again, take};
use crate::endpoints::account_step;
use crate::mail::Letter;
use crate::org::account::{AccountPage, NewPassword, Occasion, Problem};
use crate::org::lockout::{Attempt, Guess};
use crate::org::password::PasswordHash;
use crate::org::password_policy::{self, PasswordRule};
use crate::org::state::State;
use crate::org::tenant::{About, Tenant};
use crate::org::user::User;
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
    let problems = problems(&tenant, &user, &wanted, &form).await;
    if !problems.is_empty() {
        let page = AccountPage::NewPassword(NewPassword { problems, ..wanted });
        return account_step::go_to(&tenant, &mut tenant.state(), page, beginning, &device);
    }
    let password = form.get("credentials.passcode").unwrap_or_default().to_owned();
    let hash = tenant.hash(Some(password)).await;
    let ends_sessions = form.get("credentials.revokeSessions").is_some();
    let Some(user) = set(&tenant, &wanted, hash, ends_sessions) else { return expired() };
    let newcomer = Newcomer { user: &user, occasion: wanted.occasion, is_kept: wanted.is_kept };
    destination::sign_in(&tenant, &request, beginning.as_ref(), &device, newcomer)
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
