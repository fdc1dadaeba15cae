//! Which proofs were used (RFC 9449 §11.1).

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use okta_types::{Htu, Thumbprint, UnixTime};

/// What a proof is remembered by: the hash of its key's thumbprint, its method, its address in normal form and its
/// `jti`, however long that is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProofId([u8; 32]);

impl ProofId {
    /// None of the parts before `jti` can hold a line break.
    pub(super) fn new(key: &Thumbprint, method: &str, address: &Htu, jti: &str) -> Self {
        let whole = [key.as_str(), method, address.as_str(), jti].join("\n");
        let mut id = [0; 32];
        id.copy_from_slice(digest(&SHA256, whole.as_bytes()).as_ref());
        Self(id)
    }

    /// For a store elsewhere.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for ProofId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProofId(..)")
    }
}

/// What a store says of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It was not there and is now.
    First,
    /// It was there.
    Again,
}

/// The store cannot say, or cannot remember: then nobody is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store of used proofs is not available")]
pub struct StoreUnavailable {
    /// When to ask again.
    pub retry_after: Duration,
}

/// A store's answer, or the way to it.
pub enum Recording {
    /// Known at once.
    Done(Result<Recorded, StoreUnavailable>),
    /// Something has to be waited for.
    Later(Pin<Box<dyn Future<Output = Result<Recorded, StoreUnavailable>> + Send>>),
}

/// Remembers used proofs. Several processes behind one address need one that they share: else a proof can be used once
/// at each of them.
pub trait ReplayStore: fmt::Debug + Send + Sync + 'static {
    /// Remembers a proof until after `until`, and says whether it was there before, in one step that nobody comes
    /// between.
    fn record(&self, proof: ProofId, now: UnixTime, until: UnixTime) -> Recording;
}

/// The store of one process, in memory that is bounded. Where it is full it refuses: to forget a proof would let it be
/// used again.
#[derive(Debug)]
pub struct RecentProofs {
    entries: Mutex<Entries>,
    limit: usize,
}

/// What is remembered, and in which order that ends.
#[derive(Default)]
struct Entries {
    used: HashSet<ProofId>,
    by_end: VecDeque<(UnixTime, ProofId)>,
}

impl RecentProofs {
    /// So many proofs unless said otherwise: what one processor can check in a minute. They take 150 MB when all are
    /// there, and nothing before.
    pub const DEFAULT_LIMIT: usize = 1_000_000;

    /// Remembers at most so many at a time.
    pub fn new(limit: usize) -> Self {
        Self { entries: Mutex::default(), limit }
    }

    /// How many are remembered.
    pub fn len(&self) -> usize {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).used.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for RecentProofs {
    fn default() -> Self {
        Self::new(Self::DEFAULT_LIMIT)
    }
}

impl ReplayStore for RecentProofs {
    fn record(&self, proof: ProofId, now: UnixTime, until: UnixTime) -> Recording {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.forget_ended(now);
        Recording::Done(entries.record(proof, until, self.limit).map_err(|end| {
            tracing::warn!(
                limit = self.limit,
                "no more proofs can be remembered: requests with one are refused"
            );
            StoreUnavailable { retry_after: end.since(now) + Duration::from_secs(1) }
        }))
    }
}

impl Entries {
    /// Each is remembered for the same time, so they end in the order in which they came. Where the clock was put back
    /// some stay longer.
    fn forget_ended(&mut self, now: UnixTime) {
        while let Some((_, proof)) = self.by_end.pop_front_if(|(end, _)| *end < now) {
            self.used.remove(&proof);
        }
    }

    /// The error is the time at which there is room again.
    fn record(&mut self, proof: ProofId, until: UnixTime, limit: usize) -> Result<Recorded, UnixTime> {
        if self.used.contains(&proof) {
            return Ok(Recorded::Again);
        }
        if self.used.len() >= limit {
            return Err(self.by_end.front().map_or(until, |(end, _)| *end));
        }
        self.used.insert(proof);
        self.by_end.push_back((until, proof));
        Ok(Recorded::First)
    }
}

impl fmt::Debug for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entries").field("proofs", &self.used.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(jti: &str) -> ProofId {
        let key = Thumbprint::parse("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I").unwrap();
        ProofId::new(&key, "GET", &Htu::of_proof("https://a/").unwrap(), jti)
    }

    #[track_caller]
    fn check(store: &RecentProofs, jti: &str, now: i64, expected: Result<Recorded, u64>) {
        let Recording::Done(done) = store.record(id(jti), UnixTime(now), UnixTime(now + 70)) else {
            panic!("memory answers at once")
        };
        assert_eq!(done.map_err(|error| error.retry_after.as_secs()), expected, "{jti} {now}");
    }

    #[test]
    fn a_proof_is_remembered_to_the_end_of_its_time_and_no_longer() {
        let store = RecentProofs::default();
        assert!(store.is_empty());
        check(&store, "1", 100, Ok(Recorded::First));
        check(&store, "1", 100, Ok(Recorded::Again));
        check(&store, "2", 101, Ok(Recorded::First));
        check(&store, "1", 170, Ok(Recorded::Again));
        check(&store, "1", 171, Ok(Recorded::First));
        assert_eq!(store.len(), 2);
        assert_eq!(format!("{:?}", store.entries.lock().unwrap()), "Entries { proofs: 2 }");
    }

    #[test]
    fn who_comes_when_it_is_full_has_to_wait_and_nothing_is_forgotten() {
        let store = RecentProofs::new(2);
        check(&store, "1", 100, Ok(Recorded::First));
        check(&store, "2", 101, Ok(Recorded::First));
        check(&store, "3", 150, Err(21));
        check(&store, "1", 150, Ok(Recorded::Again));
        check(&store, "3", 171, Ok(Recorded::First));
        check(&RecentProofs::new(0), "1", 100, Err(71));
    }

    #[test]
    fn key_method_address_and_name_all_count() {
        let key = |first: char| {
            Thumbprint::parse(&format!("{first}ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")).unwrap()
        };
        let htu = |text| Htu::of_proof(text).unwrap();
        let one = ProofId::new(&key('0'), "GET", &htu("https://a/"), "1");
        assert_eq!(one, ProofId::new(&key('0'), "GET", &htu("HTTPS://A:443"), "1"));
        for other in [
            ProofId::new(&key('1'), "GET", &htu("https://a/"), "1"),
            ProofId::new(&key('0'), "PUT", &htu("https://a/"), "1"),
            ProofId::new(&key('0'), "GET", &htu("https://a/b"), "1"),
            ProofId::new(&key('0'), "GET", &htu("https://a/"), "2"),
        ] {
            assert_ne!(one.as_bytes(), other.as_bytes());
        }
        assert_eq!(format!("{one:?}"), "ProofId(..)");
    }
}
