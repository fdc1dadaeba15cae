//! The browser's tab: acts, and waits with a deadline that says what it waited for and what it saw.

use std::fmt::Display;
use std::time::Duration;

use fantoccini::error::CmdError;
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, Locator};
use tokio::time::{Instant, sleep};

/// How long anything may take on a busy machine.
const DEADLINE: Duration = Duration::from_secs(20);
/// How often it is looked at.
const PERIOD: Duration = Duration::from_millis(50);

/// The selector of a `data-testid`.
pub(crate) fn hook(name: &str) -> String {
    format!("[data-testid=\"{name}\"]")
}

/// A tab that knows where the shop is.
#[derive(Clone)]
pub(crate) struct Tab {
    client: Client,
    shop: String,
}

impl Tab {
    pub(crate) fn new(client: Client, shop: &str) -> Self {
        Self { client, shop: shop.to_owned() }
    }

    /// What speaks to the browser, for what only one kind of test asks of it.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The tab that has the focus.
    pub(crate) async fn window(&self) -> WindowHandle {
        self.client.window().await.unwrap()
    }

    /// Opens an empty tab beside this one; what is done from now on is done there.
    pub(crate) async fn open_another(&self) -> WindowHandle {
        let window = self.client.new_window(true).await.unwrap().handle;
        self.client.switch_to_window(window.clone()).await.unwrap();
        window
    }

    /// What is done from now on is done in that tab.
    pub(crate) async fn switch_to(&self, window: &WindowHandle) {
        self.client.switch_to_window(window.clone()).await.unwrap();
    }

    /// Opens an address of the shop: path, query and fragment.
    pub(crate) async fn open(&self, target: &str) {
        self.client.goto(&format!("{}{target}", self.shop)).await.unwrap();
    }

    pub(crate) async fn reload(&self) {
        self.client.refresh().await.unwrap();
    }

    pub(crate) async fn back(&self) {
        self.client.back().await.unwrap();
    }

    /// The whole address.
    pub(crate) async fn address(&self) -> String {
        self.client.current_url().await.map(String::from).unwrap_or_default()
    }

    /// What was asked of the shop's server for the page that is shown, whatever its address became since.
    pub(crate) async fn loaded_from(&self) -> String {
        let script = "return performance.getEntriesByType('navigation')[0].name";
        let name = self.client.execute(script, Vec::new()).await.unwrap();
        let name = name.as_str().unwrap_or_default();
        name.strip_prefix(&self.shop).unwrap_or(name).to_owned()
    }

    /// Makes the access token that is kept look expired, as if the page had slept through its lifetime.
    pub(crate) async fn expire_access_token(&self) {
        let script = "const key = Object.keys(localStorage).find(key => key.endsWith('.session')); \
                      const session = JSON.parse(localStorage[key]); \
                      session.expires_at = 1; localStorage[key] = JSON.stringify(session);";
        self.client.execute(script, Vec::new()).await.unwrap();
    }

    /// Everything that the browser keeps for this origin and that its page holds in globals, as one text.
    pub(crate) async fn everything_kept(&self) -> String {
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

    pub(crate) async fn clear_storage(&self) {
        // An error page has none.
        let script = "try { localStorage.clear(); sessionStorage.clear(); } catch {}";
        self.client.execute(script, Vec::new()).await.unwrap();
    }

    /// Whether a script from outside ran: those of the tests set `window.__xss`.
    pub(crate) async fn was_injected(&self) -> bool {
        let script = "return window.__xss !== undefined";
        self.client.execute(script, Vec::new()).await.unwrap().as_bool().unwrap()
    }

    /// Fetches something as the page could, so that the browser's cache has it.
    pub(crate) async fn fetch_into_the_cache(&self, url: &str) {
        let script =
            "const done = arguments[1]; fetch(arguments[0]).then(answer => answer.text()).then(done, done)";
        self.client.execute_async(script, vec![url.into()]).await.unwrap();
    }

    /// Waits until the shop shows this path, query and fragment.
    pub(crate) async fn until_at(&self, target: &str) {
        let wanted = format!("{}{target}", self.shop);
        let what = format!("the address {wanted}");
        self.until(&what, async || {
            let address = self.address().await;
            if address == wanted { Ok(()) } else { Err(address) }
        })
        .await;
    }

    /// Waits until the element is displayed; gives its text.
    pub(crate) async fn see(&self, selector: &str) -> String {
        self.until(&format!("{selector} to be displayed"), async || self.displayed_text(selector).await).await
    }

    /// Waits until the element shows a text that holds `part`.
    pub(crate) async fn see_text(&self, selector: &str, part: &str) {
        let what = format!("{selector} to show {part:?}");
        self.until(&what, async || match self.displayed_text(selector).await {
            Ok(text) if text.contains(part) => Ok(()),
            Ok(text) => Err(format!("the text {text:?}")),
            Err(saw) => Err(saw),
        })
        .await;
    }

    /// Waits until so many elements are there.
    pub(crate) async fn see_count(&self, selector: &str, count: usize) {
        self.until(&format!("{count} of {selector}"), async || {
            let found = self.count(selector).await;
            if found == count { Ok(()) } else { Err(format!("{found} of them")) }
        })
        .await;
    }

    /// How many there are just now.
    pub(crate) async fn count(&self, selector: &str) -> usize {
        self.client.find_all(Locator::Css(selector)).await.map(|found| found.len()).unwrap_or(0)
    }

    /// Clicks as soon as the element can be clicked.
    pub(crate) async fn click(&self, selector: &str) {
        self.until(&format!("{selector} to take a click"), async || {
            let element = self.client.find(Locator::Css(selector)).await.map_err(told)?;
            element.click().await.map_err(told)
        })
        .await;
    }

    /// Puts a text into a field in place of what is there.
    pub(crate) async fn fill(&self, selector: &str, text: &str) {
        self.until(&format!("{selector} to take a text"), async || {
            let element = self.client.find(Locator::Css(selector)).await.map_err(told)?;
            element.clear().await.map_err(told)?;
            element.send_keys(text).await.map_err(told)
        })
        .await;
    }

    /// Asks again and again until the answer is good. Fails with what it waited for and what it saw last.
    pub(crate) async fn until<T>(&self, what: &str, mut probe: impl AsyncFnMut() -> Result<T, String>) -> T {
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
