//! All that was granted, and how long it is remembered.

use std::collections::HashMap;
use std::sync::Arc;

use okta_types::{Thumbprint, UnixTime};
use serde::{Deserialize, Serialize};

use super::family::{Family, FamilyId, Grant};
use super::issued::{AccessRecord, IssuedCode, IssuedRefresh};
use crate::fingerprint::Fingerprint;
use crate::random;

/// Below this many records nothing is swept.
const SMALL: usize = 4096;

/// All grants of an org.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Grants {
    pub(super) families: HashMap<FamilyId, Family>,
    pub(super) codes: HashMap<Fingerprint, IssuedCode>,
    pub(super) refresh_tokens: HashMap<Fingerprint, IssuedRefresh>,
    pub(super) access_tokens: HashMap<String, AccessRecord>,
    sweep_at: usize,
}

impl Default for Grants {
    fn default() -> Self {
        Self {
            families: HashMap::new(),
            codes: HashMap::new(),
            refresh_tokens: HashMap::new(),
            access_tokens: HashMap::new(),
            sweep_at: SMALL,
        }
    }
}

impl Grants {
    /// How many families, codes, refresh tokens and access tokens are kept.
    pub(crate) fn counts(&self) -> [usize; 4] {
        [self.families.len(), self.codes.len(), self.refresh_tokens.len(), self.access_tokens.len()]
    }

    /// Begins a family that ends at `ends_at` unless a token outlives that.
    pub(super) fn found(&mut self, grant: Grant, ends_at: UnixTime, now: UnixTime) -> FamilyId {
        self.sweep(now);
        let id = random::id("oar");
        let family = Family {
            grant: Arc::new(grant),
            revoked: false,
            key: None,
            refresh_ends_at: None,
            refresh_issued_at: None,
            refresh_used_at: None,
            ends_at,
        };
        self.families.insert(id.clone(), family);
        id
    }

    /// Binds all tokens of a family to a key.
    pub(crate) fn bind(&mut self, family: &str, key: &Thumbprint) {
        if let Some(family) = self.families.get_mut(family) {
            family.key = Some(key.clone());
        }
    }

    /// Ends a family; `false` where it had ended before.
    pub(super) fn revoke_family(&mut self, id: &str) -> bool {
        self.families.get_mut(id).is_some_and(|family| !std::mem::replace(&mut family.revoked, true))
    }

    /// Ends all families of one person and says how many were alive.
    pub(crate) fn revoke_user(&mut self, user_id: &str) -> usize {
        let theirs = self.families.values_mut().filter(|family| family.grant.user_id == user_id);
        theirs.map(|family| usize::from(!std::mem::replace(&mut family.revoked, true))).sum()
    }

    pub(super) fn is_alive(&self, id: &str) -> bool {
        self.families.get(id).is_some_and(|family| !family.revoked)
    }

    pub(super) fn outlive(&mut self, id: &str, until: UnixTime) {
        if let Some(family) = self.families.get_mut(id) {
            family.ends_at = family.ends_at.max(until);
        }
    }

    /// Frees the memory of what is over. Used codes and rotated tokens stay as long as their family, so
    /// that a replay is told from nonsense.
    fn sweep(&mut self, now: UnixTime) {
        let records = self.codes.len() + self.refresh_tokens.len() + self.access_tokens.len();
        if records < self.sweep_at {
            return;
        }
        self.families.retain(|_, family| now < family.ends_at);
        self.codes.retain(|_, code| self.families.contains_key(&code.family));
        self.refresh_tokens.retain(|_, token| self.families.contains_key(&token.family));
        self.access_tokens.retain(|_, record| now < record.expires_at);
        let left = self.codes.len() + self.refresh_tokens.len() + self.access_tokens.len();
        self.sweep_at = SMALL.max(2 * left);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use okta_types::Scopes;

    use super::*;

    /// A grant as the tests of this folder use it.
    pub(in crate::grants) fn grant() -> Grant {
        Grant {
            server_id: "default".into(),
            client_id: "0oa1".into(),
            user_id: "00u1".into(),
            scopes: Scopes::parse("openid offline_access"),
            auth_time: UnixTime(0),
            amr: vec!["pwd".into()],
            acr: None,
            nonce: None,
        }
    }

    #[test]
    fn what_is_over_leaves_no_memory_behind() {
        let mut grants = Grants::default();
        for i in 0..50_000 {
            let now = UnixTime(i * 10);
            let family = grants.found(grant(), now + Duration::from_secs(300), now);
            grants.record_access(
                &family,
                "AT.".to_owned() + &random::token(),
                now + Duration::from_secs(300),
            );
        }
        assert!(grants.families.len() < 2 * SMALL, "{}", grants.families.len());
    }
}
