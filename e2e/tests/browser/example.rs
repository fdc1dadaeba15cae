//! The four-page example of `okta-sycamore`, served for one issuer after another.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use shared::SpaConfig;
use tempfile::TempDir;
use xtask::spa_build::SpaProfile;
use xtask::spa_server::{SpaServer, SpaSettings};

use e2e::browser::Tab;
use e2e::pages::OrgSignIn;
use e2e::scene::{Person, Scene, bearer_scene_of};

/// Plays `story` with the example of `okta-sycamore` in the place of the shop.
pub(crate) async fn example_scene(story: impl AsyncFnOnce(&mut Scene)) {
    let build = ExampleBuild::copy();
    bearer_scene_of(build.folder().to_owned(), story).await;
}

/// The same with the example, all of whose pages need a sign-in.
pub(crate) async fn guarded_scene(story: impl AsyncFnOnce(&mut Scene)) {
    let build = ExampleBuild::copy().with_everything_guarded();
    bearer_scene_of(build.folder().to_owned(), story).await;
}

/// The same with the bench of `okta-sycamore`: what its pages show stands in the tests that use it.
pub(crate) async fn bench_scene(story: impl AsyncFnOnce(&mut Scene)) {
    let build = ExampleBuild::copy_of_bench();
    bearer_scene_of(build.folder().to_owned(), story).await;
}

/// A copy of the build that is quick to serve.
pub(crate) struct ExampleBuild(TempDir);

impl ExampleBuild {
    /// The release build, unless `GROVE_EXAMPLE_DIST` names another.
    pub(crate) fn copy() -> Self {
        Self::copy_of(SpaProfile::Example, "GROVE_EXAMPLE_DIST", "cargo verify --only example")
    }

    /// The bench in its place, unless `GROVE_BENCH_DIST` names another.
    pub(crate) fn copy_of_bench() -> Self {
        Self::copy_of(SpaProfile::Bench, "GROVE_BENCH_DIST", "cargo verify --only browser")
    }

    /// Of the folder that the variable names, or else of the one that the command fills.
    fn copy_of(profile: SpaProfile, variable: &str, command: &str) -> Self {
        let named = std::env::var_os(variable).map(PathBuf::from);
        let dist = named.unwrap_or_else(|| profile.dist(&okta_cli::workspace()));
        let copy = tempfile::tempdir().unwrap();
        let files = fs::read_dir(&dist).unwrap_or_else(|error| {
            panic!("nothing is built in {} ({error}): run `{command}`", dist.display())
        });
        for file in files.map(Result::unwrap).filter(|file| file.path().is_file()) {
            copy_uncompressed(&file.path(), copy.path());
        }
        Self(copy)
    }

    /// With every page behind a sign-in, not only two.
    pub(crate) fn with_everything_guarded(self) -> Self {
        let page = self.0.path().join("index.html");
        let html = fs::read_to_string(&page).unwrap();
        // The island is the only script with an id.
        let guarded = html.replacen(" id=", " data-guarded=everything id=", 1);
        assert_ne!(html, guarded, "the example has no island");
        fs::write(page, guarded).unwrap();
        self
    }

    /// On a free port, an origin of its own.
    pub(crate) fn serve(&self, issuer: &str, client_id: &str, api_origin: &str) -> ServedExample {
        self.serve_with(SpaConfig {
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            api_origin: api_origin.to_owned(),
            ..SpaConfig::default()
        })
    }

    /// The same with this configuration.
    pub(crate) fn serve_with(&self, config: SpaConfig) -> ServedExample {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let settings = SpaSettings { dist: self.0.path().to_owned(), config, https: false };
        ServedExample { server: SpaServer::start(listener, settings).unwrap(), url }
    }

    /// Where the copy is.
    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }
}

/// The server takes a file beside it for its compressed form, and compresses what has none: seconds, for files
/// that one browser on this machine fetches once. A form that is no smaller is not served.
fn copy_uncompressed(file: &Path, folder: &Path) {
    let name = file.file_name().unwrap().to_str().unwrap();
    let endings: &[&str] = if name.ends_with(".html") { &[""] } else { &["", ".br", ".gz"] };
    for ending in endings {
        fs::copy(file, folder.join(format!("{name}{ending}"))).unwrap();
    }
}

/// The running example.
pub(crate) struct ServedExample {
    server: SpaServer,
    url: String,
}

impl ServedExample {
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) async fn stop(self) {
        self.server.stop().await;
    }
}

/// What is on its pages.
pub(crate) struct Example<'a>(pub(crate) &'a Tab);

impl Example<'_> {
    pub(crate) const LOGIN: &'static str = "#login-button";
    pub(crate) const LOGOUT: &'static str = "#logout-button";
    /// Of a guard that cannot open.
    pub(crate) const PANEL: &'static str = ".auth-panel";

    pub(crate) async fn open_messages(&self) {
        self.0.open("/messages").await;
    }

    /// Waits for the second message; gives its text.
    pub(crate) async fn message(&self) -> String {
        self.0.see("#message-1").await
    }

    /// Signs somebody in on the way to the messages.
    pub(crate) async fn sign_in(&self, person: Person) {
        self.open_messages().await;
        OrgSignIn(self.0).sign_in(person).await;
        self.0.until_at("/messages").await;
        self.message().await;
    }

    pub(crate) async fn claim(&self, name: &str) -> String {
        self.0.see(&format!("#claim-{name}")).await
    }

    pub(crate) async fn is_signed_in(&self) {
        self.0.see(Self::LOGOUT).await;
        self.0.see_count(Self::LOGIN, 0).await;
    }

    pub(crate) async fn shows_nobody(&self) {
        self.0.see(Self::LOGIN).await;
        self.0.see_count(Self::LOGOUT, 0).await;
    }

    /// No page offers to sign out.
    pub(crate) async fn shows_nobody_anywhere(&self) {
        self.0.see_count(Self::LOGOUT, 0).await;
    }

    /// Waits for a failed sign-in; gives its code and description.
    pub(crate) async fn failure(&self) -> (String, String) {
        let text = self.0.see("#callback-error").await;
        assert!(text.len() > 40, "the page says too little: {text:?}");
        let code = self.0.see("#callback-error-code").await;
        (code, self.0.see("#callback-error-description").await)
    }

    pub(crate) async fn sign_out(&self) {
        self.0.click(Self::LOGOUT).await;
    }
}
