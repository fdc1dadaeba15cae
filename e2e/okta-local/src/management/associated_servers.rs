//! `/api/v1/authorizationServers/{id}/associatedServers`: servers whose tokens a server is to trust in a token exchange.
//! This org exchanges none, so they are kept without effect.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use okta_types::Form;
use serde::Deserialize;
use serde_json::Value;

use super::answer::{Answer, no_content};
use super::authorization_servers::{SERVERS, find, find_mut, show, target};
use super::body::read;
use super::page::{self, Pages};
use super::refusal::Refusal;
use super::resource::at;
use super::server_id::ServerId;
use crate::org::authorization_server::{AuthorizationServer, path_name};
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;

const PAGES: Pages = Pages { boundless: true, ..Pages::of(200, 200) };

pub(super) fn routes(config: &mut ServiceConfig) {
    let base = format!("{SERVERS}/{{id}}/associatedServers");
    config
        .service(at(&base).route(web::get().to(list)).route(web::post().to(add)))
        .service(at(&format!("{base}/{{other}}")).route(web::delete().to(remove)));
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TrustBody {
    trusted: Vec<String>,
}

/// Those that are trusted, or with `trusted=false` all others.
async fn list(tenant: Data<Tenant>, id: Path<ServerId>, request: HttpRequest) -> Answer {
    let query = Parameters::parse(request.query_string());
    let wanted = query.get("trusted") != Some("false");
    let state = tenant.state();
    let server = find(&state.directory, &id)?;
    let others = state.directory.servers.iter().filter(|other| !other.is_orgs_own() && other.id != server.id);
    let meant = others.filter(|other| server.trusted.contains(&other.id) == wanted);
    let named = meant.filter(|other| page::matches(&query, &[&other.name, &other.audience]));
    respond(&tenant, &query, named.map(|other| associated(&tenant, other)).collect())
}

/// As live orgs have it, the addresses of its pages are those of the list of all servers, a limit that was not given is
/// -1, and behind such a page another one is named.
fn respond(tenant: &Tenant, query: &Parameters, items: Vec<Value>) -> Answer {
    let limit = page::limit(query, PAGES)?;
    let is_limited = query.get("limit").is_some_and(|limit| limit != "-1");
    let named = if is_limited { limit.to_string() } else { "-1".to_owned() };
    let (page, more) = page::cut(query, items, limit)?;
    let address = |after: Option<&str>| {
        let form = Form::new().with_some("after", after).with("limit", &named);
        let form = form.with_some("q", query.get("q")).with_some("trusted", query.get("trusted"));
        form.as_str().to_owned()
    };
    let last = page.last().and_then(page::name).filter(|_| more || !is_limited);
    let next = last.map(|last| address(Some(last)));
    let path = format!("/api/v1{SERVERS}");
    Ok(page::linked(tenant, &path, &page, &address(query.get("after")), next))
}

async fn add(tenant: Data<Tenant>, id: Path<ServerId>, body: Bytes) -> Answer {
    let body: TrustBody = read(&body)?;
    let mut state = tenant.state();
    find(&state.directory, &id)?;
    let mut shown = Vec::new();
    for other in &body.trusted {
        let other = find(&state.directory, path_name(other))?;
        if other.id == **id {
            return Err(Refusal::invalid("trusted", "trusted: A server cannot be associated with itself."));
        }
        shown.push((other.id.clone(), associated(&tenant, other)));
    }
    let server = find_mut(&mut state, &id)?;
    for (other, _) in &shown {
        if !server.trusted.contains(other) {
            server.trusted.push(other.clone());
            tenant.record_change("app.oauth2.trusted_server.add", vec![target(server)]);
        }
    }
    Ok(HttpResponse::Ok().json(shown.into_iter().map(|(_, shown)| shown).collect::<Vec<_>>()))
}

async fn remove(tenant: Data<Tenant>, path: Path<(ServerId, String)>) -> Answer {
    let mut state = tenant.state();
    let server = find_mut(&mut state, &path.0)?;
    let place = server.trusted.iter().position(|trusted| trusted == path_name(&path.1));
    server.trusted.remove(place.ok_or_else(|| Refusal::not_found(&path.1, "AuthorizationServer"))?);
    tenant.record_change("app.oauth2.trusted_server.delete", vec![target(server)]);
    Ok(no_content())
}

/// A server as it is listed by another, without links.
fn associated(tenant: &Tenant, server: &AuthorizationServer) -> Value {
    let mut shown = show(tenant, server);
    shown["_links"] = Value::Null;
    shown
}
