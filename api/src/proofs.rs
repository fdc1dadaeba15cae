//! Tokens that are bound to a key (DPoP, RFC 9449), and under which names a client may have called the API: its proofs
//! say where they were sent (§4.3, check 9).

use okta_actix::{BearerConfig, DpopPolicy, HttpUrl};

use crate::settings::{Proofs, Settings};

/// Takes them as well, or those alone, at an API that listens on this port.
pub(crate) fn take(bearer: BearerConfig, settings: &Settings, port: u16) -> BearerConfig {
    let Proofs { public_urls, required } = &settings.proofs;
    let urls = if public_urls.is_empty() { own_urls(settings, port) } else { public_urls.clone() };
    let policy = if *required { DpopPolicy::required } else { DpopPolicy::accepted };
    let mut urls = urls.into_iter();
    match urls.next() {
        Some(url) => bearer.dpop(urls.fold(policy(url), DpopPolicy::also_at)),
        None => bearer,
    }
}

/// Where the SPA is, for the API may be there as well, and on this machine.
fn own_urls(settings: &Settings, port: u16) -> Vec<HttpUrl> {
    let here = ["localhost", "127.0.0.1"].map(|host| format!("http://{host}:{port}"));
    let origins = settings.spa_origins.iter().cloned().chain(here);
    origins.filter_map(|origin| HttpUrl::parse(&origin).ok()).collect()
}
