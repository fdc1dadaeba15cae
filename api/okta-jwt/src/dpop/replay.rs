//! Which proofs were used (RFC 9449 §11.1).

use std::collections::hash_map::{Entry, RandomState};
use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;
use std::hash::BuildHasher as _;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use okta_types::{Htu, Thumbprint, UnixTime};

/// What a proof is remembered by: the hash of its key's thumbprint, its method, its address in normal form and its
/// `jti`, however long that is. Half of a SHA-256: two proofs of one hash, if ever anybody finds them, are of one client's
/// making, and the second is taken for a replay.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProofId([u8; 16]);

impl ProofId {
    /// None of the parts before `jti` can hold a line break.
    pub(super) fn new(key: &Thumbprint, method: &str, address: &Htu, jti: &str) -> Self {
        let whole = [key.as_str(), method, address.as_str(), jti].join("\n");
        let mut id = [0; 16];
        id.copy_from_slice(&digest(&SHA256, whole.as_bytes()).as_ref()[..16]);
        Self(id)
    }

    /// For a store elsewhere.
    pub fn as_bytes(&self) -> &[u8; 16] {
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
    /// It was not there and is not now: its key has used up the room that it gets.
    TooMany {
        /// When the key may try again.
        retry_after: Duration,
    },
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
    /// Remembers a proof of this key until after `until`, and says whether it was there before, in one step that nobody
    /// comes between. A store whose room is bounded should see to it that one key does not take it all.
    fn record(&self, key: &Thumbprint, proof: ProofId, now: UnixTime, until: UnixTime) -> Recording;
}

/// The store of one process, in memory that is bounded. Where it is full it refuses: to forget a proof would let it be
/// used again.
///
/// One key gets no more room than is free. So a flood of proofs of one key ends at half of the room, of two keys at a third
/// for each, and whoever has used less than the flood leaves is not in its way.
#[derive(Debug)]
pub struct RecentProofs {
    entries: Mutex<Entries>,
    limit: usize,
    /// Makes numbers of keys that nobody outside can aim at.
    hasher: RandomState,
}

/// What is remembered, and in which order that ends.
#[derive(Default)]
struct Entries {
    used: HashSet<ProofId>,
    by_end: VecDeque<Used>,
    /// How many there are of each key.
    by_key: HashMap<u64, u32>,
}

struct Used {
    end: UnixTime,
    key: u64,
    proof: ProofId,
}

/// Why a proof is not remembered.
#[derive(Debug, PartialEq, Eq)]
enum NoRoom {
    AtAll,
    ForThisKey,
}

impl RecentProofs {
    /// So many proofs unless said otherwise: what one processor can check in a minute. They take 150 MB when all are
    /// there, and nothing before.
    pub const DEFAULT_LIMIT: usize = 1_000_000;

    /// Remembers at most so many at a time.
    pub fn new(limit: usize) -> Self {
        Self { entries: Mutex::default(), limit, hasher: RandomState::new() }
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
    fn record(&self, key: &Thumbprint, proof: ProofId, now: UnixTime, until: UnixTime) -> Recording {
        let used = Used { end: until, key: self.hasher.hash_one(key), proof };
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.forget_ended(now);
        // Whenever the next one ends there is more room, for any key.
        let retry_after = entries.next_end(until).since(now) + Duration::from_secs(1);
        Recording::Done(match entries.record(used, self.limit) {
            Ok(recorded) => Ok(recorded),
            Err(NoRoom::ForThisKey) => Ok(Recorded::TooMany { retry_after }),
            Err(NoRoom::AtAll) => {
                let limit = self.limit;
                tracing::warn!(limit, "no more proofs can be remembered: requests with one are refused");
                Err(StoreUnavailable { retry_after })
            }
        })
    }
}

impl Entries {
    /// Each is remembered for the same time, so they end in the order in which they came. Where the clock was put back
    /// some stay longer.
    fn forget_ended(&mut self, now: UnixTime) {
        while let Some(Used { key, proof, .. }) = self.by_end.pop_front_if(|used| used.end < now) {
            self.used.remove(&proof);
            if let Entry::Occupied(mut count) = self.by_key.entry(key) {
                *count.get_mut() -= 1;
                if *count.get() == 0 {
                    count.remove();
                }
            }
        }
    }

    fn next_end(&self, or: UnixTime) -> UnixTime {
        self.by_end.front().map_or(or, |used| used.end)
    }

    fn record(&mut self, used: Used, limit: usize) -> Result<Recorded, NoRoom> {
        if self.used.contains(&used.proof) {
            return Ok(Recorded::Again);
        }
        let free = limit.saturating_sub(self.used.len());
        let of_key = self.by_key.get(&used.key).map_or(0, |count| *count as usize);
        if free == 0 {
            return Err(NoRoom::AtAll);
        }
        if of_key > free {
            return Err(NoRoom::ForThisKey);
        }
        self.used.insert(used.proof);
        *self.by_key.entry(used.key).or_default() += 1;
        self.by_end.push_back(used);
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

    fn key(first: char) -> Thumbprint {
        Thumbprint::parse(&format!("{first}ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")).unwrap()
    }

    fn record(store: &RecentProofs, key: &Thumbprint, jti: &str, now: i64) -> Result<Recorded, u64> {
        let id = ProofId::new(key, "GET", &Htu::of_proof("https://a/").unwrap(), jti);
        let Recording::Done(done) = store.record(key, id, UnixTime(now), UnixTime(now + 70)) else {
            panic!("memory answers at once")
        };
        done.map_err(|error| error.retry_after.as_secs())
    }

    #[track_caller]
    fn check(store: &RecentProofs, jti: &str, now: i64, expected: Result<Recorded, u64>) {
        assert_eq!(record(store, &key('0'), jti, now), expected, "{jti} {now}");
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
        assert_eq!((store.len(), store.is_empty()), (2, false));
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
    fn a_key_gets_no_more_room_than_is_free() {
        let store = RecentProofs::new(9);
        let fill = |key: &Thumbprint| {
            let names = (0..).map(|number| number.to_string());
            names.take_while(|jti| record(&store, key, jti, 100) == Ok(Recorded::First)).count()
        };
        assert_eq!([key('0'), key('1'), key('2'), key('3')].map(|key| fill(&key)), [5, 3, 1, 0]);
    }

    #[test]
    fn a_key_that_has_used_up_its_room_waits_for_some_and_is_known_by_what_it_used() {
        let store = RecentProofs::new(4);
        for (jti, now) in [("1", 100), ("2", 101), ("3", 102)] {
            check(&store, jti, now, Ok(Recorded::First));
        }
        let too_many = |seconds| Ok(Recorded::TooMany { retry_after: Duration::from_secs(seconds) });
        check(&store, "4", 150, too_many(21));
        check(&store, "1", 150, Ok(Recorded::Again));
        assert_eq!(record(&store, &key('1'), "4", 150), Ok(Recorded::First));
        check(&store, "4", 171, too_many(1));
        check(&store, "4", 172, Ok(Recorded::First));
        assert_eq!(store.len(), 3);
    }

    #[test]
    fn nothing_is_kept_of_a_key_whose_proofs_have_ended() {
        let store = RecentProofs::default();
        check(&store, "1", 100, Ok(Recorded::First));
        check(&store, "2", 100, Ok(Recorded::First));
        assert_eq!(store.entries.lock().unwrap().by_key.values().collect::<Vec<_>>(), [&2]);
        assert_eq!(record(&store, &key('1'), "3", 171), Ok(Recorded::First));
        assert_eq!(store.entries.lock().unwrap().by_key.values().collect::<Vec<_>>(), [&1]);
    }

    #[test]
    fn key_method_address_and_name_all_count() {
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
