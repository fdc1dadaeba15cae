//! Cookies put into the browser (W3C WebDriver §14.3), for the host of the page that is shown.
//!
//! The client's own command always names a domain, and no browser takes one for `localhost`.

use fantoccini::wd::WebDriverCompatibleCommand;
use reqwest::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

use super::Tab;

/// `POST /session/{id}/cookie`.
#[derive(Debug)]
struct AddCookie(Value);

impl WebDriverCompatibleCommand for AddCookie {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        base_url.join(&format!("session/{}/cookie", session_id.unwrap_or_default()))
    }

    fn method_and_body(&self, _request_url: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "cookie": self.0 }).to_string()))
    }
}

impl Tab {
    /// Puts a cookie in place that no script reads, for every path of the host of the page that is shown.
    pub async fn add_cookie(&self, name: &str, value: &str) {
        let cookie =
            json!({ "name": name, "value": value, "path": "/", "httpOnly": true, "sameSite": "Lax" });
        self.client().issue_cmd(AddCookie(cookie)).await.unwrap();
    }
}
