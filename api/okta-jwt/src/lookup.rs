//! What one look at a token says, and the rest of the way where the issuer has to be asked first.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use okta_types::{AccessClaims, UnixTime};

use crate::error::{Refusal, VerifyError};
use crate::fingerprint::{Fingerprint, PresentedToken};
use crate::trusted_issuer::TrustedIssuer;
use crate::unverified::Unverified;
use crate::verified::{Authentic, Verified};

/// What [`Verifier::look_up`](crate::Verifier::look_up) found without waiting, or
/// [`Verifier::look_up_bound`](crate::Verifier::look_up_bound).
#[derive(Debug)]
pub enum Lookup<T = Verified<AccessClaims>> {
    /// All that there is to say.
    Ready {
        /// The claims, or whom to blame: see [`VerifyError::retry_after`].
        verdict: Result<T, VerifyError>,
        /// Whether the signature was known to be good: then another look costs next to nothing, and nobody need
        /// keep the verdict.
        cached: bool,
    },
    /// A key is not known, or the issuer's word on a revocation. Wait for it, or drop it: the token is not decided.
    NeedsIssuer(PendingVerification<T>),
}

/// What becomes of a good token, by the way in which it was shown.
pub(crate) type Shown<T> = fn(Authentic) -> Result<T, Refusal>;

impl<T> Lookup<T> {
    /// Of a token that is good unless it was revoked.
    pub(crate) fn unless_revoked(
        issuer: &Arc<TrustedIssuer>,
        token: &PresentedToken<'_>,
        authentic: Authentic,
        shown: Shown<T>,
        cached: bool,
    ) -> Self {
        let verdict = match issuer.known_revocation(&token.fingerprint, authentic.claims()) {
            Some(outcome) => shown(authentic).and_then(|let_in| outcome.map(|()| let_in)),
            // Who may not show it need not make the issuer work.
            None => match shown(authentic.clone()) {
                Err(refusal) => Err(refusal),
                Ok(_) => {
                    let step = Step::Revocation(authentic);
                    return Self::NeedsIssuer(PendingVerification::new(issuer, token, step, shown));
                }
            },
        };
        Self::Ready { verdict: verdict.map_err(VerifyError::from), cached }
    }

    /// Of a token whose key has to be looked for.
    pub(crate) fn needs_key(
        issuer: &Arc<TrustedIssuer>,
        token: &PresentedToken<'_>,
        unverified: Unverified<'_>,
        now: UnixTime,
        shown: Shown<T>,
    ) -> Self {
        let Unverified { kid, is_typed, payload, signing_input, signature } = unverified;
        let signing_input = Cow::Owned(signing_input.into_owned());
        let unverified = Unverified { kid, is_typed, payload, signing_input, signature };
        Self::NeedsIssuer(PendingVerification::new(issuer, token, Step::Key { unverified, now }, shown))
    }
}

/// A token of which something has to be fetched: it goes on from where the look ended.
///
/// Borrows nothing, so that it can be carried into a task. `Debug` shows nothing of the token.
pub struct PendingVerification<T = Verified<AccessClaims>> {
    issuer: Arc<TrustedIssuer>,
    token: Box<[u8]>,
    fingerprint: Fingerprint,
    step: Box<Step>,
    shown: Shown<T>,
}

/// What comes next.
enum Step {
    Key { unverified: Unverified<'static>, now: UnixTime },
    Revocation(Authentic),
}

impl<T> PendingVerification<T> {
    fn new(issuer: &Arc<TrustedIssuer>, token: &PresentedToken<'_>, step: Step, shown: Shown<T>) -> Self {
        Self {
            issuer: Arc::clone(issuer),
            token: token.bytes.into(),
            fingerprint: token.fingerprint,
            step: Box::new(step),
            shown,
        }
    }

    /// Waits for the issuer: for a few seconds at most. Times are judged at the moment of the look.
    ///
    /// # Errors
    /// As [`Verifier::verify`](crate::Verifier::verify).
    pub async fn wait(self) -> Result<T, VerifyError> {
        let token = PresentedToken { bytes: &self.token, fingerprint: self.fingerprint };
        let authentic = match *self.step {
            Step::Key { unverified, now } => {
                let key = self.issuer.find_key(&unverified.kid).await?;
                self.issuer.establish(&token, unverified, key, now)?
            }
            Step::Revocation(authentic) => authentic,
        };
        let let_in = (self.shown)(authentic.clone())?;
        self.issuer.ask_whether_revoked(&token, authentic.claims()).await?;
        Ok(let_in)
    }
}

impl<T> fmt::Debug for PendingVerification<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingVerification").field("issuer", self.issuer.name()).finish_non_exhaustive()
    }
}
