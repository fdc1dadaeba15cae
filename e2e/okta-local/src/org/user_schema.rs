//! The schema of people's profiles: Okta's attributes, and those that an administrator added.

use std::collections::BTreeMap;

use okta_types::UnixTime;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The definition of an attribute, as the management API shows it.
pub(crate) type Definition = Map<String, Value>;

/// Name, title, what the person may do with it, format, and least and most length of Okta's attributes.
type Base = (&'static str, &'static str, &'static str, Option<&'static str>, Option<(u64, u64)>);

/// Okta's attributes, in its order.
const BASE: [Base; 31] = [
    ("login", "Username", "READ_WRITE", None, Some((5, 100))),
    ("firstName", "First name", "READ_WRITE", None, Some((1, 50))),
    ("lastName", "Last name", "READ_WRITE", None, Some((1, 50))),
    ("middleName", "Middle name", "READ_ONLY", None, None),
    ("honorificPrefix", "Honorific prefix", "READ_ONLY", None, None),
    ("honorificSuffix", "Honorific suffix", "READ_ONLY", None, None),
    ("email", "Primary email", "READ_WRITE", Some("email"), None),
    ("title", "Title", "READ_ONLY", None, None),
    ("displayName", "Display name", "READ_ONLY", None, None),
    ("nickName", "Nickname", "READ_ONLY", None, None),
    ("profileUrl", "Profile Url", "READ_ONLY", Some("uri"), None),
    ("secondEmail", "Secondary email", "READ_WRITE", Some("email"), None),
    ("mobilePhone", "Mobile phone", "READ_WRITE", None, Some((0, 100))),
    ("primaryPhone", "Primary phone", "HIDE", None, Some((0, 100))),
    ("streetAddress", "Street address", "HIDE", None, None),
    ("city", "City", "HIDE", None, None),
    ("state", "State", "HIDE", None, None),
    ("zipCode", "Zip code", "HIDE", None, None),
    ("countryCode", "Country code", "HIDE", Some("country-code"), None),
    ("postalAddress", "Postal Address", "HIDE", None, None),
    ("preferredLanguage", "Preferred language", "READ_ONLY", Some("language-code"), None),
    ("locale", "Locale", "READ_ONLY", Some("locale"), None),
    ("timezone", "Time zone", "READ_ONLY", Some("timezone"), None),
    ("userType", "User type", "READ_ONLY", None, None),
    ("employeeNumber", "Employee number", "READ_ONLY", None, None),
    ("costCenter", "Cost center", "READ_ONLY", None, None),
    ("organization", "Organization", "READ_ONLY", None, None),
    ("division", "Division", "READ_ONLY", None, None),
    ("department", "Department", "READ_ONLY", None, None),
    ("managerId", "ManagerId", "READ_ONLY", None, None),
    ("manager", "Manager", "READ_ONLY", None, None),
];

/// Those that everybody has to have.
const REQUIRED: [&str; 4] = ["login", "firstName", "lastName", "email"];

/// What an administrator made of the schema.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct UserSchema {
    /// Attributes of the org's own, whole.
    pub(crate) custom: BTreeMap<String, Definition>,
    /// What differs in Okta's.
    pub(crate) changed: BTreeMap<String, Definition>,
    /// When it last changed.
    pub(crate) updated_at: Option<UnixTime>,
}

impl UserSchema {
    /// Okta's attributes as they are now, in Okta's order.
    pub(crate) fn base(&self) -> Map<String, Value> {
        let whole = |base: &Base| {
            let mut definition = definition(base);
            definition.extend(self.changed.get(base.0).cloned().unwrap_or_default());
            definition.retain(|name, value| name != "required" || *value == json!(true));
            (base.0.to_owned(), Value::Object(definition))
        };
        BASE.iter().map(whole).collect()
    }

    /// Whether Okta has an attribute of that name.
    pub(crate) fn is_base(name: &str) -> bool {
        BASE.iter().any(|(own, ..)| *own == name)
    }

    /// Whether nobody may be without that attribute.
    pub(crate) fn requires(&self, name: &str) -> bool {
        let told = |definition: &Definition| definition.get("required").and_then(Value::as_bool);
        let own = self.changed.get(name).or_else(|| self.custom.get(name)).and_then(told);
        own.unwrap_or(REQUIRED.contains(&name))
    }

    /// What is wrong with a value of an attribute of the org's own; `None` for one that will do, and for
    /// attributes that there are not.
    pub(crate) fn fault_in(&self, name: &str, value: &Value) -> Option<String> {
        fault(self.custom.get(name)?, value)
    }
}

fn definition((name, title, action, format, length): &Base) -> Definition {
    let mut definition =
        Map::from_iter([("title".to_owned(), json!(title)), ("type".to_owned(), json!("string"))]);
    let mut add = |name: &str, value: Value| _ = definition.insert(name.to_owned(), value);
    if REQUIRED.contains(name) {
        add("required", json!(true));
    }
    if let Some(format) = format {
        add("format", json!(format));
    }
    add("mutability", json!("READ_WRITE"));
    add("scope", json!("NONE"));
    if let Some((least, most)) = length {
        if *least > 0 {
            add("minLength", json!(least));
        }
        add("maxLength", json!(most));
    }
    add("permissions", json!([{"principal": "SELF", "action": action}]));
    add("master", json!({"type": "PROFILE_MASTER"}));
    definition
}

/// What is wrong with a value of an attribute of that definition; `None` for one that will do.
pub(crate) fn fault(definition: &Definition, value: &Value) -> Option<String> {
    let kind = definition.get("type").and_then(Value::as_str).unwrap_or_default();
    let fits = match kind {
        "array" => value.is_array(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        _ => value.is_string(),
    };
    if !fits {
        return Some(format!("The value must be of the type {kind}"));
    }
    if let (Some(items), Some(item)) = (value.as_array(), definition.get("items").and_then(Value::as_object))
    {
        return items.iter().find_map(|value| fault(item, value));
    }
    let allowed = definition.get("enum").and_then(Value::as_array);
    if allowed.is_some_and(|allowed| !allowed.contains(value)) {
        return Some("The value is not one of the enum".to_owned());
    }
    let length = u64::try_from(value.as_str()?.chars().count()).unwrap_or(u64::MAX);
    let bound = |name: &str| definition.get(name).and_then(Value::as_u64);
    let fine = bound("minLength").is_none_or(|least| least <= length)
        && bound("maxLength").is_none_or(|most| length <= most);
    (!fine).then(|| "Does not match required length".to_owned())
}
