/// A number in decimal digits.
///
/// What the standard library has for this brings its whole machinery of formatting along, which people would
/// download with every page that signs them in.
pub fn decimal(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.insert(0, b'0' + (number % 10) as u8);
        number /= 10;
        if number == 0 {
            break;
        }
    }
    digits.into_iter().map(char::from).collect()
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
}
