//! `cargo dev --watch`: builds the SPA again when one of its sources changes.
//!
//! Looks at the files twice a second instead of asking the system to tell: no dependency, works on
//! mounted folders too, and costs a few milliseconds.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tokio::time::{MissedTickBehavior, interval};

use crate::spa_build::{self, SpaProfile};
use crate::stack::Stack;
use crate::tools::Toolbox;

/// What the SPA is made of, from the workspace.
const SOURCES: &[&str] = &["frontend", "shared", "Cargo.toml", "Cargo.lock"];

/// Never ends by itself; a build that fails is told, and the last good one stays.
pub(super) async fn rebuild_on_change(workspace: &Path, stack: &Stack) {
    let tools = Toolbox::of(workspace);
    let mut ticks = interval(Duration::from_millis(500));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut seen = newest(workspace);
    loop {
        ticks.tick().await;
        let now = newest(workspace);
        if now == seen {
            continue;
        }
        seen = now;
        eprintln!("building the shop again");
        let built = spa_build::build(workspace, &tools, SpaProfile::Development).await;
        let told = match built {
            Ok(()) => stack.reload_spa().map_err(|error| okta_cli::error_chain(&error)),
            Err(error) => Err(okta_cli::error_chain(&error)),
        };
        match told {
            Ok(()) => eprintln!("done; reload the page"),
            Err(text) => eprintln!("error: {text}"),
        }
    }
}

/// The newest change below the sources, and how many files there are (so that a removal shows as well).
fn newest(workspace: &Path) -> (Option<SystemTime>, usize) {
    let mut open: Vec<PathBuf> = SOURCES.iter().map(|source| workspace.join(source)).collect();
    let mut found = (None, 0);
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let inside = fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path());
            open.extend(inside.filter(|path| !path.ends_with("dist")));
        } else {
            let changed = fs::metadata(&path).and_then(|meta| meta.modified()).ok();
            found = (found.0.max(changed), found.1 + 1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_an_addition_and_a_removal_are_seen_and_builds_are_not() {
        let workspace = tempfile::tempdir().unwrap();
        let at = |name: &str| workspace.path().join(name);
        fs::create_dir_all(at("frontend/src")).unwrap();
        fs::create_dir_all(at("frontend/dist")).unwrap();
        fs::write(at("frontend/src/main.rs"), "1").unwrap();
        let first = newest(workspace.path());
        fs::write(at("frontend/dist/index.html"), "1").unwrap();
        assert_eq!(newest(workspace.path()), first);
        fs::write(at("frontend/src/page.rs"), "1").unwrap();
        let second = newest(workspace.path());
        assert_ne!(second, first);
        let later = SystemTime::UNIX_EPOCH + Duration::from_secs(4_000_000_000);
        fs::File::options()
            .write(true)
            .open(at("frontend/src/main.rs"))
            .unwrap()
            .set_modified(later)
            .unwrap();
        let third = newest(workspace.path());
        assert_ne!(third, second);
        fs::remove_file(at("frontend/src/page.rs")).unwrap();
        assert_ne!(newest(workspace.path()), third);
    }
}
