//! The issuer's keys, kept at hand (RFC 7517 §5; the fetching rules are this crate's own).
//!
//! A look-up of a known key takes a read lock for a moment and never waits for the network. Fetches run
//! aside, one at a time, and a set is replaced only by one that was read whole. While the issuer is away the
//! last set goes on serving, for a bounded time.

mod document;
mod freshness;
mod key;
mod limits;
mod schedule;
mod source;
mod status;
#[cfg(test)]
mod vectors;
mod withdrawal;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tracing::Instrument as _;

use self::document::KeysByName;
pub(crate) use self::key::Key;
pub use self::limits::KeySetLimits;
use self::schedule::Reason;
pub(crate) use self::schedule::{Schedule, after};
use self::source::Fetched;
pub(crate) use self::source::Source;
pub use self::status::KeySetStatus;
pub(crate) use self::withdrawal::OnWithdrawal;
use crate::error::{KeyError, Refusal, VerifyError};
use crate::trace::TraceParent;

/// The keys of one issuer. Cheap to clone; clones share everything.
#[derive(Clone, Debug)]
pub(crate) struct KeySet(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// None: the keys are fixed.
    source: Option<Source>,
    limits: KeySetLimits,
    current: RwLock<Option<Arc<Snapshot>>>,
    fetching: Mutex<Fetching>,
    /// Tells the upkeep that its next date has changed, or that it is no longer needed.
    rescheduled: Arc<Notify>,
    upkeep: Mutex<Option<JoinHandle<()>>>,
    /// Whoever remembers what the keys have signed.
    on_withdrawal: Option<OnWithdrawal>,
}

/// One set as it was read, and how long it is good for.
#[derive(Debug)]
struct Snapshot {
    keys: KeysByName,
    fetched: Instant,
    /// None: for good.
    freshness: Option<Freshness>,
}

#[derive(Clone, Copy, Debug)]
struct Freshness {
    /// From here on the set is old, and only an outage keeps it in use.
    old_from: Instant,
    /// From here on not even that.
    unusable_from: Instant,
}

impl Snapshot {
    fn is_old(&self, now: Instant) -> bool {
        self.freshness.is_some_and(|freshness| now >= freshness.old_from)
    }

    fn is_usable(&self, now: Instant) -> bool {
        self.freshness.is_none_or(|freshness| now < freshness.unusable_from)
    }

    /// Whether this very key is in the set. To look at all of them takes less time than to look for its name.
    fn holds(&self, key: &Arc<Key>) -> bool {
        self.keys.values().any(|published| Arc::ptr_eq(published, key))
    }
}

#[derive(Debug)]
struct Fetching {
    schedule: Schedule,
    under_way: Option<Outcome>,
    last_error: Option<KeyError>,
    /// How many have failed in all.
    failed: u64,
}

/// Ends when the fetch has, one way or the other: with a value, or closed because the task was dropped.
type Outcome = watch::Receiver<Option<Result<(), KeyError>>>;

/// Why a key was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotFound {
    /// Keys are known; this one is not among them.
    Unknown,
    /// No key is known.
    Unavailable { retry_after: Duration },
}

impl From<NotFound> for VerifyError {
    fn from(not_found: NotFound) -> Self {
        match not_found {
            NotFound::Unknown => Self::Refused(Refusal::KeyUnknown),
            NotFound::Unavailable { retry_after } => Self::KeysUnavailable { retry_after },
        }
    }
}

impl KeySet {
    /// `on_withdrawal` is told which keys went, after they did.
    pub(crate) fn new(source: Source, limits: KeySetLimits, on_withdrawal: Option<OnWithdrawal>) -> Self {
        Self::with(Some(source), limits, None, on_withdrawal)
    }

    /// Keys that were handed over; nothing is ever fetched.
    pub(crate) fn fixed(json: &[u8]) -> Result<Self, KeyError> {
        let snapshot = Snapshot { keys: document::read(json)?, fetched: Instant::now(), freshness: None };
        Ok(Self::with(None, KeySetLimits::default(), Some(Arc::new(snapshot)), None))
    }

    fn with(
        source: Option<Source>,
        limits: KeySetLimits,
        current: Option<Arc<Snapshot>>,
        on_withdrawal: Option<OnWithdrawal>,
    ) -> Self {
        let schedule = Schedule::new(limits.clone(), Instant::now());
        Self(Arc::new(Shared {
            source,
            limits,
            current: RwLock::new(current),
            fetching: Mutex::new(Fetching { schedule, under_way: None, last_error: None, failed: 0 }),
            rescheduled: Arc::default(),
            upkeep: Mutex::default(),
            on_withdrawal,
        }))
    }

    /// The key of that name. Waits only where the name is new to us, and then for two fetches at most: one
    /// that was under way already, and one of its own.
    pub(crate) async fn find(&self, kid: &str) -> Result<Arc<Key>, NotFound> {
        self.keep_up();
        for _ in 0..2 {
            let (found, reason) = match self.0.usable() {
                Some(current) => (current.keys.get(kid).cloned(), Reason::UnknownKey),
                None => (None, Reason::Due),
            };
            if let Some(key) = found {
                return Ok(key);
            }
            let Some(fetch) = self.0.join_or_begin(reason) else { break };
            let _ = ended(fetch).await;
        }
        match self.0.usable() {
            Some(current) => current.keys.get(kid).cloned().ok_or(NotFound::Unknown),
            None => Err(NotFound::Unavailable { retry_after: self.0.until_due() }),
        }
    }

    /// Whether a key that was found earlier is still in use.
    pub(crate) fn still_holds(&self, key: &Arc<Key>) -> bool {
        self.look(|current| current.holds(key).then_some(())).is_some()
    }

    /// The key of that name, if it is known.
    pub(crate) fn known(&self, kid: &str) -> Option<Arc<Key>> {
        self.look(|current| current.keys.get(kid).cloned())
    }

    /// A glance at the set in use. While the set is fresh this takes a read lock and nothing else.
    fn look<T>(&self, glance: impl Fn(&Snapshot) -> Option<T>) -> Option<T> {
        let now = Instant::now();
        let current = self.0.current.read().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = current.as_ref().is_some_and(|current| !current.is_old(now));
        let found =
            current.as_ref().filter(|current| current.is_usable(now)).and_then(|current| glance(current));
        drop(current);
        if !is_fresh {
            self.keep_up();
        }
        found
    }

    /// Fetches the keys unless they are known, and keeps them fresh from then on.
    pub(crate) async fn warm(&self) -> Result<(), KeyError> {
        self.keep_up();
        if self.is_ready() {
            return Ok(());
        }
        match self.0.join_or_begin(Reason::Due) {
            Some(fetch) => ended(fetch).await,
            None => Err(self.0.fetching().last_error.clone().unwrap_or(KeyError::Interrupted)),
        }
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.0.usable().is_some()
    }

    pub(crate) fn status(&self) -> KeySetStatus {
        let now = Instant::now();
        let current = self.0.current().filter(|current| current.is_usable(now));
        let fetching = self.0.fetching();
        KeySetStatus {
            keys: current.as_ref().map_or(0, |current| current.keys.len()),
            age: current.as_ref().map(|current| now.duration_since(current.fetched)),
            stale: current.is_some_and(|current| current.is_old(now)),
            failures: fetching.schedule.failures(),
            failed_fetches: fetching.failed,
            last_error: fetching.last_error.clone(),
        }
    }

    /// Sees to it that somebody fetches ahead of time: once at the start, and again should the runtime that
    /// the task ran on have ended. A set that is not due yet proves that somebody does.
    fn keep_up(&self) {
        if self.0.current().is_some_and(|current| !current.is_old(Instant::now())) {
            return;
        }
        let mut upkeep = lock(&self.0.upkeep);
        if upkeep.as_ref().is_none_or(JoinHandle::is_finished) {
            let (shared, rescheduled) = (Arc::downgrade(&self.0), Arc::clone(&self.0.rescheduled));
            *upkeep = Some(tokio::spawn(keep_fresh(shared, rescheduled)));
        }
    }
}

impl Shared {
    fn current(&self) -> Option<Arc<Snapshot>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn usable(&self) -> Option<Arc<Snapshot>> {
        self.current().filter(|current| current.is_usable(Instant::now()))
    }

    fn fetching(&self) -> MutexGuard<'_, Fetching> {
        lock(&self.fetching)
    }

    fn until_due(&self) -> Duration {
        self.fetching().schedule.until_due(Instant::now())
    }

    /// The fetch under way, or a new one where the schedule admits it.
    ///
    /// It runs in a task of its own: whoever asked may go away, and the keys still come.
    fn join_or_begin(self: &Arc<Self>, reason: Reason) -> Option<Outcome> {
        self.source.as_ref()?;
        let mut fetching = self.fetching();
        if let Some(under_way) =
            fetching.under_way.as_ref().filter(|fetch| matches!(fetch.has_changed(), Ok(false)))
        {
            return Some(under_way.clone());
        }
        if !fetching.schedule.admit(reason, Instant::now()) {
            return None;
        }
        let (done, outcome) = watch::channel(None);
        fetching.under_way = Some(outcome.clone());
        let (shared, trace) = (Arc::clone(self), TraceParent::current());
        // Of whoever asked first, if somebody did.
        let span = tracing::debug_span!("fetch of the issuer's keys");
        let fetch = async move {
            if let Some(source) = &shared.source {
                let fetched = match trace {
                    Some(trace) => trace.scope(source.fetch()).await,
                    None => source.fetch().await,
                };
                done.send_replace(Some(shared.settle(fetched)));
            }
            shared.rescheduled.notify_one();
        };
        tokio::spawn(fetch.instrument(span));
        Some(outcome)
    }

    /// Takes a set in or notes the failure; the old set stays until there is a new one.
    fn settle(&self, fetched: Result<Fetched, KeyError>) -> Result<(), KeyError> {
        let now = Instant::now();
        let mut fetching = self.fetching();
        match fetched {
            Ok(fetched) => {
                tracing::debug!(keys = fetched.keys.len(), lifetime = ?fetched.lifetime, "fetched the key set");
                fetching.schedule.succeeded(now, fetched.lifetime);
                fetching.last_error = None;
                self.replace(fetched, now);
                Ok(())
            }
            Err(error) => {
                fetching.schedule.failed(now, error.retry_after());
                fetching.last_error = Some(error.clone());
                fetching.failed += 1;
                let failures = fetching.schedule.failures();
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    failures,
                    "the key set could not be fetched"
                );
                Err(error)
            }
        }
    }

    /// A key that stays is the same object before and after, so that what it signed is still known.
    fn replace(&self, Fetched { mut keys, lifetime }: Fetched, now: Instant) {
        let before = self.current();
        if let Some(current) = &before {
            for (kid, key) in &mut keys {
                if let Some(known) = current.keys.get(kid).filter(|known| known.is_same(key)) {
                    *key = Arc::clone(known);
                }
            }
        }
        let old_from = after(now, lifetime);
        let unusable_from = after(old_from, self.limits.stale_for);
        let freshness = Some(Freshness { old_from, unusable_from });
        let snapshot = Arc::new(Snapshot { keys, fetched: now, freshness });
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&snapshot));
        if let (Some(before), Some(on_withdrawal)) = (before, &self.on_withdrawal) {
            let gone = before.keys.values().filter(|key| !snapshot.holds(key)).cloned();
            on_withdrawal.tell(&gone.collect::<Vec<_>>());
        }
    }
}

impl Drop for Shared {
    /// Wakes the upkeep, which finds nothing left to do.
    fn drop(&mut self) {
        self.rescheduled.notify_one();
    }
}

/// Fetches whenever a fetch is due, for as long as somebody holds the key set.
async fn keep_fresh(shared: Weak<Shared>, rescheduled: Arc<Notify>) {
    loop {
        let Some(due) = shared.upgrade().map(|shared| shared.fetching().schedule.due()) else { return };
        tokio::select! {
            () = tokio::time::sleep_until(due) => {}
            () = rescheduled.notified() => continue,
        }
        let Some(fetch) = shared.upgrade().map(|shared| shared.join_or_begin(Reason::Due)) else { return };
        if let Some(fetch) = fetch
            && let Err(KeyError::Interrupted) = ended(fetch).await
        {
            return;
        }
    }
}

async fn ended(mut fetch: Outcome) -> Result<(), KeyError> {
    match fetch.wait_for(Option::is_some).await {
        Ok(outcome) => outcome.clone().unwrap_or(Ok(())),
        Err(_) => Err(KeyError::Interrupted),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic while it was held left whole values behind: each is set in one assignment.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
