//! The browser's console, as chromedriver keeps it.

use fantoccini::Client;
use fantoccini::wd::WebDriverCompatibleCommand;
use reqwest::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// Chromium's `POST /session/{id}/se/log`: everything of one kind since the last time it was asked for.
#[derive(Debug)]
struct TakeLog(&'static str);

impl WebDriverCompatibleCommand for TakeLog {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        base_url.join(&format!("session/{}/se/log", session_id.unwrap_or_default()))
    }

    fn method_and_body(&self, _request_url: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "type": self.0 }).to_string()))
    }
}

/// A log of the driver; empty where it keeps none.
pub(super) async fn take_log(client: &Client, kind: &'static str) -> Vec<Value> {
    match client.issue_cmd(TakeLog(kind)).await {
        Ok(Value::Array(entries)) => entries,
        _ => Vec::new(),
    }
}

/// All messages since the start of the browser, from all pages.
pub(super) async fn take(client: &Client) -> Vec<String> {
    let text = |entry: &Value| {
        format!(
            "{} {}: {}",
            entry["level"].as_str().unwrap_or_default(),
            entry["source"].as_str().unwrap_or_default(),
            entry["message"].as_str().unwrap_or_default()
        )
    };
    take_log(client, "browser").await.iter().map(text).collect()
}

/// Messages that no test may cause.
pub(super) fn is_a_defect(message: &str) -> bool {
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
