//! What a checkout must remember of a person in this tab: where the parcel goes, and the order whose fate is open.

mod attempt;

use okta_sycamore::{Auth, Json, StorageKind, read_json};
use shared::Address;

use crate::browser;
use crate::shop_api::{Wire as _, written_address};

pub(crate) use attempt::Attempt;

/// Of this tab, so that two tabs never place their orders under one key.
const ATTEMPT: &str = "grove.checkout.v1";
/// Of this tab: it goes with it.
const ADDRESS: &str = "grove.address.v1";

/// The order that was sent and not answered: over failures, reloads and the way to the org and back.
pub(crate) fn open_attempt(auth: Auth) -> Option<Attempt> {
    Attempt::decode(&read(auth, ATTEMPT)?)
}

/// Remembers this order under a new key, before it is sent.
///
/// `None` where the browser has no randomness to offer.
pub(crate) fn begin(auth: Auth, order: &Json) -> Option<Attempt> {
    let attempt = Attempt { key: browser::random_uuid()?, order: order.to_text() };
    write(auth, ATTEMPT, Some(&attempt.encode()));
    Some(attempt)
}

/// It is known what became of the order: the next one gets a key of its own.
pub(crate) fn finish(auth: Auth) {
    write(auth, ATTEMPT, None);
}

/// The address as far as it was typed.
pub(crate) fn address(auth: Auth) -> Address {
    read(auth, ADDRESS).and_then(|stored| Address::read(&read_json(&stored)?)).unwrap_or_default()
}

/// Remembers what was typed.
pub(crate) fn remember(auth: Auth, address: &Address) {
    write(auth, ADDRESS, Some(&written_address(address).to_text()));
}

fn read(auth: Auth, name: &str) -> Option<String> {
    auth.person_storage()?.read(StorageKind::Session, name)
}

/// Where the browser has no room it is remembered for as long as the page lives, which will do.
fn write(auth: Auth, name: &str, text: Option<&str>) {
    if let Some(storage) = auth.person_storage() {
        let _ = storage.write(StorageKind::Session, name, text);
    }
}
