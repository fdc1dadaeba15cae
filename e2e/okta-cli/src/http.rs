//! HTTP clients of the commands and of the tests: the one place where they are made.
//!
//! What is on this machine is never asked by a proxy: a proxy elsewhere has no way here, and must see neither tokens
//! nor passwords. Other hosts are asked as `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` say.

use okta_types::Origin;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};

/// A client for the origin of this address, which follows no redirects.
pub fn for_origin_of(url: &str) -> ClientBuilder {
    let builder = Client::builder().redirect(Policy::none());
    let is_here = Origin::of(url).is_ok_and(|origin| origin.is_loopback());
    if is_here { builder.no_proxy() } else { builder }
}

/// A client for this machine alone, which follows redirects.
///
/// # Panics
/// Where TLS cannot be set up.
pub fn loopback() -> Client {
    Client::builder().no_proxy().build().expect("a client without certificates of its own can be made")
}
