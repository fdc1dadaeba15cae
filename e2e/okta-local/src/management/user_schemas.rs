//! `/api/v1/meta/schemas/user` and `/api/v1/meta/types/user`: the attributes of people, and their one type.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Answer;
use super::body::read;
use super::refusal::Refusal;
use super::resource::{at, not_served};
use super::user_shape::{schema_id, type_id};
use crate::org::state::State;
use crate::org::tenant::{ADMINISTRATOR, Tenant};
use crate::org::user_schema::{Definition, UserSchema};
use crate::random;
use crate::timestamp::iso;

const TYPES: [&str; 5] = ["string", "boolean", "number", "integer", "array"];

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(not_served("/meta/schemas/user/linkedObjects"))
        .service(at("/meta/schemas/user/{id}").route(web::get().to(get)).route(web::post().to(change)))
        .service(at("/meta/types/user").route(web::get().to(types)))
        .service(at("/meta/types/user/{id}").route(web::get().to(get_type)));
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SchemaBody {
    pub(super) definitions: Definitions,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Definitions {
    pub(super) custom: Properties,
    pub(super) base: Properties,
}

/// By their names; null takes one away.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Properties {
    pub(super) properties: BTreeMap<String, Option<Definition>>,
}

async fn get(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    check_id(&id)?;
    Ok(HttpResponse::Ok().json(show(&tenant, &tenant.state())))
}

/// Adds, changes and takes away what the body names.
async fn change(tenant: Data<Tenant>, id: Path<String>, body: Bytes) -> Answer {
    check_id(&id)?;
    let SchemaBody { definitions } = read(&body)?;
    let mut state = tenant.state();
    let mut schema = state.directory.user_schema.clone();
    for (name, definition) in definitions.custom.properties {
        change_custom(&mut schema, name, definition)?;
    }
    for (name, definition) in definitions.base.properties {
        change_base(&mut schema, name, definition)?;
    }
    schema.updated_at = Some(tenant.now());
    let known = |name: &String| UserSchema::is_base(name) || schema.custom.contains_key(name);
    state.directory.users.iter_mut().for_each(|user| user.profile.retain(|name, _| known(name)));
    state.directory.user_schema = schema;
    Ok(HttpResponse::Ok().json(show(&tenant, &state)))
}

fn change_custom(
    schema: &mut UserSchema,
    name: String,
    definition: Option<Definition>,
) -> Result<(), Refusal> {
    let Some(given) = definition else {
        schema.custom.remove(&name);
        return Ok(());
    };
    let is_base = UserSchema::is_base(&name);
    let whole = changed_custom(&name, is_base, schema.custom.get(&name), usual(), given)?;
    schema.custom.insert(name, whole);
    Ok(())
}

/// The whole definition of an attribute, of whose former one, or else the usual one, `given` changes some.
///
/// # Errors
/// The name or the definition will not do.
pub(super) fn changed_custom(
    name: &str,
    is_base: bool,
    former: Option<&Definition>,
    usual: Definition,
    given: Definition,
) -> Result<Definition, Refusal> {
    let legal = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !legal {
        let cause = format!("{name}: A name consists of letters, digits and '_', and begins with no digit");
        return Err(Refusal::invalid("name", cause));
    }
    if is_base {
        let cause = format!("{name}: An attribute of that name exists in the base schema");
        return Err(Refusal::invalid("name", cause));
    }
    let mut whole = former.cloned().unwrap_or(usual);
    whole.extend(given);
    // Whatever is null is not set.
    whole.retain(|name, value| !value.is_null() && (name != "required" || *value == json!(true)));
    check(name, &whole)?;
    if former.is_some_and(|former| former.get("type") != whole.get("type")) {
        return Err(Refusal::invalid("type", format!("type: The type of '{name}' cannot be changed")));
    }
    Ok(whole)
}

/// What a definition says that leaves it out.
fn usual() -> Definition {
    [
        ("mutability", json!("READ_WRITE")),
        ("scope", json!("NONE")),
        ("permissions", json!([{"principal": "SELF", "action": "READ_ONLY"}])),
        ("master", json!({"type": "PROFILE_MASTER"})),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect()
}

fn check(name: &str, definition: &Definition) -> Result<(), Refusal> {
    let text = |key: &str| definition.get(key).and_then(Value::as_str).unwrap_or_default();
    if text("title").is_empty() {
        return Err(Refusal::invalid("title", "title: The field cannot be left blank"));
    }
    if !TYPES.contains(&text("type")) {
        let cause = format!("type: '{name}' must be of one of the types [{}]", TYPES.join(", "));
        return Err(Refusal::invalid("type", cause));
    }
    let items = definition.get("items").and_then(|items| items["type"].as_str());
    if text("type") == "array" && !items.is_some_and(|items| TYPES[..4].contains(&items)) {
        let cause = format!("items: '{name}' must say of which type its items are");
        return Err(Refusal::invalid("items", cause));
    }
    Ok(())
}

/// Of Okta's attributes, who may see and change them, and whether they may be left out, can be changed.
fn change_base(schema: &mut UserSchema, name: String, definition: Option<Definition>) -> Result<(), Refusal> {
    let Some(given) = definition.filter(|_| UserSchema::is_base(&name)) else {
        let cause = format!("{name}: The base schema has no such attribute, or it cannot be removed");
        return Err(Refusal::invalid("base", cause));
    };
    if given.get("required") == Some(&json!(false)) && ["login", "email"].contains(&name.as_str()) {
        return Err(Refusal::invalid("required", format!("required: Nobody can be without '{name}'")));
    }
    let changeable = ["permissions", "required", "master", "pattern"];
    let mut given = given;
    let permissions = given.get_mut("permissions").and_then(Value::as_array_mut);
    permissions.into_iter().flatten().filter_map(Value::as_object_mut).for_each(|one| {
        // The action comes last, however it was sent.
        one.shift_remove_entry("action").into_iter().for_each(|(name, action)| _ = one.insert(name, action));
    });
    let given = given.into_iter().filter(|(key, _)| changeable.contains(&key.as_str()));
    schema.changed.entry(name).or_default().extend(given);
    Ok(())
}

async fn types(tenant: Data<Tenant>) -> HttpResponse {
    HttpResponse::Ok().json([show_type(&tenant)])
}

async fn get_type(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    match *id == type_id() || *id == "default" {
        true => Ok(HttpResponse::Ok().json(show_type(&tenant))),
        false => Err(Refusal::not_found(&id, "UserType")),
    }
}

fn check_id(id: &str) -> Result<(), Refusal> {
    if id == "default" || id == schema_id() { Ok(()) } else { Err(Refusal::not_found(id, "UserSchema")) }
}

fn show(tenant: &Tenant, state: &State) -> Value {
    let schema = &state.directory.user_schema;
    let base = schema.base();
    let required = |names: &mut dyn Iterator<Item = &String>| -> Vec<String> {
        names.filter(|name| schema.requires(name)).cloned().collect()
    };
    let meta = format!("{}/api/v1/meta", tenant.base_url);
    json!({
        "id": format!("{}/meta/schemas/user/default", tenant.base_url),
        "$schema": "http://json-schema.org/draft-04/schema#",
        "name": "user",
        "title": "User",
        "description": DESCRIPTION,
        "lastUpdated": iso(schema.updated_at.unwrap_or(made_at(state))),
        "created": iso(made_at(state)),
        "definitions": {
            "custom": {"id": "#custom", "type": "object", "properties": schema.custom, "required": required(&mut schema.custom.keys())},
            "base": {"id": "#base", "type": "object", "properties": base, "required": required(&mut base.keys())},
        },
        "type": "object",
        "properties": {"profile": {"allOf": [{"$ref": "#/definitions/custom"}, {"$ref": "#/definitions/base"}]}},
        "_links": {
            "self": {"rel": "self", "href": format!("{meta}/schemas/user/{}", schema_id()), "method": "GET"},
            "type": {"rel": "type", "href": format!("{meta}/types/user/{}", type_id()), "method": "GET"},
        },
    })
}

const DESCRIPTION: &str = "Okta user profile template with default permission settings";

/// When the org was made: its first group is as old.
fn made_at(state: &State) -> okta_types::UnixTime {
    state.directory.groups.first().map(|group| group.created_at).unwrap_or_default()
}

fn show_type(tenant: &Tenant) -> Value {
    let meta = format!("{}/api/v1/meta", tenant.base_url);
    let made = iso(made_at(&tenant.state()));
    json!({
        "id": type_id(),
        "displayName": "User",
        "name": "user",
        "description": DESCRIPTION,
        "createdBy": random::seeded_id("spr", 0, "system"),
        "lastUpdatedBy": random::seeded_id("00u", 0, ADMINISTRATOR),
        "created": made,
        "lastUpdated": made,
        "default": true,
        "_links": {
            "schema": {"rel": "schema", "href": format!("{meta}/schemas/user/{}", schema_id()), "method": "GET"},
            "self": {"rel": "self", "href": format!("{meta}/types/user/{}", type_id()), "method": "GET"},
        },
    })
}
