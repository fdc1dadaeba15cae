//! What an org keeps over a restart: keys, sessions, codes and tokens, consents, the moved clock.
//!
//! People, apps and policies are not in it: they come from the description at each start, with the same
//! identifiers. The file holds private keys, so only its owner may read it. It is written within a second
//! of a change and at the end, whole or not at all.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::grants::Grants;
use crate::org::consents::Consents;
use crate::org::session::Sessions;
use crate::org::tenant::Tenant;
use crate::signing::KeptKeys;

/// The form that this version writes.
const VERSION: u32 = 1;

/// How long a change may wait.
const INTERVAL: Duration = Duration::from_secs(1);

/// The content of a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kept {
    version: u32,
    /// Seconds that the clock was moved.
    pub(crate) ahead: i64,
    pub(crate) keys: KeptKeys,
    pub(crate) sessions: Sessions,
    pub(crate) grants: Grants,
    pub(crate) consents: Consents,
    pub(crate) used_steps: HashMap<String, u64>,
}

/// The same, borrowed for writing.
#[derive(Serialize)]
struct Keeping<'a> {
    version: u32,
    ahead: i64,
    keys: KeptKeys,
    sessions: &'a Sessions,
    grants: &'a Grants,
    consents: &'a Consents,
    used_steps: &'a HashMap<String, u64>,
}

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The system does not let it be read or written.
    #[error("it cannot be read or written")]
    Io(#[from] io::Error),
    /// It is not what an org wrote. It is left as it is: move it away to start anew.
    #[error("it is not the state of an org")]
    Content(#[from] serde_json::Error),
    /// Another version wrote it.
    #[error("it has the form {0}, which this version does not know")]
    Version(u32),
}

/// What a file holds; nothing where there is none yet.
pub(crate) fn read(path: &Path) -> Result<Option<Kept>, StateError> {
    let text = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text?,
    };
    let kept: Kept = serde_json::from_slice(&text)?;
    if kept.version == VERSION { Ok(Some(kept)) } else { Err(StateError::Version(kept.version)) }
}

/// Writes the state of an org as it changes, until it is dropped.
#[derive(Debug)]
pub(crate) struct Keeper {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Writes at once, so that a path that cannot be written is known at the start, and then as needed.
    pub(crate) fn start(tenant: Arc<Tenant>, path: PathBuf) -> Result<Self, StateError> {
        let mut written = text(&tenant)?;
        write(&path, &written)?;
        let (stop, stopped) = mpsc::channel::<()>();
        let keep = move || {
            loop {
                let last = stopped.recv_timeout(INTERVAL) != Err(RecvTimeoutError::Timeout);
                match text(&tenant) {
                    Ok(text) if text != written => match write(&path, &text) {
                        Ok(()) => written = text,
                        Err(error) => {
                            tracing::error!(%error, path = %path.display(), "the state is not kept")
                        }
                    },
                    Ok(_) => {}
                    Err(error) => tracing::error!(%error, "the state is not kept"),
                }
                if last {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("okta-local-state".to_owned()).spawn(keep)?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Keeper {
    /// Waits for the last writing.
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn text(tenant: &Tenant) -> Result<Vec<u8>, serde_json::Error> {
    let state = tenant.state();
    serde_json::to_vec(&Keeping {
        version: VERSION,
        ahead: tenant.clock.ahead(),
        keys: tenant.keys.keep(),
        sessions: &state.sessions,
        grants: &state.grants,
        consents: &state.consents,
        used_steps: &state.used_steps,
    })
}

/// Beside it first, then in its place: a crash leaves the old one or the new one.
fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    let beside = path.with_added_extension("new");
    let mut file = private(&beside)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

#[cfg(unix)]
fn private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;

    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).open(path)
}
