//! What a new org holds: two authorization servers, three people, one group, the given apps.

mod servers;

pub(crate) use servers::{CUSTOM_SCOPES, SYSTEM_SCOPES};

use okta_types::UnixTime;

use crate::org::app::{App, ApplicationType, Assignments, Client};
use crate::org::client_secret::ClientSecret;
use crate::org::group::{EVERYONE, Group};
use crate::org::password::PasswordHashing;
use crate::org::state::Directory;
use crate::org::totp::TotpSecret;
use crate::org::user::{Account, User, UserStatus};
use crate::random::seeded_id;

/// The password of every seeded account; they exist on this machine only.
const PASSWORD: &str = "Grove-2026!";

/// The group of those who keep the shop.
pub(crate) const STAFF: &str = "shop-staff";

/// The service app that every org has which was not given one.
pub(crate) const SERVICE_LABEL: &str = "Grove backend";

/// The custom authorization server that every org has.
pub(crate) const DEFAULT_SERVER: &str = "default";

struct Person {
    given_name: &'static str,
    family_name: &'static str,
    login: &'static str,
    note: &'static str,
    staff: bool,
    assigned: bool,
}

const PEOPLE: [Person; 3] = [
    Person {
        given_name: "Alice",
        family_name: "Shopper",
        login: "alice@example.com",
        note: "a shopper",
        staff: false,
        assigned: true,
    },
    Person {
        given_name: "Bob",
        family_name: "Keeper",
        login: "bob@example.com",
        note: "in the group shop-staff",
        staff: true,
        assigned: true,
    },
    Person {
        given_name: "Carol",
        family_name: "Visitor",
        login: "carol@example.com",
        note: "not assigned to the app: sign-in is refused",
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
    let mut trusted_origins: Vec<_> = clients.iter().flat_map(Client::origins).collect();
    trusted_origins.sort();
    trusted_origins.dedup();
    Directory {
        idp_id: seeded_id("00o", seed, "OKTA"),
        clients,
        users: PEOPLE.iter().map(|person| user(person, seed, hashing, now)).collect(),
        groups: groups(seed),
        servers: vec![servers::default(), servers::orgs_own(base_url)],
        trusted_origins,
    }
}

fn client(app: App, seed: u64, now: UnixTime) -> Client {
    let users = PEOPLE.iter().filter(|person| person.assigned).map(|person| user_id(person, seed)).collect();
    let is_service = app.kind == ApplicationType::Service;
    Client {
        id: seeded_id("0oa", seed, &app.label),
        secret: is_service.then(|| ClientSecret::seeded(seed, &app.label)),
        grant_types: app.kind.grant_types(),
        assignments: Assignments { users: if is_service { Vec::new() } else { users }, groups: Vec::new() },
        active: true,
        created_at: now,
        updated_at: now,
        app,
    }
}

fn user_id(person: &Person, seed: u64) -> String {
    seeded_id("00u", seed, person.login)
}

fn user(person: &Person, seed: u64, hashing: PasswordHashing, now: UnixTime) -> User {
    User {
        id: user_id(person, seed),
        login: person.login.to_owned(),
        email: person.login.to_owned(),
        given_name: person.given_name.to_owned(),
        family_name: person.family_name.to_owned(),
        password: hashing.of_seed(PASSWORD),
        totp: Some(TotpSecret::seeded(seed, person.login)),
        status: UserStatus::Active,
        updated_at: now,
    }
}

fn groups(seed: u64) -> Vec<Group> {
    let group = |name: &str, is_in: fn(&&Person) -> bool| Group {
        id: seeded_id("00g", seed, name),
        name: name.to_owned(),
        members: PEOPLE.iter().filter(is_in).map(|person| user_id(person, seed)).collect(),
    };
    vec![group(EVERYONE, |_| true), group(STAFF, |person| person.staff)]
}
