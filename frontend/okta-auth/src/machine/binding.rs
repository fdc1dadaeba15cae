//! The key that the tokens of a session are bound to (RFC 9449), feature `dpop`.

use okta_types::{UnixTime, base64url, es256_signing_input};

use crate::interface::dpop::{KeyName, MadeKey, Proof};
use crate::protocol::json::Json;

/// The key that the tokens of a session are bound to: its name, and the public half that every proof carries.
#[derive(Clone, Debug)]
pub(crate) struct Binding {
    pub(crate) key: KeyName,
    made: MadeKey,
    /// The driver has not found the key: nothing can be proven any more.
    pub(crate) is_lost: bool,
    /// The org's last nonce and when it came, by the browser's clock: a reload need not ask for another.
    pub(crate) nonce: Option<(String, UnixTime)>,
}

impl Binding {
    pub(crate) fn new(key: KeyName, made: MadeKey) -> Self {
        Self { key, made, is_lost: false, nonce: None }
    }

    /// A proof that says this, to be signed with the key.
    pub(crate) fn proof(&self, claims: &Json) -> Proof {
        let signing_input = es256_signing_input(&self.made.x, &self.made.y, &claims.to_text());
        Proof { key: self.key.clone(), signing_input }
    }

    /// Whether a reload finds the key.
    pub(crate) fn lasts(&self) -> bool {
        self.made.lasts
    }

    /// The binding of a stored session that has one; an error where it cannot be read.
    pub(crate) fn read(record: &Json) -> Result<Option<Self>, Unreadable> {
        let Some(name) = record.owned("key") else { return Ok(None) };
        let coordinate = |name: &str| record.owned(name).filter(|text| is_coordinate(text)).ok_or(Unreadable);
        let made = MadeKey { x: coordinate("x")?, y: coordinate("y")?, lasts: true };
        let mut binding = Self::new(KeyName(name), made);
        binding.nonce = record.owned("nonce").zip(record.number("nonce_at").map(UnixTime));
        Ok(Some(binding))
    }

    pub(crate) fn write(&self, record: &mut Json) {
        record.put("key", self.key.as_str());
        record.put("x", &*self.made.x);
        record.put("y", &*self.made.y);
        if let Some((nonce, at)) = &self.nonce {
            record.put("nonce", &**nonce);
            record.put("nonce_at", at.0);
        }
    }
}

/// Whether it is one of a point on P-256 (RFC 7518 §6.2.1.2).
fn is_coordinate(text: &str) -> bool {
    base64url::decode(text).is_some_and(|bytes| bytes.len() == 32)
}

/// What is stored is no key.
#[derive(Debug)]
pub(crate) struct Unreadable;
