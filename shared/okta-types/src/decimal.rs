/// A number in decimal digits.
///
/// What the standard library has for this brings its whole machinery of formatting along, which people would
/// download with every page that signs them in.
pub fn decimal(number: u64) -> String {
    let mut digits = if number < 10 { String::new() } else { decimal(number / 10) };
    digits.push(char::from(b'0' + (number % 10) as u8));
    digits
}

/// Reads a number of decimal digits and nothing else; `None` also where there are more than 18 of them.
///
/// What the standard library has for this is compiled anew for each type of number.
pub fn read_decimal(digits: &str) -> Option<u64> {
    if !(1..=18).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(digits.bytes().fold(0, |number, byte| number * 10 + u64::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_as_the_standard_library_writes_it() {
        for number in [0, 7, 10, 443, 65_535, 1_700_000_000, u64::MAX] {
            assert_eq!(decimal(number), number.to_string());
        }
    }

    #[test]
    fn a_number_is_read_that_consists_of_digits() {
        for (text, number) in
            [("0", 0), ("007", 7), ("65535", 65_535), ("999999999999999999", 999_999_999_999_999_999)]
        {
            assert_eq!(read_decimal(text), Some(number));
        }
        for text in ["", "+1", "-1", " 1", "1.0", "1e3", "\u{663}", "1000000000000000000"] {
            assert_eq!(read_decimal(text), None, "{text}");
        }
    }
}
