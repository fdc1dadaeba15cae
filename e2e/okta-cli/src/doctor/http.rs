//! Requests of the checks: no redirects followed, all of them limited in time.

use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::Value;

use super::configuration::TIMEOUT;

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
    let said = |error: reqwest::Error| crate::error_chain::error_chain(&error.without_url());
    let response: Response = request.send().await.map_err(said)?;
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.map_err(said)?;
    Ok(Answer { status, headers, text })
}
