//! Activation and recovery over the Authentication API: a token that an administrator's call handed out leads, perhaps
//! by the answer to a question, to a password.

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::shape;
use super::steps::{
    Answered, answered, begin as begin_transaction, failed, invalid_token, look, may_recover, proved, read,
    set_password, wrong_state,
};
use crate::okta_error;
use crate::org::lockout::{Attempt, Guess};
use crate::org::tenant::Tenant;
use crate::org::transaction::{Stage, TokenPurpose};
use crate::org::user::{User, UserStatus};

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RecoveryToken {
    recovery_token: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Answer {
    state_token: String,
    answer: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Reset {
    state_token: String,
    new_password: String,
    revoke_sessions: bool,
}

/// Whoever was given the token, and for what.
fn take(tenant: &Tenant, token: &str) -> Option<(User, TokenPurpose)> {
    let mut state = tenant.state();
    let (user_id, purpose) = state.transactions.take(token, tenant.now())?;
    let user = state.directory.user(&user_id).cloned()?;
    may_recover(&user).then_some((user, purpose))
}

/// With an activation token: who has no password yet chooses one.
pub(super) fn activate(tenant: &Tenant, token: &str) -> Answered {
    let taken = take(tenant, token).filter(|(_, purpose)| *purpose == TokenPurpose::Activation);
    let (user, _) = taken.ok_or_else(|| Box::new(failed()))?;
    match user.status {
        UserStatus::Active => Ok(proved(tenant, &user)),
        UserStatus::Provisioned => {
            Ok(begin_transaction(tenant, Stage::PasswordReset { activation: true }, &user))
        }
        _ => Err(Box::new(failed())),
    }
}

/// Takes a recovery token.
pub(super) async fn begin(tenant: Data<Tenant>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let done = read::<RecoveryToken>(&request, &body).and_then(|given| recover(&tenant, &given));
    answered(&tenant, &request, done)
}

fn recover(tenant: &Tenant, given: &RecoveryToken) -> Answered {
    let (user, purpose) = take(tenant, &given.recovery_token).ok_or_else(invalid_token)?;
    let stage = match purpose {
        TokenPurpose::Activation | TokenPurpose::Unlock => return Err(invalid_token()),
        TokenPurpose::Recovery { asks_question: true } if user.recovery.is_some() => Stage::Recovery,
        TokenPurpose::Recovery { .. } => Stage::PasswordReset { activation: false },
    };
    Ok(begin_transaction(tenant, stage, &user))
}

/// Takes the answer to somebody's question.
pub(super) async fn answer(tenant: Data<Tenant>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let done = match read::<Answer>(&request, &body) {
        Ok(given) => check(&tenant, given).await,
        Err(refused) => Err(refused),
    };
    answered(&tenant, &request, done)
}

async fn check(tenant: &Tenant, given: Answer) -> Answered {
    let (transaction, user) = look(tenant, &given.state_token)?;
    let Stage::Recovery = transaction.stage else { return Err(wrong_state()) };
    let Some(recovery) = user.recovery.clone() else { return Err(wrong_state()) };
    let attempt = tenant.state().lockouts.begin(&user.id, Guess::Password, tenant.now());
    let folded = given.answer.trim().to_lowercase();
    let right = web::block(move || recovery.answer.matches(&folded)).await.unwrap_or(false);
    if !right || attempt == Attempt::LockedOut {
        let summary = "The recovery question answer did not match our records.";
        return Err(Box::new(okta_error::respond(StatusCode::FORBIDDEN, "E0000087", summary)));
    }
    let stage = Stage::PasswordReset { activation: false };
    let mut state = tenant.state();
    state.lockouts.succeed(&user.id, Guess::Password);
    state.transactions.go_on(&given.state_token, stage.clone(), tenant.now());
    drop(state);
    Ok(shape::show(tenant, &given.state_token, &stage, &user))
}

/// Sets the password that somebody chose.
pub(super) async fn reset_password(tenant: Data<Tenant>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let done = match read::<Reset>(&request, &body) {
        Ok(given) => reset(&tenant, given).await,
        Err(refused) => Err(refused),
    };
    answered(&tenant, &request, done)
}

async fn reset(tenant: &Tenant, given: Reset) -> Answered {
    let (transaction, user) = look(tenant, &given.state_token)?;
    let Stage::PasswordReset { .. } = transaction.stage else { return Err(wrong_state()) };
    let user = set_password(tenant, &given.state_token, &user, given.new_password).await?;
    if given.revoke_sessions {
        tenant.state().end_sessions_of(&user.id);
    }
    Ok(proved(tenant, &user))
}
