//! `/api/v1/trustedOrigins`: whose pages may call the org.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use okta_types::Origin;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, no_content};
use super::body::{already_exists, read, required};
use super::page::{self, Pages};
use super::refusal::Refusal;
use super::resource::at;
use super::shape::{Status, lifecycle_act, link, status};
use crate::org::state::{Directory, State};
use crate::org::tenant::{ADMINISTRATOR, Tenant};
use crate::org::trusted_origin::{OriginScope, TrustedOrigin};
use crate::parameters::Parameters;
use crate::random::{self, seeded_id};
use crate::system_log::Target;
use crate::timestamp::iso;

const PAGES: Pages = Pages::of(20, 200);

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/trustedOrigins").route(web::get().to(list)).route(web::post().to(create)))
        .service(
            at("/trustedOrigins/{id}")
                .route(web::get().to(get))
                .route(web::put().to(update))
                .route(web::delete().to(delete)),
        )
        .service(at("/trustedOrigins/{id}/lifecycle/activate").route(web::post().to(activate)))
        .service(at("/trustedOrigins/{id}/lifecycle/deactivate").route(web::post().to(deactivate)));
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OriginBody {
    name: String,
    origin: String,
    scopes: Vec<ScopeBody>,
    status: Option<Status>,
}

#[derive(Deserialize)]
struct ScopeBody {
    #[serde(rename = "type")]
    kind: OriginScope,
}

async fn list(tenant: Data<Tenant>, request: HttpRequest) -> Answer {
    let query = Parameters::parse(request.query_string());
    let state = tenant.state();
    let origins = state.directory.trusted_origins.iter();
    let named = origins.filter(|trusted| page::matches(&query, &[&trusted.name, &trusted.origin]));
    let items = named.map(|trusted| show(&tenant, trusted)).collect();
    drop(state);
    let attributes = ["name", "origin", "status", "id", "scopes.type"];
    let items = page::filtered(&query, items, &attributes)?;
    page::respond(&tenant, &request, items, PAGES)
}

async fn get(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let state = tenant.state();
    let trusted = state.directory.trusted_origins.iter().find(|trusted| trusted.id == *id);
    let trusted = trusted.ok_or_else(|| Refusal::not_found(&id, "TrustedOrigin"))?;
    Ok(HttpResponse::Ok().json(show(&tenant, trusted)))
}

async fn create(tenant: Data<Tenant>, body: Bytes) -> Answer {
    let body: OriginBody = read(&body)?;
    let mut state = tenant.state();
    let (name, origin, scopes) = body.check(&state.directory, None)?;
    let seeded = TrustedOrigin::seeded(origin, tenant.now());
    let active = body.status.is_none_or(Status::is_active);
    let trusted = TrustedOrigin { id: random::id("tos"), name, scopes, active, ..seeded };
    let shown = show(&tenant, &trusted);
    tenant.record_change("security.trusted_origin.create", vec![target(&trusted)]);
    state.directory.trusted_origins.push(trusted);
    Ok(HttpResponse::Ok().json(shown))
}

async fn update(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    let body: OriginBody = read(&body)?;
    let now = tenant.now();
    let mut state = tenant.state();
    find_mut(&mut state, &id)?;
    let (name, origin, scopes) = body.check(&state.directory, Some(&id))?;
    let trusted = find_mut(&mut state, &id)?;
    (trusted.name, trusted.origin, trusted.scopes, trusted.updated_at) = (name, origin, scopes, now);
    trusted.active = body.status.map_or(trusted.active, Status::is_active);
    tenant.record_change("security.trusted_origin.update", vec![target(trusted)]);
    Ok(HttpResponse::Ok().json(show(&tenant, trusted)))
}

async fn delete(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let mut state = tenant.state();
    let trusted = find_mut(&mut state, &id)?;
    tenant.record_change("security.trusted_origin.delete", vec![target(trusted)]);
    state.directory.trusted_origins.retain(|trusted| trusted.id != *id);
    Ok(no_content())
}

async fn activate(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    set_active(&tenant, &id, true, "security.trusted_origin.activate")
}

async fn deactivate(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    set_active(&tenant, &id, false, "security.trusted_origin.deactivate")
}

fn set_active(tenant: &Tenant, id: &str, active: bool, event: &'static str) -> Answer {
    let now = tenant.now();
    let mut state = tenant.state();
    let trusted = find_mut(&mut state, id)?;
    (trusted.active, trusted.updated_at) = (active, now);
    tenant.record_change(event, vec![target(trusted)]);
    Ok(HttpResponse::Ok().json(show(tenant, trusted)))
}

impl OriginBody {
    fn check(
        &self,
        directory: &Directory,
        own: Option<&str>,
    ) -> Result<(String, String, Vec<OriginScope>), Refusal> {
        let name = required("name", &self.name)?;
        required("origin", &self.origin)?;
        // What is more than an origin and a slash would never be equal to what a browser sends.
        let bare = self.origin.strip_suffix('/').unwrap_or(&self.origin);
        if Origin::of(bare).map(|origin| origin.to_string()).ok().as_deref() != Some(bare) {
            return Err(Refusal::invalid("origin", "origin: Origin value is not valid"));
        }
        let others = || directory.trusted_origins.iter().filter(|trusted| Some(trusted.id.as_str()) != own);
        if others().any(|trusted| trusted.is(bare)) {
            return Err(already_exists("origin"));
        }
        if others().any(|trusted| trusted.name == name) {
            return Err(already_exists("name"));
        }
        Ok((name, self.origin.clone(), self.scopes()?))
    }

    fn scopes(&self) -> Result<Vec<OriginScope>, Refusal> {
        if self.scopes.is_empty() {
            return Err(Refusal::invalid("scopes", "scopes: The field cannot be left blank"));
        }
        Ok(self.scopes.iter().map(|scope| scope.kind).collect())
    }
}

fn find_mut<'a>(state: &'a mut State, id: &str) -> Result<&'a mut TrustedOrigin, Refusal> {
    let trusted = state.directory.trusted_origins.iter_mut().find(|trusted| trusted.id == id);
    trusted.ok_or_else(|| Refusal::not_found(id, "TrustedOrigin"))
}

fn show(tenant: &Tenant, trusted: &TrustedOrigin) -> Value {
    let own = format!("/trustedOrigins/{}", trusted.id);
    let act = lifecycle_act(trusted.active);
    let administrator = seeded_id("00u", 0, ADMINISTRATOR);
    let me = || link(tenant, &own, &["GET", "PUT", "DELETE"]);
    let act_link = link(tenant, &format!("{own}/lifecycle/{act}"), &["POST"]);
    let links = match trusted.active {
        true => json!({"self": me(), act: act_link}),
        false => json!({act: act_link, "self": me()}),
    };
    json!({
        "id": trusted.id,
        "name": trusted.name,
        "origin": trusted.origin,
        "scopes": trusted.scopes.iter().map(|scope| json!({"type": scope})).collect::<Vec<_>>(),
        "status": status(trusted.active),
        "created": iso(trusted.created_at),
        "createdBy": administrator,
        "lastUpdated": iso(trusted.updated_at),
        "lastUpdatedBy": administrator,
        "_links": links,
    })
}

fn target(trusted: &TrustedOrigin) -> Target {
    Target::new("TrustedOrigin", &trusted.id, &trusted.name)
}
