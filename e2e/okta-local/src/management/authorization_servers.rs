//! `/api/v1/authorizationServers`: custom authorization servers. The org's own is not among them.

use std::time::Duration;

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, no_content};
use super::body::{already_exists, read, required};
use super::page::{self, Pages};
use super::refusal::Refusal;
use super::resource::at;
use super::server_id::ServerId;
use super::shape::{given, lifecycle_act, link, status};
use crate::org::authorization_server::{AuthorizationServer, IssuerMode, RotationMode};
use crate::org::seed;
use crate::org::state::{Directory, State};
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;
use crate::random;
use crate::system_log::Target;
use crate::timestamp::iso;

/// Where the servers are.
pub(super) const SERVERS: &str = "/authorizationServers";

/// Lists of associated servers lead here with -1 as their limit.
const PAGES: Pages = Pages { boundless: true, ..Pages::of(200, 200) };

/// How long Okta leaves keys that it rotates itself.
const ROTATION: Duration = Duration::from_secs(90 * 24 * 60 * 60);

pub(super) fn routes(config: &mut ServiceConfig) {
    let one = format!("{SERVERS}/{{id}}");
    config
        .service(at(SERVERS).route(web::get().to(list)).route(web::post().to(create)))
        .service(
            at(&one).route(web::get().to(get)).route(web::put().to(update)).route(web::delete().to(delete)),
        )
        .service(at(&format!("{one}/lifecycle/activate")).route(web::post().to(activate)))
        .service(at(&format!("{one}/lifecycle/deactivate")).route(web::post().to(deactivate)));
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ServerBody {
    name: String,
    description: Option<String>,
    audiences: Vec<String>,
    issuer_mode: Option<IssuerMode>,
    credentials: CredentialsBody,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CredentialsBody {
    signing: SigningBody,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SigningBody {
    rotation_mode: Option<RotationMode>,
}

impl ServerBody {
    /// Name and audience; Okta has one audience for each server.
    fn check(&self) -> Result<(String, String), Refusal> {
        let name = required("name", &self.name)?;
        match self.audiences.as_slice() {
            [audience] if !audience.trim().is_empty() => Ok((name, audience.clone())),
            [] => Err(Refusal::invalid("audiences", "audiences: The field cannot be left blank")),
            _ => Err(Refusal::invalid("audiences", "audiences: There must be exactly one.")),
        }
    }
}

async fn list(tenant: Data<Tenant>, request: HttpRequest) -> Answer {
    let query = Parameters::parse(request.query_string());
    let state = tenant.state();
    let custom = state.directory.servers.iter().filter(|server| !server.is_orgs_own());
    let named = custom.filter(|server| page::matches(&query, &[&server.name, &server.audience]));
    let items = named.map(|server| show(&tenant, server)).collect();
    drop(state);
    page::respond(&tenant, &request, items, PAGES)
}

async fn get(tenant: Data<Tenant>, id: Path<ServerId>) -> Answer {
    let state = tenant.state();
    Ok(HttpResponse::Ok().json(show(&tenant, find(&state.directory, &id)?)))
}

/// A new server has no policy, so nobody gets a token of it yet. Its keys rotate by themselves, whatever is said.
async fn create(tenant: Data<Tenant>, body: Bytes) -> Answer {
    let body: ServerBody = read(&body)?;
    let (name, audience) = body.check()?;
    check_name(&tenant.state().directory, &name, None)?;
    let id = random::id("aus");
    make_keys(&tenant, &id).await?;
    let mut state = tenant.state();
    check_name(&state.directory, &name, None).inspect_err(|_| _ = tenant.other_keys().remove(&id))?;
    let made = seed::authorization_server(&id, &name, tenant.now());
    let issuer_mode = body.issuer_mode.unwrap_or_default();
    let description = body.description.unwrap_or_default();
    let server = AuthorizationServer { audience, description, issuer_mode, ..made };
    let shown = show(&tenant, &server);
    tenant.record_change("oauth2.as.created", vec![target(&server)]);
    state.directory.servers.push(server);
    Ok(HttpResponse::Created().json(shown))
}

/// Keys take a while to make, which nobody else should wait for.
async fn make_keys(tenant: &Data<Tenant>, id: &str) -> Result<(), Refusal> {
    let (org, id) = (tenant.clone(), id.to_owned());
    web::block(move || _ = org.keys_of(&id)).await.map_err(|_| Refusal::Malformed)
}

async fn update(tenant: Data<Tenant>, id: Path<ServerId>, body: Bytes) -> Answer {
    let body: ServerBody = read(&body)?;
    let now = tenant.now();
    let mut state = tenant.state();
    find(&state.directory, &id)?;
    let (name, audience) = body.check()?;
    check_name(&state.directory, &name, Some(&id))?;
    let server = find_mut(&mut state, &id)?;
    (server.name, server.audience) = (name, audience);
    (server.description, server.updated_at) = (body.description.unwrap_or_default(), now);
    server.issuer_mode = body.issuer_mode.unwrap_or(server.issuer_mode);
    server.rotation_mode = body.credentials.signing.rotation_mode.unwrap_or(server.rotation_mode);
    tenant.record_change("oauth2.as.updated", vec![target(server)]);
    Ok(HttpResponse::Ok().json(show(&tenant, server)))
}

/// What it issued is good for nothing at this org from then on.
async fn delete(tenant: Data<Tenant>, id: Path<ServerId>) -> Answer {
    let mut state = tenant.state();
    let server = find(&state.directory, &id)?;
    if server.is_default() {
        return Err(Refusal::SystemObject);
    }
    tenant.record_change("oauth2.as.deleted", vec![target(server)]);
    state.directory.servers.retain(|server| server.id != **id);
    tenant.other_keys().remove(&**id);
    Ok(no_content())
}

async fn activate(tenant: Data<Tenant>, id: Path<ServerId>) -> Answer {
    set_active(&tenant, &id, true, "oauth2.as.activated")
}

async fn deactivate(tenant: Data<Tenant>, id: Path<ServerId>) -> Answer {
    set_active(&tenant, &id, false, "oauth2.as.deactivated")
}

fn set_active(tenant: &Tenant, id: &str, active: bool, event: &'static str) -> Answer {
    let now = tenant.now();
    let mut state = tenant.state();
    let server = find_mut(&mut state, id)?;
    (server.active, server.updated_at) = (active, now);
    tenant.record_change(event, vec![target(server)]);
    Ok(no_content())
}

fn check_name(directory: &Directory, name: &str, own: Option<&str>) -> Result<(), Refusal> {
    let mut others = directory.servers.iter().filter(|server| Some(server.id.as_str()) != own);
    if others.any(|server| server.name == name) { Err(already_exists("name")) } else { Ok(()) }
}

/// The custom server of that id, active or not.
pub(super) fn find<'a>(directory: &'a Directory, id: &str) -> Result<&'a AuthorizationServer, Refusal> {
    let server = directory.servers.iter().find(|server| !server.is_orgs_own() && server.id == id);
    server.ok_or_else(|| Refusal::not_found(id, "AuthorizationServer"))
}

/// As [`find`], to be changed.
pub(super) fn find_mut<'a>(state: &'a mut State, id: &str) -> Result<&'a mut AuthorizationServer, Refusal> {
    let server = state.directory.servers.iter_mut().find(|server| !server.is_orgs_own() && server.id == id);
    server.ok_or_else(|| Refusal::not_found(id, "AuthorizationServer"))
}

/// A server in an event of the System Log.
pub(super) fn target(server: &AuthorizationServer) -> Target {
    Target::new("AuthorizationServer", server.api_id(), &server.name)
}

pub(super) fn show(tenant: &Tenant, server: &AuthorizationServer) -> Value {
    let issuer = tenant.issuer(&server.id);
    json!({
        "id": server.api_id(),
        "name": server.name,
        "description": given(&server.description),
        "audiences": [server.audience],
        "issuer": issuer,
        "issuerMode": server.issuer_mode,
        "status": status(server.active),
        "created": iso(server.created_at),
        "lastUpdated": iso(server.updated_at),
        "credentials": {"signing": signing(tenant, server)},
        "default": server.is_default(),
        "_links": links(tenant, server, &issuer),
    })
}

/// When its keys are rotated next is told where the org does it.
fn signing(tenant: &Tenant, server: &AuthorizationServer) -> Value {
    let keys = tenant.keys_of(&server.id);
    let rotated_at = keys.rotated_at();
    let mut signing = json!({
        "kid": keys.published().keys.first().and_then(|key| key.kid.clone()),
        "rotationMode": server.rotation_mode,
        "lastRotated": iso(rotated_at),
    });
    if server.rotation_mode == RotationMode::Auto {
        signing["nextRotation"] = iso(rotated_at + ROTATION).into();
    }
    signing
}

fn links(tenant: &Tenant, server: &AuthorizationServer, issuer: &str) -> Value {
    let own = format!("{SERVERS}/{}", server.id);
    let under = |rest: &str, allow: &[&str]| link(tenant, &format!("{own}{rest}"), allow);
    let metadata = |name: &str| json!({"name": name, "href": format!("{issuer}/.well-known/{name}"), "hints": {"allow": ["GET"]}});
    let act = lifecycle_act(server.active);
    let mut links = json!({
        "rotateKey": under("/credentials/lifecycle/keyRotate", &["POST"]),
        "metadata": [metadata("oauth-authorization-server"), metadata("openid-configuration")],
        "keys": under("/credentials/keys", &["GET"]),
        "claims": under("/claims", &["GET", "POST"]),
        "policies": under("/policies", &["GET", "POST"]),
        "self": under("", &["GET", "DELETE", "PUT"]),
        "scopes": under("/scopes", &["GET", "POST"]),
    });
    links[act] = under(&format!("/lifecycle/{act}"), &["POST"]);
    links
}
