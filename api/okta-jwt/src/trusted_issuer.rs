//! One issuer whose tokens are accepted: its rules, its keys, and what is known of its revocations.

use std::sync::Arc;

use okta_types::{AccessClaims, Issuer, UnixTime};

use crate::denylist::Denylist;
use crate::error::{Refusal, VerifyError};
use crate::fingerprint::{Fingerprint, PresentedToken};
use crate::introspection::Introspector;
use crate::keys::{Key, KeySet};
use crate::policy::Policy;
use crate::token_cache::{GoodSignature, TokenCache};
use crate::unverified::Unverified;
use crate::verified::Authentic;

/// Everything that is one issuer's own. What it signs is never good for another.
#[derive(Debug)]
pub(crate) struct TrustedIssuer {
    pub(crate) policy: Policy,
    pub(crate) keys: KeySet,
    pub(crate) introspector: Option<Introspector>,
    pub(crate) denied: Denylist,
    /// All issuers of a verifier share it.
    pub(crate) cache: Option<Arc<TokenCache>>,
    /// How the cache calls this issuer: its place among them.
    pub(crate) place: usize,
}

impl TrustedIssuer {
    pub(crate) fn name(&self) -> &Issuer {
        &self.policy.issuer
    }

    /// Waits only where the name is new, and then for a few seconds at most.
    pub(crate) async fn find_key(&self, kid: &str) -> Result<Arc<Key>, VerifyError> {
        Ok(self.keys.find(kid).await?)
    }

    /// Checks a token that names this issuer, and remembers that its signature is good.
    pub(crate) fn establish(
        &self,
        token: &PresentedToken<'_>,
        unverified: Unverified<'_>,
        key: Arc<Key>,
        now: UnixTime,
    ) -> Result<Authentic, VerifyError> {
        let authentic = Authentic::establish(unverified, token.text()?, &key, &self.policy, now)?;
        if let Some(cache) = &self.cache {
            let signature = GoodSignature { authentic: authentic.clone(), key, issuer: self.place };
            cache.insert(token.fingerprint, token.bytes.len(), signature);
        }
        Ok(authentic)
    }

    /// What is known of a revocation without asking; `None` where the issuer would have to be asked.
    pub(crate) fn known_revocation(
        &self,
        fingerprint: &Fingerprint,
        claims: &AccessClaims,
    ) -> Option<Result<(), Refusal>> {
        if self.denied.holds(claims) {
            return Some(Err(Refusal::Revoked));
        }
        self.introspector.as_ref().map_or(Some(Ok(())), |introspector| introspector.known(fingerprint))
    }

    pub(crate) async fn ask_whether_revoked(
        &self,
        token: &PresentedToken<'_>,
        claims: &AccessClaims,
    ) -> Result<(), VerifyError> {
        if self.denied.holds(claims) {
            return Err(Refusal::Revoked.into());
        }
        match &self.introspector {
            Some(introspector) => introspector.judge(token.text()?, token.fingerprint).await,
            None => Ok(()),
        }
    }
}
