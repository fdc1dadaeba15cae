//! From a token's text to [`Verified`] claims, step by step (RFC 9068 §4).
//!
//! The signature is checked by `aws-lc-rs` (see `keys/key.rs`); no library's claim checks and no library's clock are
//! used.

use std::sync::Arc;

use okta_types::{Issuer, UnixTime};

use crate::bound::BoundToken;
use crate::clock::system_time;
use crate::denylist::Revocation;
use crate::error::{KeyError, Refusal, VerifyError};
use crate::fingerprint::{Fingerprint, PresentedToken};
use crate::header::TokenKind;
use crate::keys::KeySetStatus;
use crate::lookup::{Lookup, Shown};
use crate::token_cache::{TokenCache, TokenCacheStatus};
use crate::trusted_issuer::TrustedIssuer;
use crate::unverified::Unverified;
use crate::verified::{Authentic, Verdict};

/// Verifies access tokens of one issuer or of several, each with its own rules and keys. Cheap to clone; clones
/// share everything.
///
/// The issuer that a token names chooses the rules, before anything is believed: a token that lies about that
/// meets keys that did not sign it.
///
/// Needs a tokio runtime: keys are fetched, and kept fresh, in tasks of their own.
#[derive(Clone, Debug)]
pub struct Verifier {
    /// At least one, and none twice.
    issuers: Arc<[Arc<TrustedIssuer>]>,
    cache: Option<Arc<TokenCache>>,
}

impl Verifier {
    pub(crate) fn new(issuers: Vec<TrustedIssuer>, cache: Option<Arc<TokenCache>>) -> Self {
        Self { issuers: issuers.into_iter().map(Arc::new).collect(), cache }
    }

    /// Verifies the text that stood after `Bearer `, by the clock of this machine.
    ///
    /// Waits for the network only where the token names a key that is not known yet, and then for a few
    /// seconds at most; and for introspection, where that is configured.
    ///
    /// # Errors
    /// [`VerifyError::retry_after`] tells whether the issuer is to blame (answer 503) or the token (401).
    pub async fn verify(&self, token: &str) -> Verdict {
        self.verify_at(token, system_time()).await
    }

    /// [`verify`](Self::verify) for a caller with a clock of its own: its claims are judged at `now`.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub async fn verify_at(&self, token: &str, now: UnixTime) -> Verdict {
        match self.look_up(token, now) {
            Lookup::Ready { verdict, .. } => verdict,
            Lookup::NeedsIssuer(pending) => pending.wait().await,
        }
    }

    /// Verifies as far as that can be done without waiting for anything, for code that cannot wait, or has
    /// something to save where it need not. Takes bytes, which need not be a token or even text.
    pub fn look_up(&self, token: impl AsRef<[u8]>, now: UnixTime) -> Lookup {
        self.look(token.as_ref(), now, Authentic::let_in_unbound)
    }

    /// The same for the text that stood after `DPoP `: a token that is bound to a key and comes with a proof, for
    /// [`ProofChecker`](crate::ProofChecker) to judge next. One that is not bound is refused.
    pub fn look_up_bound(&self, token: impl AsRef<[u8]>, now: UnixTime) -> Lookup<BoundToken> {
        self.look(token.as_ref(), now, BoundToken::new)
    }

    fn look<T>(&self, token: &[u8], now: UnixTime, shown: Shown<T>) -> Lookup<T> {
        self.try_look(token, now, shown)
            .unwrap_or_else(|error| Lookup::Ready { verdict: Err(error), cached: false })
    }

    fn try_look<T>(&self, token: &[u8], now: UnixTime, shown: Shown<T>) -> Result<Lookup<T>, VerifyError> {
        let token = PresentedToken::new(token)?;
        let Some((issuer, authentic)) = self.cached(&token.fingerprint) else {
            return self.verify_uncached(&token, now, shown);
        };
        Ok(match authentic.reestablish(&issuer.policy, now) {
            Ok(authentic) => Lookup::unless_revoked(issuer, &token, authentic, shown, true),
            Err(refusal) => Lookup::Ready { verdict: Err(refusal.into()), cached: true },
        })
    }

    /// What was found to be well signed before, if its key is still in use. All the rest is to be judged again.
    fn cached(&self, fingerprint: &Fingerprint) -> Option<(&Arc<TrustedIssuer>, Authentic)> {
        let cache = self.cache.as_deref()?;
        let found = self.find(cache, fingerprint);
        cache.count(found.is_some());
        found
    }

    fn find(
        &self,
        cache: &TokenCache,
        fingerprint: &Fingerprint,
    ) -> Option<(&Arc<TrustedIssuer>, Authentic)> {
        let signature = cache.get(fingerprint)?;
        let issuer = self.issuers.get(signature.issuer)?;
        if !issuer.keys.still_holds(&signature.key) {
            cache.remove(fingerprint);
            return None;
        }
        Some((issuer, signature.authentic))
    }

    fn verify_uncached<T>(
        &self,
        token: &PresentedToken<'_>,
        now: UnixTime,
        shown: Shown<T>,
    ) -> Result<Lookup<T>, VerifyError> {
        let unverified = Unverified::read(token.text()?, TokenKind::AccessToken)?;
        let issuer = self.issuer_of(&unverified)?;
        issuer.policy.form.judge_type(unverified.is_typed)?;
        match issuer.keys.known(&unverified.kid) {
            Some(key) => {
                let authentic = issuer.establish(token, unverified, key, now)?;
                Ok(Lookup::unless_revoked(issuer, token, authentic, shown, false))
            }
            None => Ok(Lookup::needs_key(issuer, token, unverified, now, shown)),
        }
    }

    /// The one that the token names. Nowhere else is that asked: from here on rules and keys are this one's.
    fn issuer_of(&self, unverified: &Unverified<'_>) -> Result<&Arc<TrustedIssuer>, Refusal> {
        let mut refusal = Refusal::Issuer;
        for issuer in self.issuers.iter() {
            match issuer.policy.judge_issuer(&unverified.payload) {
                Ok(()) => return Ok(issuer),
                Err(why) => refusal = why,
            }
        }
        Err(refusal)
    }

    /// Refuses from now on what an issuer has given out, here and in all clones: what this API has learned of a
    /// revocation by itself, e.g. by [`RevocationRequests`](crate::RevocationRequests). Other processes do not hear of
    /// it, and a restart forgets it.
    ///
    /// `iss` is the issuer to the letter; of one that is not this verifier's, every token is refused anyway.
    pub fn deny(&self, iss: &str, revocation: Revocation, now: UnixTime) {
        if let Some(issuer) = self.issuers.iter().find(|issuer| issuer.name().as_str() == iss) {
            let (lifetime, leeway) = (issuer.policy.max_lifetime, issuer.policy.leeway);
            issuer.denied.deny(revocation, now, lifetime, leeway);
        }
    }

    /// How many tokens are remembered as well signed; 0 where that is switched off.
    pub fn remembered_tokens(&self) -> usize {
        self.cache.as_ref().map_or(0, |cache| cache.len())
    }

    /// How the cache of verified tokens is doing, for metrics; `None` where it is switched off.
    pub fn token_cache(&self) -> Option<TokenCacheStatus> {
        self.cache.as_ref().map(|cache| cache.status())
    }

    /// Fetches the keys of every issuer unless they are known, and keeps them fresh in the background from then on.
    ///
    /// Call it at start, so that the first request need not wait. A failure is no reason to stop: fetching
    /// goes on in the background, and requests get [`VerifyError::KeysUnavailable`] until it succeeds.
    ///
    /// # Errors
    /// Why an issuer's keys could not be had; the others' were asked for all the same.
    pub async fn warm(&self) -> Result<(), KeyError> {
        let mut outcome = Ok(());
        for issuer in self.issuers.iter() {
            outcome = outcome.and(issuer.keys.warm().await);
        }
        outcome
    }

    /// Whether keys of every issuer are known, for a readiness probe.
    pub fn is_ready(&self) -> bool {
        self.issuers.iter().all(|issuer| issuer.keys.is_ready())
    }

    /// How each issuer's key set is doing, for metrics and logs.
    pub fn key_sets(&self) -> impl Iterator<Item = (&Issuer, KeySetStatus)> {
        self.issuers.iter().map(|issuer| (issuer.name(), issuer.keys.status()))
    }

    /// The authorization servers whose tokens are accepted, in the order in which they were named.
    pub fn issuers(&self) -> impl Iterator<Item = &Issuer> {
        self.issuers.iter().map(|issuer| issuer.name())
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
    use okta_types::base64url;
    use serde_json::json;

    use super::*;
    use crate::builder::VerifierBuilder;
    use crate::token_cache::GoodSignature;

    const ISSUER: &str = "https://dev-1.okta.com/oauth2/default";
    const NOW: UnixTime = UnixTime(1_800_000_000);

    fn token(key: &RsaKeyPair) -> String {
        let claims = json!({"ver": 1, "jti": "AT.x", "iss": ISSUER, "aud": "api://default", "iat": NOW.0 - 60,
                            "exp": NOW.0 + 60, "cid": "0oa1", "sub": "alice@example.com"});
        let header = base64url::encode(r#"{"alg":"RS256","kid":"k1"}"#);
        let message = format!("{header}.{}", base64url::encode(claims.to_string()));
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
        format!("{message}.{}", base64url::encode(signature))
    }

    fn builder(issuer: &str, key: &RsaKeyPair) -> VerifierBuilder {
        let n = base64url::encode(key.public_key().modulus().big_endian_without_leading_zero());
        let keys = json!({"keys": [{"kty": "RSA", "kid": "k1", "e": "AQAB", "n": n}]}).to_string();
        let builder = Verifier::builder(Issuer::parse(issuer).unwrap()).audience("api://default");
        builder.client_id("0oa1").fixed_keys(keys)
    }

    #[track_caller]
    fn verdict(verifier: &Verifier, token: &str, now: UnixTime) -> Result<(), VerifyError> {
        match verifier.look_up(token, now) {
            Lookup::Ready { verdict, .. } => verdict.map(drop),
            Lookup::NeedsIssuer(pending) => panic!("{pending:?}"),
        }
    }

    #[test]
    fn a_remembered_token_skips_its_signature_and_nothing_else() {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let alone = builder(ISSUER, &key).build().unwrap();
        let among_several = builder("https://dev-1.okta.com/oauth2/other", &key)
            .also_trust(builder(ISSUER, &key))
            .build()
            .unwrap();
        for verifier in [alone, among_several] {
            let good = token(&key);
            let forged = format!("{}AAAA", &good[..good.len() - 4]);
            assert_eq!(verdict(&verifier, &forged, NOW), Err(Refusal::Signature.into()));

            // As if the forged one had been seen with a good signature.
            assert_eq!(verdict(&verifier, &good, NOW), Ok(()));
            let cache = verifier.cache.as_ref().unwrap();
            let GoodSignature { authentic, key, issuer } =
                cache.get(&PresentedToken::new(good.as_bytes()).unwrap().fingerprint).unwrap();
            let fingerprint = PresentedToken::new(forged.as_bytes()).unwrap().fingerprint;
            cache.insert(fingerprint, forged.len(), GoodSignature { authentic, key, issuer });
            assert_eq!(verdict(&verifier, &forged, NOW), Ok(()));
            let later = UnixTime(NOW.0 + 60 + 120);
            assert_eq!(verdict(&verifier, &forged, later), Err(Refusal::Expired.into()));
        }
    }
}
