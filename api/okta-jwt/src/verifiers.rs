//! Several issuers in front of one API: a second domain of the same org, another authorization server,
//! another org.

use okta_types::{AccessClaims, UnixTime};

use crate::error::{ConfigError, KeyError, Refusal, VerifyError};
use crate::fingerprint::{Fingerprint, Shown};
use crate::unverified::Unverified;
use crate::verified::Verified;
use crate::verifier::Verifier;

/// One [`Verifier`] or more, each with its own issuer, policy and keys. Cheap to clone.
///
/// The issuer a token names chooses who verifies it, before anything is believed: a token that lies about
/// that meets keys that did not sign it. What one issuer signs is never good for another.
#[derive(Clone, Debug)]
pub struct Verifiers {
    first: Verifier,
    others: std::sync::Arc<[Verifier]>,
}

impl Verifiers {
    /// Of these issuers.
    ///
    /// # Errors
    /// [`ConfigError::Issuers`] where there is none, or one of them stands twice.
    pub fn new(verifiers: impl IntoIterator<Item = Verifier>) -> Result<Self, ConfigError> {
        let mut verifiers = verifiers.into_iter();
        let first = verifiers.next().ok_or(ConfigError::Issuers)?;
        let all = Self { first, others: verifiers.collect() };
        let mut issuers: Vec<_> = all.iter().map(|verifier| verifier.issuer().as_str()).collect();
        issuers.sort_unstable();
        if issuers.windows(2).any(|pair| pair[0] == pair[1]) { Err(ConfigError::Issuers) } else { Ok(all) }
    }

    /// Verifies the text that stood after `Bearer `, by the rules of the issuer it names.
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    pub async fn verify(&self, token: &str, now: UnixTime) -> Result<Verified<AccessClaims>, VerifyError> {
        if self.others.is_empty() {
            return self.first.verify(token, now).await;
        }
        let shown = Shown::new(token)?;
        if let Some((verifier, seen_before)) = self.recall(&shown.fingerprint, now) {
            return verifier.ask_whether_revoked(&shown, seen_before?).await;
        }
        let unverified = Unverified::read(token)?;
        let verifier = self.choose(&unverified)?;
        let verified = verifier.verify_anew(&shown, unverified, now).await?;
        verifier.ask_whether_revoked(&shown, verified).await
    }

    /// Verifies, if that can be done without waiting; see [`Verifier::verify_now`].
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    pub fn verify_now(
        &self,
        token: &str,
        now: UnixTime,
    ) -> Option<Result<Verified<AccessClaims>, VerifyError>> {
        if self.others.is_empty() {
            return self.first.verify_now(token, now);
        }
        let shown = match Shown::new(token) {
            Ok(shown) => shown,
            Err(malformed) => return Some(Err(malformed.into())),
        };
        if let Some((verifier, seen_before)) = self.recall(&shown.fingerprint, now) {
            return verifier.unless_revoked(&shown.fingerprint, seen_before.map_err(VerifyError::from));
        }
        let unverified = Unverified::read(token);
        match unverified.as_ref().map(|unverified| self.choose(unverified)) {
            Ok(Err(refusal)) => Some(Err(refusal.into())),
            Ok(Ok(verifier)) => verifier.verify_at_once(&shown, unverified, now),
            Err(_) => self.first.verify_at_once(&shown, unverified, now),
        }
    }

    /// Verifies a token that was seen before; see [`Verifier::verify_seen`].
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    pub fn verify_seen(
        &self,
        token: &[u8],
        now: UnixTime,
    ) -> Option<Result<Verified<AccessClaims>, VerifyError>> {
        self.iter().find_map(|verifier| verifier.verify_seen(token, now))
    }

    fn recall(
        &self,
        fingerprint: &Fingerprint,
        now: UnixTime,
    ) -> Option<(&Verifier, Result<Verified<AccessClaims>, Refusal>)> {
        self.iter().find_map(|verifier| Some((verifier, verifier.recall(fingerprint, now)?)))
    }

    /// Warms every key set; see [`Verifier::warm`].
    ///
    /// # Errors
    /// Why one issuer's keys could not be had, the others' were asked for all the same.
    pub async fn warm(&self) -> Result<(), KeyError> {
        let mut outcome = Ok(());
        for verifier in self.iter() {
            outcome = outcome.and(verifier.warm().await);
        }
        outcome
    }

    /// Whether every issuer's keys are known, for a readiness probe.
    pub fn is_ready(&self) -> bool {
        self.iter().all(Verifier::is_ready)
    }

    /// The one that was named first; often the only one.
    pub fn first(&self) -> &Verifier {
        &self.first
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Verifier> {
        std::iter::once(&self.first).chain(self.others.iter())
    }

    fn choose(&self, unverified: &Unverified<'_>) -> Result<&Verifier, Refusal> {
        let mut refusal = Refusal::Issuer;
        for verifier in self.iter() {
            match verifier.policy().judge_issuer(&unverified.payload) {
                Ok(()) => return Ok(verifier),
                Err(why) => refusal = why,
            }
        }
        Err(refusal)
    }
}

impl From<Verifier> for Verifiers {
    fn from(only: Verifier) -> Self {
        Self { first: only, others: std::sync::Arc::default() }
    }
}
