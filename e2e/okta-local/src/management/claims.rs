//! `/api/v1/authorizationServers/{id}/claims`.

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
use super::shape::{Status, link, status};
use crate::org::authorization_server::AuthorizationServer;
use crate::org::claim::{Claim, ClaimType, ClaimValue, GroupFilter};
use crate::org::tenant::Tenant;
use crate::random;
use crate::system_log::Target;
use crate::unverified::RESERVED_CLAIMS;

/// The `valueType` of claims that Okta works out itself.
const SYSTEM: &str = "SYSTEM";

pub(super) fn routes(config: &mut ServiceConfig) {
    let all = format!("{SERVERS}/{{id}}/claims");
    config.service(at(&all).route(web::get().to(list)).route(web::post().to(create))).service(
        at(&format!("{all}/{{claim}}"))
            .route(web::get().to(get))
            .route(web::put().to(update))
            .route(web::delete().to(delete)),
    );
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ClaimBody {
    name: String,
    status: Option<Status>,
    claim_type: String,
    value_type: String,
    value: String,
    #[serde(rename = "group_filter_type")]
    group_filter_type: Option<String>,
    conditions: Conditions,
    always_include_in_token: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Conditions {
    scopes: Option<Vec<String>>,
}

impl ClaimBody {
    fn check(self, id: String, server: &AuthorizationServer) -> Result<Claim, Refusal> {
        let name = required("name", &self.name)?;
        if self.value_type == SYSTEM {
            return Err(not_one_of("valueType", SYSTEM, "EXPRESSION, GROUPS"));
        }
        if RESERVED_CLAIMS.contains(&name.as_str()) {
            return Err(Refusal::invalid("name", format!("name: '{name}' is reserved.")));
        }
        let claim_type = claim_type(&self.claim_type)?;
        let value = self.value()?;
        let scopes = self.scopes(server)?;
        // A claim of an access token is always in it.
        let always = claim_type == ClaimType::Resource || self.always_include_in_token.unwrap_or(false);
        let active = self.status.is_none_or(Status::is_active);
        Ok(Claim { id, name, claim_type, value, always, scopes, active })
    }

    /// Of a claim of Okta's own: when it is in a token may be changed, what it is may not.
    fn check_system(self, former: &Claim, server: &AuthorizationServer) -> Result<Claim, Refusal> {
        let (_, value_type, ..) = shape(&former.value);
        if self.name != former.name
            || self.value_type != value_type
            || claim_type(&self.claim_type)? != former.claim_type
        {
            return Err(Refusal::SystemObject);
        }
        Ok(Claim {
            scopes: self.scopes(server)?,
            always: self.always_include_in_token.unwrap_or(former.always),
            active: self.status.map_or(former.active, Status::is_active),
            ..former.clone()
        })
    }

    fn scopes(&self, server: &AuthorizationServer) -> Result<Vec<String>, Refusal> {
        let scopes = self.conditions.scopes.clone().unwrap_or_default();
        match scopes.iter().find(|scope| !server.has_scope(scope)) {
            Some(unknown) => {
                let cause = format!("conditions.scopes: There is no scope '{unknown}'.");
                Err(Refusal::invalid("conditions.scopes", cause))
            }
            None => Ok(scopes),
        }
    }

    fn value(&self) -> Result<ClaimValue, Refusal> {
        let text = required("value", &self.value)?;
        let value = match self.value_type.as_str() {
            "EXPRESSION" => ClaimValue::Expression(text),
            "GROUPS" => ClaimValue::Groups(self.filter()?, text),
            other => return Err(not_one_of("valueType", other, "EXPRESSION, GROUPS")),
        };
        // An expression is kept even if this org cannot work it out, as Okta keeps what it cannot.
        match matches!(value, ClaimValue::Expression(_)) || value.is_usable() {
            true => Ok(value),
            false => Err(Refusal::invalid("value", "value: It is not a valid regular expression.")),
        }
    }

    fn filter(&self) -> Result<GroupFilter, Refusal> {
        match self.group_filter_type.as_deref().unwrap_or_default() {
            "STARTS_WITH" => Ok(GroupFilter::StartsWith),
            "EQUALS" => Ok(GroupFilter::Equals),
            "CONTAINS" => Ok(GroupFilter::Contains),
            "REGEX" => Ok(GroupFilter::Regex),
            other => Err(not_one_of("group_filter_type", other, "CONTAINS, EQUALS, REGEX, STARTS_WITH")),
        }
    }
}

fn claim_type(text: &str) -> Result<ClaimType, Refusal> {
    match text {
        "RESOURCE" => Ok(ClaimType::Resource),
        "IDENTITY" => Ok(ClaimType::Identity),
        other => Err(not_one_of("claimType", other, "IDENTITY, RESOURCE")),
    }
}

fn not_one_of(field: &'static str, given: &str, allowed: &str) -> Refusal {
    Refusal::invalid(field, format!("{field}: '{given}' is not one of [{allowed}]."))
}

async fn list(tenant: Data<Tenant>, id: Path<ServerId>, request: HttpRequest) -> Answer {
    let state = tenant.state();
    let server = find(&state.directory, &id)?;
    let items = server.all_claims().map(|claim| show(&tenant, &id, claim)).collect();
    drop(state);
    page::respond(&tenant, &request, items, Pages::WHOLE)
}

async fn get(tenant: Data<Tenant>, path: Path<(ServerId, String)>) -> Answer {
    let (id, claim) = path.into_inner();
    let state = tenant.state();
    let server = find(&state.directory, &id)?;
    let claim = server.all_claims().find(|known| known.id == claim).ok_or_else(|| unknown(&claim))?;
    Ok(HttpResponse::Ok().json(show(&tenant, &id, claim)))
}

async fn create(tenant: Data<Tenant>, id: Path<ServerId>, body: Bytes) -> Answer {
    let mut state = tenant.state();
    let server = find_mut(&mut state, &id)?;
    let claim = read::<ClaimBody>(&body)?.check(random::id("ocl"), server)?;
    check_name(server, &claim)?;
    let shown = show(&tenant, &id, &claim);
    record(&tenant, "oauth2.claim.created", server, &claim);
    server.claims.push(claim);
    Ok(HttpResponse::Created().json(shown))
}

async fn update(tenant: Data<Tenant>, path: Path<(ServerId, String)>, body: Bytes) -> Answer {
    let (id, claim) = path.into_inner();
    let mut state = tenant.state();
    let server = find_mut(&mut state, &id)?;
    if let Some(place) = server.system_claims.iter().position(|known| known.id == claim) {
        let changed = read::<ClaimBody>(&body)?.check_system(&server.system_claims[place], server)?;
        record(&tenant, "oauth2.claim.updated", server, &changed);
        server.system_claims[place] = changed;
        return Ok(HttpResponse::Ok().json(show(&tenant, &id, &server.system_claims[place])));
    }
    let place = place(server, &claim)?;
    let claim = read::<ClaimBody>(&body)?.check(claim, server)?;
    check_name(server, &claim)?;
    let shown = show(&tenant, &id, &claim);
    record(&tenant, "oauth2.claim.updated", server, &claim);
    server.claims[place] = claim;
    Ok(HttpResponse::Ok().json(shown))
}

async fn delete(tenant: Data<Tenant>, path: Path<(ServerId, String)>) -> Answer {
    let (id, claim) = path.into_inner();
    let mut state = tenant.state();
    let server = find_mut(&mut state, &id)?;
    if server.system_claims.iter().any(|known| known.id == claim) {
        return Err(Refusal::SystemObject);
    }
    let claim = server.claims.remove(place(server, &claim)?);
    record(&tenant, "oauth2.claim.deleted", server, &claim);
    Ok(no_content())
}

/// A token has each name once.
fn check_name(server: &AuthorizationServer, claim: &Claim) -> Result<(), Refusal> {
    let same = |other: &Claim| other.name == claim.name && other.claim_type == claim.claim_type;
    match server.all_claims().any(|other| other.id != claim.id && same(other)) {
        true => Err(already_exists("name")),
        false => Ok(()),
    }
}

fn place(server: &AuthorizationServer, id: &str) -> Result<usize, Refusal> {
    let place = server.claims.iter().position(|claim| claim.id == id);
    place.ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> Refusal {
    Refusal::not_found(id, "OAuth2Claim")
}

fn record(tenant: &Tenant, event: &'static str, server: &AuthorizationServer, claim: &Claim) {
    tenant.record_change(event, vec![Target::new("OAuth2Claim", &claim.id, &claim.name), target(server)]);
}

/// Value, `valueType`, and how groups are chosen.
fn shape(value: &ClaimValue) -> (Option<&str>, &'static str, Option<GroupFilter>) {
    match value {
        ClaimValue::Groups(filter, value) => (Some(value), "GROUPS", Some(*filter)),
        ClaimValue::Expression(value) => (Some(value), "EXPRESSION", None),
        ClaimValue::System => (None, SYSTEM, None),
    }
}

fn show(tenant: &Tenant, server: &str, claim: &Claim) -> Value {
    let (value, value_type, filter) = shape(&claim.value);
    let own = format!("{SERVERS}/{server}/claims/{}", claim.id);
    let mut shown = json!({
        "id": claim.id,
        "name": claim.name,
        "status": status(claim.active),
        "claimType": claim.claim_type,
        "valueType": value_type,
    });
    if let Some(value) = value {
        shown["value"] = json!(value);
    }
    shown["conditions"] = json!({"scopes": claim.scopes});
    shown["system"] = claim.is_system().into();
    shown["alwaysIncludeInToken"] = claim.always.into();
    shown["apiResourceId"] = Value::Null;
    if let Some(filter) = filter {
        shown["group_filter_type"] = json!(filter);
    }
    shown["_links"] = json!({"self": link(tenant, &own, &["GET", "PUT", "DELETE"])});
    shown
}
