//! One browser for a table of cases: each has an issuer of its own and an origin of its own, so nothing of one is
//! left for the next.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;

use crate::example::{Example, ExampleBuild, ServedExample};
use crate::issuer::{Asked, Behaviour, CLIENT_ID, MESSAGE, MisbehavingIssuer};
use e2e::browser::{Browser, Tab};
use e2e::scene::browser_alone;

/// One way to misbehave.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) behaviour: Behaviour,
}

/// A case on the stage.
pub(super) struct Stage {
    pub(super) issuer: MisbehavingIssuer,
    pub(super) tab: Tab,
    app: ServedExample,
}

/// Plays `story` for every case and tells of all that failed.
pub(super) async fn play(cases: &[Case], story: impl AsyncFn(&Stage)) {
    play_in(&ExampleBuild::copy(), cases, story).await;
}

/// The same with another app in the place of the example.
pub(super) async fn play_in(build: &ExampleBuild, cases: &[Case], story: impl AsyncFn(&Stage)) {
    browser_alone(async |browser: &Browser| {
        let mut failed = Vec::new();
        for Case { name, behaviour } in cases {
            let stage = Stage::set(build, browser, *behaviour);
            if AssertUnwindSafe(story(&stage)).catch_unwind().await.is_err() {
                failed.push(*name);
            }
            stage.clear().await;
        }
        assert!(failed.is_empty(), "failed: {failed:?}");
    })
    .await;
}

impl Stage {
    fn set(build: &ExampleBuild, browser: &Browser, behaviour: Behaviour) -> Self {
        let issuer = MisbehavingIssuer::start(behaviour);
        let app = build.serve(issuer.identifier(), CLIENT_ID, issuer.origin());
        Self { tab: browser.tab(app.url()), issuer, app }
    }

    async fn clear(self) {
        self.tab.clear_storage().await;
        self.app.stop().await;
        self.issuer.stop().await;
    }

    pub(super) fn count(&self, asked: Asked) -> usize {
        self.issuer.record().count(asked)
    }

    /// Signs in on the way to the messages.
    pub(super) async fn sign_in(&self) {
        Example(&self.tab).open_messages().await;
        assert_eq!(Example(&self.tab).message().await, MESSAGE);
    }

    /// Signed in, and the API was asked with the token.
    pub(super) async fn is_accepted(&self) {
        self.sign_in().await;
        Example(&self.tab).is_signed_in().await;
        assert_eq!(self.tab.address().await, format!("{}/messages", self.app.url()));
        assert_eq!((self.count(Asked::Code), self.count(Asked::Api)), (1, 1));
        self.behaved_well();
    }

    /// On the callback page with a code and a description that hold these words, and nothing was asked or kept.
    pub(super) async fn is_refused(&self, code: &str, description: &str) {
        Example(&self.tab).open_messages().await;
        let failure = Example(&self.tab).failure().await;
        assert!(failure.0.contains(code), "{failure:?}");
        assert!(failure.1.contains(description), "{failure:?}");
        assert!(self.tab.address().await.ends_with("/login/callback"), "{}", self.tab.address().await);
        assert_eq!(self.count(Asked::Authorize), 1);
        self.nothing_happened().await;
    }

    /// Nobody is signed in: no request with a token, no secret kept.
    pub(super) async fn nothing_happened(&self) {
        for asked in [Asked::UserInfo, Asked::Api, Asked::Refresh] {
            assert_eq!(self.count(asked), 0, "{asked:?}");
        }
        Example(&self.tab).shows_nobody_anywhere().await;
        self.keeps_no_secret().await;
        self.behaved_well();
    }

    /// Nothing that the issuer gave away lies anywhere in the browser.
    pub(super) async fn keeps_no_secret(&self) {
        let kept = self.tab.everything_kept().await;
        for secret in self.issuer.record().secrets() {
            assert!(!kept.contains(&secret), "{secret} is kept: {kept}");
        }
    }

    /// The client did nothing that no client may do.
    pub(super) fn behaved_well(&self) {
        assert_eq!(self.issuer.record().complaints(), Vec::<String>::new());
    }
}
