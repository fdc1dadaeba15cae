//! Text that a person typed or pasted, as it can be seen.

/// What shows nothing, or turns the direction of what stands around it: the code points of general category Cf, and
/// those of the property Default_Ignorable_Code_Point (Unicode Standard Annex #44), which are variation selectors and
/// joiners for the most part.
const INVISIBLE: [(char, char); 22] = [
    ('\u{AD}', '\u{AD}'),
    ('\u{34F}', '\u{34F}'),
    ('\u{600}', '\u{605}'),
    ('\u{61C}', '\u{61C}'),
    ('\u{6DD}', '\u{6DD}'),
    ('\u{70F}', '\u{70F}'),
    ('\u{890}', '\u{891}'),
    ('\u{8E2}', '\u{8E2}'),
    ('\u{17B4}', '\u{17B5}'),
    ('\u{180B}', '\u{180F}'),
    ('\u{200B}', '\u{200F}'),
    ('\u{202A}', '\u{202E}'),
    ('\u{2060}', '\u{206F}'),
    ('\u{FE00}', '\u{FE0F}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFF0}', '\u{FFFB}'),
    ('\u{110BD}', '\u{110BD}'),
    ('\u{110CD}', '\u{110CD}'),
    ('\u{13430}', '\u{1343F}'),
    ('\u{1BCA0}', '\u{1BCA3}'),
    ('\u{1D173}', '\u{1D17A}'),
    ('\u{E0000}', '\u{E0FFF}'),
];

/// What can be seen of a text: without needless white space, and without what shows nothing.
///
/// Blanks of every kind (the fillers of Hangul, the Braille pattern without dots) are white space. Characters
/// that show nothing go, variation selectors and emoji joiners included: letters stay as they are, of one shape
/// or another. Only the joiners U+200C and U+200D stay where spelling needs them, behind a letter of a script that
/// joins its letters: without them a Persian or a Sinhala name is written wrongly (Unicode Standard Annex #31, §2.3).
/// What turns the direction would show another text than is kept (Unicode Technical Report #36, §2.5). Control characters
/// stay, for whoever takes the text to refuse.
pub fn visible(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        let is_spelling = matches!(c, '\u{200C}' | '\u{200D}') && joins(before);
        let is_space = c.is_whitespace() || is_blank(c);
        if is_space && before == ' ' || !is_spelling && is_invisible(c) {
            continue;
        }
        before = if is_space { ' ' } else { c };
        seen.push(before);
    }
    if before == ' ' {
        seen.pop();
    }
    seen
}

fn is_invisible(c: char) -> bool {
    INVISIBLE.iter().any(|(first, last)| (*first..=*last).contains(&c))
}

const fn is_blank(c: char) -> bool {
    matches!(c, '\u{115F}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}' | '\u{16FE4}' | '\u{1D159}')
}

/// The blocks of the scripts from Arabic to Mongolian, and their later additions.
const fn joins(letter: char) -> bool {
    matches!(letter, '\u{606}'..='\u{109F}' | '\u{1700}'..='\u{1CFF}' | '\u{A840}'..='\u{ABFF}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{10A00}'..='\u{11FFF}' | '\u{1E900}'..='\u{1E95F}')
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    fn of_class(class: &str) -> impl Iterator<Item = char> {
        let class = Regex::new(class).unwrap();
        ('\0'..=char::MAX).filter(move |c| class.is_match(c.encode_utf8(&mut [0; 4])))
    }

    #[test]
    fn what_shows_nothing_is_empty_and_goes_from_between_letters() {
        for c in of_class(r"\p{Cf}|\p{DI}|\p{Zl}|\p{Zp}|\p{Zs}|\u{2800}") {
            assert_eq!(visible(&format!("{c}{c} {c}")), "", "{c:?}");
            let within = visible(&format!("a{c}b"));
            assert!(within == "ab" || within == "a b", "{c:?} {within:?}");
        }
    }

    #[test]
    fn what_shows_something_stays() {
        for c in of_class(r"[\p{L}\p{N}\p{P}\p{S}\p{M}\p{Cc}--\p{DI}\s\u{2800}\u{1D159}\u{16FE4}]") {
            assert_eq!(visible(&format!("a{c}b")), format!("a{c}b"), "{c:?}");
        }
    }

    #[test]
    fn white_space_is_one_space_between_words() {
        assert_eq!(visible("  Alice\t\u{a0}\u{2028}\u{3164}Shopper \u{200b} "), "Alice Shopper");
        assert_eq!(visible("\u{200b} Alice"), "Alice");
        assert_eq!(visible(" \u{2029}\u{feff} "), "");
    }

    #[test]
    fn nothing_turns_the_direction() {
        assert_eq!(visible("12 \u{202e}enaL \u{2066}drahcrO\u{2069}"), "12 enaL drahcrO");
    }

    #[test]
    fn a_joiner_stays_where_a_name_is_spelt_with_it_and_nowhere_else() {
        for name in ["علی\u{200c}رضا", "ශ්\u{200d}රී ලංකා", "क्\u{200d}ष", "രാജൻ\u{200d}"]
        {
            assert_eq!(visible(name), name);
        }
        assert_eq!(visible("Ali\u{200d}ce \u{200c}\u{200d}"), "Alice");
        assert_eq!(visible("علی\u{200c}\u{200c}رضا"), "علی\u{200c}رضا");
        assert_eq!(visible("\u{200c}علی"), "علی");
    }
}
