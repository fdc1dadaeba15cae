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

/// What was said, without the address of the page that says it, which the browser adds: of a callback page it holds the code.
pub(super) fn said(message: &str) -> &str {
    let said = message.split_once(": ").map_or(message, |(_, said)| said);
    let is_address = said.starts_with("http://") || said.starts_with("https://");
    said.split_once(' ').filter(|_| is_address).map_or(said, |(_, said)| said)
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

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn the_page_that_speaks_is_no_part_of_what_it_says() {
        assert_eq!(said("WARNING other: http://a.test/cb?code=x 5 The `integrity` …"), "5 The `integrity` …");
        assert_eq!(
            said("INFO console-api: http://a.test/ 3:1 \"http://b.test/?code=x\""),
            "3:1 \"http://b.test/?code=x\""
        );
        assert_eq!(said("INFO worker: nothing: at all"), "nothing: at all");
    }
}
