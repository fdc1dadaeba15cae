//! The thread that writes the file, and how others wait for it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::error::StateError;

/// Is called with whether the state is on the disk.
type Done = Box<dyn FnOnce(bool) + Send>;

/// The text of the file now, with the number of changes that it holds; `None` once the org is gone.
type Snapshot = Box<dyn Fn() -> Option<Result<(Vec<u8>, u64), serde_json::Error>> + Send>;

enum Request {
    Write(Done),
    Stop,
}

/// Writes the state of an org to its file on request, on a thread of its own.
#[derive(Debug)]
pub(crate) struct StateWriter {
    requests: Sender<Request>,
    written: Arc<AtomicU64>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What the thread works with.
struct Writer {
    snapshot: Snapshot,
    path: PathBuf,
    written: Arc<AtomicU64>,
    last: Vec<u8>,
    _lock: File,
}

impl StateWriter {
    /// Takes the file for this org alone and writes it once, so that a path that cannot be written is known at
    /// the start.
    pub(crate) fn start(snapshot: Snapshot, path: PathBuf, lock: File) -> Result<Self, StateError> {
        let written = Arc::new(AtomicU64::new(0));
        let mut writer =
            Writer { snapshot, path, written: Arc::clone(&written), last: Vec::new(), _lock: lock };
        writer.write()?;
        let (requests, received) = mpsc::channel();
        let name = "okta-local-state".to_owned();
        let thread = std::thread::Builder::new().name(name).spawn(move || writer.run(&received))?;
        Ok(Self { requests, written, thread: Mutex::new(Some(thread)) })
    }

    /// Waits until all changes so far are on the disk; `false` where they cannot be written.
    pub(crate) async fn persist(&self, changes: u64) -> bool {
        if changes == self.written.load(Ordering::Acquire) {
            return true;
        }
        let (done, written) = oneshot::channel();
        self.request(Box::new(move |is_written| _ = done.send(is_written)));
        // Who does not answer has stopped: the org is at its end.
        written.await.unwrap_or(true)
    }

    /// As [`Self::persist`], for callers that do not run on a runtime.
    pub(crate) fn persist_now(&self, changes: u64) -> bool {
        if changes == self.written.load(Ordering::Acquire) {
            return true;
        }
        let (done, written) = mpsc::channel();
        self.request(Box::new(move |is_written| _ = done.send(is_written)));
        written.recv().unwrap_or(true)
    }

    /// Ends the thread after what it was asked to write, and gives the file free.
    pub(crate) fn stop(&self) {
        let _ = self.requests.send(Request::Stop);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }

    fn request(&self, done: Done) {
        let _ = self.requests.send(Request::Write(done));
    }
}

impl Writer {
    fn run(mut self, requests: &Receiver<Request>) {
        while let Ok(first) = requests.recv() {
            // All who wait by now made their changes before, so one writing serves them.
            let mut waiting = Vec::new();
            let mut last = false;
            for request in std::iter::once(first).chain(requests.try_iter()) {
                match request {
                    Request::Write(done) => waiting.push(done),
                    Request::Stop => last = true,
                }
            }
            let written = self.write();
            if let Err(error) = &written {
                tracing::error!(%error, path = %self.path.display(), "the state file could not be written");
            }
            waiting.into_iter().for_each(|done| done(written.is_ok()));
            if last {
                return;
            }
        }
    }

    fn write(&mut self) -> Result<(), StateError> {
        let Some(snapshot) = (self.snapshot)() else { return Ok(()) };
        let (text, changes) = snapshot?;
        if text != self.last {
            replace(&self.path, &text)?;
            self.last = text;
        }
        self.written.store(changes, Ordering::Release);
        Ok(())
    }
}

/// Takes the file for this program alone, by a lock beside it: the file itself is replaced at each writing.
pub(crate) fn lock(path: &Path) -> Result<File, StateError> {
    let lock = private(&path.with_added_extension("lock"))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StateError::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Beside it first, then in its place: a crash leaves the old one or the new one.
fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let beside = path.with_added_extension("new");
    let mut file = private(&beside)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    sync_folder(path)
}

/// The new name is on the disk when its folder is.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
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
