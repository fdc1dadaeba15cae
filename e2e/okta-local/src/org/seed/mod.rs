//! What a new org holds: two authorization servers, three people, one group, the given apps.

mod okta_scopes;
mod servers;

pub(crate) use okta_scopes::is_okta_scope;
pub(crate) use servers::{CUSTOM_SCOPES, complete, made as authorization_server};

use std::collections::BTreeMap;

use okta_types::UnixTime;
use serde_json::Value;

use crate::org::app::App;
use crate::org::app_kind::ApplicationType;
use crate::org::assignments::Assignments;
use crate::org::authenticators::Authenticators;
use crate::org::client::Client;
use crate::org::client_secret::{ClientSecret, ClientSecrets};
use crate::org::group::{EVERYONE, Group};
use crate::org::password::PasswordHashing;
use crate::org::state::Directory;
use crate::org::totp::TotpSecret;
use crate::org::trusted_origin::TrustedOrigin;
use crate::org::user::{Account, User};
use crate::org::user_schema::UserSchema;
use crate::random::seeded_id;

/// The password of every seeded account; they exist on this machine only.
const PASSWORD: &str = "Grove-2026!";

/// The group of those who keep the shop.
pub(crate) const STAFF: &str = "shop-staff";

/// The service app that every org has which was not given one.
pub(crate) const SERVICE_LABEL: &str = "Grove backend";

struct Person {
    given_name: &'static str,
    family_name: &'static str,
    login: &'static str,
    note: &'static str,
    /// Street, postal code, city, state: made up, like the number.
    address: [&'static str; 4],
    phone: &'static str,
    staff: bool,
    assigned: bool,
}

const PEOPLE: [Person; 3] = [
    Person {
        given_name: "Alice",
        family_name: "Shopper",
        login: "alice@example.com",
        note: "a shopper",
        address: ["12 Orchard Lane", "97205", "Portland", "OR"],
        phone: "+1 503 555 0112",
        staff: false,
        assigned: true,
    },
    Person {
        given_name: "Bob",
        family_name: "Keeper",
        login: "bob@example.com",
        note: "in the group shop-staff",
        address: ["3 Nursery Road", "97401", "Eugene", "OR"],
        phone: "+1 541 555 0103",
        staff: true,
        assigned: true,
    },
    Person {
        given_name: "Carol",
        family_name: "Visitor",
        login: "carol@example.com",
        note: "not assigned to the app: sign-in is refused",
        address: ["88 Fern Street", "98101", "Seattle", "WA"],
        phone: "+1 206 555 0188",
        staff: false,
        assigned: false,
    },
];

/// The accounts to sign in with.
pub(crate) fn accounts(seed: u64) -> Vec<Account> {
    let account = |person: &Person| Account {
        login: person.login.to_owned(),
        password: PASSWORD.to_owned(),
        name: format!("{} {}", person.given_name, person.family_name),
        note: person.note.to_owned(),
        totp_uri: TotpSecret::seeded(seed, person.login).uri(person.login),
        totp_secret: TotpSecret::seeded(seed, person.login).base32(),
    };
    PEOPLE.iter().map(account).collect()
}

/// Everything a new org at this address holds. The same seed gives the same identifiers.
pub(crate) fn directory(
    apps: Vec<App>,
    base_url: &str,
    seed: u64,
    hashing: PasswordHashing,
    now: UnixTime,
) -> Directory {
    let clients: Vec<_> = apps.into_iter().map(|app| client(app, seed, now)).collect();
    let mut origins: Vec<_> = clients.iter().flat_map(Client::origins).collect();
    origins.sort();
    origins.dedup();
    Directory {
        idp_id: seeded_id("00o", seed, "OKTA"),
        clients,
        dashboard: None,
        users: PEOPLE.iter().map(|person| user(person, seed, hashing, now)).collect(),
        groups: groups(seed, now),
        servers: vec![servers::default(now), servers::orgs_own(base_url, now)],
        trusted_origins: origins.into_iter().map(|origin| TrustedOrigin::seeded(origin, now)).collect(),
        limits_groups: false,
        second_factor: false,
        authenticators: Authenticators::default(),
        reset_ends_sessions: false,
        requires_pushed_requests: false,
        user_schema: UserSchema::default(),
        group_rules: Vec::new(),
    }
}

fn client(app: App, seed: u64, now: UnixTime) -> Client {
    let users = PEOPLE.iter().filter(|person| person.assigned).map(|person| user_id(person, seed)).collect();
    let is_service = app.kind == ApplicationType::Service;
    let secret = is_service.then(|| ClientSecrets::first(ClientSecret::seeded(seed, &app.label), now));
    let assignments = Assignments::to(if is_service { Vec::new() } else { users }, Vec::new());
    Client { secret, assignments, ..Client::new(seeded_id("0oa", seed, &app.label), app, now) }
}

fn user_id(person: &Person, seed: u64) -> String {
    seeded_id("00u", seed, person.login)
}

fn user(person: &Person, seed: u64, hashing: PasswordHashing, now: UnixTime) -> User {
    let name = (person.given_name, person.family_name);
    let totp = Some(TotpSecret::seeded(seed, person.login));
    let user = User::active(user_id(person, seed), person.login, name, hashing.of_seed(PASSWORD), totp, now);
    User { profile: profile(person), ..user }
}

/// What Okta's default profile knows of someone beside their name and addresses.
fn profile(person: &Person) -> BTreeMap<String, Value> {
    let [street, postal_code, city, state] = person.address;
    let attributes = [
        ("streetAddress", street),
        ("zipCode", postal_code),
        ("city", city),
        ("state", state),
        ("countryCode", "US"),
        ("primaryPhone", person.phone),
    ];
    attributes.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
}

fn groups(seed: u64, now: UnixTime) -> Vec<Group> {
    let group = |name: &str, is_in: fn(&&Person) -> bool| {
        let members = PEOPLE.iter().filter(is_in).map(|person| user_id(person, seed)).collect();
        Group::new(seeded_id("00g", seed, name), name.to_owned(), members, now)
    };
    vec![group(EVERYONE, |_| true), group(STAFF, |person| person.staff)]
}
