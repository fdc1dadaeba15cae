//! What is asked of a browser when a session begins (W3C WebDriver §7).

use std::path::Path;

use fantoccini::error::NewSessionError;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use xtask::tools::{Chromium, Firefox};

use super::{Choice, Kind};

/// Begins a session at this driver.
pub(super) async fn connect(
    choice: &Choice,
    profile: &Path,
    driver: &str,
) -> Result<Client, NewSessionError> {
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities(choice, profile));
    builder.connect(driver).await
}

fn capabilities(choice: &Choice, profile: &Path) -> Capabilities {
    let wanted = match choice.kind {
        Kind::Chromium => chromium(choice, profile),
        Kind::Firefox => firefox(choice),
    };
    match wanted {
        Value::Object(wanted) => wanted,
        _ => Capabilities::new(),
    }
}

/// The paths of this machine mean nothing to a driver on another one.
fn chromium(choice: &Choice, profile: &Path) -> Value {
    let mut arguments: Vec<String> = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,900",
    ]
    .map(str::to_owned)
    .to_vec();
    if !choice.headed {
        arguments.push("--headless=new".to_owned());
    }
    let mut options = json!({ "perfLoggingPrefs": { "enableNetwork": true, "enablePage": false } });
    if choice.remote.is_none() {
        arguments.push(format!("--user-data-dir={}", profile.display()));
        options["binary"] = json!(Chromium::find().map(|found| found.browser));
    }
    options["args"] = json!(arguments);
    json!({
        "browserName": "chrome",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
    })
}

fn firefox(choice: &Choice) -> Value {
    let mut arguments = vec!["--width=1280", "--height=900"];
    if !choice.headed {
        arguments.push("-headless");
    }
    let mut options = json!({ "args": arguments });
    if choice.remote.is_none() {
        options["binary"] = json!(Firefox::find().map(|found| found.browser));
    }
    json!({ "browserName": "firefox", "moz:firefoxOptions": options })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(choice: &Choice, options: &str) -> Vec<String> {
        let capabilities = capabilities(choice, Path::new("/profile"));
        serde_json::from_value(capabilities[options]["args"].clone()).unwrap()
    }

    #[test]
    fn a_window_is_opened_only_where_somebody_looks() {
        for (kind, options, headless) in [
            (Kind::Chromium, "goog:chromeOptions", "--headless=new"),
            (Kind::Firefox, "moz:firefoxOptions", "-headless"),
        ] {
            let choice = Choice { kind, ..Choice::default() };
            assert!(arguments(&choice, options).iter().any(|argument| argument == headless), "{kind}");
            let headed = Choice { headed: true, ..choice };
            assert!(!arguments(&headed, options).iter().any(|argument| argument == headless), "{kind}");
        }
    }

    #[test]
    fn a_driver_elsewhere_is_told_no_paths_of_this_machine() {
        let remote = Choice { remote: Some("http://grid:4444".to_owned()), ..Choice::default() };
        let capabilities = capabilities(&remote, Path::new("/profile"));
        assert!(!Value::Object(capabilities).to_string().contains("/profile"));
        assert!(
            arguments(&Choice::default(), "goog:chromeOptions").iter().any(|one| one.ends_with("/profile"))
        );
    }
}
