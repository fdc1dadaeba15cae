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
use super::orders::{Advance, Empty, FaultOrder, Kid, Mistake, Person, RateLimit, Settings, endpoint};
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
            Refusal(StatusCode::NOT_FOUND, "no such order".to_owned()).error_response()
        }));
    config.service(scope);
}

/// Why an order is not carried out, as `{"error": "…"}`.
#[derive(Debug)]
struct Refusal(StatusCode, String);

impl Refusal {
    fn of_body(error: &JsonPayloadError) -> Self {
        let text = match error {
            JsonPayloadError::Deserialize(error) => error.to_string(),
            JsonPayloadError::ContentType => {
                "the body must be JSON and say so: Content-Type: application/json".to_owned()
            }
            other => other.to_string(),
        };
        Self(StatusCode::BAD_REQUEST, text)
    }

    fn nobody(login: &str) -> Self {
        Self(StatusCode::NOT_FOUND, format!("nobody has the login {login}"))
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

async fn advance(org: Control, order: Json<Advance>) -> HttpResponse {
    org.advance_clock(Duration::from_secs(order.advance_seconds));
    HttpResponse::Ok().json(json!({"now": org.now()}))
}

async fn settings(org: Control, order: Json<Settings>) -> Answer {
    let times = order.times()?;
    org.change_lifetimes(|lifetimes| {
        lifetimes.access_token = times.access_token.unwrap_or(lifetimes.access_token);
        lifetimes.refresh_token = times.refresh_token.unwrap_or(lifetimes.refresh_token);
        lifetimes.refresh_window = times.refresh_window.unwrap_or(lifetimes.refresh_window);
    });
    if let Some(grace) = times.grace {
        org.set_refresh_grace(grace);
    }
    if let Some(limited) = order.limits_groups {
        org.state().directory.limits_groups = limited;
    }
    if let Some(asked) = order.second_factor {
        org.state().directory.second_factor = asked;
    }
    if let Some(required) = order.require_pushed_authorization_requests {
        org.state().directory.requires_pushed_requests = required;
    }
    if let Some(named) = order.response_iss {
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
    let failed = |_| Refusal(StatusCode::INTERNAL_SERVER_ERROR, "no key could be made".to_owned());
    Ok(HttpResponse::Ok().json(json!({"kid": made.map_err(failed)?})))
}

async fn retire(org: Control, order: Json<Kid>) -> Answer {
    match org.retire_key(&order.kid) {
        true => Ok(done()),
        false => {
            let text = format!("there is no key {}, or it is the active or the next one", order.kid);
            Err(Refusal(StatusCode::NOT_FOUND, text))
        }
    }
}

async fn rate_limit(org: Control, order: Json<RateLimit>) -> Answer {
    org.limits.set(endpoint(&order.endpoint)?, order.requests_per_minute);
    Ok(done())
}

async fn fault(org: Control, order: Json<FaultOrder>) -> Answer {
    let (answers, fault) = order.fault()?;
    org.faults.order(endpoint(&order.endpoint)?, fault, answers);
    Ok(done())
}

async fn clear_faults(org: Control, _: Json<Empty>) -> HttpResponse {
    org.faults.clear();
    done()
}

async fn unassign(org: Control, order: Json<Person>) -> Answer {
    found(org.unassign(&order.login), &order.login)
}

async fn assign(org: Control, order: Json<Person>) -> Answer {
    found(org.assign(&order.login), &order.login)
}

async fn federate(org: Control, order: Json<Person>) -> Answer {
    found(org.federate(&order.login), &order.login)
}

async fn suspend(org: Control, order: Json<Person>) -> Answer {
    in_status(org.suspend(&order.login), &order.login, "active")
}

async fn unsuspend(org: Control, order: Json<Person>) -> Answer {
    in_status(org.unsuspend(&order.login), &order.login, "suspended")
}

async fn unlock(org: Control, order: Json<Person>) -> Answer {
    let mut state = org.state();
    let id = state.directory.id_of(&order.login).ok_or_else(|| Refusal::nobody(&order.login))?;
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

async fn end_sessions(org: Control, order: Json<Person>) -> Answer {
    known(&org, &order.login)?;
    Ok(HttpResponse::Ok().json(json!({"ended": org.end_sessions_of(&order.login)})))
}

async fn revoke(org: Control, order: Json<Person>) -> Answer {
    known(&org, &order.login)?;
    Ok(HttpResponse::Ok().json(json!({"revoked": org.revoke_tokens_of(&order.login)})))
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
