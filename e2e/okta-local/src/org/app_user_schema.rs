//! The schema of the profiles that people have in an app.

use std::collections::BTreeMap;

use okta_types::UnixTime;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::org::user_schema::{Definition, fault};

/// Name, title and description of an attribute, its name outside where it has another, and the attribute of the org
/// that it is taken from.
pub(crate) type Base = (&'static str, &'static str, &'static str, Option<&'static str>, Option<&'static str>);

/// The attributes that each app has, in Okta's order.
pub(crate) const BASE: [Base; 21] = [
    ("userName", "Username", "", Some("preferred_username"), None),
    ("name", "Name", "End-User's full name in displayable form.", None, None),
    (
        "nickname",
        "Nickname",
        "Casual name of the End-User (may or may not be the same as the given_name)",
        None,
        Some("nickName"),
    ),
    ("given_name", "Given Name", "Given name or first name of the End-User.", None, Some("firstName")),
    ("middle_name", "Middle Name", "Middle name of the End-User.", None, Some("middleName")),
    ("family_name", "Family Name", "Surname or last name of the End-User.", None, Some("lastName")),
    ("email", "Email", "End-User's preferred e-mail address.", None, Some("email")),
    ("profile", "Profile URL", "URL of the End-User's profile page.", None, Some("profileUrl")),
    ("picture", "Picture URL", "URL of the End-User's profile picture.", None, Some("picture")),
    ("website", "Website", "URL of the End-User's Web page or blog.", None, Some("website")),
    ("gender", "Gender", "End-User's gender.", None, Some("gender")),
    (
        "birthdate",
        "Birthdate",
        "End-User's birthday, represented as an ISO 8601:2004 YYYY-MM-DD format.",
        None,
        Some("birthdate"),
    ),
    ("zoneinfo", "Time Zone", "String representing the End-User's time zone.", None, Some("timezone")),
    (
        "locale",
        "Locale Name",
        "ISO3166\u{2011}1 country code in uppercase, separated by a dash (e.g. 'en-US')",
        None,
        Some("locale"),
    ),
    (
        "phone_number",
        "Phone Number",
        "End-User's preferred telephone number in E.164 format.",
        None,
        Some("primaryPhone"),
    ),
    (
        "street_address",
        "Street Address",
        "Full street address component.",
        Some("address.street_address"),
        Some("streetAddress"),
    ),
    ("locality", "Locality", "City or locality component.", Some("address.locality"), Some("city")),
    (
        "region",
        "Region",
        "State, province, prefecture, or region component.",
        Some("address.region"),
        Some("state"),
    ),
    (
        "postal_code",
        "Postal Code",
        "Zip code or postal code component.",
        Some("address.postal_code"),
        Some("zipCode"),
    ),
    ("country", "Country", "Country name component.", Some("address.country"), Some("countryCode")),
    (
        "formatted",
        "Formatted",
        "Full mailing address, formatted for display.",
        Some("address.formatted"),
        Some("postalAddress"),
    ),
];

/// The name that the app knows somebody by; it stands among the credentials of an assignment, not in the profile.
pub(crate) const USER_NAME: &str = "userName";

/// What an administrator made of the schema of an app's people.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct AppUserSchema {
    /// Attributes of the app's own, whole.
    pub(crate) custom: BTreeMap<String, Definition>,
    /// What differs in those that each app has.
    pub(crate) changed: BTreeMap<String, Definition>,
    /// When it last changed.
    pub(crate) updated_at: Option<UnixTime>,
}

impl AppUserSchema {
    /// The attributes that each app has, as they are now.
    pub(crate) fn base(&self) -> BTreeMap<String, Definition> {
        let whole = |base: &Base| {
            let mut definition = definition(base);
            definition.extend(self.changed.get(base.0).cloned().unwrap_or_default());
            definition.retain(|name, value| name != "required" || *value == json!(true));
            (base.0.to_owned(), definition)
        };
        BASE.iter().map(whole).collect()
    }

    /// Whether each app has an attribute of that name.
    pub(crate) fn is_base(name: &str) -> bool {
        BASE.iter().any(|(own, ..)| *own == name)
    }

    /// What is wrong with a value of an attribute of the app's own; `None` for one that will do, and for others.
    pub(crate) fn fault_in(&self, name: &str, value: &Value) -> Option<String> {
        fault(self.custom.get(name)?, value)
    }
}

fn definition((name, title, description, outside, _): &Base) -> Definition {
    let mut definition = Map::from_iter([
        ("title".to_owned(), json!(title)),
        ("type".to_owned(), json!("string")),
        ("scope".to_owned(), json!("SELF")),
    ]);
    let mut add = |name: &str, value: Value| _ = definition.insert(name.to_owned(), value);
    if !description.is_empty() {
        add("description", json!(description));
    }
    if let Some(outside) = outside {
        add("externalName", json!(outside));
    }
    if *name == USER_NAME {
        add("required", json!(true));
    }
    definition
}
