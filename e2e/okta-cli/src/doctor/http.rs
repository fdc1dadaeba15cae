//! Requests of the checks: no redirects followed, all of them limited in time.

use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::Value;

use super::configuration::TIMEOUT;
use crate::dpop::{self, Credential, Prover};

/// An answer, read whole.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: reqwest::header::HeaderMap,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.text).ok()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// An OAuth answer's `error` and `error_description`.
    pub(super) fn oauth_error(&self) -> (String, String) {
        let json = self.json().unwrap_or_default();
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        (text("error"), text("error_description"))
    }
}

/// A client for the origin of this address.
pub(super) fn client(url: &str) -> reqwest::Result<Client> {
    crate::http::for_origin_of(url).timeout(TIMEOUT).build()
}

/// Sends; what went wrong is said in one line.
pub(super) async fn send(request: RequestBuilder) -> Result<Answer, String> {
    read(dpop::send(request, None, None).await)
}

/// Sends with a proof of the key, if there is one.
pub(super) async fn send_with_proof(
    request: RequestBuilder,
    prover: Option<&Prover>,
) -> Result<Answer, String> {
    read(dpop::send(request, prover, None).await)
}

/// Sends with an access token.
pub(super) async fn send_with_token(
    request: RequestBuilder,
    credential: &Credential,
) -> Result<Answer, String> {
    read(credential.send(request).await)
}

fn read(answer: reqwest::Result<dpop::Answer>) -> Result<Answer, String> {
    let answer = answer.map_err(|error| shared::error_chain(&error.without_url()))?;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    Ok(Answer { status: answer.status, headers: answer.headers, text })
}
