//! The control plane's requests.

use std::fmt;
use std::time::Duration;

use actix_web::error::JsonPayloadError;
use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, Json, JsonConfig, ServiceConfig};
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

use super::listing;
use super::requests::{
    Advance, Empty, FaultRequest, Kid, MailsOf, Mistake, Person, RateLimit, Settings, endpoint,
};
use crate::loopback;
use crate::org::tenant::Tenant;

type Control = Data<Tenant>;
type Answer = Result<HttpResponse, Refusal>;

/// Adds all routes.
pub(crate) fn routes(config: &mut ServiceConfig) {
    let scope = web::scope("")
        .wrap(from_fn(loopback::only))
        .app_data(JsonConfig::default().error_handler(|error, _| Refusal::of_body(&error).into()))
        .configure(listing::routes)
        .route("/clock", web::post().to(advance))
        .route("/settings", web::post().to(settings))
        .route("/keys/rotate", web::post().to(rotate))
        .route("/keys/add", web::post().to(add_key))
        .route("/keys/retire", web::post().to(retire))
        .route("/rate-limits", web::post().to(rate_limit))
        .route("/faults", web::post().to(fault))
        .route("/faults/clear", web::post().to(clear_faults))
        .route("/dpop-nonces/expire", web::post().to(expire_nonces))
        .route("/mails/delete", web::post().to(delete_mails))
        .route("/users/unassign", web::post().to(unassign))
        .route("/users/assign", web::post().to(assign))
        .route("/users/federate", web::post().to(federate))
        .route("/users/suspend", web::post().to(suspend))
        .route("/users/unsuspend", web::post().to(unsuspend))
        .route("/users/unlock", web::post().to(unlock))
        .route("/assignments/restore", web::post().to(restore_assignments))
        .route("/policies/remove", web::post().to(remove_policies))
        .route("/policies/restore", web::post().to(restore_policies))
        .route("/sessions/end", web::post().to(end_sessions))
        .route("/tokens/revoke", web::post().to(revoke))
        .default_service(web::to(async || {
            Refusal(StatusCode::NOT_FOUND, "there is no such request".to_owned()).error_response()
        }));
    config.service(scope);
}

/// Why a request is refused, as `{"error": "…"}`.
#[derive(Debug)]
struct Refusal(StatusCode, String);

impl Refusal {
    fn of_body(error: &JsonPayloadError) -> Self {
        let text = match error {
            JsonPayloadError::Deserialize(error) => error.to_string(),
            JsonPayloadError::ContentType => {
                "the body must be JSON, with Content-Type: application/json".to_owned()
            }
            other => other.to_string(),
        };
        Self(StatusCode::BAD_REQUEST, text)
    }

    fn nobody(login: &str) -> Self {
        Self(StatusCode::NOT_FOUND, format!("there is no user with the login {login}"))
    }
}

impl From<Mistake> for Refusal {
    fn from(mistake: Mistake) -> Self {
        Self(StatusCode::BAD_REQUEST, mistake)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.1)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        self.0
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.0).json(json!({"error": self.1}))
    }
}

async fn advance(org: Control, body: Json<Advance>) -> HttpResponse {
    org.advance_clock(Duration::from_secs(body.advance_seconds));
    HttpResponse::Ok().json(json!({"now": org.now()}))
}

async fn settings(org: Control, body: Json<Settings>) -> Answer {
    let times = body.times()?;
    org.change_lifetimes(|lifetimes| {
        lifetimes.access_token = times.access_token.unwrap_or(lifetimes.access_token);
        lifetimes.refresh_token = times.refresh_token.unwrap_or(lifetimes.refresh_token);
        lifetimes.refresh_window = times.refresh_window.unwrap_or(lifetimes.refresh_window);
    });
    if let Some(grace) = times.grace {
        org.set_refresh_grace(grace);
    }
    if let Some(limited) = body.limits_groups {
        org.state().directory.limits_groups = limited;
    }
    if let Some(asked) = body.second_factor {
        org.state().directory.second_factor = asked;
    }
    if let Some(on) = body.email_authenticator {
        org.state().directory.authenticators.email = on;
    }
    if let Some(on) = body.passkeys {
        org.state().directory.authenticators.passkeys = on;
    }
    if let Some(ends) = body.password_reset_ends_sessions {
        org.state().directory.reset_ends_sessions = ends;
    }
    if let Some(required) = body.require_pushed_authorization_requests {
        org.state().directory.requires_pushed_requests = required;
    }
    if let Some(named) = body.response_iss {
        org.state().response_iss = named;
    }
    Ok(done())
}

/// Keys take a while to make.
async fn rotate(org: Control, _: Json<Empty>) -> Answer {
    kid(web::block(move || org.rotate_keys()).await)
}

async fn add_key(org: Control, _: Json<Empty>) -> Answer {
    kid(web::block(move || org.add_key()).await)
}

fn kid<E>(made: Result<String, E>) -> Answer {
    let failed = |_| Refusal(StatusCode::INTERNAL_SERVER_ERROR, "the key could not be generated".to_owned());
    Ok(HttpResponse::Ok().json(json!({"kid": made.map_err(failed)?})))
}

async fn retire(org: Control, body: Json<Kid>) -> Answer {
    match org.retire_key(&body.kid) {
        true => Ok(done()),
        false => {
            let text = format!("there is no key {}, or it is the active or next key", body.kid);
            Err(Refusal(StatusCode::NOT_FOUND, text))
        }
    }
}

async fn rate_limit(org: Control, body: Json<RateLimit>) -> Answer {
    org.limits.set(endpoint(&body.endpoint)?, body.requests_per_minute);
    Ok(done())
}

async fn fault(org: Control, body: Json<FaultRequest>) -> Answer {
    let (answers, fault) = body.fault()?;
    org.faults.inject(endpoint(&body.endpoint)?, fault, answers);
    Ok(done())
}

async fn clear_faults(org: Control, _: Json<Empty>) -> HttpResponse {
    org.faults.clear();
    done()
}

async fn expire_nonces(org: Control, _: Json<Empty>) -> HttpResponse {
    org.dpop.nonces.expire_all();
    done()
}

async fn delete_mails(org: Control, body: Json<MailsOf>) -> HttpResponse {
    HttpResponse::Ok().json(json!({"deleted": org.outbox.delete(body.login.as_deref())}))
}

async fn unassign(org: Control, body: Json<Person>) -> Answer {
    found(org.unassign(&body.login), &body.login)
}

async fn assign(org: Control, body: Json<Person>) -> Answer {
    found(org.assign(&body.login), &body.login)
}

async fn federate(org: Control, body: Json<Person>) -> Answer {
    found(org.federate(&body.login), &body.login)
}

async fn suspend(org: Control, body: Json<Person>) -> Answer {
    in_status(org.suspend(&body.login), &body.login, "active")
}

async fn unsuspend(org: Control, body: Json<Person>) -> Answer {
    in_status(org.unsuspend(&body.login), &body.login, "suspended")
}

async fn unlock(org: Control, body: Json<Person>) -> Answer {
    let mut state = org.state();
    let id = state.directory.id_of(&body.login).ok_or_else(|| Refusal::nobody(&body.login))?;
    state.lockouts.unlock(&id);
    Ok(done())
}

async fn restore_assignments(org: Control, _: Json<Empty>) -> HttpResponse {
    HttpResponse::Ok().json(json!({"restored": org.restore_assignments()}))
}

async fn remove_policies(org: Control, _: Json<Empty>) -> HttpResponse {
    org.remove_policies();
    done()
}

async fn restore_policies(org: Control, _: Json<Empty>) -> HttpResponse {
    HttpResponse::Ok().json(json!({"restored": org.restore_policies()}))
}

async fn end_sessions(org: Control, body: Json<Person>) -> Answer {
    known(&org, &body.login)?;
    Ok(HttpResponse::Ok().json(json!({"ended": org.end_sessions_of(&body.login)})))
}

async fn revoke(org: Control, body: Json<Person>) -> Answer {
    known(&org, &body.login)?;
    Ok(HttpResponse::Ok().json(json!({"revoked": org.revoke_tokens_of(&body.login)})))
}

fn known(org: &Tenant, login: &str) -> Result<(), Refusal> {
    org.state().directory.id_of(login).map(|_| ()).ok_or_else(|| Refusal::nobody(login))
}

fn found(found: bool, login: &str) -> Answer {
    if found { Ok(done()) } else { Err(Refusal::nobody(login)) }
}

fn in_status(changed: Option<bool>, login: &str, needed: &str) -> Answer {
    match changed {
        None => Err(Refusal::nobody(login)),
        Some(true) => Ok(done()),
        Some(false) => Err(Refusal(StatusCode::BAD_REQUEST, format!("{login} is not {needed}"))),
    }
}

fn done() -> HttpResponse {
    HttpResponse::NoContent().finish()
}
