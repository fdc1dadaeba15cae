//! What a checkout must remember, of this tab: where the parcel goes, and the order whose fate is open.

mod attempt;

use okta_sycamore::{Json, read_json};
use shared::Address;

use crate::browser;
use crate::shop_api::{Wire as _, written_address};

pub(crate) use attempt::Attempt;

/// Of this tab, so that two tabs never place their orders under one key.
const ATTEMPT: &str = "grove.checkout.v1";
/// Of this tab: it goes with it.
const ADDRESS: &str = "grove.address.v1";

/// The order that was sent and not answered: over failures, reloads and the way to the org and back.
pub(crate) fn open_attempt() -> Option<Attempt> {
    Attempt::decode(&browser::read(browser::of_this_tab(), ATTEMPT)?)
}

/// Remembers this order under a new key, before it is sent.
///
/// `None` where the browser has no randomness to offer.
pub(crate) fn begin(order: &Json) -> Option<Attempt> {
    let attempt = Attempt { key: browser::random_uuid()?, order: order.to_text() };
    browser::write(browser::of_this_tab(), ATTEMPT, Some(&attempt.encode()));
    Some(attempt)
}

/// It is known what became of the order: the next one gets a key of its own.
pub(crate) fn finish() {
    browser::write(browser::of_this_tab(), ATTEMPT, None);
}

/// The address as far as it was typed.
pub(crate) fn address() -> Address {
    let stored = browser::read(browser::of_this_tab(), ADDRESS);
    stored.and_then(|stored| Address::read(&read_json(&stored)?)).unwrap_or_default()
}

/// Remembers what was typed.
pub(crate) fn remember(address: &Address) {
    let text = written_address(address).to_text();
    browser::write(browser::of_this_tab(), ADDRESS, Some(&text));
}

/// Leaves nothing behind.
pub(crate) fn forget() {
    finish();
    browser::write(browser::of_this_tab(), ADDRESS, None);
}
