//! What an RSA key must be like before a signature is checked with it (RFC 8725 §3.4).

use aws_lc_rs::signature::{ParsedPublicKey, RsaParameters, RsaPublicKeyComponents};

/// Sizes of modulus that are accepted, in bits. The upper end is the crypto library's.
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// `None` where the numbers are no sound key.
pub(crate) fn parse(
    components: &RsaPublicKeyComponents<Vec<u8>>,
    parameters: &'static RsaParameters,
) -> Option<ParsedPublicKey> {
    let RsaPublicKeyComponents { n, e } = components;
    let sound = is_sound_modulus(n) && is_sound_exponent(e);
    sound.then(|| components.to_parsed_public_key(parameters).ok())?
}

fn is_sound_modulus(n: &[u8]) -> bool {
    let Some(first) = n.first() else { return false };
    // RFC 7518 §6.3.1.1: no leading zero octets; so the length tells the size.
    let bits = n.len() * 8 - first.leading_zeros() as usize;
    *first != 0 && MODULUS_BITS.contains(&bits) && n.last().is_some_and(|last| last % 2 == 1)
}

/// Odd, at least 3, and at most 32 bits, as the crypto library demands too.
fn is_sound_exponent(e: &[u8]) -> bool {
    (1..=4).contains(&e.len())
        && e[0] != 0
        && e.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte)) >= 3
        && e[e.len() - 1] % 2 == 1
}
