//! What stands for a token where the token itself must not be kept: its SHA-256, over the whole text.

use std::hash::{Hash, Hasher};

use aws_lc_rs::digest;
use okta_types::JwsError;

/// The longest token that is looked at, in bytes. An Okta token with a hundred group names has about eight
/// thousand; what is longer is refused before it is decoded.
pub(crate) const MAX_TOKEN_LEN: usize = 16 * 1024;

/// Two tokens that differ in one character, the signature's included, differ in this.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint([u8; 32]);

impl Hash for Fingerprint {
    /// Its beginning is as evenly spread as any hash of it.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        state.write_u64(u64::from_le_bytes([a, b, c, d, e, f, g, h]));
    }
}

/// Takes a fingerprint's word for its hash. Who looks for tokens that collide finds some, and gains nothing:
/// only tokens that the issuer has signed are kept.
#[derive(Default)]
pub(crate) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// A token as it was shown, not too long to be looked at.
pub(crate) struct Shown<'a> {
    pub(crate) token: &'a str,
    pub(crate) fingerprint: Fingerprint,
}

impl<'a> Shown<'a> {
    pub(crate) fn new(token: &'a str) -> Result<Self, JwsError> {
        if token.len() > MAX_TOKEN_LEN {
            return Err(JwsError::TooLong);
        }
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
        Ok(Self { token, fingerprint: Fingerprint(fingerprint) })
    }
}
