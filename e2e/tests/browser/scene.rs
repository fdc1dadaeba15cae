//! What a test runs in: a stack and a browser of its own, both gone at the end, whatever happened.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::PathBuf;

use e2e::spa_build::SpaProfile;
use e2e::stack::Stack;
use futures_util::FutureExt as _;

use crate::driver::Driver;
use crate::example::ExampleBuild;
use crate::tab::Tab;
use crate::{console, evidence};

/// Grove and a browser that shows nothing yet.
pub(crate) struct Scene {
    pub(crate) stack: Stack,
    pub(crate) tab: Tab,
}

/// Plays `story` in a new scene. Fails where the story panics, and where any page broke its own policy.
pub(crate) async fn scene(story: impl AsyncFnOnce(&mut Scene)) {
    play(dist(), story).await;
}

/// The same with the example of `okta-sycamore` in the place of the shop.
pub(crate) async fn example_scene(story: impl AsyncFnOnce(&mut Scene)) {
    let build = ExampleBuild::copy();
    play(build.folder().to_owned(), story).await;
}

/// The same with the example, all of whose pages need a sign-in.
pub(crate) async fn guarded_scene(story: impl AsyncFnOnce(&mut Scene)) {
    let build = ExampleBuild::copy().with_everything_guarded();
    play(build.folder().to_owned(), story).await;
}

async fn play(dist: PathBuf, story: impl AsyncFnOnce(&mut Scene)) {
    let test = name_of(&story);
    evidence::clear(&test);
    let stack = Stack::builder(dist).start().await.unwrap_or_else(|error| {
        panic!("the stack does not start: {}", e2e::report::error_chain(&error));
    });
    let driver = Driver::start().await;
    let tab = Tab::new(driver.client.clone(), stack.spa_url());
    let mut scene = Scene { stack, tab };
    let outcome = AssertUnwindSafe(story(&mut scene)).catch_unwind().await;
    let messages = console::take(&driver.client).await;
    let defects: Vec<&String> = messages.iter().filter(|message| console::is_a_defect(message)).collect();
    if outcome.is_err() || !defects.is_empty() {
        eprintln!("{}", evidence::keep(&test, &driver.client, &messages).await);
    }
    driver.stop().await;
    scene.stack.stop().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
    assert!(defects.is_empty(), "the browser's console tells of defects: {defects:#?}");
}

/// The release build, as shoppers get it, unless `GROVE_DIST` names another (`target/dev/dist`, which is
/// made in seconds and whose panics name functions).
fn dist() -> PathBuf {
    std::env::var_os("GROVE_DIST").map_or_else(|| SpaProfile::Release.dist(&e2e::workspace()), PathBuf::from)
}

/// The name of the test function around a closure.
fn name_of<T>(_story: &T) -> String {
    let path = std::any::type_name::<T>().trim_end_matches("::{{closure}}");
    path.rsplit("::").next().unwrap_or(path).to_owned()
}
