//! Proofs that were accepted: none is accepted twice (RFC 9449 §11.1).

use std::sync::{Mutex, PoisonError};

use okta_types::UnixTime;

use crate::expiring::ExpiringMap;
use crate::fingerprint::Fingerprint;

/// Names of proofs, each until the proof is too old to be accepted anyway. Digests, so that long names take no more
/// memory than short ones.
#[derive(Debug, Default)]
pub(super) struct UsedProofs(Mutex<ExpiringMap<Fingerprint, ()>>);

impl UsedProofs {
    /// Notes that a proof of this key was accepted; `false` if it was accepted before.
    pub(super) fn take(&self, thumbprint: &str, jti: &str, too_old_at: UnixTime, now: UnixTime) -> bool {
        let name = Fingerprint::of(&format!("{thumbprint} {jti}"));
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = used.get_mut(&name, now).is_none();
        if is_new {
            used.insert(name, (), too_old_at, now);
        }
        is_new
    }
}
