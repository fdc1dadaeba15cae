//! Who calls `/authorize` how often (okta 4.8): a caller is a client id, an address and a browser.
//!
//! Browsers that have no `DT` cookie yet are one caller per client and address, as with Okta.

use actix_web::{HttpMessage, HttpRequest, HttpResponse};

use crate::endpoints::cookies;
use crate::fingerprint::Fingerprint;
use crate::org::tenant::{About, Tenant};
use crate::pages;
use crate::parameters::Parameters;
use crate::rate_limits::{Allowance, Verdict};
use crate::system_log::Outcome;

/// Counts the request; it is under way until its answer is written. What is left is told where there is a limit.
///
/// # Errors
/// The answer where the caller had enough.
pub(super) fn take(
    tenant: &Tenant,
    request: &HttpRequest,
    parameters: &Parameters,
) -> Result<Option<Allowance>, Box<HttpResponse>> {
    let client_id = parameters.get("client_id").unwrap_or_default();
    let address = request.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default();
    let device = cookies::device(request).unwrap_or_default();
    let caller = Fingerprint::of(&format!("{client_id} {address} {device}"));
    let (event, allowance) = match tenant.limits.take_for_caller(caller, tenant.now()) {
        Verdict::Unlimited => return Ok(None),
        Verdict::Granted(allowance, permit) => {
            request.extensions_mut().insert(permit);
            return Ok(Some(allowance));
        }
        Verdict::TooMany(allowance) => ("system.client.rate_limit.violation", allowance),
        Verdict::TooManyAtOnce(allowance) => ("system.client.concurrency_rate_limit.violation", allowance),
    };
    let about = About { actor: None, client_id: Some(client_id) };
    tenant.record(event, Outcome::Failure("rate_limit_exceeded".to_owned()), about);
    let mut response = pages::error::too_many(request);
    allowance.tell(response.headers_mut());
    Err(Box::new(response))
}
