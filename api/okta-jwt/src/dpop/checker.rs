//! The checks of RFC 9449 §4.3, in an order that asks first what costs least; what is remembered comes last, so that
//! only who holds the key of a good token can fill the memory.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use okta_types::{AccessClaims, DpopProof, Htu, UnixTime};

use super::error::{ProofRefusal, ProveError};
use super::nonce::Nonces;
use super::policy::{ProofPolicy, judge_address, judge_method, judge_token};
use super::replay::{ProofId, RecentProofs, Recorded, Recording, ReplayStore, StoreUnavailable};
use crate::bound::BoundToken;
use crate::verified::Verified;

const DEFAULT_MAX_AGE: Duration = Duration::from_secs(60);
const DEFAULT_LEEWAY: Duration = Duration::from_secs(10);

/// Judges proofs. Cheap to clone; clones remember together.
#[derive(Clone, Debug)]
pub struct ProofChecker {
    policy: ProofPolicy,
    nonces: Option<Nonces>,
    used: Arc<dyn ReplayStore>,
}

/// A proof beside the request that it came with.
#[derive(Clone, Copy, Debug)]
pub struct ShownProof<'a> {
    /// The value of the one `DPoP` header.
    pub proof: &'a str,
    /// The method of the request, to the letter.
    pub method: &'a str,
    /// What the request's address may be called: by whom it is reached, and not by what the request says of itself.
    pub addresses: &'a [Htu],
}

/// A bound token in the hands of who holds its key.
#[derive(Clone, Debug)]
pub struct Proven {
    /// The claims.
    pub verified: Verified<AccessClaims>,
    /// The next nonce, where the client should have one: for the header `DPoP-Nonce`, beside `Cache-Control: no-store`
    /// (RFC 9449 §8.2).
    pub next_nonce: Option<String>,
}

/// What [`ProofChecker::look_up`] found without waiting.
#[derive(Debug)]
pub enum ProofLookup {
    /// All that there is to say.
    Ready(Result<Proven, ProveError>),
    /// The proof is good unless the store says that it was used. Wait for it, or drop it: nothing is decided.
    NeedsStore(PendingProof),
}

impl Default for ProofChecker {
    fn default() -> Self {
        Self::new()
    }
}

impl ProofChecker {
    /// A proof may be 60 seconds old and 10 ahead; no nonces are asked for; what was used, this process remembers.
    pub fn new() -> Self {
        let policy = ProofPolicy { max_age: DEFAULT_MAX_AGE, leeway: DEFAULT_LEEWAY };
        Self { policy, nonces: None, used: Arc::new(RecentProofs::default()) }
    }

    /// How old a proof may be, in whole seconds.
    #[must_use]
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.policy.max_age = max_age;
        self
    }

    /// How far a client's clock may be ahead of this machine's, in whole seconds.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.policy.leeway = leeway;
        self
    }

    /// Asks for a nonce in each proof: then none can be made in advance, for a time at which the key is not at hand.
    #[must_use]
    pub fn nonces(mut self, nonces: Nonces) -> Self {
        self.nonces = Some(nonces);
        self
    }

    /// Where used proofs are remembered.
    #[must_use]
    pub fn replay_store(mut self, store: impl ReplayStore) -> Self {
        self.used = Arc::new(store);
        self
    }

    /// A nonce for an answer `use_dpop_nonce`; `None` where none are asked for.
    pub fn make_nonce(&self, now: UnixTime) -> Option<String> {
        self.nonces.as_ref().map(|nonces| nonces.make(now))
    }

    /// Whether the proof shows that who sent this request holds the key that the token is bound to.
    pub fn look_up(&self, token: BoundToken, shown: &ShownProof<'_>, now: UnixTime) -> ProofLookup {
        let (proof, next_nonce) = match self.judge(&token, shown, now) {
            Ok(good) => good,
            Err(refusal) => return ProofLookup::Ready(Err(refusal.into())),
        };
        let recording = self.used.record(token.thumbprint(), proof, now, now + self.policy.window());
        let proven = Proven { verified: token.proven(), next_nonce };
        match recording {
            Recording::Done(recorded) => ProofLookup::Ready(unless_used(recorded, proven)),
            Recording::Later(recording) => ProofLookup::NeedsStore(PendingProof { proven, recording }),
        }
    }

    fn judge(
        &self,
        token: &BoundToken,
        shown: &ShownProof<'_>,
        now: UnixTime,
    ) -> Result<(ProofId, Option<String>), ProofRefusal> {
        let proof = DpopProof::parse_knowing(shown.proof, token.known_header())?;
        let claims = &proof.unverified_claims;
        judge_method(claims, shown.method)?;
        let address = judge_address(claims, shown.addresses)?;
        self.policy.judge_times(claims, now)?;
        judge_token(claims, token.access_token_hash())?;
        token.judge_key_and_signature(&proof)?;
        let next_nonce = self.judge_nonce(claims.nonce.as_deref(), now)?;
        Ok((ProofId::new(token.thumbprint(), &claims.htm, address, &claims.jti), next_nonce))
    }

    /// Check 10.
    fn judge_nonce(&self, nonce: Option<&str>, now: UnixTime) -> Result<Option<String>, ProofRefusal> {
        let Some(nonces) = &self.nonces else { return Ok(None) };
        let age =
            nonces.age(nonce.ok_or(ProofRefusal::NonceMissing)?, now).ok_or(ProofRefusal::NonceStale)?;
        Ok(nonces.is_worn(age).then(|| nonces.make(now)))
    }
}

fn unless_used(recorded: Result<Recorded, StoreUnavailable>, proven: Proven) -> Result<Proven, ProveError> {
    match recorded? {
        Recorded::First => Ok(proven),
        Recorded::Again => Err(ProofRefusal::Replayed.into()),
        Recorded::TooMany { retry_after } => Err(ProveError::too_many(retry_after)),
    }
}

/// A proof of which the store has to be asked. `Debug` shows nothing of it.
pub struct PendingProof {
    proven: Proven,
    recording: Pin<Box<dyn Future<Output = Result<Recorded, StoreUnavailable>> + Send>>,
}

impl PendingProof {
    /// Waits for the store.
    ///
    /// # Errors
    /// [`ProofRefusal::Replayed`], or that the store cannot say, or has no more room for this key.
    pub async fn wait(self) -> Result<Proven, ProveError> {
        unless_used(self.recording.await, self.proven)
    }
}

impl fmt::Debug for PendingProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingProof").finish_non_exhaustive()
    }
}
