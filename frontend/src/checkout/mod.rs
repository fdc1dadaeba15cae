//! The one thing a checkout must remember: the key under which its order is placed.

mod attempt;

use shared::NewOrder;

use crate::browser;
use attempt::Attempt;

/// Of this tab, so that two tabs never place their orders under one key.
const KEY: &str = "grove.checkout.v1";

/// The key under which this order is placed: the same one until it is placed or changes, over failures, reloads
/// and the detour through sign-in.
///
/// `None` where the browser has no randomness to offer.
pub(crate) fn idempotency_key(order: &NewOrder) -> Option<String> {
    let stored = browser::read(browser::of_this_tab(), KEY);
    let attempt = Attempt::resume(stored.as_deref(), order, browser::random_uuid)?;
    browser::write(browser::of_this_tab(), KEY, Some(&attempt.encode()));
    Some(attempt.key)
}

/// The order is placed: the next one gets a key of its own.
pub(crate) fn finish() {
    browser::write(browser::of_this_tab(), KEY, None);
}
