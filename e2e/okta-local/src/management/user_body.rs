//! People as the management API reads and shows them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::refusal::Refusal;
use crate::org::imported_hash::ImportedHash;
use crate::org::password_policy::{REQUIREMENTS, is_strong};
use crate::org::user::User;
use crate::org::user_schema::UserSchema;

/// The attributes of Okta's default profile that have no field of their own here.
pub(crate) const ATTRIBUTES: [&str; 27] = [
    "city",
    "costCenter",
    "countryCode",
    "department",
    "displayName",
    "division",
    "employeeNumber",
    "honorificPrefix",
    "honorificSuffix",
    "locale",
    "manager",
    "managerId",
    "middleName",
    "mobilePhone",
    "nickName",
    "organization",
    "postalAddress",
    "preferredLanguage",
    "primaryPhone",
    "profileUrl",
    "secondEmail",
    "state",
    "streetAddress",
    "timezone",
    "title",
    "userType",
    "zipCode",
];

/// What is read of a body.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct UserBody {
    pub(super) profile: Option<Map<String, Value>>,
    pub(super) credentials: CredentialsBody,
    pub(super) group_ids: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CredentialsBody {
    pub(super) password: Option<PasswordBody>,
    pub(super) recovery_question: Option<QuestionBody>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PasswordBody {
    pub(super) value: Option<String>,
    hash: Option<Value>,
    hook: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct QuestionBody {
    pub(super) question: String,
    pub(super) answer: String,
}

/// A profile that is in order.
pub(super) struct Profile {
    pub(super) login: String,
    pub(super) email: String,
    pub(super) given_name: String,
    pub(super) family_name: String,
    pub(super) other: BTreeMap<String, Value>,
}

/// What a whole profile says.
///
/// # Errors
/// All fields that will not do.
pub(super) fn check(profile: &Map<String, Value>, schema: &UserSchema) -> Result<Profile, Refusal> {
    let text = |name: &str| profile.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut faults = Faults::default();
    for name in ["login", "email"] {
        let (value, form) = (text(name), if name == "login" { LOGIN_FORM } else { EMAIL_FORM });
        faults.unless(!value.is_empty(), name, BLANK);
        faults.unless(value.is_empty() || is_address(&value), name, form);
    }
    for name in ["firstName", "lastName"] {
        faults.unless(!text(name).is_empty() || !schema.requires(name), name, BLANK);
        faults.unless(text(name).chars().count() <= 50, name, "Does not match required length: 1 to 50");
    }
    let other = other_attributes(profile, schema, &mut faults);
    faults.none()?;
    let (login, email) = (text("login"), text("email"));
    Ok(Profile { login, email, given_name: text("firstName"), family_name: text("lastName"), other })
}

const BLANK: &str = "The field cannot be left blank";
const LOGIN_FORM: &str = "Username must be in the form of an email address";
const EMAIL_FORM: &str = "Does not match required pattern";

/// The attributes that have no field of their own, and what is wrong with them.
fn other_attributes(
    profile: &Map<String, Value>,
    schema: &UserSchema,
    faults: &mut Faults,
) -> BTreeMap<String, Value> {
    let given = profile.iter().filter(|(name, _)| !NAMED.contains(&name.as_str()));
    for (name, value) in given.clone() {
        if ATTRIBUTES.contains(&name.as_str()) {
            faults.unless(value.is_string() || value.is_null(), name, "It must be a string");
        } else if !schema.custom.contains_key(name) {
            faults.unknown.push(format!("Property name '{name}' is not defined in profile"));
        } else if let Some(fault) = schema.fault_in(name, value).filter(|_| !value.is_null()) {
            faults.unless(false, name, &fault);
        }
    }
    let set = given.filter(|(_, value)| !value.is_null());
    let other: BTreeMap<_, _> = set.map(|(name, value)| (name.clone(), value.clone())).collect();
    for name in schema.custom.keys().filter(|name| schema.requires(name)) {
        faults.unless(other.contains_key(name), name, BLANK);
    }
    other
}

/// What is wrong with a profile.
#[derive(Default)]
struct Faults {
    /// The fields that are wrong, each with its cause.
    wrong: Vec<(String, String)>,
    /// What tells of attributes that there are not.
    unknown: Vec<String>,
}

impl Faults {
    fn unless(&mut self, fine: bool, name: &str, cause: &str) {
        if !fine {
            self.wrong.push((name.to_owned(), format!("{name}: {cause}")));
        }
    }

    /// That there are none.
    fn none(self) -> Result<(), Refusal> {
        let unknown = (!self.unknown.is_empty()).then(|| "newUser".to_owned());
        match self.wrong.first().map(|(field, _)| field.clone()).or(unknown) {
            None => Ok(()),
            Some(field) => {
                let causes = self.wrong.into_iter().map(|(_, cause)| cause).chain(self.unknown).collect();
                Err(Refusal::Invalid { field, causes })
            }
        }
    }
}

const NAMED: [&str; 4] = ["login", "email", "firstName", "lastName"];

pub(crate) fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
        && text.len() >= 5
        && text.len() <= 100
        && !text.contains(char::is_whitespace)
}

/// A password of a body.
pub(super) enum GivenPassword {
    /// The password itself; it is hashed here.
    Plain(String),
    /// By a hash of another system.
    Imported(ImportedHash),
}

impl PasswordBody {
    /// The password, which the org's policy has to let through.
    pub(super) fn check(&self, login: &str) -> Result<Option<GivenPassword>, Refusal> {
        if self.hook.is_some() {
            return Err(Refusal::invalid("password", "password: This org has no inline hooks."));
        }
        if let Some(hash) = &self.hash {
            let hash: ImportedHash = serde_json::from_value(hash.clone()).map_err(|_| no_hash())?;
            return if hash.is_usable() { Ok(Some(GivenPassword::Imported(hash))) } else { Err(no_hash()) };
        }
        match self.value.clone() {
            None => Ok(None),
            Some(value) if is_strong(&value, login) => Ok(Some(GivenPassword::Plain(value))),
            Some(_) => Err(Refusal::invalid("password", format!("password: {REQUIREMENTS}"))),
        }
    }
}

fn no_hash() -> Refusal {
    let cause = "password: The hash must be one of [SHA-1, SHA-256, SHA-512, BCRYPT, PBKDF2], with value and salt as \
                 its algorithm has them.";
    Refusal::invalid("password", cause)
}

impl QuestionBody {
    /// Both, of lengths that Okta takes.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let fine = |text: &str, least: usize| (least..=100).contains(&text.trim().chars().count());
        if !fine(&self.question, 1) {
            let cause = "recovery_question: The question must be between 1 and 100 characters in length.";
            return Err(Refusal::invalid("recovery_question", cause));
        }
        if !fine(&self.answer, 4) {
            let cause =
                "recovery_question: The security question answer must be at least 4 characters in length";
            return Err(Refusal::invalid("recovery_question", cause));
        }
        Ok(())
    }

    /// How an answer is compared: capitals and spaces around it do not matter.
    pub(super) fn folded_answer(&self) -> String {
        self.answer.trim().to_lowercase()
    }
}

/// The profile of somebody, as a body would have it.
pub(super) fn profile(user: &User) -> Map<String, Value> {
    let (first, last) = (
        ["firstName", "lastName", "mobilePhone", "displayName", "nickName"],
        ["secondEmail", "login", "email"],
    );
    let is_placed = |name: &str| first.contains(&name) || last.contains(&name);
    let others = user.profile.keys().map(String::as_str).filter(|name| !is_placed(name));
    let names = first.into_iter().chain(others).chain(last);
    let shown = |name: &str| {
        let always = ["mobilePhone", "secondEmail"].contains(&name);
        let value = user.attribute(name).or_else(|| always.then_some(Value::Null))?;
        Some((name.to_owned(), value))
    };
    names.filter_map(shown).collect()
}
