//! What an app knows of one of its people: their profile there (OpenID Connect Core §5.1).

use serde_json::{Map, Value, json};

use crate::org::app_user_schema::{BASE, Base, USER_NAME};
use crate::org::client::Client;
use crate::org::user::User;

/// The attributes of a profile as live orgs list them, which is not the order of their schema.
const LISTED: [&str; 20] = [
    "street_address",
    "country",
    "website",
    "zoneinfo",
    "birthdate",
    "gender",
    "formatted",
    "profile",
    "locality",
    "given_name",
    "middle_name",
    "locale",
    "picture",
    "name",
    "nickname",
    "phone_number",
    "region",
    "postal_code",
    "family_name",
    "email",
];

/// The name that an app knows somebody by: the one that an administrator gave it, or the login.
pub(crate) fn user_name<'a>(client: &'a Client, user: &'a User) -> &'a str {
    let given = client.assignments.details.get(&user.id).and_then(|details| details.user_name.as_ref());
    given.unwrap_or(&user.login)
}

/// The profile of somebody in an app: what the org knows, over it what an administrator said of the assignment.
/// Whatever nobody said is null.
pub(crate) fn profile(client: &Client, user: &User) -> Map<String, Value> {
    let own = LISTED.iter().filter_map(|listed| BASE.iter().find(|(name, ..)| name == listed));
    let mut profile: Map<_, _> = own.map(|base| (base.0.to_owned(), taken_over(base, user))).collect();
    for name in client.user_schema.custom.keys() {
        profile.insert(name.clone(), Value::Null);
    }
    let said = client.assignments.details.get(&user.id).into_iter().flat_map(|details| &details.profile);
    profile.extend(said.map(|(name, value)| (name.clone(), value.clone())));
    profile
}

/// An attribute of somebody in an app, as an expression names it after `appuser.`; `None` where nobody said.
pub(crate) fn attribute(client: &Client, user: &User, name: &str) -> Option<Value> {
    if name == USER_NAME {
        return Some(json!(user_name(client, user)));
    }
    profile(client, user).remove(name).filter(|value| !value.is_null())
}

/// What the org knows of an attribute of an app.
fn taken_over((name, _, _, _, from): &Base, user: &User) -> Value {
    let known = match *name {
        "name" => Some(json!(user.name())),
        "phone_number" => user.attribute("primaryPhone").or_else(|| user.attribute("mobilePhone")),
        _ => from.and_then(|from| user.attribute(from)),
    };
    let otherwise = match *name {
        "locale" => json!("en_US"),
        "zoneinfo" => json!("America/Los_Angeles"),
        _ => Value::Null,
    };
    known.filter(|value| !value.is_null()).unwrap_or(otherwise)
}
