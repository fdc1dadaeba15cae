//! `/api/v1/policies` and `/api/v1/apps/{id}/policies/{policy}`: which of the org's own policies an app goes by. There
//! is one of each kind, which every app has; how people sign in is said by the app itself here.

use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::answer::{Answer, no_content};
use super::lookup;
use super::page::{self, Pages};
use super::refusal::Refusal;
use super::resource::{at, not_served};
use super::shape::link;
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;
use crate::random::seeded_id;
use crate::timestamp::iso;

/// How people sign in to an app.
pub(super) const ACCESS: &str = "ACCESS_POLICY";

/// What people are asked for before they use an app.
pub(super) const ENROLLMENT: &str = "PROFILE_ENROLLMENT";

/// Okta's other kinds, of which this org has none.
const OTHER_KINDS: [&str; 7] = [
    "CONTINUOUS_ACCESS",
    "ENTITY_RISK",
    "IDP_DISCOVERY",
    "MFA_ENROLL",
    "OKTA_SIGN_ON",
    "PASSWORD",
    "POST_AUTH_SESSION",
];

/// The id of the policy of that kind, the same in every org.
pub(super) fn id(kind: &str) -> String {
    seeded_id("rst", 0, kind)
}

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/policies").route(web::get().to(list)))
        .service(not_served("/policies/simulate"))
        .service(at("/policies/{id}").route(web::get().to(get)))
        .service(at("/policies/{id}/rules").route(web::get().to(list_rules)))
        .service(at("/apps/{id}/policies/{policy}").route(web::put().to(choose)));
}

async fn list(tenant: Data<Tenant>, request: HttpRequest) -> Answer {
    let query = Parameters::parse(request.query_string());
    let items = match query.get("type") {
        Some(kind) if [ACCESS, ENROLLMENT].contains(&kind) => {
            let mut shown = show(&tenant, kind);
            shown["_embedded"] = json!({"resourceType": "APP"});
            vec![shown]
        }
        Some(kind) if OTHER_KINDS.contains(&kind) => Vec::new(),
        _ => return Err(Refusal::invalid("type", "type: It must be one of Okta's policy types.")),
    };
    page::respond(&tenant, &request, items, Pages::ENDLESS)
}

async fn get(tenant: Data<Tenant>, policy: Path<String>) -> Answer {
    Ok(HttpResponse::Ok().json(show(&tenant, kind_of(&policy)?)))
}

fn kind_of(policy: &str) -> Result<&'static str, Refusal> {
    let kind = [ACCESS, ENROLLMENT].into_iter().find(|kind| id(kind) == policy);
    kind.ok_or_else(|| Refusal::not_found(policy, "Policy"))
}

/// An app says itself whether it asks for a second factor, so there are none.
async fn list_rules(tenant: Data<Tenant>, policy: Path<String>, request: HttpRequest) -> Answer {
    kind_of(&policy)?;
    page::respond(&tenant, &request, Vec::new(), Pages::WHOLE)
}

async fn choose(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let (app, policy) = path.into_inner();
    lookup::app(&tenant.state().directory, &app)?;
    kind_of(&policy)?;
    Ok(no_content())
}

fn show(tenant: &Tenant, kind: &str) -> Value {
    let own = format!("/policies/{}", id(kind));
    let made = iso(tenant.made_at);
    json!({
        "id": id(kind),
        "status": "ACTIVE",
        "name": "Default Policy",
        "description": "The policy that applies to every app.",
        "priority": 1,
        "system": true,
        "conditions": null,
        "created": made,
        "lastUpdated": made,
        "_links": {"self": link(tenant, &own, &["GET", "PUT"]), "rules": link(tenant, &format!("{own}/rules"), &["GET", "POST"])},
        "type": kind,
    })
}
