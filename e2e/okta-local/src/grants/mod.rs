//! What was granted: codes, refresh tokens and access tokens, each belonging to one family.
//!
//! A family is everything that came out of one authorization: its code, all rotations of its refresh
//! token, all its access tokens. Revoking is done to the family, so nothing of it can be forgotten, and a
//! token issued while its family is being revoked is dead when it arrives.

mod access;
mod code;
mod listing;
#[cfg(test)]
mod properties;
mod refresh;

use std::collections::HashMap;
use std::sync::Arc;

use okta_types::{Scopes, UnixTime};
use serde::{Deserialize, Serialize};

pub(crate) use code::Redemption;
pub(crate) use listing::Renewable;
pub(crate) use refresh::{RefreshRefusal, RevokedRefresh};

use crate::fingerprint::Fingerprint;
use crate::random;
use access::AccessRecord;
use code::IssuedCode;
use refresh::IssuedRefresh;

/// Below this many records nothing is swept.
const SMALL: usize = 4096;

/// One authorization: who let which client have what, and how they proved who they are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Grant {
    /// Of the authorization server.
    pub(crate) server_id: String,
    /// Of the app.
    pub(crate) client_id: String,
    /// Of the person.
    pub(crate) user_id: String,
    /// Granted.
    pub(crate) scopes: Scopes,
    /// When the person last proved who they are; never changes by renewal (RFC 9470 §6.1).
    pub(crate) auth_time: UnixTime,
    /// How.
    pub(crate) amr: Vec<String>,
    /// The authentication context reached; only where one was asked for.
    pub(crate) acr: Option<String>,
    /// Of the authorization request.
    pub(crate) nonce: Option<String>,
}

/// A family's name, `oar…`; ends the `jti` of its access tokens where it has a refresh token.
pub(crate) type FamilyId = String;

#[derive(Debug, Serialize, Deserialize)]
struct Family {
    #[serde(with = "shared")]
    grant: Arc<Grant>,
    revoked: bool,
    /// When the last refresh token ends at the latest; set with the first, inherited by all others.
    refresh_ends_at: Option<UnixTime>,
    /// When its first refresh token was issued.
    #[serde(default)]
    refresh_issued_at: Option<UnixTime>,
    /// When one of them was last used.
    #[serde(default)]
    refresh_used_at: Option<UnixTime>,
    /// When nothing of it is good any more.
    ends_at: UnixTime,
}

/// A grant of a family in a file.
mod shared {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Grant;

    pub(super) fn serialize<S: Serializer>(grant: &Arc<Grant>, serializer: S) -> Result<S::Ok, S::Error> {
        grant.as_ref().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Grant>, D::Error> {
        Grant::deserialize(deserializer).map(Arc::new)
    }
}

/// All grants of an org.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Grants {
    families: HashMap<FamilyId, Family>,
    codes: HashMap<Fingerprint, IssuedCode>,
    refresh_tokens: HashMap<Fingerprint, IssuedRefresh>,
    access_tokens: HashMap<String, AccessRecord>,
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

    fn found(&mut self, grant: Grant, ends_at: UnixTime, now: UnixTime) -> FamilyId {
        self.sweep(now);
        let id = random::id("oar");
        let family = Family {
            grant: Arc::new(grant),
            revoked: false,
            refresh_ends_at: None,
            refresh_issued_at: None,
            refresh_used_at: None,
            ends_at,
        };
        self.families.insert(id.clone(), family);
        id
    }

    /// Ends a family; `false` where it had ended before.
    fn revoke_family(&mut self, id: &str) -> bool {
        self.families.get_mut(id).is_some_and(|family| !std::mem::replace(&mut family.revoked, true))
    }

    /// Ends all families of one person and says how many were alive.
    pub(crate) fn revoke_user(&mut self, user_id: &str) -> usize {
        let theirs = self.families.values_mut().filter(|family| family.grant.user_id == user_id);
        theirs.map(|family| usize::from(!std::mem::replace(&mut family.revoked, true))).sum()
    }

    fn is_alive(&self, id: &str) -> bool {
        self.families.get(id).is_some_and(|family| !family.revoked)
    }

    fn outlive(&mut self, id: &str, until: UnixTime) {
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
mod tests {
    use std::time::Duration;

    use super::*;

    /// A grant as the tests of this folder use it.
    pub(super) fn grant() -> Grant {
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
