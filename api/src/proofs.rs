//! Tokens that are bound to a key (DPoP, RFC 9449), and under which names a client may have called the API: its proofs
//! say where they were sent (§4.3, check 9).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use okta_actix::{
    BearerConfig, DpopPolicy, HttpUrl, ProofChecker, ProofId, RecentProofs, Recorded, Recording, ReplayStore,
    StoreUnavailable, Thumbprint, UnixTime,
};

use crate::settings::{Proofs, Settings};
use crate::shared_store::{Name, Outage, Shared, StoreAway};

const ONE_SECOND: Duration = Duration::from_secs(1);

/// Takes them as well, or those alone, at an API that listens on this port.
pub(crate) fn take(bearer: BearerConfig, settings: &Settings, port: u16, used: &UsedProofs) -> BearerConfig {
    let Proofs { required, .. } = &settings.proofs;
    let urls = public_urls(settings, port);
    let policy = if *required { DpopPolicy::required } else { DpopPolicy::accepted };
    let checker = ProofChecker::new().replay_store(used.clone());
    let mut urls = urls.into_iter();
    match urls.next() {
        Some(url) => bearer.dpop(urls.fold(policy(url), DpopPolicy::also_at).checker(checker)),
        None => bearer,
    }
}

/// The proofs that were used, and how often there was no room for one. Cheap to clone; clones remember together.
#[derive(Clone, Debug, Default)]
pub(crate) struct UsedProofs {
    here: Arc<Remembered>,
    /// What other replicas have seen, if there are any.
    shared: Option<Shared>,
}

#[derive(Debug, Default)]
struct Remembered {
    proofs: RecentProofs,
    no_room_for_key: AtomicU64,
    no_room: AtomicU64,
}

impl UsedProofs {
    /// With a store that other replicas look at.
    pub(crate) fn shared(shared: Option<Shared>) -> Self {
        Self { here: Arc::default(), shared }
    }

    /// How many are remembered here.
    pub(crate) fn len(&self) -> usize {
        self.here.proofs.len()
    }

    /// How often there was no more room for one key, and how often for any.
    pub(crate) fn without_room(&self) -> (u64, u64) {
        let Remembered { no_room_for_key, no_room, .. } = &*self.here;
        (no_room_for_key.load(Ordering::Relaxed), no_room.load(Ordering::Relaxed))
    }
}

impl ReplayStore for UsedProofs {
    /// First here: what was seen here need not be asked about, and is known when the shared store is away.
    fn record(&self, key: &Thumbprint, proof: ProofId, now: UnixTime, until: UnixTime) -> Recording {
        let recording = self.here.proofs.record(key, proof, now, until);
        match (&recording, &self.shared) {
            (Recording::Done(Ok(Recorded::First)), Some(shared)) => {
                Recording::Later(record_for_all(shared, proof, until.since(now)))
            }
            (Recording::Done(Ok(Recorded::TooMany { .. })), _) => {
                self.here.no_room_for_key.fetch_add(1, Ordering::Relaxed);
                recording
            }
            (Recording::Done(Err(_)), _) => {
                self.here.no_room.fetch_add(1, Ordering::Relaxed);
                recording
            }
            _ => recording,
        }
    }
}

/// Of a proof that is new here.
fn record_for_all(
    shared: &Shared,
    proof: ProofId,
    left: Duration,
) -> BoxFuture<'static, Result<Recorded, StoreUnavailable>> {
    let noted = shared.store.note(Name { kind: "proof", hash: *proof.as_bytes() }, left + ONE_SECOND);
    let outage = shared.outage;
    async move {
        match (noted.await, outage) {
            (Ok(true), _) | (Err(StoreAway), Outage::Open) => Ok(Recorded::First),
            (Ok(false), _) => Ok(Recorded::Again),
            (Err(StoreAway), Outage::Closed) => Err(StoreUnavailable { retry_after: ONE_SECOND }),
        }
    }
    .boxed()
}

/// Where clients reach an API that listens on this port.
pub(crate) fn public_urls(settings: &Settings, port: u16) -> Vec<HttpUrl> {
    let said = &settings.proofs.public_urls;
    if said.is_empty() { own_urls(settings, port) } else { said.clone() }
}

/// Where the SPA is, for the API may be there as well, and on this machine.
fn own_urls(settings: &Settings, port: u16) -> Vec<HttpUrl> {
    let here = ["localhost", "127.0.0.1"].map(|host| format!("http://{host}:{port}"));
    let origins = settings.spa_origins.iter().cloned().chain(here);
    origins.filter_map(|origin| HttpUrl::parse(&origin).ok()).collect()
}
