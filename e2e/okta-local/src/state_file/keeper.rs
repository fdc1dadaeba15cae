//! The thread that writes the file, and how others wait for it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::{StateError, form};
use crate::org::tenant::Tenant;

/// Says whether the state is on the disk.
type Done = Box<dyn FnOnce(bool) + Send>;

enum Order {
    Write(Done),
    Stop,
}

/// Writes the state of an org down when asked to.
#[derive(Debug)]
pub(crate) struct Keeper {
    orders: Sender<Order>,
    written: Arc<AtomicU64>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What the thread has.
struct Writer {
    tenant: Weak<Tenant>,
    path: PathBuf,
    written: Arc<AtomicU64>,
    last: Vec<u8>,
    _lock: File,
}

impl Keeper {
    /// Takes the file for this org alone and writes it once, so that a path that cannot be written is known at
    /// the start.
    pub(crate) fn start(tenant: &Arc<Tenant>, path: PathBuf, lock: File) -> Result<Self, StateError> {
        let written = Arc::new(AtomicU64::new(0));
        let tenant = Arc::downgrade(tenant);
        let mut writer =
            Writer { tenant, path, written: Arc::clone(&written), last: Vec::new(), _lock: lock };
        writer.write()?;
        let (orders, ordered) = mpsc::channel();
        let name = "okta-local-state".to_owned();
        let thread = std::thread::Builder::new().name(name).spawn(move || writer.run(&ordered))?;
        Ok(Self { orders, written, thread: Mutex::new(Some(thread)) })
    }

    /// Waits until all changes so far are on the disk; `false` where they cannot be written.
    pub(crate) async fn settle(&self, changes: u64) -> bool {
        if changes == self.written.load(Ordering::Acquire) {
            return true;
        }
        let (done, written) = oneshot::channel();
        self.order(Box::new(move |fine| _ = done.send(fine)));
        // Who does not answer has stopped: the org is at its end.
        written.await.unwrap_or(true)
    }

    /// As [`Self::settle`], for callers that do not run on a runtime.
    pub(crate) fn settle_now(&self, changes: u64) -> bool {
        if changes == self.written.load(Ordering::Acquire) {
            return true;
        }
        let (done, written) = mpsc::channel();
        self.order(Box::new(move |fine| _ = done.send(fine)));
        written.recv().unwrap_or(true)
    }

    /// Ends the thread after what it was asked to write, and gives the file free.
    pub(crate) fn stop(&self) {
        let _ = self.orders.send(Order::Stop);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }

    fn order(&self, done: Done) {
        let _ = self.orders.send(Order::Write(done));
    }
}

impl Writer {
    fn run(mut self, orders: &Receiver<Order>) {
        while let Ok(first) = orders.recv() {
            // All who wait by now made their changes before, so one writing serves them.
            let mut waiting = Vec::new();
            let mut last = false;
            for order in std::iter::once(first).chain(orders.try_iter()) {
                match order {
                    Order::Write(done) => waiting.push(done),
                    Order::Stop => last = true,
                }
            }
            let written = self.write();
            if let Err(error) = &written {
                tracing::error!(%error, path = %self.path.display(), "the state is not kept");
            }
            waiting.into_iter().for_each(|done| done(written.is_ok()));
            if last {
                return;
            }
        }
    }

    fn write(&mut self) -> Result<(), StateError> {
        let Some(tenant) = self.tenant.upgrade() else { return Ok(()) };
        let (text, changes) = form::text(&tenant)?;
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
