//! From a bearer token's text to [`Verified`] claims, step by step (RFC 9068 §4).
//!
//! The signature is checked by `jsonwebtoken`; none of that crate's claim checks nor its clock are used.

use std::sync::Arc;

use okta_types::{AccessClaims, Issuer, UnixTime};

use crate::builder::VerifierBuilder;
use crate::denylist::Denylist;
use crate::error::{KeyError, Refusal, VerifyError};
use crate::fingerprint::{Fingerprint, Shown};
use crate::introspection::Introspector;
use crate::keys::{Key, KeySet, KeySetStatus, NotFound};
use crate::policy::Policy;
use crate::token_cache::TokenCache;
use crate::unverified::Unverified;
use crate::verified::Verified;

/// Verifies access tokens of one authorization server. Cheap to clone; clones share the keys.
///
/// Needs a tokio runtime: keys are fetched, and kept fresh, in tasks of their own.
#[derive(Clone, Debug)]
pub struct Verifier {
    policy: Arc<Policy>,
    keys: KeySet,
    seen: Option<Arc<TokenCache>>,
    introspector: Option<Arc<Introspector>>,
    denied: Arc<Denylist>,
}

impl Verifier {
    /// Begins with the identifier of a custom authorization server, e.g. `https://dev-1.okta.com/oauth2/default`.
    pub fn builder(issuer: Issuer) -> VerifierBuilder {
        VerifierBuilder::new(issuer)
    }

    pub(crate) fn new(
        policy: Policy,
        keys: KeySet,
        seen: Option<Arc<TokenCache>>,
        introspector: Option<Introspector>,
    ) -> Self {
        let introspector = introspector.map(Arc::new);
        Self { policy: Arc::new(policy), keys, seen, introspector, denied: Arc::default() }
    }

    /// Verifies the text that stood after `Bearer `.
    ///
    /// Waits for the network only where the token names a key that is not known yet, and then for a few
    /// seconds at most; and for introspection, where that is configured.
    ///
    /// # Errors
    /// [`VerifyError::retry_after`] tells whether the issuer is to blame (answer 503) or the token (401).
    pub async fn verify(&self, token: &str, now: UnixTime) -> Result<Verified<AccessClaims>, VerifyError> {
        let shown = Shown::new(token)?;
        let verified = match self.recall(&shown.fingerprint, now) {
            Some(seen_before) => seen_before?,
            None => self.verify_anew(&shown, Unverified::read(token)?, now).await?,
        };
        self.ask_whether_revoked(&shown, verified).await
    }

    /// Verifies, if that can be done without waiting for anything: `None` where a key or the issuer's word on
    /// a revocation would have to be fetched. Then ask [`verify`](Self::verify).
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_now(
        &self,
        token: &str,
        now: UnixTime,
    ) -> Option<Result<Verified<AccessClaims>, VerifyError>> {
        match Shown::new(token) {
            Ok(shown) => self.recall(&shown.fingerprint, now).map_or_else(
                || self.verify_at_once(&shown, Unverified::read(token), now),
                |seen_before| self.unless_revoked(&shown.fingerprint, seen_before.map_err(VerifyError::from)),
            ),
            Err(malformed) => Some(Err(malformed.into())),
        }
    }

    /// Verifies a token that was seen before, and takes next to no time for it: all but the signature is judged
    /// again. Takes bytes, which need not be a token or even text: what was seen before was.
    ///
    /// `None` says nothing of the token. Then ask [`verify_now`](Self::verify_now).
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_seen(
        &self,
        token: &[u8],
        now: UnixTime,
    ) -> Option<Result<Verified<AccessClaims>, VerifyError>> {
        let fingerprint = Fingerprint::of(token).ok()?;
        self.unless_revoked(&fingerprint, self.recall(&fingerprint, now)?.map_err(VerifyError::from))
    }

    /// What was found good before, if its key is still in use.
    pub(crate) fn recall(
        &self,
        fingerprint: &Fingerprint,
        now: UnixTime,
    ) -> Option<Result<Verified<AccessClaims>, Refusal>> {
        let cache = self.seen.as_ref()?;
        let seen = cache.get(fingerprint)?;
        if !self.keys.still_holds(&seen.key) {
            cache.remove(fingerprint);
            return None;
        }
        Some(seen.verified.reestablish(&self.policy, now))
    }

    pub(crate) fn verify_at_once(
        &self,
        shown: &Shown<'_>,
        unverified: Result<Unverified<'_>, VerifyError>,
        now: UnixTime,
    ) -> Option<Result<Verified<AccessClaims>, VerifyError>> {
        let unverified = match unverified {
            Ok(unverified) => unverified,
            Err(error) => return Some(Err(error)),
        };
        if let Err(refusal) = self.policy.judge_issuer(&unverified.payload) {
            return Some(Err(refusal.into()));
        }
        let key = self.keys.known(&unverified.kid)?;
        self.unless_revoked(&shown.fingerprint, self.establish(shown, unverified, key, now))
    }

    pub(crate) async fn verify_anew(
        &self,
        shown: &Shown<'_>,
        unverified: Unverified<'_>,
        now: UnixTime,
    ) -> Result<Verified<AccessClaims>, VerifyError> {
        self.policy.judge_issuer(&unverified.payload)?;
        let key = self.keys.find(&unverified.kid).await.map_err(|not_found| match not_found {
            NotFound::Unknown => VerifyError::Refused(Refusal::KeyUnknown),
            NotFound::Unavailable { retry_after } => VerifyError::KeysUnavailable { retry_after },
        })?;
        self.establish(shown, unverified, key, now)
    }

    fn establish(
        &self,
        shown: &Shown<'_>,
        unverified: Unverified<'_>,
        key: Arc<Key>,
        now: UnixTime,
    ) -> Result<Verified<AccessClaims>, VerifyError> {
        let verified = Verified::establish(unverified, &key, &self.policy, now)?;
        if let Some(cache) = &self.seen {
            cache.insert(shown.fingerprint, shown.token.len(), verified.clone(), key);
        }
        Ok(verified)
    }

    pub(crate) async fn ask_whether_revoked(
        &self,
        shown: &Shown<'_>,
        verified: Verified<AccessClaims>,
    ) -> Result<Verified<AccessClaims>, VerifyError> {
        if self.denied.holds(&verified.claims().jti) {
            return Err(Refusal::Revoked.into());
        }
        if let Some(introspector) = &self.introspector {
            introspector.judge(shown.token, shown.fingerprint).await?;
        }
        Ok(verified)
    }

    /// What is known of a revocation without asking.
    pub(crate) fn unless_revoked(
        &self,
        fingerprint: &Fingerprint,
        verified: Result<Verified<AccessClaims>, VerifyError>,
    ) -> Option<Result<Verified<AccessClaims>, VerifyError>> {
        match (&self.introspector, verified) {
            (_, Ok(verified)) if self.denied.holds(&verified.claims().jti) => {
                Some(Err(Refusal::Revoked.into()))
            }
            (Some(introspector), Ok(verified)) => {
                Some(introspector.known(fingerprint)?.map(|()| verified).map_err(VerifyError::from))
            }
            (_, verified) => Some(verified),
        }
    }

    /// Which tokens the issuer's name on them sends here.
    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Refuses one token from now on, by its `jti`, here and in all clones: what this API has learned of a
    /// revocation by itself, e.g. from an event of the org. `exp` is the token's; where that is not known, a day
    /// from now will do. Other processes do not hear of it, and a restart forgets it.
    pub fn deny(&self, jti: impl Into<String>, exp: UnixTime, now: UnixTime) {
        self.denied.deny(jti.into(), exp, now, self.policy.leeway);
    }

    /// How many tokens are remembered as well signed; 0 where that is switched off.
    pub fn remembered_tokens(&self) -> usize {
        self.seen.as_ref().map_or(0, |seen| seen.len())
    }

    /// Fetches the keys unless they are known, and keeps them fresh in the background from then on.
    ///
    /// Call it at start, so that the first request need not wait. A failure is no reason to stop: fetching
    /// goes on in the background, and requests get [`VerifyError::KeysUnavailable`] until it succeeds.
    ///
    /// # Errors
    /// Why the issuer's keys could not be had.
    pub async fn warm(&self) -> Result<(), KeyError> {
        self.keys.warm().await
    }

    /// Whether keys are known, for a readiness probe.
    pub fn is_ready(&self) -> bool {
        self.keys.is_ready()
    }

    /// How the key set is doing, for metrics and logs.
    pub fn key_set_status(&self) -> KeySetStatus {
        self.keys.status()
    }

    /// The authorization server whose tokens are accepted.
    pub fn issuer(&self) -> &Issuer {
        &self.policy.issuer
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
    use crate::verifiers::Verifiers;

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

    fn verifier(issuer: &str, key: &RsaKeyPair) -> Verifier {
        let n = base64url::encode(key.public_key().modulus().big_endian_without_leading_zero());
        let keys = json!({"keys": [{"kty": "RSA", "kid": "k1", "e": "AQAB", "n": n}]}).to_string();
        let builder = Verifier::builder(Issuer::parse(issuer).unwrap()).audience("api://default");
        builder.client_id("0oa1").fixed_keys(keys).build().unwrap()
    }

    #[test]
    fn a_remembered_token_skips_its_signature_and_nothing_else() {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let (verifier, other) =
            (verifier(ISSUER, &key), verifier("https://dev-1.okta.com/oauth2/other", &key));
        let good = token(&key);
        let forged = format!("{}AAAA", &good[..good.len() - 4]);
        let verdict = |now| verifier.verify_now(&forged, now).unwrap().map(drop);
        assert_eq!(verdict(NOW), Err(Refusal::Signature.into()));

        // As if the forged one had been seen with a good signature.
        assert!(verifier.verify_now(&good, NOW).unwrap().is_ok());
        let cache = verifier.seen.as_ref().unwrap();
        let seen = cache.get(&Shown::new(&good).unwrap().fingerprint).unwrap();
        let fingerprint = Shown::new(&forged).unwrap().fingerprint;
        cache.insert(fingerprint, forged.len(), seen.verified, seen.key);
        assert_eq!(verdict(NOW), Ok(()));
        assert_eq!(verdict(UnixTime(NOW.0 + 60 + 120)), Err(Refusal::Expired.into()));
        let several = Verifiers::new([other, verifier.clone()]).unwrap();
        assert!(several.verify_now(&forged, NOW).unwrap().is_ok(), "among several issuers too");
    }
}
