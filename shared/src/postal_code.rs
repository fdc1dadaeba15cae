//! The countries that the shop sends to, and their postal codes: which there are, and how they are written.
//!
//! Codes are held against what each country's post publishes, as far as that is settled: the shape, the letters in
//! use, the lowest and the highest code. Gaps in between are no business of ours, because posts fill them.

/// A country that the shop sends to.
pub(crate) struct Country {
    /// ISO 3166-1 alpha-2.
    pub(crate) code: &'static str,
    /// In English.
    pub(crate) name: &'static str,
    /// What people abroad set before the code, besides `code` itself: the country's sign on cars.
    sign: &'static str,
    /// The lowest and the highest code; as many of its first characters are compared.
    range: (&'static str, &'static str),
    /// As the country writes them: a capital, a digit, a space or a hyphen is itself, everything else one of
    /// [`letters`].
    shapes: &'static [&'static str],
}

/// All of them, in the order of the form.
pub(crate) static COUNTRIES: [Country; 12] = [
    country("US", "United States", "USA", ("00501", "99950"), &["#####", "#####-####"]),
    country("CA", "Canada", "", ANY, &["c#d #d#"]),
    country("GB", "United Kingdom", "", ANY, &BRITISH),
    country("IE", "Ireland", "", ANY, &["e## ffff", "D6W ffff"]),
    country("DE", "Germany", "D", ("01001", "99998"), &["#####"]),
    country("AT", "Austria", "A", ("1000", "9992"), &["####"]),
    country("CH", "Switzerland", "CH", ("1000", "9658"), &["####"]),
    // The lowest are the forces'.
    country("FR", "France", "F", ("00100", "98999"), &["#####"]),
    // No SA, SD and SS.
    country("NL", "Netherlands", "NL", ("1000", "9999"), &["#### st", "#### Su"]),
    country("BE", "Belgium", "B", ("1000", "9992"), &["####"]),
    // Large receivers have the codes below 1000.
    country("DK", "Denmark", "DK", ("0555", "9990"), &["####"]),
    country("SE", "Sweden", "S", ("10000", "98499"), &["### ##"]),
];

/// Where the shapes say all there is to say.
const ANY: (&str, &str) = ("", "");

const BRITISH: [&str; 7] = ["g# #kk", "gn# #kk", "g#i #kk", "gh# #kk", "ghn# #kk", "gh#j #kk", "GIR 0AA"];

const fn country(
    code: &'static str,
    name: &'static str,
    sign: &'static str,
    range: (&'static str, &'static str),
    shapes: &'static [&'static str],
) -> Country {
    Country { code, name, sign, range, shapes }
}

/// What may stand in a shape's place.
const fn letters(place: u8) -> &'static [u8] {
    match place {
        b'#' => b"0123456789",
        b'n' => b"123456789",
        // Canada Post: D, F, I, O, Q and U are not used, W and Z not in front.
        b'c' => b"ABCEGHJKLMNPRSTVXY",
        b'd' => b"ABCEGHJKLMNPRSTVWXYZ",
        // Eircode: no letter that is taken for another.
        b'e' => b"ACDEFHKNPRTVWXY",
        b'f' => b"0123456789ACDEFHKNPRTVWXY",
        // Royal Mail: by the place before, and behind the space.
        b'g' => b"ABCDEFGHIJKLMNOPRSTUWYZ",
        b'h' => b"ABCDEFGHKLMNOPQRSTUVWXY",
        b'i' => b"ABCDEFGHJKPSTUW",
        b'j' => b"ABEHMNPRVWXY",
        b'k' => b"ABDEFGHJLNPQRSTUWXYZ",
        // PostNL.
        b's' => b"ABCDEFGHIJKLMNOPQRTUVWXYZ",
        b't' => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        b'u' => b"BCEFGHIJKLMNOPQRTUVWXYZ",
        _ => b"",
    }
}

impl Country {
    /// The country of a code.
    pub(crate) fn of(code: &str) -> Option<&'static Self> {
        COUNTRIES.iter().find(|country| country.code == code)
    }

    /// The postal code as the country writes it, whatever the case, the spaces and the hyphens, and with or without
    /// the country in front; `None` where it is none of its codes.
    pub(crate) fn postal_code(&self, text: &str) -> Option<String> {
        let is_written =
            |c: &char| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
        let written: String = text.chars().filter(is_written).map(|c| c.to_ascii_uppercase()).collect();
        [self.code, self.sign, ""].into_iter().find_map(|abroad| self.fit(written.strip_prefix(abroad)?))
    }

    fn fit(&self, written: &str) -> Option<String> {
        let (lowest, highest) = self.range;
        let first = written.get(..lowest.len())?;
        let shape = self.shapes.iter().find_map(|shape| fill(shape, written))?;
        (lowest <= first && first <= highest).then_some(shape)
    }
}

/// Puts what was written into a shape, if it fits.
fn fill(shape: &str, written: &str) -> Option<String> {
    let mut written = written.bytes();
    let mut code = String::new();
    for place in shape.bytes() {
        if matches!(place, b' ' | b'-') {
            code.push(place.into());
            continue;
        }
        let letter = written.next()?;
        if letter != place && !letters(place).contains(&letter) {
            return None;
        }
        code.push(letter.into());
    }
    written.next().is_none().then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(country: &str, written: &[(&str, &str)], none: &[&str]) {
        let country = Country::of(country).unwrap();
        for (text, code) in written {
            assert_eq!(country.postal_code(text).as_deref(), Some(*code), "{} {text:?}", country.code);
            assert_eq!(country.postal_code(code).as_deref(), Some(*code), "{} {code:?}", country.code);
        }
        for text in none {
            assert_eq!(country.postal_code(text), None, "{} {text:?}", country.code);
        }
    }

    #[test]
    fn american_codes_have_five_or_nine_digits() {
        let written = [
            ("00501", "00501"),
            ("99950", "99950"),
            ("97201-1234", "97201-1234"),
            ("972011234", "97201-1234"),
            ("97201 1234", "97201-1234"),
            ("97201–1234", "97201-1234"),
            ("97201-", "97201"),
            ("US-97201", "97201"),
            ("usa 97201", "97201"),
        ];
        check(
            "US",
            &written,
            &[
                "00500",
                "99951",
                "99951-0000",
                "9720",
                "972012",
                "97201-123",
                "97201_1234",
                "97201/1234",
                "９７２０１",
                "SW1A 1AA",
            ],
        );
    }

    #[test]
    fn canadian_codes_alternate_letters_that_are_in_use_with_digits() {
        let written =
            [("K1A 0B1", "K1A 0B1"), ("k1a0b1", "K1A 0B1"), ("K1A-0B1", "K1A 0B1"), ("V6Z 1W9", "V6Z 1W9")];
        check(
            "CA",
            &written,
            &["D1A 0B1", "W1A 0B1", "Z1A 0B1", "K1O 0B1", "K1A 0U1", "K1A 0B", "11A 0B1", "K1A 0B11"],
        );
    }

    #[test]
    fn british_codes_have_six_shapes_and_the_letters_of_royal_mail() {
        let written = [
            ("SW1A1AA", "SW1A 1AA"),
            ("sw1a 1aa", "SW1A 1AA"),
            ("SW1A-1AA", "SW1A 1AA"),
            ("M11AE", "M1 1AE"),
            ("B338TH", "B33 8TH"),
            ("W1A0AX", "W1A 0AX"),
            ("CR26XH", "CR2 6XH"),
            ("CR0 2YR", "CR0 2YR"),
            ("DN551PT", "DN55 1PT"),
            ("EC1V9LT", "EC1V 9LT"),
            ("JE23AB", "JE2 3AB"),
            ("BF1 2AX", "BF1 2AX"),
            ("gir0aa", "GIR 0AA"),
        ];
        let none = [
            "QW1A 1AA",
            "SI1 1AA",
            "SW1I 1AA",
            "W1L 1AA",
            "M1 1CA",
            "M1 1AV",
            "M01 1AE",
            "SW1A 1A",
            "SW1A",
            "1AA SW1A",
            "SW1A 1AAA",
            "GIR 0AB",
            "12345",
        ];
        check("GB", &written, &none);
    }

    #[test]
    fn irish_codes_are_eircodes() {
        let written = [
            ("D02 X285", "D02 X285"),
            ("d6wxk28", "D6W XK28"),
            ("A65-F4E2", "A65 F4E2"),
            ("T12 X70A", "T12 X70A"),
        ];
        check("IE", &written, &["B02 X285", "D02 X28O", "D7W XK28", "DO2 X285", "D02 X28", "D02"]);
    }

    #[test]
    fn codes_of_five_digits_lie_in_the_range_of_the_country() {
        let german = [
            ("01067", "01067"),
            ("D-10115", "10115"),
            ("DE 10115", "10115"),
            ("99998", "99998"),
            ("10 115", "10115"),
        ];
        check("DE", &german, &["00000", "01000", "99999", "1067", "101155", "F-10115", "1011A"]);
        let french = [
            ("75001", "75001"),
            ("F-75001", "75001"),
            ("97110", "97110"),
            ("98890", "98890"),
            ("00223", "00223"),
        ];
        check("FR", &french, &["00000", "00099", "99000", "99999", "7500"]);
        let swedish =
            [("11122", "111 22"), ("111 22", "111 22"), ("SE-111 22", "111 22"), ("s-98499", "984 99")];
        check("SE", &swedish, &["099 99", "985 00", "1112", "111 222"]);
    }

    #[test]
    fn codes_of_four_digits_lie_in_the_range_of_the_country() {
        check(
            "AT",
            &[("1010", "1010"), ("A-1010", "1010"), ("AT-9992", "9992")],
            &["0999", "9993", "101", "10100"],
        );
        check("CH", &[("1000", "1000"), ("CH-8001", "8001"), ("9658", "9658")], &["0999", "9659", "80011"]);
        check("BE", &[("1000", "1000"), ("B-9000", "9000"), ("BE 9992", "9992")], &["0999", "9993", "900"]);
        check(
            "DK",
            &[("0900", "0900"), ("DK-1050", "1050"), ("9990", "9990")],
            &["0000", "0554", "9991", "105"],
        );
    }

    #[test]
    fn dutch_codes_have_two_letters_but_never_those_of_bad_memory() {
        let written = [
            ("1012AB", "1012 AB"),
            ("1012 ab", "1012 AB"),
            ("1012-AB", "1012 AB"),
            ("NL-1012 AB", "1012 AB"),
            ("9999 SB", "9999 SB"),
        ];
        check(
            "NL",
            &written,
            &["0999 AB", "1012 SA", "1012 SD", "1012 SS", "1012", "1012 A", "1012 ABC", "AB 1012"],
        );
    }

    #[test]
    fn every_place_of_a_shape_can_be_filled() {
        for country in &COUNTRIES {
            for place in country.shapes.iter().flat_map(|shape| shape.bytes()) {
                let is_itself =
                    place.is_ascii_uppercase() || place.is_ascii_digit() || matches!(place, b' ' | b'-');
                assert!(is_itself || !letters(place).is_empty(), "{} {place}", country.code);
            }
        }
    }
}
