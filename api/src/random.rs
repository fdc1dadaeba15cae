//! The one place of the API that asks for randomness: the operating system's, by a seeded ChaCha.

use rand::Rng;

/// Fresh unguessable bytes.
#[expect(clippy::disallowed_methods, reason = "the API's one source of randomness")]
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}
