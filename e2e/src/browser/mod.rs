//! A real browser in the hands of a test: started for it alone, driven by WebDriver, gone after it.
//!
//! What a person could do stands in [`Tab`]; what only Chromium's DevTools can do stands in `devtools`, and a test
//! that asks another browser for it is skipped, never green. What is on a page is the business of [`crate::pages`].
#![expect(clippy::unwrap_used, reason = "a step of a test that cannot be taken ends the test")]

mod authenticator;
mod capabilities;
mod choice;
mod clock;
mod console;
mod cookies;
mod devtools;
mod driver;
mod network;
mod skip;
mod tab;

use std::path::Path;
use std::time::Duration;

use fantoccini::Client;
use tempfile::TempDir;
use tokio::time::timeout;

pub use choice::{Choice, ChoiceError, Kind};
pub use network::Call;
pub(crate) use skip::Skipped;
pub use skip::skip;
pub use tab::{Tab, hook};

use driver::{Driver, START};

/// A browser with a profile of its own, which is removed with it.
#[derive(Debug)]
pub struct Browser {
    choice: Choice,
    // Absent where another machine or another program runs the driver.
    driver: Option<Driver>,
    client: Client,
    profile: TempDir,
    /// What the console said before a restart.
    earlier: Vec<String>,
}

impl Browser {
    /// Starts what is chosen.
    ///
    /// # Panics
    /// Where it is not installed or does not start, with what to do.
    pub async fn start(choice: Choice) -> Self {
        // Everything that driver and browser write to a temporary folder goes there too, and goes with it.
        let profile = tempfile::tempdir().unwrap();
        let driver = match choice.remote {
            Some(_) => None,
            None => Some(Driver::start(choice.kind, profile.path()).await),
        };
        let client = connect(&choice, driver.as_ref(), profile.path()).await;
        Self { choice, driver, client, profile, earlier: Vec::new() }
    }

    /// Closes the browser and starts it again, a new process with the same profile: it has what a browser keeps on the disk,
    /// and no cookie that ends with it. Its former tabs are gone. A test that asks a browser for it whose profile is not
    /// kept, Firefox or one on another machine, is skipped.
    pub async fn restart(&mut self) {
        if self.choice.kind != Kind::Chromium || self.choice.remote.is_some() {
            skip("needs a browser whose profile outlives it");
        }
        let said = self.console().await;
        self.earlier = said;
        self.client.clone().close().await.unwrap();
        self.client = connect(&self.choice, self.driver.as_ref(), self.profile.path()).await;
    }

    /// Which browser it is, and how it is run.
    pub fn choice(&self) -> &Choice {
        &self.choice
    }

    /// Its first tab, for an app at this origin.
    pub fn tab(&self, app: &str) -> Tab {
        Tab::new(self.client.clone(), app, &self.choice)
    }

    /// What speaks to the driver.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// All messages of the console since the start, from all pages; none where the driver keeps none. To be asked
    /// once, at the end.
    pub async fn console(&self) -> Vec<String> {
        let mut said = self.earlier.clone();
        said.extend(console::take(&self.client).await);
        said
    }

    /// The requests that were made since this was last asked, by all pages; none where the driver keeps none.
    pub async fn calls(&self) -> Vec<Call> {
        network::take(&self.client).await
    }

    /// What its driver and the browser itself have said on their standard error, where they run here.
    pub fn driver_log(&self) -> String {
        self.driver.as_ref().map(Driver::log).unwrap_or_default()
    }

    /// Closes the browser, then the driver, then removes what they leave.
    pub async fn stop(self) {
        // A browser that is gone already is closed enough.
        let _ = timeout(Duration::from_secs(10), self.client.close()).await;
        if let Some(driver) = self.driver {
            driver.stop().await;
        }
        remove(self.profile).await;
    }
}

async fn connect(choice: &Choice, driver: Option<&Driver>, profile: &Path) -> Client {
    let url = driver.map(Driver::url).or_else(|| choice.remote.clone()).unwrap_or_default();
    let connected = timeout(START, capabilities::connect(choice, profile, &url)).await;
    let Ok(client) = connected else { panic!("{} did not start within a minute", choice.kind) };
    client.unwrap_or_else(|error| panic!("{} does not start: {error}", choice.kind))
}

/// A process of the browser may be writing its last while the folder is removed: then once more.
async fn remove(folder: TempDir) {
    let path = folder.keep();
    for _ in 0..20 {
        match tokio::fs::remove_dir_all(&path).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            _ => return,
        }
    }
}

/// What a message of the console says, without the address of its page.
pub fn said(message: &str) -> &str {
    console::said(message)
}

/// Messages of the console that no test may cause: a page that breaks its own policy, code that panics or throws.
pub fn defects(console: &[String]) -> Vec<&String> {
    console.iter().filter(|message| console::is_a_defect(message)).collect()
}
