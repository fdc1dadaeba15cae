//! JSON values (RFC 8259), read member by member and written; what reads JSON *text* is a parameter.
//!
//! Browsers have a reader for JSON text, so a shopper need not download another: [`ReadJson`] is part of
//! the [`Context`](crate::Context), like the clock. Everything that comes from the org or from a storage
//! goes through the accessors here: derived readers, a dozen of them, would be a sixth of the download.

use okta_types::decimal;

/// Reads JSON text, `None` where it is not JSON or nested absurdly deep.
///
/// Of members of the same name the last one counts, as with `JSON.parse`. That is harmless here: what
/// decides about anything is signed by the org, or was written by this crate.
pub type ReadJson = fn(&str) -> Option<Json>;

/// A JSON value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Json {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any number, with the precision that JSON's readers share (RFC 8259 §6).
    Number(f64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// The members of an object in their order, each name once.
    Object(Vec<(String, Json)>),
}

/// A member is not of the type it should be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WrongType;

/// Up to 2^53 each whole number is a number of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;
/// 2^63, which `as` makes the greatest `i64`.
const GREATEST: f64 = 9_223_372_036_854_775_808.0;

impl Json {
    /// The member of this name; `None` where there is none or this is no object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// A string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A whole number, also where it was written as `5.0`; beyond 2^53 only as exact as JSON's readers are.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(number) if number.trunc() == *number && number.abs() <= GREATEST => {
                Some(*number as i64)
            }
            _ => None,
        }
    }

    /// A whole number from zero, else as [`Self::as_i64`].
    pub fn as_u64(&self) -> Option<u64> {
        self.as_i64()?.try_into().ok()
    }

    /// `true` or `false`.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The elements of an array.
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::List(elements) => Some(elements),
            _ => None,
        }
    }

    /// The members of an object.
    pub fn as_object(&self) -> Option<&[(String, Self)]> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// An object, for [`Self::put`].
    pub fn object() -> Self {
        Self::Object(Vec::new())
    }

    /// Adds a member to an object; the name must be a new one.
    pub fn put(&mut self, name: &str, value: impl Into<Self>) {
        if let Self::Object(members) = self {
            members.push((name.to_owned(), value.into()));
        }
    }

    /// Writes the value as JSON text. Numbers of no short form, and none of JSON's, are written as `null`.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(number) => write_number(*number, out),
            Self::Text(text) => write_text(text, out),
            Self::List(elements) => {
                out.push('[');
                for (i, element) in elements.iter().enumerate() {
                    separate(i, out);
                    element.write(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (i, (name, value)) in members.iter().enumerate() {
                    separate(i, out);
                    write_text(name, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    /// The member is a string; anything else is as good as nothing.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    pub(crate) fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    /// The member is a whole number.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    /// The member is a whole number from zero.
    pub(crate) fn count(&self, name: &str) -> Option<u64> {
        self.get(name)?.as_u64()
    }

    /// A string that may be missing, but may not be something else.
    pub(crate) fn optional_text(&self, name: &str) -> Result<Option<&str>, WrongType> {
        match self.get(name) {
            None | Some(Self::Null) => Ok(None),
            Some(value) => value.as_str().map(Some).ok_or(WrongType),
        }
    }

    /// The member is a number of seconds (`NumericDate`, RFC 7519 §2); a fraction is left off.
    pub(crate) fn seconds(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Self::Number(number) => Self::Number(number.floor()).as_i64(),
            _ => None,
        }
    }

    /// Seconds that may be missing, but may not be something else.
    pub(crate) fn optional_seconds(&self, name: &str) -> Result<Option<i64>, WrongType> {
        match self.get(name) {
            None | Some(Self::Null) => Ok(None),
            Some(_) => self.seconds(name).map(Some).ok_or(WrongType),
        }
    }

    /// The value where it is an object.
    pub(crate) fn if_object(self) -> Option<Self> {
        matches!(self, Self::Object(_)).then_some(self)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Self::Number(number as f64)
    }
}

fn separate(index: usize, out: &mut String) {
    if index > 0 {
        out.push(',');
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\0'..='\u{1f}' => {
                out.push_str("\\u00");
                out.push(if c < '\u{10}' { '0' } else { '1' });
                out.push(char::from(b"0123456789abcdef"[c as usize & 15]));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Without the standard library's printing of floating-point numbers, which weighs more than this module.
fn write_number(number: f64, out: &mut String) {
    if number < 0.0 {
        out.push('-');
    }
    let number = number.abs();
    let mut scale = 1.0;
    for decimals in 0..=15_usize {
        // Below 2^53 both are exact, so the division gives what a reader will read.
        let whole = (number * scale).round();
        if whole < (if decimals == 0 { GREATEST } else { EXACT }) && whole / scale == number {
            let digits = decimal(whole as u64);
            let zeros = (decimals + 1).saturating_sub(digits.len());
            for (i, digit) in std::iter::repeat_n('0', zeros).chain(digits.chars()).enumerate() {
                if i > 0 && i + decimals == digits.len() + zeros {
                    out.push('.');
                }
                out.push(digit);
            }
            return;
        }
        scale *= 10.0;
    }
    out.push_str("null");
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::Value;

    use super::*;

    /// The reader of the tests; in pages it is the browser's.
    pub(crate) fn read(text: &str) -> Option<Json> {
        serde_json::from_str(text).ok().map(convert)
    }

    fn convert(value: Value) -> Json {
        match value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(value),
            Value::Number(number) => Json::Number(number.as_f64().unwrap()),
            Value::String(text) => Json::Text(text),
            Value::Array(elements) => Json::List(elements.into_iter().map(convert).collect()),
            Value::Object(members) => {
                Json::Object(members.into_iter().map(|(name, value)| (name, convert(value))).collect())
            }
        }
    }

    #[test]
    fn a_member_of_another_type_is_not_a_missing_one() {
        let object = read(r#"{"a":"x","b":5,"c":null,"d":5.5}"#).unwrap();
        assert_eq!((object.text("a"), object.text("b")), (Some("x"), None));
        assert_eq!(object.optional_text("b"), Err(WrongType));
        assert_eq!((object.optional_text("c"), object.optional_text("e")), (Ok(None), Ok(None)));
        assert_eq!(
            (object.optional_seconds("b"), object.optional_seconds("a")),
            (Ok(Some(5)), Err(WrongType))
        );
        assert_eq!((object.number("d"), object.seconds("d")), (None, Some(5)));
        for none in [f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(Json::Object(vec![("t".to_owned(), Json::Number(none))]).seconds("t"), None);
        }
    }

    #[test]
    fn what_is_no_object_has_no_members() {
        for text in ["null", "[]", "5", "\"a\"", "[{\"a\":1}]"] {
            let value = read(text).unwrap();
            assert_eq!((value.get("a"), value.clone().if_object()), (None, None), "{text}");
        }
    }

    #[test]
    fn only_whole_numbers_that_are_exact_are_whole_numbers() {
        for (text, whole) in [
            ("5", Some(5)),
            ("-5.0", Some(-5)),
            ("5e2", Some(500)),
            ("0.5", None),
            ("9007199254740991", Some(9_007_199_254_740_991)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775807", Some(i64::MAX)),
            ("1e19", None),
            ("\"5\"", None),
        ] {
            assert_eq!(read(text).unwrap().as_i64(), whole, "{text}");
        }
        assert_eq!((Json::from(-1).as_u64(), Json::Number(f64::NAN).as_i64()), (None, None));
    }

    #[test]
    fn text_is_written_so_that_every_reader_reads_it_back() {
        let text: String = (0..0x80).map(|c| char::from(c as u8)).chain("ü\u{2028}😀".chars()).collect();
        let object = Json::Object(vec![(text.clone(), Json::List(vec![text.as_str().into(), Json::Null]))]);
        assert_eq!(read(&object.to_text()), Some(object));
        assert_eq!(Json::from("a\"\\\n").to_text(), r#""a\"\\\u000a""#);
    }

    #[test]
    fn numbers_are_written_so_that_every_reader_reads_them_back() {
        for text in [
            "0",
            "7",
            "-7",
            "1700000000",
            "9007199254740991",
            "-9007199254740992",
            "0.5",
            "-0.05",
            "19.99",
            "123456.789",
            "0.1",
        ] {
            assert_eq!(read(text).unwrap().to_text(), text);
        }
        for number in [f64::NAN, f64::INFINITY, 1e300, 1e-300] {
            assert_eq!(Json::Number(number).to_text(), "null");
        }
    }
}
