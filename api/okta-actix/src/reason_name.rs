//! Reasons as metrics and logs name them: a few dozen names, whatever a client sends.

use crate::rejection::Reason;

impl Reason {
    /// A name for metrics and logs, e.g. `expired`; nothing that a client sent is part of it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Missing => "no_token",
            Self::Malformed(_) => "malformed_request",
            Self::InvalidToken(error) => error.name(),
            Self::ProofMissing => "proof_missing",
            Self::SeveralProofs => "several_proofs",
            Self::InvalidProof(refusal) => refusal.name(),
            Self::ProofRequired => "proof_required",
            Self::TooManyProofs { .. } => "too_many_proofs",
            Self::TooLong => "too_long",
            Self::InsufficientScope(_) => "insufficient_scope",
            Self::NotInGroup(_) => "not_in_group",
            Self::UnknownPerson => "unknown_person",
            Self::InsufficientAuthentication(_) => "step_up_needed",
            Self::Unavailable { .. } => "unavailable",
            Self::NotConfigured => "not_configured",
        }
    }
}
