//! Requests that the org itself makes, to addresses that apps have named.

use std::time::Duration;

use okta_types::HttpUrl;
use reqwest::Client;
use reqwest::redirect::Policy;

/// How long an address may take to answer.
const TIME_LIMIT: Duration = Duration::from_secs(3);

/// Whether the org may call it: by `https`, or by `http` on this machine.
pub(crate) fn may_call(address: &str) -> bool {
    HttpUrl::parse(address).is_ok_and(|url| url.origin().is_https() || url.origin().is_loopback())
}

/// Calls directly, without a proxy, which would have no way to this machine, and without following redirects.
pub(crate) fn client() -> reqwest::Result<Client> {
    Client::builder().no_proxy().redirect(Policy::none()).timeout(TIME_LIMIT).build()
}
