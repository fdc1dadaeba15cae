//! The control plane's `GET` requests: the state that its other requests change.

use std::collections::BTreeMap;

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};

use crate::counters::Endpoint;
use crate::faults::Fault;
use crate::mail::Mail;
use crate::org::app_kind::GrantType;
use crate::org::authorization_server::AuthorizationServer;
use crate::org::policy::Policy;
use crate::org::tenant::Tenant;
use crate::org::user::User;
use crate::parameters::Parameters;

type Control = Data<Tenant>;

/// Adds the `GET` routes.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/clock", web::get().to(clock))
        .route("/settings", web::get().to(settings))
        .route("/keys", web::get().to(keys))
        .route("/users", web::get().to(users))
        .route("/mails", web::get().to(mails))
        .route("/policies", web::get().to(policies))
        .route("/faults", web::get().to(faults))
        .route("/counters", web::get().to(counters))
        .route("/log", web::get().to(log));
}

async fn clock(org: Control) -> HttpResponse {
    ok(json!({"now": org.now(), "ahead_seconds": org.clock.ahead()}))
}

/// Those of the first rule and the first app: `POST /settings` sets all alike.
async fn settings(org: Control) -> HttpResponse {
    let state = org.state();
    let directory = &state.directory;
    let rule =
        directory.servers.iter().flat_map(|server| &server.policies).flat_map(|policy| &policy.rules).next();
    let lifetimes = rule.map(|rule| rule.lifetimes).unwrap_or_default();
    ok(json!({
        "access_token_seconds": lifetimes.access_token.as_secs(),
        "refresh_token_seconds": lifetimes.refresh_token.map_or(0, |lifetime| lifetime.as_secs()),
        "refresh_window_seconds": lifetimes.refresh_window.as_secs(),
        "refresh_grace_seconds": directory.clients.first().map(|client| client.leeway.as_secs()),
        "response_iss": state.response_iss,
        "limits_groups": directory.limits_groups,
        "second_factor": directory.second_factor,
        "email_authenticator": directory.authenticators.email,
        "passkeys": directory.authenticators.passkeys,
        "password_reset_ends_sessions": directory.reset_ends_sessions,
        "require_pushed_authorization_requests": directory.requires_pushed_requests,
    }))
}

async fn keys(org: Control) -> HttpResponse {
    let status = |place| ["active", "next"].get(place).copied().unwrap_or("published");
    let keys = org.keys.published().keys.into_iter().enumerate();
    ok(keys.map(|(place, key)| json!({"kid": key.kid, "status": status(place)})).collect())
}

async fn users(org: Control) -> HttpResponse {
    let state = org.state();
    let directory = &state.directory;
    let user = |user: &User| {
        let apps = directory.clients.iter().filter(|client| directory.may_use(client, user));
        json!({
            "id": user.id,
            "login": user.login,
            "status": user.status.as_str(),
            "groups": directory.groups_of(&user.id).map(|group| &group.name).collect::<Vec<_>>(),
            "apps": apps.map(|client| &client.app.label).collect::<Vec<_>>(),
            "locked_out": state.lockouts.holds(&user.id, org.now()),
        })
    };
    ok(directory.users.iter().map(user).collect())
}

/// Newest last; with `login`, those to one person.
async fn mails(org: Control, request: HttpRequest) -> HttpResponse {
    let query = Parameters::parse(request.query_string());
    let mail = |mail: &Mail| {
        json!({
            "to": mail.to, "login": mail.login, "subject": mail.subject, "text": mail.text, "link": mail.link,
            "code": mail.code, "sent_at": mail.sent_at,
        })
    };
    ok(org.outbox.mails(query.get("login")).iter().map(mail).collect())
}

async fn policies(org: Control) -> HttpResponse {
    let state = org.state();
    let names =
        |policies: &[Policy]| -> Vec<String> { policies.iter().map(|policy| policy.name.clone()).collect() };
    let server = |server: &AuthorizationServer| json!({"server": server.id, "policies": names(&server.policies), "removed": names(&server.set_aside)});
    ok(state.directory.servers.iter().map(server).collect())
}

async fn faults(org: Control) -> HttpResponse {
    let to_come = |endpoint: &Endpoint| {
        let faults: Vec<_> = org.faults.to_come(*endpoint).into_iter().map(shown).collect();
        (!faults.is_empty()).then(|| (endpoint.as_str().to_owned(), Value::from(faults)))
    };
    ok(Value::Object(Endpoint::ALL.iter().filter_map(to_come).collect()))
}

/// As `POST /faults` takes it.
fn shown(fault: Fault) -> Value {
    match fault {
        Fault::Fail(status) => json!({"fault": "fail", "status": status}),
        Fault::Delay(time) => json!({"fault": "delay", "milliseconds": time.as_millis()}),
        Fault::Drop => json!({"fault": "drop"}),
        Fault::CutShort => json!({"fault": "cut_short"}),
        Fault::DemandNonce => json!({"fault": "demand_nonce"}),
    }
}

/// By endpoint, and token requests by grant.
async fn counters(org: Control) -> HttpResponse {
    let count = |endpoint: &Endpoint| (endpoint.as_str().to_owned(), org.counters.of(*endpoint).into());
    let mut counts: Map<String, Value> = Endpoint::ALL.iter().map(count).collect();
    let grants = [GrantType::AuthorizationCode, GrantType::RefreshToken, GrantType::ClientCredentials];
    let grants: BTreeMap<_, _> =
        grants.into_iter().map(|grant| (grant.as_str(), org.counters.of_grant(grant))).collect();
    counts.insert("token_grants".to_owned(), json!(grants));
    ok(Value::Object(counts))
}

async fn log(org: Control) -> HttpResponse {
    let events = org.log.events();
    let state = org.state();
    ok(events.iter().map(|event| event.to_json(&state.directory)).collect())
}

fn ok(what: Value) -> HttpResponse {
    HttpResponse::Ok().json(what)
}
