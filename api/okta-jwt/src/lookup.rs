//! What one look at a token says, and the rest of the way where the issuer has to be asked first.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use okta_types::{AccessClaims, UnixTime};

use crate::error::VerifyError;
use crate::fingerprint::{Fingerprint, PresentedToken};
use crate::trusted_issuer::TrustedIssuer;
use crate::unverified::Unverified;
use crate::verified::{Verdict, Verified};

/// What [`Verifier::look_up`](crate::Verifier::look_up) found without waiting.
#[derive(Debug)]
pub enum Lookup {
    /// All that there is to say.
    Ready {
        /// The claims, or whom to blame: see [`VerifyError::retry_after`].
        verdict: Verdict,
        /// Whether the signature was known to be good: then another look costs next to nothing, and nobody need
        /// keep the verdict.
        cached: bool,
    },
    /// A key is not known, or the issuer's word on a revocation. Wait for it, or drop it: the token is not decided.
    NeedsIssuer(PendingVerification),
}

impl Lookup {
    /// Of a token that is good unless it was revoked.
    pub(crate) fn unless_revoked(
        issuer: &Arc<TrustedIssuer>,
        token: &PresentedToken<'_>,
        verified: Verified<AccessClaims>,
        cached: bool,
    ) -> Self {
        match issuer.known_revocation(&token.fingerprint, verified.claims()) {
            Some(outcome) => {
                Self::Ready { verdict: outcome.map(|()| verified).map_err(VerifyError::from), cached }
            }
            None => Self::NeedsIssuer(PendingVerification::new(issuer, token, Step::Revocation(verified))),
        }
    }

    /// Of a token whose key has to be looked for.
    pub(crate) fn needs_key(
        issuer: &Arc<TrustedIssuer>,
        token: &PresentedToken<'_>,
        unverified: Unverified<'_>,
        now: UnixTime,
    ) -> Self {
        let Unverified { kid, payload, signing_input, signature } = unverified;
        let signing_input = Cow::Owned(signing_input.into_owned());
        let unverified = Unverified { kid, payload, signing_input, signature };
        Self::NeedsIssuer(PendingVerification::new(issuer, token, Step::Key { unverified, now }))
    }
}

/// A token of which something has to be fetched: it goes on from where the look ended.
///
/// Borrows nothing, so that it can be carried into a task. `Debug` shows nothing of the token.
pub struct PendingVerification {
    issuer: Arc<TrustedIssuer>,
    token: Box<[u8]>,
    fingerprint: Fingerprint,
    step: Box<Step>,
}

/// What comes next.
enum Step {
    Key { unverified: Unverified<'static>, now: UnixTime },
    Revocation(Verified<AccessClaims>),
}

impl PendingVerification {
    fn new(issuer: &Arc<TrustedIssuer>, token: &PresentedToken<'_>, step: Step) -> Self {
        Self {
            issuer: Arc::clone(issuer),
            token: token.bytes.into(),
            fingerprint: token.fingerprint,
            step: Box::new(step),
        }
    }

    /// Waits for the issuer: for a few seconds at most. Times are judged at the moment of the look.
    ///
    /// # Errors
    /// As [`Verifier::verify`](crate::Verifier::verify).
    pub async fn wait(self) -> Verdict {
        let token = PresentedToken { bytes: &self.token, fingerprint: self.fingerprint };
        let verified = match *self.step {
            Step::Key { unverified, now } => {
                let key = self.issuer.find_key(&unverified.kid).await?;
                self.issuer.establish(&token, unverified, key, now)?
            }
            Step::Revocation(verified) => verified,
        };
        self.issuer.ask_whether_revoked(&token, verified.claims()).await?;
        Ok(verified)
    }
}

impl fmt::Debug for PendingVerification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingVerification").field("issuer", self.issuer.name()).finish_non_exhaustive()
    }
}
