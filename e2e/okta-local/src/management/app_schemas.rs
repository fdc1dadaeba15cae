//! `/api/v1/meta/schemas/apps/{id}/default`: the attributes of an app's people.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use serde_json::{Value, json};

use super::answer::Answer;
use super::body::read;
use super::refusal::Refusal;
use super::resource::at;
use super::user_schemas::{SchemaBody, changed_custom};
use super::{lookup, targets};
use crate::org::app_user_schema::AppUserSchema;
use crate::org::client::Client;
use crate::org::tenant::Tenant;
use crate::org::user_schema::Definition;
use crate::timestamp::iso;

/// Members of a definition that an org takes and does not show of an app's attributes.
const NOT_SHOWN: [&str; 3] = ["master", "mutability", "permissions"];

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(
        at("/meta/schemas/apps/{id}/default").route(web::get().to(get)).route(web::post().to(change)),
    );
}

async fn get(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let state = tenant.state();
    Ok(HttpResponse::Ok().json(show(&tenant, lookup::app(&state.directory, &id)?)))
}

/// Adds, changes and takes away what the body names.
async fn change(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    let SchemaBody { definitions } = read(&body)?;
    let mut state = tenant.state();
    let client = lookup::app_mut(&mut state, &id)?;
    let mut schema = client.user_schema.clone();
    for (name, definition) in definitions.custom.properties {
        change_custom(&mut schema, name, definition)?;
    }
    for (name, definition) in definitions.base.properties {
        change_base(&mut schema, name, definition)?;
    }
    schema.updated_at = Some(tenant.now());
    let gone =
        |name: &String| client.user_schema.custom.contains_key(name) && !schema.custom.contains_key(name);
    for details in client.assignments.details.values_mut() {
        details.profile.retain(|name, _| !gone(name));
    }
    client.user_schema = schema;
    tenant.record_change("directory.app_user_profile.update", vec![targets::app(client)]);
    Ok(HttpResponse::Ok().json(show(&tenant, client)))
}

fn change_custom(
    schema: &mut AppUserSchema,
    name: String,
    definition: Option<Definition>,
) -> Result<(), Refusal> {
    let former = schema.custom.remove(&name);
    let Some(given) = definition else { return Ok(()) };
    let usual = Definition::from_iter([("scope".to_owned(), json!("NONE"))]);
    let is_base = AppUserSchema::is_base(&name);
    let mut whole = changed_custom(&name, is_base, former.as_ref(), usual, given)?;
    whole.retain(|name, _| !NOT_SHOWN.contains(&name.as_str()));
    if whole.get("type") == Some(&json!("array")) {
        whole.entry("union").or_insert(json!("DISABLE"));
    }
    schema.custom.insert(name, whole);
    Ok(())
}

/// Of the attributes that each app has, whether they may be left out can be changed.
fn change_base(
    schema: &mut AppUserSchema,
    name: String,
    definition: Option<Definition>,
) -> Result<(), Refusal> {
    let Some(mut given) = definition.filter(|_| AppUserSchema::is_base(&name)) else {
        let cause = format!("{name}: The base schema has no such attribute, or it cannot be removed");
        return Err(Refusal::invalid("base", cause));
    };
    if given.get("required") == Some(&json!(false)) && name == "userName" {
        return Err(Refusal::invalid("required", format!("required: '{name}' cannot be made optional")));
    }
    given.retain(|key, _| key == "required");
    schema.changed.entry(name).or_default().extend(given);
    Ok(())
}

fn show(tenant: &Tenant, client: &Client) -> Value {
    let schema = &client.user_schema;
    let base = schema.base();
    let required = |definitions: &BTreeMap<String, Definition>| -> Vec<String> {
        let needed = definitions.iter().filter(|(_, it)| it.get("required") == Some(&json!(true)));
        needed.map(|(name, _)| name.clone()).collect()
    };
    json!({
        "id": format!("{}/meta/schemas/apps/{}/default", tenant.base_url, client.app_id()),
        "$schema": "http://json-schema.org/draft-04/schema#",
        "name": client.name(),
        "title": format!("{} User", client.app.label),
        "lastUpdated": iso(schema.updated_at.unwrap_or(client.created_at)),
        "created": iso(client.created_at),
        "definitions": {
            "custom": {"id": "#custom", "type": "object", "properties": schema.custom, "required": required(&schema.custom)},
            "base": {"id": "#base", "type": "object", "properties": base, "required": required(&base)},
        },
        "type": "object",
        "properties": {"profile": {"allOf": [{"$ref": "#/definitions/custom"}, {"$ref": "#/definitions/base"}]}},
    })
}
