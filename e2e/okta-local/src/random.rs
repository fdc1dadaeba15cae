//! Everything unguessable and everything that only looks random comes from here.
//!
//! Codes and tokens come from the operating system's generator through aws-lc. Identifiers of seeded
//! objects are derived from the seed instead, so that configurations which name them stay valid.

use okta_types::base64url;
use sha2::{Digest, Sha256};

const ALPHANUMERIC: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Length of what follows the three letters of an Okta identifier.
const ID_TAIL: usize = 17;

/// 32 bytes as 43 characters of base64url: the form of Okta's refresh tokens, used for every secret.
pub(crate) fn token() -> String {
    base64url::encode(bytes::<32>())
}

/// 24 bytes as 32 characters of base64url: the length of a live org's DPoP nonces.
pub(crate) fn nonce() -> String {
    base64url::encode(bytes::<24>())
}

/// What an answer is looked for by in the log: 16 bytes in hexadecimal.
pub(crate) fn request_id() -> String {
    bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A fresh identifier: three letters that name its kind, then 17 characters, e.g. `oar…`.
pub(crate) fn id(kind: &str) -> String {
    format!("{kind}{}", alphanumeric(&bytes::<32>()))
}

/// A UUID of version 4 (RFC 9562 §5.4).
pub(crate) fn uuid() -> String {
    let mut bytes = bytes::<16>();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// The identifier that this seed gives to the object of this kind and name, the same each time.
pub(crate) fn seeded_id(kind: &str, seed: u64, name: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update(kind);
    hash.update(name);
    format!("{kind}{}", alphanumeric(&hash.finalize()))
}

/// The client secret that this seed gives to the app of this label: 48 bytes as 64 characters.
pub(crate) fn seeded_secret(seed: u64, label: &str) -> String {
    let digest = |part: &str| {
        let hash = Sha256::new().chain_update(seed.to_be_bytes());
        hash.chain_update("client secret").chain_update(part).chain_update(label).finalize()
    };
    base64url::encode([&digest("1")[..], &digest("2")[..16]].concat())
}

/// 20 bytes that this seed gives to the object of this kind and name.
pub(crate) fn seeded_bytes(seed: u64, kind: &str, name: &str) -> [u8; 20] {
    let hash = Sha256::new().chain_update(seed.to_be_bytes()).chain_update(kind).chain_update(name);
    let mut bytes = [0; 20];
    bytes.copy_from_slice(&hash.finalize()[..20]);
    bytes
}

/// An identifier of 25 letters with that prefix, as sessions and errors have it.
pub(crate) fn long_id(kind: &str) -> String {
    let tail: String = alphanumeric(&bytes::<ID_TAIL>()) + &alphanumeric(&bytes::<ID_TAIL>());
    format!("{kind}{}", &tail[..25 - kind.len()])
}

/// A password that the org's own policy lets through.
pub(crate) fn temporary_password() -> String {
    format!("Tp1{}", alphanumeric(&bytes::<ID_TAIL>()))
}

/// Six digits for people to copy from a mail. A remainder of 2^64 makes no digit likelier than another to speak of.
pub(crate) fn code() -> String {
    format!("{:06}", u64::from_be_bytes(bytes()) % 1_000_000)
}

/// Bytes of the operating system's generator.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("a system without randomness cannot issue tokens");
    bytes
}

/// The remainder makes some letters a little likelier; identifiers are names, not secrets.
fn alphanumeric(bytes: &[u8]) -> String {
    bytes.iter().take(ID_TAIL).map(|b| ALPHANUMERIC[usize::from(*b) % ALPHANUMERIC.len()] as char).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_thousand_tokens_are_distinct_and_of_256_bits() {
        let tokens: HashSet<_> = (0..1000).map(|_| token()).collect();
        assert_eq!(tokens.len(), 1000);
        assert!(tokens.iter().all(|t| t.len() == 43 && base64url::decode(t).is_some_and(|b| b.len() == 32)));
    }

    #[test]
    fn seeded_identifiers_depend_on_seed_kind_and_name_only() {
        assert_eq!(seeded_id("0oa", 1, "Grove"), seeded_id("0oa", 1, "Grove"));
        let all = [("0oa", 1, "Grove"), ("0oa", 2, "Grove"), ("00u", 1, "Grove"), ("0oa", 1, "grove")];
        let distinct: HashSet<_> = all.iter().map(|(k, s, n)| seeded_id(k, *s, n)[3..].to_owned()).collect();
        assert_eq!(distinct.len(), all.len());
        assert_eq!(id("oar").len(), 20);
    }
}
