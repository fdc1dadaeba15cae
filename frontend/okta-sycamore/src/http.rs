//! The one module that sends anything, by `reqwasm`.

use std::future::Future;
use std::pin::Pin;

use okta_auth::{Authorization, HttpAnswer, HttpFailure, HttpRequest, Sensitive};
#[cfg(feature = "dpop")]
use okta_auth::{KeyName, Proof};
#[cfg(feature = "dpop")]
use okta_types::UnixTime;
use reqwasm::http::{Method, Request, RequestCredentials, RequestMode, RequestRedirect};
use web_sys::{AbortSignal, RequestCache};

use crate::fetch::ApiResponse;
#[cfg(feature = "dpop")]
use crate::keys::Keys;
use crate::page;

/// What a request says of whoever sends it, in a header each.
#[derive(Default)]
pub(crate) struct Credentials {
    pub(crate) authorization: Option<Authorization>,
    /// To be signed with one of these keys.
    #[cfg(feature = "dpop")]
    pub(crate) proof: Option<(Proof, &'static Keys)>,
}

/// Asks the org: no cookies, no redirects, given up when its time is up.
pub(crate) async fn ask(request: &HttpRequest, credentials: Credentials) -> Result<HttpAnswer, HttpFailure> {
    let outgoing = match &request.form {
        None => Request::get(&request.url),
        Some(form) => Request::post(&request.url)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(form.as_str()),
    };
    // Timeouts are whole seconds and short.
    let patience = AbortSignal::timeout_with_u32(request.timeout.as_secs() as u32 * 1000);
    let outgoing = outgoing
        .header("Accept", "application/json")
        .cache(if request.may_be_cached { RequestCache::Default } else { RequestCache::NoCache })
        .credentials(RequestCredentials::Omit)
        .redirect(RequestRedirect::Error)
        .abort_signal(Some(&patience));
    match exchange(outgoing, credentials).await {
        Ok(answer) => Ok(HttpAnswer {
            status: answer.status,
            rate_limit_reset: answer.header("X-Rate-Limit-Reset"),
            retry_after: answer.header("Retry-After"),
            #[cfg(feature = "dpop")]
            dpop_nonce: answer.header(NONCE),
            #[cfg(all(feature = "dpop", feature = "userinfo"))]
            challenge: answer.header("WWW-Authenticate"),
            body: Sensitive::new(answer.body),
        }),
        #[cfg(feature = "dpop")]
        Err(Lost::Key(key)) => Err(HttpFailure::KeyLost { key }),
        Err(_) if patience.aborted() => Err(HttpFailure::Timeout),
        Err(Lost::Midway) => Err(HttpFailure::Network),
        Err(Lost::Whole) => Err(why_nothing(&request.url).await),
    }
}

/// Tells a server that is not there from one whose answer the browser withholds: such a server still answers
/// a request whose answer nobody can read. A page with `Cross-Origin-Embedder-Policy: require-corp` mostly
/// cannot tell, other than one with `credentialless`; there it is the network's fault.
async fn why_nothing(url: &str) -> HttpFailure {
    let patience = AbortSignal::timeout_with_u32(PROBE_MILLISECONDS);
    let probe = Request::get(url)
        .mode(RequestMode::NoCors)
        .credentials(RequestCredentials::Omit)
        .abort_signal(Some(&patience));
    match probe.send().await {
        Ok(_) => HttpFailure::Cors { origin: page::origin() },
        Err(_) => HttpFailure::Network,
    }
}

/// Whoever waits has waited already.
const PROBE_MILLISECONDS: u32 = 3_000;

/// The header of a nonce (RFC 9449 §8).
#[cfg(feature = "dpop")]
pub(crate) const NONCE: &str = "DPoP-Nonce";

/// The time at the page's own server, which every answer of it says (RFC 9110 §6.6.1); `None` where there is none.
#[cfg(feature = "dpop")]
pub(crate) async fn time() -> Option<UnixTime> {
    let patience = AbortSignal::timeout_with_u32(PROBE_MILLISECONDS);
    let request = Request::new(&page::origin())
        .method(Method::HEAD)
        .cache(RequestCache::NoStore)
        .credentials(RequestCredentials::Omit)
        .abort_signal(Some(&patience));
    let date = exchange(request, Credentials::default()).await.ok()?.header("Date")?;
    let milliseconds = js_sys::Date::parse(&date);
    (!milliseconds.is_nan()).then_some(UnixTime((milliseconds / 1000.0) as i64))
}

/// Sends a request of the app.
pub(crate) fn send(
    method: Method,
    url: &str,
    headers: &[(String, String)],
    body: Option<&str>,
    credentials: Credentials,
) -> Exchange {
    let mut request = Request::new(url).method(method);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    if let Some(body) = body {
        request = request.body(body);
    }
    exchange(request, credentials)
}

/// What there is of an answer that did not come as a whole.
pub(crate) enum Lost {
    /// Nothing was sent: the key of the proof is gone.
    #[cfg(feature = "dpop")]
    Key(KeyName),
    /// Nothing, or nothing that this page may see.
    Whole,
    /// Its beginning: the server is there and lets the page read.
    Midway,
}

/// Boxed, so that it is in the wasm once.
type Exchange = Pin<Box<dyn Future<Output = Result<ApiResponse, Lost>>>>;

/// Sends and reads to the end. A request that carries the access token follows no redirect: the token would go along to
/// wherever it points.
fn exchange(mut request: Request, credentials: Credentials) -> Exchange {
    Box::pin(async move {
        #[cfg(feature = "dpop")]
        if let Some((proof, keys)) = credentials.proof {
            let signed = keys.prove(&proof).await.ok_or(Lost::Key(proof.key))?;
            request = request.header("DPoP", &signed);
        }
        if let Some(authorization) = credentials.authorization {
            let value = authorization.header_value();
            request = request.header("Authorization", value.expose()).redirect(RequestRedirect::Error);
        }
        let response = request.send().await.map_err(|_| Lost::Whole)?;
        let body = response.text().await.map_err(|_| Lost::Midway)?;
        Ok(ApiResponse { status: response.status(), headers: Some(response.headers()), body })
    })
}
