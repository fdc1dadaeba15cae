//! What the steps of the Authentication API share: their bodies and answers, and the transaction that they go through.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::shape;
use crate::endpoints::answer;
use crate::org::password_policy::{REQUIREMENTS, is_strong};
use crate::org::session::Session;
use crate::org::tenant::{About, Tenant};
use crate::org::transaction::{Stage, Transaction};
use crate::org::user::{User, UserStatus};
use crate::system_log::Outcome;
use crate::{cors, okta_error};

/// The token of a transaction.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct StateToken {
    pub(super) state_token: String,
}

/// An answer, or the refusal that takes its place.
pub(super) type Answered = Result<HttpResponse, Box<HttpResponse>>;

/// What a handler says, shared with pages that may ask.
pub(super) fn answered(tenant: &Tenant, request: &HttpRequest, answered: Answered) -> HttpResponse {
    let mut response = answered.unwrap_or_else(|refused| *refused);
    cors::share_with_cookies(tenant, request, &mut response);
    response
}

/// Begins a transaction and answers with its state token.
pub(super) fn begin(tenant: &Tenant, stage: Stage, user: &User) -> HttpResponse {
    let token = tenant.state().transactions.begin(&user.id, stage.clone(), tenant.now());
    shape::show(tenant, &token, &stage, user)
}

/// The password was proved. The answer has a token that opens a session, unless the org's policy asks for more.
pub(super) fn proved(tenant: &Tenant, user: &User) -> HttpResponse {
    let session = Session::by_password(user.id.clone(), tenant.now());
    let (asks, has_any) = {
        let directory = &tenant.state().directory;
        (directory.second_factor, !directory.methods_of(user).is_empty())
    };
    match asks {
        false => succeeded(tenant, user, session),
        // Passkeys and mails are for the pages: who has nothing else cannot go on here, and nobody makes them an
        // authenticator app who knows the password alone.
        true if has_any => begin(tenant, Stage::FactorRequired(session), user),
        true => begin(tenant, Stage::FactorEnroll(session), user),
    }
}

/// `SUCCESS`, with a session token: nothing is left to verify.
pub(super) fn succeeded(tenant: &Tenant, user: &User, session: Session) -> HttpResponse {
    let now = tenant.now();
    let token = tenant.state().session_tokens.issue(session, now);
    tenant.record_sign_in(About { actor: Some(&user.login), client_id: None });
    let mut body = shape::transaction(tenant, "SUCCESS", user);
    body["sessionToken"] = json!(token);
    answer::json(StatusCode::OK, &body)
}

/// Sets a password that is strong enough, and ends the transaction.
pub(super) async fn set_password(
    tenant: &Tenant,
    token: &str,
    user: &User,
    password: String,
) -> Result<User, Box<HttpResponse>> {
    if !is_strong(&password, &user.login) {
        return Err(refused_change(REQUIREMENTS));
    }
    let hash = tenant.hash(Some(password)).await;
    let now = tenant.now();
    let mut state = tenant.state();
    state.transactions.end(token, now);
    let user = state.directory.user_mut(&user.id).ok_or_else(|| Box::new(failed()))?;
    user.set_password(hash, now);
    let user = user.clone();
    drop(state);
    let about = About { actor: Some(&user.login), client_id: None };
    tenant.record("user.account.update_password", Outcome::Success, about);
    Ok(user)
}

/// The transaction of a state token, and whose it is. Who may not sign in any more has none.
pub(super) fn look(tenant: &Tenant, token: &str) -> Result<(Transaction, User), Box<HttpResponse>> {
    let mut state = tenant.state();
    let transaction = state.transactions.look(token, tenant.now()).ok_or_else(invalid_token)?;
    let user = state.directory.user(&transaction.user_id).cloned();
    let may_go_on = |user: &User| match transaction.stage {
        Stage::PasswordExpired => user.status == UserStatus::PasswordExpired,
        Stage::PasswordReset { .. } | Stage::Recovery => may_recover(user),
        _ => user.status == UserStatus::Active,
    };
    let user = user.filter(may_go_on).ok_or_else(invalid_token)?;
    Ok((transaction, user))
}

/// Whether somebody may choose a password without knowing the former one.
pub(super) fn may_recover(user: &User) -> bool {
    use UserStatus::{Active, PasswordExpired, Provisioned, Recovery};
    matches!(user.status, Active | PasswordExpired | Provisioned | Recovery)
}

/// Nobody is told whether it was name, password, status or a lock.
pub(super) fn failed() -> HttpResponse {
    okta_error::respond(StatusCode::UNAUTHORIZED, "E0000004", "Authentication failed")
}

pub(super) fn invalid_token() -> Box<HttpResponse> {
    Box::new(okta_error::respond(StatusCode::UNAUTHORIZED, "E0000011", "Invalid token provided"))
}

pub(super) fn wrong_state() -> Box<HttpResponse> {
    let summary = "This operation is not allowed in the current authentication state.";
    Box::new(okta_error::respond_with(StatusCode::FORBIDDEN, "E0000079", summary, &[summary.to_owned()]))
}

pub(super) fn refused_change(cause: &str) -> Box<HttpResponse> {
    let causes = [cause.to_owned()];
    let summary = "Update of credentials failed";
    Box::new(okta_error::respond_with(StatusCode::FORBIDDEN, "E0000014", summary, &causes))
}

/// JSON only: a page of another origin cannot send it unasked.
pub(super) fn read<T: DeserializeOwned>(request: &HttpRequest, body: &[u8]) -> Result<T, Box<HttpResponse>> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
        return Err(Box::new(answer::wrong_media_type()));
    }
    let malformed = || {
        let summary = "The request body was not well-formed.";
        Box::new(okta_error::respond(StatusCode::BAD_REQUEST, "E0000003", summary))
    };
    let is_object = body.trim_ascii_start().starts_with(b"{");
    serde_json::from_slice(body).ok().filter(|_| is_object).ok_or_else(malformed)
}
