//! Chromium's own commands (the DevTools protocol), for what WebDriver has no word for.

use fantoccini::wd::WebDriverCompatibleCommand;
use reqwest::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

use super::{Kind, Tab, skip};

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

/// Another browser than Chromium skips the test.
impl Tab {
    async fn devtools(&self, command: &str, parameters: &Value) {
        if self.kind() != Kind::Chromium {
            skip(format!("needs Chromium's {command}"));
        }
        let command = json!({ "cmd": command, "params": parameters });
        self.client().issue_cmd(Execute(command)).await.unwrap();
    }

    /// Runs `script` in every page that this tab loads from now on, before any script of the page.
    pub async fn run_before_pages(&self, script: &str) {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": script })).await;
    }

    /// Cuts this tab off the network, or connects it again.
    pub async fn set_offline(&self, offline: bool) {
        self.set_network(offline, 0, -1).await;
    }

    /// Has every request of this tab take so long, and so many bytes a second come; -1 is as many as there are.
    pub async fn set_network(&self, offline: bool, milliseconds: u32, bytes: i32) {
        self.devtools("Network.enable", &json!({})).await;
        let conditions = json!({ "offline": offline, "latency": milliseconds, "downloadThroughput": bytes,
            "uploadThroughput": bytes });
        self.devtools("Network.emulateNetworkConditions", &conditions).await;
    }

    /// Forgets what was loaded: what is opened next is a first visit.
    pub async fn clear_cache(&self) {
        self.devtools("Network.clearBrowserCache", &json!({})).await;
        let kept = json!({ "origin": self.app(), "storageTypes": "service_workers,cache_storage" });
        self.devtools("Storage.clearDataForOrigin", &kept).await;
    }

    /// Freezes this tab as Chromium freezes tabs in the background, or wakes it.
    pub async fn set_frozen(&self, frozen: bool) {
        let state = if frozen { "frozen" } else { "active" };
        self.devtools("Page.setWebLifecycleState", &json!({ "state": state })).await;
    }

    /// Has this tab look as for people who prefer this colour scheme, `light` or `dark`, and little motion.
    pub async fn set_scheme(&self, scheme: &str) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": features })).await;
    }

    /// Gives this tab a screen of so many CSS pixels.
    pub async fn set_size(&self, width: u32, height: u64) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics).await;
    }
}
