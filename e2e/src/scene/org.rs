//! Which org a test runs against: one of its own on this machine, or the one that the environment names.
//!
//! Redirect URIs of an org outside the stack are registered beforehand, so the shop is then always at the same
//! ports, those of `cargo dev` unless `SPA_ORIGINS` and `API_ADDR` say otherwise, and tests take turns.

use std::fs::File;
use std::path::PathBuf;
use std::sync::LazyLock;

use xtask::stack::{ExternalOrg, Listeners, Ports, Stack, StackBuilder};

static EXTERNAL: LazyLock<Option<ExternalOrg>> = LazyLock::new(|| {
    ExternalOrg::from_environment().unwrap_or_else(|error| panic!("the org outside the stack: {error}"))
});

/// Whether tests run against an org outside the stack.
pub(super) fn is_external() -> bool {
    EXTERNAL.is_some()
}

/// The turn at the fixed ports; given back when dropped.
pub(super) struct Turn(#[expect(dead_code, reason = "the lock goes with the file")] Option<File>);

/// Waits for the turn, also where other processes run tests.
pub(super) async fn turn() -> Turn {
    if !is_external() {
        return Turn(None);
    }
    let locked = tokio::task::spawn_blocking(|| {
        let folder = okta_cli::workspace().join("target/e2e");
        std::fs::create_dir_all(&folder)?;
        let file = File::create(folder.join("turn.lock"))?;
        file.lock().map(|()| file)
    });
    Turn(Some(locked.await.unwrap().unwrap()))
}

/// Grove with the org of this run.
pub(super) async fn start_stack(dist: PathBuf, change: impl FnOnce(StackBuilder) -> StackBuilder) -> Stack {
    let builder = change(Stack::builder(dist)).recording_exchanges();
    let builder = match &*EXTERNAL {
        None => builder,
        Some(org) => {
            let (api, spa) = (org.api_port(), org.spa_port());
            let ports = Ports { org: 0, api, spa };
            let listeners = Listeners::bind(&ports, false).unwrap_or_else(|error| panic!("{error}"));
            builder.listeners(listeners).org(Some(org.clone()))
        }
    };
    let started = builder.start().await;
    started.unwrap_or_else(|error| panic!("the stack does not start: {}", okta_cli::error_chain(&error)))
}
