//! Base64url without padding (RFC 4648 §5), strict in both directions.
//!
//! Written out here because it is part of what every shopper downloads: a general engine weighs ten times
//! as much.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Encodes without padding.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    encode_bytes(bytes.as_ref())
}

fn encode_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or_default());
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..=chunk.len() {
            out.push(char::from(ALPHABET[(group >> (18 - 6 * i)) as usize & 63]));
        }
    }
    out
}

/// What each byte stands for as a character; more than 63 where it is none of the alphabet's.
static SEXTETS: [u8; 256] = {
    let (mut sextets, mut i) = ([0xff; 256], 0);
    while i < ALPHABET.len() {
        sextets[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    sextets
};

/// Decodes; padding, other alphabets, white space and stray trailing bits give `None`.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let (groups, rest) = text.as_bytes().as_chunks::<4>();
    let mut out = vec![0; groups.len() * 3];
    for (group, bytes) in groups.iter().zip(out.as_chunks_mut().0) {
        let [_, decoded @ ..] = number(group)?.to_be_bytes();
        *bytes = decoded;
    }
    match rest.len() {
        0 => {}
        2 => out.extend(&without_low_bits(4, number(rest)?)?.to_be_bytes()[3..]),
        3 => out.extend(&without_low_bits(2, number(rest)?)?.to_be_bytes()[2..]),
        _ => return None,
    }
    Some(out)
}

/// Up to four characters as one number, of six bits each.
fn number(characters: &[u8]) -> Option<u32> {
    let sextets = characters.iter().map(|character| SEXTETS[usize::from(*character)]);
    let (number, all) =
        sextets.fold((0, 0), |(number, all), sextet| (number << 6 | u32::from(sextet), all | sextet));
    (all < 64).then_some(number)
}

/// What the last characters stand for beyond the last byte must be zero.
fn without_low_bits(bits: u32, number: u32) -> Option<u32> {
    (number.trailing_zeros() >= bits).then_some(number >> bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_form_decodes() {
        assert_eq!(decode("_-8").as_deref(), Some(&[0xff, 0xef][..]));
        for bad in [
            "_-8=",
            "/+8",
            "_-9",
            "_ -8",
            "_-8\n",
            "A",
            "AAAAA",
            "AB",
            "AAB",
            "AAAAAB",
            "é",
            "AAé",
            "\u{7f}AAA",
        ] {
            assert_eq!(decode(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_examples_of_rfc_4648_hold() {
        let examples =
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE")];
        for (bytes, text) in examples {
            assert_eq!((encode(bytes).as_str(), decode(text)), (text, Some(bytes.as_bytes().to_vec())));
        }
    }

    #[test]
    fn every_byte_comes_back_at_every_place() {
        let all: Vec<u8> = (0..=255).collect();
        for start in 0..3 {
            assert_eq!(decode(&encode(&all[start..])).as_deref(), Some(&all[start..]));
        }
    }
}
