//! Apps that have something of somebody or of an authorization server: `/users/{id}/clients` and
//! `/authorizationServers/{id}/clients`.

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path, ServiceConfig};
use serde_json::{Value, json};

use super::answer::Answer;
use super::authorization_servers::{self, SERVERS};
use super::lookup;
use super::resource::at;
use super::server_id::ServerId;
use super::shape::{link, link_bare};
use crate::org::client::Client;
use crate::org::state::State;
use crate::org::tenant::Tenant;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/users/{id}/clients").route(web::get().to(of_user)))
        .service(at(&format!("{SERVERS}/{{id}}/clients")).route(web::get().to(of_server)));
}

/// Those that have refresh tokens of somebody or were allowed something.
async fn of_user(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let state = tenant.state();
    let user = lookup::user(&state.directory, &id)?;
    let tokens = state.grants.renewable(tenant.now(), |grant| grant.user_id == user.id);
    let allowed = state.consents.of(&user.id).iter().map(|allowed| allowed.client_id.as_str());
    let ids = tokens.iter().map(|token| token.grant.client_id.as_str()).chain(allowed).collect();
    let shown = |client: &Client| {
        let own = format!("/users/{}/clients/{}", user.id, client.id);
        let links = json!({
            "grants": link_bare(&tenant, &format!("{own}/grants")),
            "tokens": link_bare(&tenant, &format!("{own}/tokens")),
        });
        show(client, &links)
    };
    Ok(HttpResponse::Ok().json(clients(&state, &ids, shown)))
}

/// Those that have refresh tokens of a server.
async fn of_server(tenant: Data<Tenant>, id: Path<ServerId>) -> Answer {
    let state = tenant.state();
    let server = authorization_servers::find(&state.directory, &id)?;
    let tokens = state.grants.renewable(tenant.now(), |grant| grant.server_id == server.id);
    let ids = tokens.iter().map(|token| token.grant.client_id.as_str()).collect();
    let shown = |client: &Client| {
        let tokens = format!("{SERVERS}/{}/clients/{}/tokens", server.api_id(), client.id);
        let href = format!("{}/oauth2/v1/clients/{}", tenant.base_url, client.id);
        let links = json!({
            "client": {"href": href, "title": client.app.label},
            "tokens": link(&tenant, &tokens, &["GET", "DELETE"]),
        });
        show(client, &links)
    };
    Ok(HttpResponse::Ok().json(clients(&state, &ids, shown)))
}

fn clients(state: &State, ids: &BTreeSet<&str>, shown: impl Fn(&Client) -> Value) -> Vec<Value> {
    let meant = state.directory.clients.iter().filter(|client| ids.contains(client.id.as_str()));
    meant.map(shown).collect()
}

fn show(client: &Client, links: &Value) -> Value {
    json!({
        "client_id": client.id,
        "client_name": client.app.label,
        "client_uri": client.extra_settings.get("client_uri"),
        "logo_uri": client.extra_settings.get("logo_uri"),
        "_links": links,
    })
}
