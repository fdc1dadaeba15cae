//! `/api/v1/authn`: a password in JSON for a session token, which `/authorize` and the Sessions API take once
//! (Okta's Authentication API, "Primary authentication"). Nothing here asks for a second factor: apps do.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, Bytes, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{answer, resource};
use crate::org::session::Session;
use crate::org::session_token::TOKEN_LIFETIME;
use crate::org::tenant::{About, Tenant};
use crate::org::user::{User, UserStatus};
use crate::system_log::Outcome;
use crate::timestamp::iso;
use crate::{cors, management, okta_error};

/// Adds the routes.
pub(super) fn routes(config: &mut ServiceConfig) {
    let preflight = || web::method(Method::OPTIONS).to(cors::preflight_with_cookies);
    let at = |path: &str| resource(path).route(preflight());
    config
        .service(at("/api/v1/authn").route(web::post().to(primary)))
        .service(at("/api/v1/authn/cancel").route(web::post().to(cancel)))
        .service(at("/api/v1/authn/credentials/change_password").route(web::post().to(change_password)));
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Primary {
    username: String,
    password: String,
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
struct Cancel {
    state_token: String,
}

async fn primary(tenant: Data<Tenant>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let answered = match read::<Primary>(&request, &body) {
        Ok(given) if given.username.is_empty() || given.password.is_empty() => {
            let cause = "The 'username' and 'password' attributes are required in this context.".to_owned();
            let summary = "Api validation failed: authRequest";
            okta_error::respond_with(StatusCode::BAD_REQUEST, "E0000001", summary, &[cause])
        }
        Ok(given) => sign_in(&tenant, given).await,
        Err(refused) => *refused,
    };
    shared(&tenant, &request, answered)
}

async fn sign_in(tenant: &Tenant, given: Primary) -> HttpResponse {
    let trial = tenant.begin_trial(&given.username, &[UserStatus::Active, UserStatus::PasswordExpired]);
    let Some(user_id) = tenant.prove(&trial, given.password).await else {
        let about = About { actor: Some(&given.username), client_id: None };
        super::sign_in::record_failure(tenant, "user.session.start", trial.attempt, about);
        return failed();
    };
    let mut state = tenant.state();
    let Some(user) = state.directory.user(&user_id).cloned() else { return failed() };
    if user.status == UserStatus::PasswordExpired {
        let token = state.session_tokens.ask_for_password(user_id, tenant.now());
        return expired(tenant, &user, &token);
    }
    drop(state);
    proved(tenant, &user)
}

/// The password was proved: the answer has a token that opens a session.
fn proved(tenant: &Tenant, user: &User) -> HttpResponse {
    let now = tenant.now();
    let mut state = tenant.state();
    let token = state.session_tokens.issue(Session::by_password(user.id.clone(), now), now);
    let about = About { actor: Some(&user.login), client_id: None };
    tenant.record_sign_in(about);
    let mut body = transaction(tenant, "SUCCESS", user);
    body["sessionToken"] = json!(token);
    answer::json(StatusCode::OK, &body)
}

fn expired(tenant: &Tenant, user: &User, token: &str) -> HttpResponse {
    let mut body = transaction(tenant, "PASSWORD_EXPIRED", user);
    body["stateToken"] = json!(token);
    body["_embedded"]["policy"] = json!({"complexity": {
        "minLength": 8, "minLowerCase": 1, "minUpperCase": 1, "minNumber": 1, "minSymbol": 0, "excludeUsername": true,
    }});
    let href = format!("{}/api/v1/authn/credentials/change_password", tenant.base_url);
    body["_links"]["next"] = json!({"name": "changePassword", "href": href, "hints": {"allow": ["POST"]}});
    answer::json(StatusCode::OK, &body)
}

/// What all answers have.
fn transaction(tenant: &Tenant, status: &str, user: &User) -> Value {
    let attribute = |name: &str, otherwise: &str| user.attribute(name).unwrap_or_else(|| json!(otherwise));
    json!({
        "expiresAt": iso(tenant.now() + TOKEN_LIFETIME),
        "status": status,
        "_embedded": {"user": {
            "id": user.id,
            "passwordChanged": user.password_changed_at.map(iso),
            "profile": {
                "login": user.login,
                "firstName": user.given_name,
                "lastName": user.family_name,
                "locale": attribute("locale", "en"),
                "timeZone": attribute("timezone", "America/Los_Angeles"),
            },
        }},
        "_links": {"cancel": {"href": format!("{}/api/v1/authn/cancel", tenant.base_url), "hints": {"allow": ["POST"]}}},
    })
}

/// For who has to choose another password first.
async fn change_password(tenant: Data<Tenant>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let answered = match read::<Change>(&request, &body) {
        Ok(given) => change(&tenant, given).await,
        Err(refused) => *refused,
    };
    shared(&tenant, &request, answered)
}

async fn change(tenant: &Tenant, given: Change) -> HttpResponse {
    let now = tenant.now();
    let waiting = {
        let mut state = tenant.state();
        let id = state.session_tokens.waits_for_password(&given.state_token, now);
        id.and_then(|id| state.directory.user(&id).cloned())
    };
    let Some(user) = waiting.filter(|user| user.status == UserStatus::PasswordExpired) else {
        return okta_error::respond(StatusCode::UNAUTHORIZED, "E0000011", "Invalid token provided");
    };
    let trial = tenant.begin_trial(&user.login, &[UserStatus::PasswordExpired]);
    if tenant.prove(&trial, given.old_password).await.is_none() {
        return refused_change("Old Password is not correct");
    }
    if !management::is_strong(&given.new_password, &user.login) {
        return refused_change(management::REQUIREMENTS);
    }
    let hash = tenant.hash(Some(given.new_password)).await;
    let mut state = tenant.state();
    state.session_tokens.end_wait(&given.state_token, now);
    let Some(user) = state.directory.user_mut(&user.id) else { return failed() };
    user.set_password(hash, now);
    let user = user.clone();
    drop(state);
    let about = About { actor: Some(&user.login), client_id: None };
    tenant.record("user.account.update_password", Outcome::Success, about);
    proved(tenant, &user)
}

async fn cancel(tenant: Data<Tenant>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let answered = match read::<Cancel>(&request, &body) {
        Ok(given) => {
            tenant.state().session_tokens.end_wait(&given.state_token, tenant.now());
            answer::json(StatusCode::OK, &json!({}))
        }
        Err(refused) => *refused,
    };
    shared(&tenant, &request, answered)
}

/// Nobody is told whether it was name, password, status or a lock.
fn failed() -> HttpResponse {
    okta_error::respond(StatusCode::UNAUTHORIZED, "E0000004", "Authentication failed")
}

fn refused_change(cause: &str) -> HttpResponse {
    let causes = [cause.to_owned()];
    okta_error::respond_with(StatusCode::FORBIDDEN, "E0000014", "Update of credentials failed", &causes)
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

fn shared(tenant: &Tenant, request: &HttpRequest, mut response: HttpResponse) -> HttpResponse {
    cors::share_with_cookies(tenant, request, &mut response);
    response
}
