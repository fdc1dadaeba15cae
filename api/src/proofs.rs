//! Tokens that are bound to a key (DPoP, RFC 9449), and under which names a client may have called the API: its proofs
//! say where they were sent (§4.3, check 9).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use okta_actix::{
    BearerConfig, DpopPolicy, HttpUrl, ProofChecker, ProofId, RecentProofs, Recorded, Recording, ReplayStore,
    Thumbprint, UnixTime,
};

use crate::settings::{Proofs, Settings};

/// Takes them as well, or those alone, at an API that listens on this port.
pub(crate) fn take(bearer: BearerConfig, settings: &Settings, port: u16, used: &UsedProofs) -> BearerConfig {
    let Proofs { public_urls, required } = &settings.proofs;
    let urls = if public_urls.is_empty() { own_urls(settings, port) } else { public_urls.clone() };
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
pub(crate) struct UsedProofs(Arc<Remembered>);

#[derive(Debug, Default)]
struct Remembered {
    proofs: RecentProofs,
    no_room_for_key: AtomicU64,
    no_room: AtomicU64,
}

impl UsedProofs {
    /// How many are remembered.
    pub(crate) fn len(&self) -> usize {
        self.0.proofs.len()
    }

    /// How often there was no more room for one key, and how often for any.
    pub(crate) fn without_room(&self) -> (u64, u64) {
        let Remembered { no_room_for_key, no_room, .. } = &*self.0;
        (no_room_for_key.load(Ordering::Relaxed), no_room.load(Ordering::Relaxed))
    }
}

impl ReplayStore for UsedProofs {
    fn record(&self, key: &Thumbprint, proof: ProofId, now: UnixTime, until: UnixTime) -> Recording {
        let recording = self.0.proofs.record(key, proof, now, until);
        match &recording {
            Recording::Done(Ok(Recorded::TooMany { .. })) => &self.0.no_room_for_key,
            Recording::Done(Err(_)) => &self.0.no_room,
            _ => return recording,
        }
        .fetch_add(1, Ordering::Relaxed);
        recording
    }
}

/// Where the SPA is, for the API may be there as well, and on this machine.
fn own_urls(settings: &Settings, port: u16) -> Vec<HttpUrl> {
    let here = ["localhost", "127.0.0.1"].map(|host| format!("http://{host}:{port}"));
    let origins = settings.spa_origins.iter().cloned().chain(here);
    origins.filter_map(|origin| HttpUrl::parse(&origin).ok()).collect()
}
