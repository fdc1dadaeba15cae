//! What a test runs in: Grove and a browser of its own, both gone at the end, whatever happened; and the people who
//! act in it.
//!
//! ```no_run
//! use e2e::scene::{ALICE, Scene, scene};
//!
//! # async fn a_test() {
//! scene(async |scene: &mut Scene| {
//!     let shopper = scene.shopper();
//!     shopper.browses().await;
//!     shopper.puts("pear-sapling").await;
//!     shopper.checks_out().await;
//!     shopper.signs_in_as(ALICE).await;
//!     let number = shopper.orders().await;
//!     shopper.finds_the_order(&number).await;
//! })
//! .await;
//! # }
//! ```
#![expect(clippy::unwrap_used, reason = "a step of a test that cannot be taken ends the test")]

mod fixture;
mod org;
mod people;
mod proof;
mod shopper;

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;

use futures_util::FutureExt as _;
use okta_local::RunningOrg;
use xtask::spa_build::SpaProfile;
use xtask::stack::{Stack, StackBuilder};

use crate::browser::{Browser, Choice, Tab, defects, skip};
use crate::evidence::{Record, TestName, Witness};

pub use fixture::SignIn;
pub use people::{ALICE, Account, BOB, CAROL, Person};
pub use shopper::Shopper;

/// Grove and a browser that shows nothing yet.
#[derive(Debug)]
pub struct Scene {
    /// Org, API and shop.
    pub stack: Stack,
    /// The browser's first tab.
    pub tab: Tab,
    browser: Browser,
}

/// Plays `story` with the shop, whose tokens are bound to a key of the browser (DPoP). Fails where the story panics, and where any page broke its own policy.
pub async fn scene(story: impl AsyncFnOnce(&mut Scene)) {
    scene_of(dist(), story).await;
}

/// The same with an app that asks for no proofs of possession: it gets bearer tokens.
pub async fn bearer_scene(story: impl AsyncFnOnce(&mut Scene)) {
    bearer_scene_of(dist(), story).await;
}

/// The same with another app in the shop's place: the build in this folder.
pub async fn scene_of(dist: PathBuf, story: impl AsyncFnOnce(&mut Scene)) {
    play(dist, |stack| stack, story).await;
}

/// Both: the build in this folder makes no proofs.
pub async fn bearer_scene_of(dist: PathBuf, story: impl AsyncFnOnce(&mut Scene)) {
    play(dist, StackBuilder::with_bearer_tokens, story).await;
}

/// The shop with two orgs: the pages below `/birch` are the second one's, whose people and apps have the names and ids of the
/// first one's.
pub async fn scene_of_two_orgs(story: impl AsyncFnOnce(&mut Scene)) {
    play(dist(), StackBuilder::with_second_org, story).await;
}

/// The same on one origin: the API serves the shop, and prepares its pages.
pub async fn one_origin_scene(story: impl AsyncFnOnce(&mut Scene)) {
    one_origin_scene_of(dist(), story).await;
}

/// The same with the build in this folder.
pub async fn one_origin_scene_of(dist: PathBuf, story: impl AsyncFnOnce(&mut Scene)) {
    play(dist, StackBuilder::on_one_origin, story).await;
}

async fn play(
    dist: PathBuf,
    change: impl FnOnce(StackBuilder) -> StackBuilder,
    story: impl AsyncFnOnce(&mut Scene),
) {
    let record = Record::begin(TestName::of(&story));
    let choice = Choice::from_environment().unwrap_or_else(|error| panic!("{error}"));
    let turn = org::turn().await;
    let stack = org::start_stack(dist, change).await;
    let browser = Browser::start(choice).await;
    let mut scene = Scene { tab: browser.tab(stack.spa_url()), stack, browser };
    let outcome = AssertUnwindSafe(story(&mut scene)).catch_unwind().await;
    let witness = Witness { browser: &scene.browser, org: scene.stack.org() };
    let end = record.end(outcome, witness).await;
    scene.browser.stop().await;
    scene.stack.stop().await;
    drop(turn);
    end.tell();
}

/// Plays `story` with a browser alone, for tests that bring their own server.
pub async fn browser_alone(story: impl AsyncFnOnce(&Browser)) {
    let record = Record::begin(TestName::of(&story));
    let choice = Choice::from_environment().unwrap_or_else(|error| panic!("{error}"));
    let browser = Browser::start(choice).await;
    let outcome = AssertUnwindSafe(story(&browser)).catch_unwind().await;
    let end = record.end(outcome, Witness { browser: &browser, org: None }).await;
    browser.stop().await;
    end.tell();
}

impl Scene {
    /// The hands and eyes of whoever sits at the browser.
    pub fn shopper(&self) -> Shopper<'_> {
        Shopper::new(&self.tab, &self.stack)
    }

    /// The local org, whose time, keys and people a test can move. A test that asks for it against another org is
    /// skipped.
    pub fn org(&self) -> &RunningOrg {
        self.stack.org().unwrap_or_else(|| skip("needs the control plane of the local org"))
    }

    /// The other org of [`scene_of_two_orgs`].
    ///
    /// # Panics
    /// In a scene of one.
    pub fn second_org(&self) -> &RunningOrg {
        self.stack.second_org().unwrap()
    }

    /// The same tab, for the pages below this path.
    pub fn tab_below(&self, path: &str) -> Tab {
        self.browser.tab(&format!("{}{path}", self.stack.spa_url()))
    }

    /// The hands and eyes of whoever sits at another browser.
    pub fn shopper_at<'a>(&'a self, tab: &'a Tab) -> Shopper<'a> {
        Shopper::new(tab, &self.stack)
    }

    /// Plays a part of the story in another browser, which knows nothing of this one, and is gone afterwards.
    ///
    /// # Panics
    /// Where the part does, and where a page broke its own policy.
    pub async fn in_another_browser(&self, part: impl AsyncFnOnce(&Tab)) {
        let browser = Browser::start(self.browser.choice().clone()).await;
        let tab = browser.tab(self.stack.spa_url());
        let outcome = AssertUnwindSafe(part(&tab)).catch_unwind().await;
        let console = browser.console().await;
        browser.stop().await;
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
        assert!(defects(&console).is_empty(), "{console:#?}");
    }

    /// Closes the browser and starts it again, with what it keeps on the disk.
    pub async fn restart_browser(&mut self) {
        self.browser.restart().await;
        self.tab = self.browser.tab(self.stack.spa_url());
    }

    /// The browser, for what only few tests ask of it.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }
}

/// The release build, as shoppers get it, unless `GROVE_DIST` names another (`target/dev/dist`, which is
/// made in seconds and whose panics name functions).
fn dist() -> PathBuf {
    std::env::var_os("GROVE_DIST")
        .map_or_else(|| SpaProfile::Release.dist(&okta_cli::workspace()), PathBuf::from)
}
