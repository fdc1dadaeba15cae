//! The claims that Okta gives every custom authorization server.

use crate::org::claim::{Claim, ClaimType, ClaimValue};
use crate::random::seeded_id;

/// Name, scope, and whether an ID token has it that is issued beside an access token.
const OF_PEOPLE: [(&str, &str, bool); 18] = [
    ("middle_name", "profile", false),
    ("zoneinfo", "profile", false),
    ("website", "profile", false),
    ("updated_at", "profile", false),
    ("profile", "profile", false),
    ("preferred_username", "profile", true),
    ("picture", "profile", false),
    ("phone_number", "phone", false),
    ("nickname", "profile", false),
    ("name", "profile", true),
    ("locale", "profile", false),
    ("given_name", "profile", false),
    ("gender", "profile", false),
    ("family_name", "profile", false),
    ("email_verified", "email", false),
    ("email", "email", true),
    ("birthdate", "profile", false),
    ("address", "address", false),
];

/// What `sub` of an access token is, in Okta's expression language; worked out by code of its own here.
const SUBJECT: &str = "(appuser != null) ? appuser.userName : app.clientId";

/// All of them, as a new server has them.
pub(crate) fn all() -> Vec<Claim> {
    let of_people = |(name, scope, always): (&str, &str, bool)| Claim {
        always,
        scopes: vec![scope.to_owned()],
        ..claim(name, ClaimType::Identity, ClaimValue::System)
    };
    let subject = claim("sub", ClaimType::Resource, ClaimValue::Expression(SUBJECT.to_owned()));
    OF_PEOPLE.into_iter().map(of_people).chain([subject]).collect()
}

impl Claim {
    /// Whether it is one of these.
    pub(crate) fn is_system(&self) -> bool {
        self.value == ClaimValue::System || self.claim_type == ClaimType::Resource && self.name == "sub"
    }
}

fn claim(name: &str, claim_type: ClaimType, value: ClaimValue) -> Claim {
    let id = seeded_id("ocl", 0, &format!("system {name}"));
    Claim { id, name: name.to_owned(), claim_type, value, always: true, scopes: Vec::new(), active: true }
}
