//! Requests to the issuer with every limit set. What it answers is judged as input from a stranger: a
//! redirect, too long a body or too long a wait end the request.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use okta_types::{Issuer, Origin, strict_json};
use reqwest::header::{ACCEPT, HeaderMap};
use reqwest::{Client, Request, RequestBuilder, Response, StatusCode, Url, redirect};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::error::KeyError;
use crate::retry_after::retry_after;
use crate::trace::TraceParent;

/// The longest part of another issuer's name that is told, in characters.
const MAX_NAMED: usize = 200;

/// W3C Trace Context §3.2.
const TRACE_PARENT: &str = "traceparent";

/// An HTTP client for one origin.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    client: Client,
    max_body: usize,
}

/// What a client may cost.
pub(crate) struct HttpLimits {
    pub(crate) connect: Duration,
    pub(crate) request: Duration,
    pub(crate) max_body: usize,
    pub(crate) idle_connections: usize,
}

/// The metadata's members that matter here, compared as they stand (OpenID Connect Discovery §4.2).
#[derive(Deserialize)]
pub(crate) struct Discovery {
    issuer: String,
    pub(crate) jwks_uri: String,
    pub(crate) introspection_endpoint: Option<String>,
}

impl Http {
    pub(crate) fn new(origin: &Origin, limits: &HttpLimits) -> reqwest::Result<Self> {
        let builder = Client::builder()
            .tls_backend_rustls()
            .https_only(origin.is_https())
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(limits.connect)
            .read_timeout(limits.request)
            .timeout(limits.request)
            .pool_max_idle_per_host(limits.idle_connections)
            .user_agent(concat!("okta-jwt/", env!("CARGO_PKG_VERSION")));
        // A company's proxy has no way to this machine.
        let client = if origin.is_loopback() { builder.no_proxy() } else { builder }.build()?;
        Ok(Self { client, max_body: limits.max_body })
    }

    pub(crate) async fn get(&self, url: &str) -> Result<(HeaderMap, Vec<u8>), KeyError> {
        self.send(self.client.get(url)).await
    }

    pub(crate) fn post(&self, url: &str) -> RequestBuilder {
        self.client.post(url)
    }

    /// The answer's headers and its body, where its status is 200.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<(HeaderMap, Vec<u8>), KeyError> {
        let request = match TraceParent::current() {
            Some(trace) => request.header(TRACE_PARENT, trace.to_string()),
            None => request,
        };
        let request = request.header(ACCEPT, "application/json").build().map_err(transport)?;
        let span = span_of(&request);
        let told = span.clone();
        let answer = self.execute(request, &told).instrument(span).await;
        if let Err(error) = &answer {
            told.record("otel.status_code", "ERROR");
            told.record("error.type", &*kind(error));
        }
        answer
    }

    async fn execute(&self, request: Request, span: &Span) -> Result<(HeaderMap, Vec<u8>), KeyError> {
        let response = self.client.execute(request).await.map_err(transport)?;
        span.record("http.response.status_code", i64::from(response.status().as_u16()));
        if response.status() != StatusCode::OK {
            let retry_after = retry_after(response.headers());
            return Err(KeyError::Status { status: response.status().as_u16(), retry_after });
        }
        let headers = response.headers().clone();
        Ok((headers, self.body(response).await?))
    }

    /// The issuer's metadata, where it is this issuer's (§4.3).
    pub(crate) async fn discover(&self, issuer: &Issuer) -> Result<Discovery, KeyError> {
        let (_, body) = self.get(&issuer.discovery_url()).await?;
        let metadata: Discovery = json(&body)?;
        if metadata.issuer == issuer.as_str() {
            Ok(metadata)
        } else {
            Err(other_issuer(issuer, &metadata.issuer))
        }
    }

    /// Reads no further than the limit, whatever length was announced.
    async fn body(&self, mut response: Response) -> Result<Vec<u8>, KeyError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(transport)? {
            if body.len() + chunk.len() > self.max_body {
                return Err(KeyError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// By the names of the conventions for HTTP clients; costs nothing where nobody listens. What stands in the body, and in the
/// headers, is not told.
fn span_of(request: &Request) -> Span {
    let url = request.url();
    tracing::debug_span!(
        "request to the issuer",
        "otel.kind" = "client",
        "otel.name" = request.method().as_str(),
        "http.request.method" = request.method().as_str(),
        "url.full" = address(url),
        "server.address" = url.host_str().unwrap_or_default(),
        "server.port" = url.port_or_known_default().map(i64::from),
        "http.response.status_code" = Empty,
        "otel.status_code" = Empty,
        "error.type" = Empty,
    )
}

/// Without query and fragment, and whoever's name and password.
fn address(url: &Url) -> String {
    [&url.origin().ascii_serialization(), url.path()].concat()
}

/// A few words, whatever the issuer says.
fn kind(error: &KeyError) -> Cow<'static, str> {
    match error {
        KeyError::TimedOut => "timeout".into(),
        KeyError::Unreachable(_) => "unreachable".into(),
        KeyError::Status { status, .. } => status.to_string().into(),
        _ => "_OTHER".into(),
    }
}

fn other_issuer(configured: &Issuer, named: &str) -> KeyError {
    let named = named.chars().take(MAX_NAMED).collect();
    KeyError::OtherIssuer { configured: configured.as_str().to_owned(), named }
}

/// An address that the metadata gave, where it is on the issuer's own origin. The issuer is https or on this
/// machine, so the same origin is as safe.
pub(crate) fn of_same_origin(url: String, issuer: &Issuer) -> Result<String, KeyError> {
    if Origin::of(&url).ok() == issuer.origin() { Ok(url) } else { Err(KeyError::OtherOrigin) }
}

/// Reads an object. What serde derives would take a list of the values as well.
pub(crate) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, KeyError> {
    let object = strict_json::object(body).and_then(|object| T::deserialize(Value::Object(object)));
    object.map_err(|error| KeyError::Json(Arc::new(error)))
}

fn transport(error: reqwest::Error) -> KeyError {
    if error.is_timeout() { KeyError::TimedOut } else { KeyError::Unreachable(Arc::new(error)) }
}
