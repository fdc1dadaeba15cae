//! The key that a token is bound to, and what proofs of it are compared with (RFC 9449 §4.3, checks 6 and 12).

use std::sync::OnceLock;

use okta_types::{Confirmation, DpopProof, KnownHeader, Thumbprint, access_token_hash};

use crate::dpop::ProofRefusal;
use crate::proof_key::ProofKey;

/// Lives as long as the token is remembered, so that what costs time is done once for each token.
pub(crate) struct Binding {
    thumbprint: Thumbprint,
    access_token_hash: String,
    /// As the first good proof used it.
    key: OnceLock<ProofKey>,
}

impl Binding {
    pub(crate) fn new(confirmation: &Confirmation, token: &str) -> Self {
        let (thumbprint, access_token_hash) = (confirmation.jkt.clone(), access_token_hash(token));
        Self { thumbprint, access_token_hash, key: OnceLock::new() }
    }

    pub(crate) fn thumbprint(&self) -> &Thumbprint {
        &self.thumbprint
    }

    pub(crate) fn access_token_hash(&self) -> &str {
        &self.access_token_hash
    }

    /// What the first good proof had for a header.
    pub(crate) fn known_header(&self) -> Option<&KnownHeader> {
        self.key.get().map(ProofKey::known_header)
    }

    /// The key first: signatures of other keys are not checked at all.
    pub(crate) fn judge_key_and_signature(&self, proof: &DpopProof<'_>) -> Result<(), ProofRefusal> {
        let header = &proof.unverified_header;
        // That one's thumbprint was compared.
        if let Some(key) = self.key.get().filter(|key| key.is_of(header)) {
            return judge_signature(key, proof);
        }
        if header.key.thumbprint() != self.thumbprint {
            return Err(ProofRefusal::OtherKey);
        }
        let key = ProofKey::load(proof).ok_or(ProofRefusal::Key)?;
        judge_signature(&key, proof)?;
        let _ = self.key.set(key);
        Ok(())
    }
}

fn judge_signature(key: &ProofKey, proof: &DpopProof<'_>) -> Result<(), ProofRefusal> {
    if key.has_signed(proof.signing_input, &proof.signature) { Ok(()) } else { Err(ProofRefusal::Signature) }
}
