//! `/api/v1/users/{id}/credentials/…`: another password for who knows the former one, or the answer to a question.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;

use super::answer::Answer;
use super::body::read;
use super::refusal::Refusal;
use super::resource::at;
use super::user_body::{PasswordBody, QuestionBody};
use super::user_shape::credentials;
use super::{lookup, mails, targets, users};
use crate::mail::Letter;
use crate::org::password_policy::{REQUIREMENTS, is_strong};
use crate::org::tenant::Tenant;
use crate::org::transaction::TokenPurpose;
use crate::org::user::{User, UserStatus};
use crate::parameters::Parameters;

pub(super) fn routes(config: &mut ServiceConfig) {
    let act = |name: &str| at(&format!("/users/{{id}}/credentials/{name}"));
    config
        .service(act("change_password").route(web::post().to(change_password)))
        .service(act("change_recovery_question").route(web::post().to(change_question)))
        .service(act("forgot_password").route(web::post().to(forgot_password)))
        .service(act("forgot_password_recovery_question").route(web::post().to(answer_question)));
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Change {
    old_password: PasswordBody,
    new_password: PasswordBody,
    revoke_sessions: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Question {
    password: PasswordBody,
    recovery_question: QuestionBody,
}

/// Whoever has no password yet, or had it taken away, cannot show the former one.
async fn change_password(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    let change: Change = read(&body)?;
    let user = lookup::user(&tenant.state().directory, &id)?.clone();
    if !matches!(user.status, UserStatus::Active | UserStatus::PasswordExpired | UserStatus::Staged) {
        return Err(Refusal::PasswordChangeForbidden);
    }
    prove(&tenant, &user, change.old_password, "Old Password is not correct").await?;
    set(&tenant, &user, change.new_password).await?;
    if change.revoke_sessions {
        tenant.state().end_sessions_of(&user.id);
    }
    shown(&tenant, &user.id)
}

async fn change_question(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    let body: Question = read(&body)?;
    let user = lookup::user(&tenant.state().directory, &id)?.clone();
    if !matches!(user.status, UserStatus::Active | UserStatus::PasswordExpired | UserStatus::Staged) {
        return Err(Refusal::QuestionChangeForbidden);
    }
    prove(&tenant, &user, body.password, "Password is not correct").await?;
    let recovery = users::question(&tenant, &body.recovery_question).await?;
    let mut state = tenant.state();
    let user = lookup::user_mut(&mut state, &user.id)?;
    (user.recovery, user.updated_at) = (Some(recovery), tenant.now());
    tenant.record_change("user.account.update_profile", vec![targets::user(user)]);
    Ok(HttpResponse::Ok().json(credentials(user)))
}

/// With an answer it sets a password, without one it hands out where that is done.
async fn forgot_password(
    tenant: Data<Tenant>,
    id: Path<String>,
    request: HttpRequest,
    body: Bytes,
) -> Answer {
    let given: Question = if body.is_empty() { Question::default() } else { read(&body)? };
    if !given.recovery_question.answer.is_empty() {
        return answer_question(tenant, id, body).await;
    }
    let mut state = tenant.state();
    let user = lookup::user(&state.directory, &id)?.clone();
    if user.status != UserStatus::Active {
        return Err(Refusal::RecoveryForbidden);
    }
    tenant.record_change("user.account.reset_password", vec![targets::user(&user)]);
    let token =
        state.transactions.hand_out(&user.id, TokenPurpose::Recovery { asks_question: true }, tenant.now());
    let url = format!("{}/signin/reset-password/{token}", tenant.base_url);
    if Parameters::parse(request.query_string()).get("sendEmail") != Some("false") {
        mails::to_user(&tenant, &state, &user.id, Letter::ForgotPassword, url);
        return Ok(HttpResponse::Ok().json(json!({})));
    }
    Ok(HttpResponse::Ok().json(json!({ "resetPasswordUrl": url })))
}

async fn answer_question(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    let body: Question = read(&body)?;
    let user = lookup::user(&tenant.state().directory, &id)?.clone();
    let Some(recovery) = user.recovery.clone().filter(|_| user.status == UserStatus::Active) else {
        return Err(Refusal::RecoveryForbidden);
    };
    let answer = body.recovery_question.folded_answer();
    let right = web::block(move || recovery.answer.matches(&answer)).await.unwrap_or(false);
    if !right {
        let cause = "The recovery question answer did not match our records.";
        return Err(Refusal::CredentialsRefused(cause));
    }
    set(&tenant, &user, body.password).await?;
    shown(&tenant, &user.id)
}

async fn prove(
    tenant: &Tenant,
    user: &User,
    shown: PasswordBody,
    cause: &'static str,
) -> Result<(), Refusal> {
    match tenant.is_password_of(Some(&user.id), shown.value.unwrap_or_default()).await {
        true => Ok(()),
        false => Err(Refusal::CredentialsRefused(cause)),
    }
}

async fn set(tenant: &Tenant, user: &User, given: PasswordBody) -> Result<(), Refusal> {
    let password = given.value.filter(|password| is_strong(password, &user.login));
    let password = password.ok_or(Refusal::CredentialsRefused(REQUIREMENTS))?;
    let hash = tenant.hash(Some(password)).await;
    let mut state = tenant.state();
    let user = lookup::user_mut(&mut state, &user.id)?;
    user.set_password(hash, tenant.now());
    tenant.record_change("user.account.update_password", vec![targets::user(user)]);
    Ok(())
}

fn shown(tenant: &Tenant, id: &str) -> Answer {
    Ok(HttpResponse::Ok().json(credentials(lookup::user(&tenant.state().directory, id)?)))
}
