use std::time::Duration;

use okta_types::ProofError;

use super::replay::StoreUnavailable;

/// Why a bound token was not let in with its proof. The caller's one question is whether the proof is to blame (401), how
/// many there were of them (429), or this side (503).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
    /// Answer 401: `use_dpop_nonce` where [`ProofRefusal::asks_for_nonce`], else `invalid_dpop_proof`.
    #[error("the proof was refused: {0}")]
    Refused(#[from] ProofRefusal),
    /// The proof is good as far as can be told, and whether it was used before cannot be told: answer 503.
    #[error("it cannot be told whether the proof was used before")]
    ReplayUnknown {
        /// How long until the next try; whole seconds, at least one. For `Retry-After`.
        retry_after: Duration,
    },
    /// The proof is good as far as can be told, and its key has shown so many that no more of them are remembered: answer
    /// 429 (RFC 6585 §4). Other keys are not in its way.
    #[error("the key has shown more proofs than can be remembered of one key")]
    TooManyProofs {
        /// As above.
        retry_after: Duration,
    },
}

impl ProveError {
    pub(super) fn too_many(retry_after: Duration) -> Self {
        Self::TooManyProofs { retry_after: at_least_a_second(retry_after) }
    }
}

fn at_least_a_second(retry_after: Duration) -> Duration {
    retry_after.max(Duration::from_secs(1))
}

impl From<StoreUnavailable> for ProveError {
    fn from(unavailable: StoreUnavailable) -> Self {
        Self::ReplayUnknown { retry_after: at_least_a_second(unavailable.retry_after) }
    }
}

/// The check of RFC 9449 §4.3 that a proof did not pass, by its number there. The first, that there is one header, is
/// the caller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofRefusal {
    /// Checks 2 to 5 and 7: not a proof at all, or one with a private key.
    #[error(transparent)]
    Form(#[from] ProofError),
    /// Check 6: the key is unsound, or has fewer than 2048 bits.
    #[error("the key of the proof is not sound")]
    Key,
    /// Check 6.
    #[error("the signature of the proof is wrong")]
    Signature,
    /// Check 8: `htm` is another method.
    #[error("the proof is for another method")]
    Method,
    /// Check 9: `htu` is another address, or has a query or a fragment.
    #[error("the proof is for another address")]
    Address,
    /// Check 10: there is no nonce, and one is needed.
    #[error("the proof holds no nonce")]
    NonceMissing,
    /// Check 10: the nonce is too old, or not this server's.
    #[error("the nonce of the proof is not good any longer")]
    NonceStale,
    /// Check 11: `iat` is too long ago.
    #[error("the proof is too old")]
    TooOld,
    /// Check 11: `iat` lies ahead.
    #[error("the proof was made in the future")]
    MadeInFuture,
    /// Check 11: `exp` has passed.
    #[error("the proof has expired")]
    Expired,
    /// Check 12a: `ath` is missing or another token's.
    #[error("the proof is for another token")]
    Token,
    /// Check 12b: not the key that the token is bound to.
    #[error("the token is bound to another key")]
    OtherKey,
    /// §11.1: used before.
    #[error("the proof was used before")]
    Replayed,
}

impl ProofRefusal {
    /// Whether a nonce would help: answer `use_dpop_nonce` with a new one (RFC 9449 §9).
    pub fn asks_for_nonce(self) -> bool {
        matches!(self, Self::NonceMissing | Self::NonceStale)
    }

    /// A name for metrics and logs, of a dozen that there are.
    pub fn name(self) -> &'static str {
        match self {
            Self::Form(_) => "proof_form",
            Self::Key => "proof_key",
            Self::Signature => "proof_signature",
            Self::Method => "proof_method",
            Self::Address => "proof_address",
            Self::NonceMissing => "proof_nonce_missing",
            Self::NonceStale => "proof_nonce_stale",
            Self::TooOld => "proof_too_old",
            Self::MadeInFuture => "proof_made_in_future",
            Self::Expired => "proof_expired",
            Self::Token => "proof_of_other_token",
            Self::OtherKey => "proof_of_other_key",
            Self::Replayed => "proof_replayed",
        }
    }
}
