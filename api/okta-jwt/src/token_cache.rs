//! Tokens whose signature was found good, so that it need not be checked again. Nothing else is taken over
//! from one request to the next: times, key and configuration are judged each time.
//!
//! The token itself is not kept, only its fingerprint: who reads this memory finds nothing to show elsewhere.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::fingerprint::Fingerprint;
use crate::keys::Key;
use crate::verified::Authentic;

/// What an entry takes beside its claims, roughly: fingerprint, pointers, book-keeping.
const ENTRY_OVERHEAD: usize = 256;

/// The bounds of a verified-token cache; both hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenCacheLimits {
    /// Tokens. 10,000.
    pub entries: usize,
    /// Bytes, roughly. 32 MiB.
    pub bytes: usize,
}

impl Default for TokenCacheLimits {
    fn default() -> Self {
        Self { entries: 10_000, bytes: 32 * 1024 * 1024 }
    }
}

/// How the verified-token cache is doing, for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenCacheStatus {
    /// Tokens that are remembered.
    pub entries: usize,
    /// Looks at tokens, since the start, whose signature need not be checked.
    pub hits: u64,
    /// Looks at other tokens, since the start.
    pub misses: u64,
}

pub(crate) struct TokenCache {
    cache: Cache<Fingerprint, Entry, Weight>,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// A good signature: what it covers and whose it is. Who may show the token is asked each time.
#[derive(Clone)]
pub(crate) struct GoodSignature {
    pub(crate) authentic: Authentic,
    pub(crate) key: Arc<Key>,
    /// The place of the issuer among those of the verifier.
    pub(crate) issuer: usize,
}

#[derive(Clone)]
struct Entry {
    signature: GoodSignature,
    token_len: usize,
}

impl TokenCache {
    /// Neither bound is 0.
    pub(crate) fn new(limits: TokenCacheLimits) -> Self {
        let TokenCacheLimits { entries, bytes } = limits;
        let lightest = bytes.div_ceil(entries);
        let cache = Cache::with_weighter(entries, bytes as u64, Weight { lightest });
        Self { cache, hits: AtomicU64::new(0), misses: AtomicU64::new(0) }
    }

    pub(crate) fn get(&self, fingerprint: &Fingerprint) -> Option<GoodSignature> {
        self.cache.get(fingerprint).map(|entry| entry.signature)
    }

    pub(crate) fn insert(&self, fingerprint: Fingerprint, token_len: usize, signature: GoodSignature) {
        self.cache.insert(fingerprint, Entry { signature, token_len });
    }

    pub(crate) fn remove(&self, fingerprint: &Fingerprint) {
        self.cache.remove(fingerprint);
    }

    /// Drops what was signed by keys that are in use no longer.
    pub(crate) fn forget_signed_by(&self, gone: &[Arc<Key>]) {
        self.cache.retain(|_, entry| !gone.iter().any(|key| Arc::ptr_eq(key, &entry.signature.key)));
    }

    pub(crate) fn len(&self) -> usize {
        self.cache.len()
    }

    /// Counts a look: whether it found what it can rely on.
    pub(crate) fn count(&self, is_hit: bool) {
        let counter = if is_hit { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn status(&self) -> TokenCacheStatus {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        TokenCacheStatus { entries: self.len(), hits: of(&self.hits), misses: of(&self.misses) }
    }
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache").field("entries", &self.len()).finish()
    }
}

/// No entry weighs less than its share of the bytes, so that the bound on bytes is one on entries too.
#[derive(Clone)]
struct Weight {
    lightest: usize,
}

impl Weighter<Fingerprint, Entry> for Weight {
    fn weight(&self, _: &Fingerprint, entry: &Entry) -> u64 {
        // The claims were text in base64; as separate strings they take about twice the text.
        (ENTRY_OVERHEAD + 2 * entry.token_len).max(self.lightest) as u64
    }
}
