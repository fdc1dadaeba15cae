//! `/api/v1/authorizationServers/{id}/scopes`.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, no_content};
use super::authorization_servers::{SERVERS, find, find_mut, target};
use super::body::{already_exists, read, required};
use super::page::{self, Pages};
use super::refusal::Refusal;
use super::resource::at;
use super::server_id::ServerId;
use super::shape::{given, link};
use crate::org::authorization_server::AuthorizationServer;
use crate::org::scope::{Consent, Scope, is_scope_name};
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;
use crate::random;
use crate::system_log::Target;

const PAGES: Pages = Pages::of(200, 200);

pub(super) fn routes(config: &mut ServiceConfig) {
    let all = format!("{SERVERS}/{{id}}/scopes");
    config.service(at(&all).route(web::get().to(list)).route(web::post().to(create))).service(
        at(&format!("{all}/{{scope}}"))
            .route(web::get().to(get))
            .route(web::put().to(update))
            .route(web::delete().to(delete)),
    );
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ScopeBody {
    name: String,
    display_name: Option<String>,
    description: Option<String>,
    consent: Option<String>,
    metadata_publish: Option<String>,
    #[serde(rename = "default")]
    is_default: bool,
    optional: bool,
}

impl ScopeBody {
    fn check(self, id: String, system: bool) -> Result<Scope, Refusal> {
        let name = required("name", &self.name)?;
        if !is_scope_name(&name) {
            return Err(Refusal::invalid(
                "name",
                "name: It must be printable ASCII without spaces, quotes and \\.",
            ));
        }
        let consent = match self.consent.as_deref() {
            None | Some("IMPLICIT") => Consent::Implicit,
            Some("REQUIRED") => Consent::Required,
            Some("FLEXIBLE") => Consent::Flexible,
            Some(other) => {
                let cause = format!("consent: '{other}' is not one of [FLEXIBLE, IMPLICIT, REQUIRED].");
                return Err(Refusal::invalid("consent", cause));
            }
        };
        let published = match self.metadata_publish.as_deref() {
            None | Some("NO_CLIENTS") => false,
            Some("ALL_CLIENTS") => true,
            Some(other) => {
                let cause = format!("metadataPublish: '{other}' is not one of [ALL_CLIENTS, NO_CLIENTS].");
                return Err(Refusal::invalid("metadataPublish", cause));
            }
        };
        Ok(Scope {
            display_name: self.display_name.unwrap_or_else(|| name.clone()),
            description: self.description.unwrap_or_default(),
            default: self.is_default,
            optional: self.optional,
            id,
            name,
            consent,
            published,
            system,
        })
    }
}

async fn list(tenant: Data<Tenant>, id: Path<ServerId>, request: HttpRequest) -> Answer {
    let query = Parameters::parse(request.query_string());
    let state = tenant.state();
    let server = find(&state.directory, &id)?;
    let named = server.scopes.iter().filter(|scope| page::matches(&query, &[&scope.name]));
    let items = named.map(|scope| show(&tenant, &id, scope)).collect();
    drop(state);
    let items = page::filtered(&query, items, &["name", "id", "system", "default", "consent"])?;
    // Given whole, it tells no address.
    let pages = Pages { linked: query.get("limit").is_some(), ..PAGES };
    page::respond(&tenant, &request, items, pages)
}

async fn get(tenant: Data<Tenant>, path: Path<(ServerId, String)>) -> Answer {
    let (id, scope) = path.into_inner();
    let state = tenant.state();
    let server = find(&state.directory, &id)?;
    Ok(HttpResponse::Ok().json(show(&tenant, &id, &server.scopes[place(server, &scope)?])))
}

async fn create(tenant: Data<Tenant>, id: Path<ServerId>, body: Bytes) -> Answer {
    let mut state = tenant.state();
    let server = find_mut(&mut state, &id)?;
    let scope = read::<ScopeBody>(&body)?.check(random::id("scp"), false)?;
    if server.has_scope(&scope.name) {
        return Err(already_exists("name"));
    }
    let shown = show(&tenant, &id, &scope);
    record(&tenant, "oauth2.scope.created", server, &scope);
    server.scopes.push(scope);
    Ok(HttpResponse::Created().json(shown))
}

/// Scopes that the org made keep their name.
async fn update(tenant: Data<Tenant>, path: Path<(ServerId, String)>, body: Bytes) -> Answer {
    let (id, scope) = path.into_inner();
    let mut state = tenant.state();
    let server = find_mut(&mut state, &id)?;
    let place = place(server, &scope)?;
    let former = &server.scopes[place];
    let (system, name) = (former.system, former.name.clone());
    let scope = read::<ScopeBody>(&body)?.check(scope, system)?;
    if system && scope.name != name {
        return Err(Refusal::SystemObject);
    }
    if scope.name != name && server.has_scope(&scope.name) {
        return Err(already_exists("name"));
    }
    let shown = show(&tenant, &id, &scope);
    record(&tenant, "oauth2.scope.updated", server, &scope);
    server.scopes[place] = scope;
    Ok(HttpResponse::Ok().json(shown))
}

/// Not one that the org made. Rules and claims that named it name it no longer.
async fn delete(tenant: Data<Tenant>, path: Path<(ServerId, String)>) -> Answer {
    let (id, scope) = path.into_inner();
    let mut state = tenant.state();
    let server = find_mut(&mut state, &id)?;
    let place = place(server, &scope)?;
    if server.scopes[place].system {
        return Err(Refusal::SystemObject);
    }
    let scope = server.scopes.remove(place);
    server
        .policies
        .iter_mut()
        .flat_map(|policy| &mut policy.rules)
        .for_each(|rule| rule.scopes.forget(&scope.name));
    let claims = server.claims.iter_mut().chain(&mut server.system_claims);
    claims.for_each(|claim| claim.scopes.retain(|name| *name != scope.name));
    record(&tenant, "oauth2.scope.deleted", server, &scope);
    Ok(no_content())
}

fn place(server: &AuthorizationServer, id: &str) -> Result<usize, Refusal> {
    let place = server.scopes.iter().position(|scope| scope.id == id);
    place.ok_or_else(|| Refusal::not_found(id, "OAuth2Scope"))
}

fn record(tenant: &Tenant, event: &'static str, server: &AuthorizationServer, scope: &Scope) {
    tenant.record_change(event, vec![Target::new("OAuth2Scope", &scope.id, &scope.name), target(server)]);
}

fn show(tenant: &Tenant, server: &str, scope: &Scope) -> Value {
    let own = format!("{SERVERS}/{server}/scopes/{}", scope.id);
    json!({
        "id": scope.id,
        "name": scope.name,
        "displayName": scope.display_name,
        "description": given(&scope.description),
        "system": scope.system,
        "metadataPublish": if scope.published { "ALL_CLIENTS" } else { "NO_CLIENTS" },
        "consent": scope.consent,
        "optional": scope.optional,
        "apiResourceId": null,
        "default": scope.default,
        "_links": {"self": link(tenant, &own, &["GET", "PUT", "DELETE"])},
    })
}
