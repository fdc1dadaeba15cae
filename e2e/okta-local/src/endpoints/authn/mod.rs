//! `/api/v1/authn`: Okta's Authentication API. A password in JSON, and what the org's sign-on policy asks for beside it,
//! for a session token, which `/authorize` and the Sessions API take once.

mod factors;
mod recovery;
mod shape;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, Bytes, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{answer, resource};
use crate::org::session::Session;
use crate::org::tenant::{About, Tenant};
use crate::org::transaction::{Stage, Transaction};
use crate::org::user::{User, UserStatus};
use crate::system_log::Outcome;
use crate::{cors, management, okta_error};

/// Adds the routes.
pub(super) fn routes(config: &mut ServiceConfig) {
    let preflight = || web::method(Method::OPTIONS).to(cors::preflight_with_cookies);
    let at = |path: &str| resource(&format!("/api/v1/authn{path}")).route(preflight());
    config
        .service(at("").route(web::post().to(primary)))
        .service(at("/cancel").route(web::post().to(cancel)))
        .service(at("/previous").route(web::post().to(factors::previous)))
        .service(at("/factors").route(web::post().to(factors::enroll)))
        .service(at("/factors/{factor}/lifecycle/activate").route(web::post().to(factors::activate)))
        .service(at("/factors/{factor}/verify").route(web::post().to(factors::verify)))
        .service(at("/recovery/token").route(web::post().to(recovery::begin)))
        .service(at("/recovery/answer").route(web::post().to(recovery::answer)))
        .service(at("/credentials/change_password").route(web::post().to(change_password)))
        .service(at("/credentials/reset_password").route(web::post().to(recovery::reset_password)));
}

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

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct StateToken {
    state_token: String,
}

/// An answer, or the refusal that takes its place.
type Answered = Result<HttpResponse, Box<HttpResponse>>;

/// What a handler says, shared with pages that may ask.
fn answered(tenant: &Tenant, request: &HttpRequest, answered: Answered) -> HttpResponse {
    let mut response = answered.unwrap_or_else(|refused| *refused);
    cors::share_with_cookies(tenant, request, &mut response);
    response
}

async fn primary(tenant: Data<Tenant>, request: HttpRequest, body: Bytes) -> HttpResponse {
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
        Ok(sign_in(&tenant, given).await)
    };
    answered(&tenant, &request, done)
}

/// What comes next in a transaction.
fn current(tenant: &Tenant, token: &str) -> Answered {
    let (transaction, user) = look(tenant, token)?;
    Ok(shape::show(tenant, token, &transaction.stage, &user))
}

async fn sign_in(tenant: &Tenant, given: Primary) -> HttpResponse {
    let trial = tenant.begin_trial(&given.username, &[UserStatus::Active, UserStatus::PasswordExpired]);
    let Some(user_id) = tenant.prove(&trial, given.password).await else {
        let about = About { actor: Some(&given.username), client_id: None };
        super::sign_in::record_failure(tenant, "user.session.start", trial.attempt, about);
        return failed();
    };
    let Some(user) = tenant.state().directory.user(&user_id).cloned() else { return failed() };
    if user.status == UserStatus::PasswordExpired {
        return begin(tenant, Stage::PasswordExpired, &user);
    }
    proved(tenant, &user)
}

/// Begins a transaction.
fn begin(tenant: &Tenant, stage: Stage, user: &User) -> HttpResponse {
    let token = tenant.state().transactions.begin(&user.id, stage.clone(), tenant.now());
    shape::show(tenant, &token, &stage, user)
}

/// The password was proved. The answer has a token that opens a session, unless the org's policy asks for more.
fn proved(tenant: &Tenant, user: &User) -> HttpResponse {
    let session = Session::by_password(user.id.clone(), tenant.now());
    let asks = tenant.state().directory.second_factor;
    match asks {
        false => succeeded(tenant, user, session),
        true if user.has_second_factor() => begin(tenant, Stage::FactorRequired(session), user),
        true => begin(tenant, Stage::FactorEnroll(session), user),
    }
}

/// All is proved.
fn succeeded(tenant: &Tenant, user: &User, session: Session) -> HttpResponse {
    let now = tenant.now();
    let token = tenant.state().session_tokens.issue(session, now);
    tenant.record_sign_in(About { actor: Some(&user.login), client_id: None });
    let mut body = shape::transaction(tenant, "SUCCESS", user);
    body["sessionToken"] = json!(token);
    answer::json(StatusCode::OK, &body)
}

/// For who has to choose another password first.
async fn change_password(tenant: Data<Tenant>, request: HttpRequest, body: Bytes) -> HttpResponse {
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

/// Sets a password that is strong enough, and ends the transaction.
async fn set_password(
    tenant: &Tenant,
    token: &str,
    user: &User,
    password: String,
) -> Result<User, Box<HttpResponse>> {
    if !management::is_strong(&password, &user.login) {
        return Err(refused_change(management::REQUIREMENTS));
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

async fn cancel(tenant: Data<Tenant>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let done = read::<StateToken>(&request, &body).and_then(|given| {
        let ended = tenant.state().transactions.end(&given.state_token, tenant.now());
        if ended { Ok(answer::json(StatusCode::OK, &json!({}))) } else { Err(invalid_token()) }
    });
    answered(&tenant, &request, done)
}

/// The transaction of a state token, and whose it is. Who may not sign in any more has none.
fn look(tenant: &Tenant, token: &str) -> Result<(Transaction, User), Box<HttpResponse>> {
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
fn may_recover(user: &User) -> bool {
    use UserStatus::{Active, PasswordExpired, Provisioned, Recovery};
    matches!(user.status, Active | PasswordExpired | Provisioned | Recovery)
}

/// Nobody is told whether it was name, password, status or a lock.
fn failed() -> HttpResponse {
    okta_error::respond(StatusCode::UNAUTHORIZED, "E0000004", "Authentication failed")
}

fn invalid_token() -> Box<HttpResponse> {
    Box::new(okta_error::respond(StatusCode::UNAUTHORIZED, "E0000011", "Invalid token provided"))
}

fn wrong_state() -> Box<HttpResponse> {
    let summary = "This operation is not allowed in the current authentication state.";
    Box::new(okta_error::respond_with(StatusCode::FORBIDDEN, "E0000079", summary, &[summary.to_owned()]))
}

fn refused_change(cause: &str) -> Box<HttpResponse> {
    let causes = [cause.to_owned()];
    let summary = "Update of credentials failed";
    Box::new(okta_error::respond_with(StatusCode::FORBIDDEN, "E0000014", summary, &causes))
}

/// JSON only: a page of another origin cannot send it unasked.
fn read<T: DeserializeOwned>(request: &HttpRequest, body: &[u8]) -> Result<T, Box<HttpResponse>> {
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
