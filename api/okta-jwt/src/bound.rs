use std::fmt;
use std::sync::Arc;

use okta_types::{AccessClaims, DpopProof, KnownHeader, Thumbprint};

use crate::binding::Binding;
use crate::dpop::ProofRefusal;
use crate::error::Refusal;
use crate::verified::{Authentic, Verified};

/// A good token that is bound to a key, before its proof was seen: nothing of it can be read yet.
/// [`ProofChecker`](crate::ProofChecker) makes claims of it. Cheap to clone.
#[derive(Clone)]
pub struct BoundToken {
    authentic: Authentic,
    binding: Arc<Binding>,
}

impl BoundToken {
    /// A token that is bound to nothing is nobody's in particular: a proof beside it proves nothing (RFC 9449 §7.1).
    pub(crate) fn new(authentic: Authentic) -> Result<Self, Refusal> {
        let binding = authentic.binding().cloned().ok_or(Refusal::NotBound)?;
        Ok(Self { authentic, binding })
    }

    pub(crate) fn thumbprint(&self) -> &Thumbprint {
        self.binding.thumbprint()
    }

    pub(crate) fn access_token_hash(&self) -> &str {
        self.binding.access_token_hash()
    }

    pub(crate) fn known_header(&self) -> Option<&KnownHeader> {
        self.binding.known_header()
    }

    pub(crate) fn judge_key_and_signature(&self, proof: &DpopProof<'_>) -> Result<(), ProofRefusal> {
        self.binding.judge_key_and_signature(proof)
    }

    /// After all checks of the proof.
    pub(crate) fn proven(self) -> Verified<AccessClaims> {
        self.authentic.let_in()
    }
}

impl fmt::Debug for BoundToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BoundToken([redacted])")
    }
}
