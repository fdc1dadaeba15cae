//! Okta's Universal Logout: `/oauth2/v1/global-token-revocation` ends somebody's sessions and tokens, and has every app that
//! has an endpoint for it do the same, by a message that the org signs (Okta, "Build Universal Logout for your app").

use std::time::Duration;

use actix_web::middleware::from_fn;
use actix_web::web::{self, Bytes, Data, ServiceConfig};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, no_content};
use super::api_token::with_token;
use super::refusal::Refusal;
use super::resource::at;
use super::{body, targets};
use crate::org::client::Client;
use crate::org::state::State;
use crate::org::tenant::{About, Tenant};
use crate::org::user::User;
use crate::system_log::{Outcome, Target};
use crate::{callouts, loopback, random};

/// How long a message to an app is good; Okta's documentation says so.
const MESSAGE_LIFETIME: Duration = Duration::from_secs(5 * 60);

const PATH: &str = "/oauth2/v1/global-token-revocation";

/// Whoever has the API token may use it; with Okta that is whoever has the scope `okta.universalLogout.manage`.
pub(super) fn routes(config: &mut ServiceConfig) {
    let resource = at(PATH).route(web::post().to(revoke));
    config.service(resource.wrap(from_fn(with_token)).wrap(from_fn(loopback::only)));
}

#[derive(Deserialize)]
struct Request {
    sub_id: Subject,
}

/// Of whom it speaks, by the two formats that Okta's descriptions name.
#[derive(Deserialize)]
#[serde(tag = "format", rename_all = "snake_case")]
enum Subject {
    Opaque { id: String },
    IssSub { iss: String, sub: String },
}

/// A message for one app.
pub(super) struct Message {
    endpoint: String,
    signed: String,
    body: Value,
    targets: Vec<Target>,
}

async fn revoke(tenant: Data<Tenant>, text: Bytes) -> Answer {
    let Request { sub_id } = body::read(&text)?;
    let mut state = tenant.state();
    let user = meant(&tenant, &state, &sub_id)?.clone();
    state.end_sessions_of(&user.id);
    state.grants.revoke_user(&user.id);
    tenant.record_change("user.session.universal_logout", vec![targets::user(&user)]);
    let messages = messages(&tenant, &state, &user);
    drop(state);
    send(&tenant, messages).await;
    Ok(no_content())
}

fn meant<'a>(tenant: &Tenant, state: &'a State, subject: &Subject) -> Result<&'a User, Refusal> {
    let (is_ours, id) = match subject {
        Subject::Opaque { id } => (true, id),
        Subject::IssSub { iss, sub } => {
            let mut servers = state.directory.servers.iter().map(|server| tenant.issuer(&server.id));
            (*iss == tenant.base_url || servers.any(|issuer| issuer == *iss), sub)
        }
    };
    let user = state.directory.user(id).filter(|_| is_ours);
    user.ok_or_else(|| Refusal::not_found(id, "User"))
}

/// For every app that has an endpoint and that the person may use.
pub(super) fn messages(tenant: &Tenant, state: &State, user: &User) -> Vec<Message> {
    let apps = state.directory.active_clients().filter(|client| state.directory.may_use(client, user));
    apps.filter_map(|client| message(tenant, client, user)).collect()
}

fn message(tenant: &Tenant, client: &Client, user: &User) -> Option<Message> {
    let endpoint = client.app.universal_logout.clone()?;
    let now = tenant.now();
    let claims = json!({
        "jti": random::token(),
        "iss": tenant.base_url,
        // Okta's documentation shows the claim and does not say what it names.
        "sub": client.id,
        "aud": endpoint,
        "exp": (now + MESSAGE_LIFETIME).0,
        "nbf": now.0,
        "iat": now.0,
    });
    let signed = tenant.sign_revocation_request(&claims);
    let body = json!({"sub_id": {"format": "iss_sub", "iss": tenant.base_url, "sub": user.id}});
    let targets = vec![targets::user(user), targets::app(client)];
    Some(Message { endpoint, signed, body, targets })
}

/// Sends them one after the other, and writes what became of each into the System Log.
pub(super) async fn send(tenant: &Tenant, messages: Vec<Message>) {
    for message in messages {
        let outcome = match deliver(&message).await {
            Ok(()) => Outcome::Success,
            Err(reason) => {
                tracing::warn!(endpoint = message.endpoint, reason, "an app was not told to end sessions");
                Outcome::Failure(reason)
            }
        };
        let about = About { actor: None, client_id: None };
        let event = "user.authentication.universal_logout";
        tenant.record_with(event, outcome, about, message.targets, Vec::new());
    }
}

/// Whatever an app answers but a success is a failure; the draft wants 204.
async fn deliver(message: &Message) -> Result<(), String> {
    if !callouts::may_call(&message.endpoint) {
        return Err("it is neither an https URL nor an http URL on this machine".to_owned());
    }
    let sent = async {
        let client = callouts::client()?;
        let request = client.post(&message.endpoint).bearer_auth(&message.signed).json(&message.body);
        request.send().await
    };
    match sent.await.map(|answer| answer.status()) {
        Ok(status) if status.is_success() => Ok(()),
        Ok(status) => Err(format!("it answers {}", status.as_u16())),
        Err(error) => {
            Err(if error.is_timeout() { "it does not answer" } else { "it cannot be reached" }.to_owned())
        }
    }
}
