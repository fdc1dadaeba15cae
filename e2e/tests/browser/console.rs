//! The browser's console, as chromedriver keeps it.

use fantoccini::Client;
use fantoccini::wd::WebDriverCompatibleCommand;
use reqwest::Method;
use serde_json::Value;
use url::{ParseError, Url};

/// Chromium's `POST /session/{id}/se/log`: everything since the last time it was asked for.
#[derive(Debug)]
struct TakeLog;

impl WebDriverCompatibleCommand for TakeLog {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        base_url.join(&format!("session/{}/se/log", session_id.unwrap_or_default()))
    }

    fn method_and_body(&self, _request_url: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(r#"{"type":"browser"}"#.to_owned()))
    }
}

/// All messages since the start of the browser, from all pages. To be called once, at the end.
pub(crate) async fn take(client: &Client) -> Vec<String> {
    let log = client.issue_cmd(TakeLog).await.unwrap_or_default();
    let text = |entry: &Value| {
        format!(
            "{} {}: {}",
            entry["level"].as_str().unwrap_or_default(),
            entry["source"].as_str().unwrap_or_default(),
            entry["message"].as_str().unwrap_or_default()
        )
    };
    log.as_array().into_iter().flatten().map(text).collect()
}

/// Messages that no test may cause: a page that breaks its own policy, code that panics or throws.
pub(crate) fn is_a_defect(message: &str) -> bool {
    [
        "Content Security Policy",
        "Trusted Type",
        "violates the following",
        "panicked at",
        "Uncaught",
        "RuntimeError",
    ]
    .iter()
    .any(|sign| message.contains(sign))
}
