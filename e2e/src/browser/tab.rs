//! The browser's tab: acts, and waits with a deadline that says what it waited for and what it saw.

use std::fmt::Display;
use std::time::Duration;

use fantoccini::error::CmdError;
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, Locator};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::{Choice, Kind};

/// How long anything may take on a busy machine.
const DEADLINE: Duration = Duration::from_secs(20);
/// How often it is looked at.
const PERIOD: Duration = Duration::from_millis(50);

/// The selector of a `data-testid`.
pub fn hook(name: &str) -> String {
    format!("[data-testid=\"{name}\"]")
}

/// A tab that knows where the shop is.
#[derive(Clone, Debug)]
pub struct Tab {
    client: Client,
    shop: String,
    kind: Kind,
    pace: Duration,
}

impl Tab {
    pub(super) fn new(client: Client, shop: &str, choice: &Choice) -> Self {
        Self { client, shop: shop.to_owned(), kind: choice.kind, pace: choice.pace }
    }

    /// The make of the browser.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// So that people who watch can follow; nothing where nobody watches.
    async fn pause(&self) {
        if !self.pace.is_zero() {
            sleep(self.pace).await;
        }
    }

    /// What speaks to the browser, for what only one kind of test asks of it.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The tab that has the focus.
    pub async fn window(&self) -> WindowHandle {
        self.client.window().await.unwrap()
    }

    /// Opens an empty tab beside this one; what is done from now on is done there.
    pub async fn open_another(&self) -> WindowHandle {
        let window = self.client.new_window(true).await.unwrap().handle;
        self.client.switch_to_window(window.clone()).await.unwrap();
        window
    }

    /// What is done from now on is done in that tab.
    pub async fn switch_to(&self, window: &WindowHandle) {
        self.client.switch_to_window(window.clone()).await.unwrap();
    }

    /// What is done from now on is done in the window that opened beside this one.
    pub async fn switch_to_the_other(&self, this: &WindowHandle) {
        let other = self
            .until("another window", async || {
                let windows = self.client.windows().await.map_err(told)?;
                windows.into_iter().find(|window| window != this).ok_or("this one alone".to_owned())
            })
            .await;
        self.switch_to(&other).await;
    }

    /// Waits until this window is the only one; what is done from now on is done there.
    pub async fn until_closed(&self, this: &WindowHandle) {
        self.until("the other windows to close", async || {
            match self.client.windows().await.map_err(told)?.len() {
                1 => Ok(()),
                more => Err(format!("{more} windows")),
            }
        })
        .await;
        self.switch_to(this).await;
    }

    /// Opens an address of the shop: path, query and fragment.
    pub async fn open(&self, target: &str) {
        self.open_url(&format!("{}{target}", self.shop)).await;
    }

    /// Opens any address.
    pub async fn open_url(&self, url: &str) {
        self.pause().await;
        self.client.goto(url).await.unwrap();
    }

    /// The origin of the app that this tab is about, without a slash at the end.
    pub fn app(&self) -> &str {
        &self.shop
    }

    /// What a script in the page answers; it is run by the driver, whatever the page's policy.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap()
    }

    /// The same for a script that calls its last argument with the answer.
    pub async fn run_and_wait(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute_async(script, arguments).await.unwrap()
    }

    /// Loads the page anew, as F5 does.
    pub async fn reload(&self) {
        self.pause().await;
        self.client.refresh().await.unwrap();
    }

    /// The back button.
    pub async fn back(&self) {
        self.pause().await;
        self.client.back().await.unwrap();
    }

    /// The whole address.
    pub async fn address(&self) -> String {
        self.client.current_url().await.map(String::from).unwrap_or_default()
    }

    /// What was asked of the shop's server for the page that is shown, whatever its address became since.
    pub async fn loaded_from(&self) -> String {
        let script = "return performance.getEntriesByType('navigation')[0].name";
        let name = self.client.execute(script, Vec::new()).await.unwrap();
        let name = name.as_str().unwrap_or_default();
        name.strip_prefix(&self.shop).unwrap_or(name).to_owned()
    }

    /// Makes the access token that is kept look expired, as if the page had slept through its lifetime.
    pub async fn expire_access_token(&self) {
        let script = "const key = Object.keys(localStorage).find(key => key.endsWith('.session')); \
                      const session = JSON.parse(localStorage[key]); \
                      session.expires_at = 1; localStorage[key] = JSON.stringify(session);";
        self.client.execute(script, Vec::new()).await.unwrap();
    }

    /// The session as the SPA keeps it (`okta-auth`, format 3; 2 for bearer tokens); `None` where there is none.
    pub async fn session(&self) -> Option<Value> {
        let script = "const key = Object.keys(localStorage).find(key => key.endsWith('.session')); \
                      return key ? JSON.parse(localStorage[key]) : null;";
        Some(self.run(script, Vec::new()).await).filter(Value::is_object)
    }

    /// Everything that the browser keeps for this origin and that its page holds in globals, as one text.
    pub async fn everything_kept(&self) -> String {
        let script = "const done = arguments[0]; \
            const globals = Object.keys(window).map(key => { \
                try { return typeof window[key] === 'string' ? window[key] : ''; } catch { return ''; } }); \
            (async () => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, globals, \
                await indexedDB.databases(), await caches.keys(), history.state, document.referrer, \
                location.href]))().then(done, error => done('not read: ' + error));";
        let kept = self.client.execute_async(script, Vec::new()).await.unwrap();
        let kept = kept.as_str().unwrap_or_default().to_owned();
        assert!(kept.starts_with("[{"), "{kept}");
        kept
    }

    /// Forgets what the browser keeps for this origin.
    pub async fn clear_storage(&self) {
        // An error page has none.
        let script = "try { localStorage.clear(); sessionStorage.clear(); } catch {}";
        self.client.execute(script, Vec::new()).await.unwrap();
    }

    /// Whether a script from outside ran: those of the tests set `window.__xss`.
    pub async fn was_injected(&self) -> bool {
        let script = "return window.__xss !== undefined";
        self.client.execute(script, Vec::new()).await.unwrap().as_bool().unwrap()
    }

    /// Fetches something as the page could, so that the browser's cache has it.
    pub async fn fetch_into_the_cache(&self, url: &str) {
        let script =
            "const done = arguments[1]; fetch(arguments[0]).then(answer => answer.text()).then(done, done)";
        self.client.execute_async(script, vec![url.into()]).await.unwrap();
    }

    /// Waits until the shop shows this path, query and fragment.
    pub async fn until_at(&self, target: &str) {
        let wanted = format!("{}{target}", self.shop);
        let what = format!("the address {wanted}");
        self.until(&what, async || {
            let address = self.address().await;
            if address == wanted { Ok(()) } else { Err(address) }
        })
        .await;
    }

    /// Waits until the element is displayed; gives its text.
    pub async fn see(&self, selector: &str) -> String {
        self.until(&format!("{selector} to be displayed"), async || self.displayed_text(selector).await).await
    }

    /// Waits until the element shows a text that holds `part`.
    pub async fn see_text(&self, selector: &str, part: &str) {
        let what = format!("{selector} to show {part:?}");
        self.until(&what, async || match self.displayed_text(selector).await {
            Ok(text) if text.contains(part) => Ok(()),
            Ok(text) => Err(format!("the text {text:?}")),
            Err(saw) => Err(saw),
        })
        .await;
    }

    /// Waits until the element shows exactly this text.
    pub async fn see_exactly(&self, selector: &str, text: &str) {
        self.until(&format!("{selector} to show {text:?}"), async || {
            match self.displayed_text(selector).await {
                Ok(shown) if shown == text => Ok(()),
                Ok(shown) => Err(format!("the text {shown:?}")),
                Err(saw) => Err(saw),
            }
        })
        .await;
    }

    /// Waits until so many elements are there.
    pub async fn see_count(&self, selector: &str, count: usize) {
        self.until(&format!("{count} of {selector}"), async || {
            let found = self.count(selector).await;
            if found == count { Ok(()) } else { Err(format!("{found} of them")) }
        })
        .await;
    }

    /// How many there are just now.
    pub async fn count(&self, selector: &str) -> usize {
        self.client.find_all(Locator::Css(selector)).await.map(|found| found.len()).unwrap_or(0)
    }

    /// Clicks as soon as the element can be clicked.
    pub async fn click(&self, selector: &str) {
        self.pause().await;
        self.until(&format!("{selector} to take a click"), async || {
            let element = self.client.find(Locator::Css(selector)).await.map_err(told)?;
            element.click().await.map_err(told)
        })
        .await;
    }

    /// Puts a text into a field in place of what is there.
    pub async fn fill(&self, selector: &str, text: &str) {
        self.pause().await;
        self.until(&format!("{selector} to take a text"), async || {
            let element = self.client.find(Locator::Css(selector)).await.map_err(told)?;
            element.clear().await.map_err(told)?;
            element.send_keys(text).await.map_err(told)
        })
        .await;
    }

    /// Asks again and again until the answer is good. Fails with what it waited for and what it saw last.
    pub async fn until<T>(&self, what: &str, mut probe: impl AsyncFnMut() -> Result<T, String>) -> T {
        let started = Instant::now();
        loop {
            let saw = match probe().await {
                Ok(found) => return found,
                Err(saw) => saw,
            };
            if started.elapsed() > DEADLINE {
                let address = self.address().await;
                panic!("waited {} s for {what}; saw {saw}; at {address}", DEADLINE.as_secs());
            }
            sleep(PERIOD).await;
        }
    }

    async fn displayed_text(&self, selector: &str) -> Result<String, String> {
        let element = self.client.find(Locator::Css(selector)).await.map_err(told)?;
        if !element.is_displayed().await.map_err(told)? {
            return Err("an element that is not displayed".to_owned());
        }
        element.text().await.map_err(told)
    }
}

/// An error of the driver in one line, without the driver's stack trace.
fn told(error: CmdError) -> String {
    fn first_line(error: impl Display) -> String {
        error.to_string().lines().next().unwrap_or_default().to_owned()
    }
    match error {
        CmdError::Standard(error) => first_line(error.message),
        other => first_line(other),
    }
}
