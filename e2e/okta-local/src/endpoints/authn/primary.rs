//! The first step: name and password, and another password where the former one has expired; and the end of any.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;

use super::steps::{
    Answered, StateToken, answered, begin, failed, invalid_token, look, proved, read, refused_change,
    set_password, wrong_state,
};
use super::{recovery, shape};
use crate::endpoints::{answer, sign_in};
use crate::okta_error;
use crate::org::tenant::{About, Tenant};
use crate::org::transaction::Stage;
use crate::org::user::UserStatus;

/// Name and password, or in their place a state token, whose transaction is told, or an activation token.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Primary {
    username: String,
    password: String,
    state_token: String,
    token: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Change {
    state_token: String,
    old_password: String,
    new_password: String,
}

/// `POST /api/v1/authn`: verifies a password, or takes a one-time token.
pub(super) async fn prove(tenant: Data<Tenant>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let given = match read::<Primary>(&request, &body) {
        Ok(given) => given,
        Err(refused) => return answered(&tenant, &request, Err(refused)),
    };
    let done = if !given.state_token.is_empty() {
        current(&tenant, &given.state_token)
    } else if !given.token.is_empty() {
        recovery::activate(&tenant, &given.token)
    } else if given.username.is_empty() || given.password.is_empty() {
        let cause = "The 'username' and 'password' attributes are required in this context.".to_owned();
        let summary = "Api validation failed: authRequest";
        Err(Box::new(okta_error::respond_with(StatusCode::BAD_REQUEST, "E0000001", summary, &[cause])))
    } else {
        Ok(sign_in_by_password(&tenant, given).await)
    };
    answered(&tenant, &request, done)
}

/// What comes next in a transaction.
fn current(tenant: &Tenant, token: &str) -> Answered {
    let (transaction, user) = look(tenant, token)?;
    Ok(shape::show(tenant, token, &transaction.stage, &user))
}

async fn sign_in_by_password(tenant: &Tenant, given: Primary) -> HttpResponse {
    let trial = tenant.begin_trial(&given.username, &[UserStatus::Active, UserStatus::PasswordExpired]);
    let Some(user_id) = tenant.prove(&trial, given.password).await else {
        let about = About { actor: Some(&given.username), client_id: None };
        sign_in::record_failure(tenant, "user.session.start", trial.attempt, about);
        return failed();
    };
    let Some(user) = tenant.state().directory.user(&user_id).cloned() else { return failed() };
    if user.status == UserStatus::PasswordExpired {
        return begin(tenant, Stage::PasswordExpired, &user);
    }
    proved(tenant, &user)
}

/// For who has to choose another password first.
pub(super) async fn change_password(tenant: Data<Tenant>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let done = match read::<Change>(&request, &body) {
        Ok(given) => change(&tenant, given).await,
        Err(refused) => Err(refused),
    };
    answered(&tenant, &request, done)
}

async fn change(tenant: &Tenant, given: Change) -> Answered {
    let (transaction, user) = look(tenant, &given.state_token)?;
    let Stage::PasswordExpired = transaction.stage else { return Err(wrong_state()) };
    let trial = tenant.begin_trial(&user.login, &[UserStatus::PasswordExpired]);
    if tenant.prove(&trial, given.old_password).await.is_none() {
        return Err(refused_change("Old Password is not correct"));
    }
    let user = set_password(tenant, &given.state_token, &user, given.new_password).await?;
    Ok(proved(tenant, &user))
}

/// `POST /api/v1/authn/cancel`: ends a transaction.
pub(super) async fn cancel(tenant: Data<Tenant>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let done = read::<StateToken>(&request, &body).and_then(|given| {
        let ended = tenant.state().transactions.end(&given.state_token, tenant.now());
        if ended { Ok(answer::json(StatusCode::OK, &json!({}))) } else { Err(invalid_token()) }
    });
    answered(&tenant, &request, done)
}
