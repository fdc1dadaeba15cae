//! The org's RSA keys: RS256 signatures (RFC 7518 §3.3) and the published key set (RFC 7517).
//!
//! The active key signs, the next one is published ahead so that verifiers know it before the first token
//! comes, and former ones stay published until they are retired. Signs with aws-lc directly, so that a mistake in the verifier under
//! test cannot be cancelled by the same mistake here.

use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
use okta_types::{CompactJws, Jwk, JwkSet, UnixTime, base64url};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::random;
use crate::unverified::KEYS_MAX_AGE;

/// No token of this org is longer, in bytes.
const MAX_TOKEN: usize = 64 * 1024;

struct SigningKey {
    kid: String,
    pair: KeyPair,
}

/// The keys of an org.
pub(crate) struct KeyRing {
    keys: RwLock<Keys>,
    opaque: OnceLock<SigningKey>,
}

#[derive(Clone)]
struct Keys {
    active: Arc<SigningKey>,
    next: Arc<SigningKey>,
    /// Former ones and added ones, published until they are retired.
    others: Vec<Arc<SigningKey>>,
    rotated_at: UnixTime,
}

/// The keys as a file keeps them, private parts and all.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredKeys {
    /// The active one, the next, then the others.
    published: Vec<StoredKey>,
    opaque: Option<StoredKey>,
    rotated_at: UnixTime,
}

#[derive(Serialize, Deserialize)]
struct StoredKey {
    kid: String,
    /// PKCS #8 in base64url.
    pkcs8: String,
}

/// Okta's header: of tokens these two members in this order, and no `typ`.
#[derive(Serialize)]
struct Header<'a> {
    kid: &'a str,
    alg: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    typ: Option<&'a str>,
}

impl KeyRing {
    /// Two fresh keys of 2048 bits; takes a moment.
    pub(crate) fn generate(now: UnixTime) -> Self {
        let fresh = || Arc::new(SigningKey::generate());
        let keys = Keys { active: fresh(), next: fresh(), others: Vec::new(), rotated_at: now };
        Self { keys: RwLock::new(keys), opaque: OnceLock::new() }
    }

    /// The keys of a file; `None` where they are not keys.
    pub(crate) fn from_stored(stored: &StoredKeys) -> Option<Self> {
        let mut published = stored.published.iter().map(SigningKey::from_stored);
        let (active, next) = (Arc::new(published.next()??), Arc::new(published.next()??));
        let others = published.map(|key| key.map(Arc::new)).collect::<Option<_>>()?;
        let opaque = OnceLock::new();
        if let Some(key) = &stored.opaque {
            let _ = opaque.set(SigningKey::from_stored(key)?);
        }
        let keys = Keys { active, next, others, rotated_at: stored.rotated_at };
        Some(Self { keys: RwLock::new(keys), opaque })
    }

    /// The keys for a file.
    pub(crate) fn to_stored(&self) -> StoredKeys {
        let keys = self.keys();
        StoredKeys {
            published: keys.all().map(|key| key.to_stored()).collect(),
            opaque: self.opaque.get().map(SigningKey::to_stored),
            rotated_at: keys.rotated_at,
        }
    }

    /// Signs claims with the active key.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> String {
        self.keys().active.sign_claims(claims)
    }

    /// Signs claims with a key that is not published: nobody but the org can read anything out of them.
    pub(crate) fn sign_opaque(&self, claims: &impl Serialize) -> String {
        self.opaque.get_or_init(SigningKey::generate).sign_claims(claims)
    }

    /// Signs claims with the active key, under a header that says what they are for (RFC 8725 §3.11).
    pub(crate) fn sign_typed(&self, typ: &str, claims: &impl Serialize) -> String {
        let key = self.keys().active;
        key.sign_parts(&Header { kid: &key.kid, alg: "RS256", typ: Some(typ) }, claims)
    }

    /// Signs any header and any claims with the active key, whatever the header says.
    pub(crate) fn sign_parts(&self, header: &impl Serialize, claims: &impl Serialize) -> String {
        self.keys().active.sign_parts(header, claims)
    }

    /// The claims of a token that one of these keys signed with RS256; says nothing about its times.
    pub(crate) fn verify(&self, token: &str) -> Option<Map<String, Value>> {
        let jws = CompactJws::parse(token, MAX_TOKEN).ok()?;
        let kid = jws.unverified_header.kid.as_deref()?;
        let keys = self.keys();
        let key = keys.all().map(Arc::as_ref).chain(self.opaque.get()).find(|key| key.kid == kid)?;
        if jws.unverified_header.alg != "RS256" || jws.unverified_header.crit.is_some() {
            return None;
        }
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.pair.public_key().as_ref())
            .verify(jws.signing_input.as_bytes(), &jws.signature)
            .ok()?;
        jws.unverified_claims().ok()
    }

    /// What `/keys` answers; the first one is active.
    pub(crate) fn published(&self) -> JwkSet {
        JwkSet { keys: self.keys().all().map(|key| key.public()).collect() }
    }

    /// When the active key became it.
    pub(crate) fn rotated_at(&self) -> UnixTime {
        self.keys().rotated_at
    }

    /// Seconds until the next rotation, as `/keys` tells caches.
    pub(crate) fn max_age(&self, now: UnixTime) -> u64 {
        u64::from(KEYS_MAX_AGE).saturating_sub(now.since(self.keys().rotated_at).as_secs())
    }

    /// The next key becomes the active one and a fresh one the next; the former stays published.
    pub(crate) fn rotate(&self, now: UnixTime) -> String {
        let next = Arc::new(SigningKey::generate());
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let active = std::mem::replace(&mut keys.next, next);
        let former = std::mem::replace(&mut keys.active, active);
        keys.others.insert(0, former);
        keys.rotated_at = now;
        keys.active.kid.clone()
    }

    /// Publishes one more key, which signs nothing.
    pub(crate) fn add(&self) -> String {
        let key = Arc::new(SigningKey::generate());
        let kid = key.kid.clone();
        self.keys.write().unwrap_or_else(PoisonError::into_inner).others.push(key);
        kid
    }

    /// Takes a former or added key away: nothing it signed is good any more.
    pub(crate) fn retire(&self, kid: &str) -> bool {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let before = keys.others.len();
        keys.others.retain(|key| key.kid != kid);
        keys.others.len() < before
    }

    /// A copy that later changes do not touch, so that nothing is locked while signing.
    fn keys(&self) -> Keys {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Keys {
    fn all(&self) -> impl Iterator<Item = &Arc<SigningKey>> {
        [&self.active, &self.next].into_iter().chain(&self.others)
    }
}

impl SigningKey {
    fn generate() -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("an RSA key of 2048 bits can be made");
        Self { kid: random::token(), pair }
    }

    fn from_stored(stored: &StoredKey) -> Option<Self> {
        let pair = KeyPair::from_pkcs8(&base64url::decode(&stored.pkcs8)?).ok()?;
        Some(Self { kid: stored.kid.clone(), pair })
    }

    fn to_stored(&self) -> StoredKey {
        let der: Pkcs8V1Der<'_> = self.pair.as_der().expect("a key that was made or read can be written");
        StoredKey { kid: self.kid.clone(), pkcs8: base64url::encode(der.as_ref()) }
    }

    fn sign_claims(&self, claims: &impl Serialize) -> String {
        self.sign_parts(&Header { kid: &self.kid, alg: "RS256", typ: None }, claims)
    }

    fn sign_parts(&self, header: &impl Serialize, claims: &impl Serialize) -> String {
        let encode = |part: Result<Vec<u8>, _>| base64url::encode(part.expect("claims are JSON"));
        let input = format!("{}.{}", encode(serde_json::to_vec(header)), encode(serde_json::to_vec(claims)));
        let signature = self.sign(input.as_bytes());
        format!("{input}.{}", base64url::encode(signature))
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .expect("a signature fits into the modulus' length");
        signature
    }

    fn public(&self) -> Jwk {
        let key = self.pair.public_key();
        Jwk {
            alg: Some("RS256".to_owned()),
            e: Some(base64url::encode(key.exponent().big_endian_without_leading_zero())),
            n: Some(base64url::encode(key.modulus().big_endian_without_leading_zero())),
            kid: Some(self.kid.clone()),
            kty: "RSA".to_owned(),
            public_key_use: Some("sig".to_owned()),
        }
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys().all().map(|key| &key.kid)).finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_verifies_only_as_it_was_signed() {
        let keys = KeyRing::generate(UnixTime(0));
        let token = keys.sign(&json!({"sub": "a"}));
        assert_eq!(keys.verify(&token).unwrap()["sub"], "a");
        let (head, signature) = token.rsplit_once('.').unwrap();
        let forged = head.split_once('.').unwrap().0.to_owned() + "." + &base64url::encode(r#"{"sub":"b"}"#);
        assert!(keys.verify(&format!("{forged}.{signature}")).is_none());
        let hs256 = keys.sign_parts(&json!({"kid": keys.keys().active.kid, "alg": "HS256"}), &json!({}));
        assert!(keys.verify(&hs256).is_none());
        assert!(KeyRing::generate(UnixTime(0)).verify(&token).is_none());
    }

    #[test]
    fn the_header_is_oktas() {
        let keys = KeyRing::generate(UnixTime(0));
        let token = keys.sign(&json!({}));
        let header = base64url::decode(token.split('.').next().unwrap()).unwrap();
        let expected = format!(r#"{{"kid":"{}","alg":"RS256"}}"#, keys.keys().active.kid);
        assert_eq!(String::from_utf8(header).unwrap(), expected);
    }

    #[test]
    fn two_keys_are_published_without_their_private_part() {
        let keys = KeyRing::generate(UnixTime(0));
        let set = keys.published();
        assert_eq!(set.keys.len(), 2);
        assert!(set.keys.iter().all(|key| key.e.as_deref() == Some("AQAB") && key.is_for_rs256()));
        assert_ne!(set.keys[0].kid, set.keys[1].kid);
        assert!(!serde_json::to_string(&set).unwrap().contains("\"d\""));
    }

    #[test]
    fn a_former_key_is_good_until_it_is_retired() {
        let keys = KeyRing::generate(UnixTime(0));
        let (former, token) = (keys.keys().active.kid.clone(), keys.sign(&json!({})));
        let announced = keys.published().keys[1].kid.clone();
        assert_eq!(Some(keys.rotate(UnixTime(5))), announced);
        assert!(keys.verify(&token).is_some() && keys.published().keys.len() == 3);
        assert!(!keys.retire(&keys.keys().active.kid), "what signs stays");
        assert!(keys.retire(&former) && !keys.retire(&former));
        assert!(keys.verify(&token).is_none() && keys.published().keys.len() == 2);
        let added = keys.add();
        assert_eq!(keys.published().keys[2].kid.as_deref(), Some(added.as_str()));
        assert_eq!(keys.max_age(UnixTime(15)), u64::from(KEYS_MAX_AGE) - 10);
    }

    #[test]
    fn an_opaque_token_is_read_by_the_org_alone() {
        let keys = KeyRing::generate(UnixTime(0));
        let token = keys.sign_opaque(&json!({"sub": "a"}));
        assert_eq!(keys.verify(&token).unwrap()["sub"], "a");
        assert_eq!(keys.published().keys.len(), 2);
    }
}
