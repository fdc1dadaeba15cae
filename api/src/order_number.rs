//! Order numbers: not guessable, easy to read out.

use std::fmt;

/// Crockford's base 32: no I, L, O or U, so that nothing is misread or offends.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// An order's number, e.g. `G-7K3M-92QF`: 40 random bits. It opens nothing by itself, for every look-up
/// asks for the owner too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OrderNumber(String);

impl OrderNumber {
    /// Makes a number of random bytes; the low five bits of each are used.
    pub(crate) fn from_random(bytes: [u8; 8]) -> Self {
        let digits = bytes.map(|byte| char::from(ALPHABET[usize::from(byte & 31)]));
        let (left, right) = digits.split_at(4);
        Self(format!("G-{}-{}", String::from_iter(left), String::from_iter(right)))
    }

    /// Reads a number as it is printed. What is none was never given to an order.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("G-")?;
        let (left, right) = digits.split_once('-')?;
        let is_group = |group: &str| group.len() == 4 && group.bytes().all(|b| ALPHABET.contains(&b));
        (is_group(left) && is_group(right)).then(|| Self(text.to_owned()))
    }

    /// As it is printed.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_holds_all_its_random_bits() {
        assert_eq!(OrderNumber::from_random([0; 8]).as_str(), "G-0000-0000");
        assert_eq!(OrderNumber::from_random([31, 30, 29, 28, 255, 1, 10, 18]).as_str(), "G-ZYXW-Z1AJ");
    }

    #[test]
    fn only_what_was_printed_is_read() {
        let number = OrderNumber::from_random([31, 30, 29, 28, 255, 1, 10, 18]);
        assert_eq!(OrderNumber::parse(number.as_str()), Some(number));
        for bad in ["", "G-ZYXW", "G-ZYXW-Z1A", "G-ZYXW-Z1AI", "g-zyxw-z1aj", "G-ZYXW-Z1AJ ", "G-ZYX\0-Z1AJ"]
        {
            assert_eq!(OrderNumber::parse(bad), None, "{bad}");
        }
    }
}
