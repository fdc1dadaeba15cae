//! Chromium's own commands (the DevTools protocol), for what WebDriver has no word for.

use fantoccini::Client;
use fantoccini::wd::WebDriverCompatibleCommand;
use reqwest::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// chromedriver's `POST /session/{id}/goog/cdp/execute`, for the tab that has the focus.
#[derive(Debug)]
struct Execute(Value);

impl WebDriverCompatibleCommand for Execute {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        base_url.join(&format!("session/{}/goog/cdp/execute", session_id.unwrap_or_default()))
    }

    fn method_and_body(&self, _request_url: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.0.to_string()))
    }
}

async fn execute(client: &Client, command: &str, parameters: &Value) {
    let command = json!({ "cmd": command, "params": parameters });
    client.issue_cmd(Execute(command)).await.unwrap();
}

/// Runs `script` in every page that this tab loads from now on, before any script of the page.
pub(crate) async fn run_before_pages(client: &Client, script: &str) {
    execute(client, "Page.addScriptToEvaluateOnNewDocument", &json!({ "source": script })).await;
}

/// Cuts this tab off the network, or connects it again.
pub(crate) async fn set_offline(client: &Client, offline: bool) {
    execute(client, "Network.enable", &json!({})).await;
    let conditions =
        json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    execute(client, "Network.emulateNetworkConditions", &conditions).await;
}

/// Freezes this tab as Chromium freezes tabs in the background, or wakes it.
pub(crate) async fn set_frozen(client: &Client, frozen: bool) {
    let state = if frozen { "frozen" } else { "active" };
    execute(client, "Page.setWebLifecycleState", &json!({ "state": state })).await;
}

/// Has this tab look as for people who prefer this colour scheme, `light` or `dark`, and little motion.
pub(crate) async fn set_scheme(client: &Client, scheme: &str) {
    let features = json!([
        { "name": "prefers-color-scheme", "value": scheme },
        { "name": "prefers-reduced-motion", "value": "reduce" },
    ]);
    execute(client, "Emulation.setEmulatedMedia", &json!({ "features": features })).await;
}

/// Gives this tab a screen of so many CSS pixels.
pub(crate) async fn set_size(client: &Client, width: u32, height: u64) {
    let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    execute(client, "Emulation.setDeviceMetricsOverride", &metrics).await;
}
