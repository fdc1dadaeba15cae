//! What stands for a token where the token itself must not be kept: a keyed hash of 128 bits over the whole text.
//!
//! The key is drawn when the process first needs it and never leaves it, nor does a hash. Who reads this memory
//! finds no token to show elsewhere; who makes up tokens cannot aim at a hash that is kept.

use std::sync::LazyLock;

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::rand;
use okta_types::JwsError;

/// The longest token that is looked at, in bytes; what is longer is refused before it is decoded.
///
/// An Okta token names a hundred groups, of up to 255 characters each: that makes 36,000 bytes, and twice as much in
/// a script whose letters take two. Beyond it there are only attacks, and proxies that would not let it through.
pub const MAX_TOKEN_LEN: usize = 64 * 1024;

/// The authenticator of AES-GCM over the token, with nothing encrypted: a fifth of SHA-256's time.
///
/// That two given texts have the same one happens for less than one in 2^115 of all keys, whatever the texts
/// (GHASH is almost universal: 4,098 blocks of a longest token and its length over 2^128). So a forged token is
/// taken for a good one with that chance a try, and each try costs a request. The nonce is always the same, which
/// would give the key away to whoever collects authenticators; nobody is ever shown one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint([u8; 16]);

static KEY: LazyLock<LessSafeKey> = LazyLock::new(|| {
    let mut key = [0; 16];
    let unbound = rand::fill(&mut key).and_then(|()| UnboundKey::new(&AES_128_GCM, &key));
    LessSafeKey::new(unbound.expect("the system gives random bytes"))
});

impl Fingerprint {
    fn of(token: &[u8]) -> Result<Self, JwsError> {
        if token.len() > MAX_TOKEN_LEN {
            return Err(JwsError::TooLong);
        }
        let nonce = Nonce::assume_unique_for_key([0; 12]);
        // It fails for what is longer than AES-GCM admits, and for nothing else.
        let authenticator = KEY
            .seal_in_place_separate_tag(nonce, Aad::from(token), &mut [])
            .map_err(|_| JwsError::TooLong)?;
        authenticator.as_ref().try_into().map(Self).map_err(|_| JwsError::TooLong)
    }
}

/// A token as it was presented: whatever bytes stood in its place, hashed once.
pub(crate) struct PresentedToken<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) fingerprint: Fingerprint,
}

impl<'a> PresentedToken<'a> {
    /// Of bytes that are not too many to be looked at.
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, JwsError> {
        Ok(Self { bytes, fingerprint: Fingerprint::of(bytes)? })
    }

    /// What is no text holds characters that no token has.
    pub(crate) fn text(&self) -> Result<&'a str, JwsError> {
        std::str::from_utf8(self.bytes).map_err(|_| JwsError::Alphabet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(token: &str) -> [u8; 16] {
        PresentedToken::new(token.as_bytes()).unwrap().fingerprint.0
    }

    #[test]
    fn every_character_and_the_length_count() {
        let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.".to_owned() + &"s".repeat(342);
        assert_eq!(fingerprint(&token), fingerprint(&token));
        for at in 0..token.len() {
            let mut other = token.clone();
            other.replace_range(at..=at, "#");
            assert_ne!(fingerprint(&token), fingerprint(&other), "{at}");
        }
        for length in 0..token.len() {
            assert_ne!(fingerprint(&token), fingerprint(&token[..length]), "{length}");
        }
        // A block is filled up with zeros.
        assert_ne!(fingerprint("a"), fingerprint("a\0"));
    }

    #[test]
    fn the_limit_of_length_is_the_limit_of_tokens() {
        assert!(PresentedToken::new(&[b'a'; 65_536]).is_ok());
        assert!(matches!(PresentedToken::new(&[b'a'; 65_537]), Err(JwsError::TooLong)));
    }
}
