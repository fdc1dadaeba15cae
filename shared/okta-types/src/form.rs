//! `application/x-www-form-urlencoded` (WHATWG URL §5.1), for request bodies and queries; and the segments of paths.

/// Builds a form body or a query, one pair after the other.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form(String);

impl Form {
    /// An empty form.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends `name=value`, both encoded.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        encode_into(&mut self.0, name);
        self.0.push('=');
        encode_into(&mut self.0, value);
        self
    }

    /// Appends the pair where there is a value.
    #[must_use]
    pub fn with_some(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Appends all pairs of another one.
    #[must_use]
    pub fn with_all(mut self, other: &Self) -> Self {
        if !self.0.is_empty() && !other.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(&other.0);
        self
    }

    /// The encoded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Form {
    /// Forms carry codes, verifiers and tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Form([redacted])")
    }
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";

fn encode_into(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => out.push(byte as char),
            b' ' => out.push('+'),
            _ => {
                out.push('%');
                out.push(HEX[usize::from(byte >> 4)].into());
                out.push(HEX[usize::from(byte & 15)].into());
            }
        }
    }
}

/// Reads a query or form body (without a leading `?` or `#`) into pairs, in order, repetitions kept.
///
/// Bad percent escapes stay as they are and bad UTF-8 becomes U+FFFD, as browsers do.
pub fn parse_query(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(name, b' '), decode(value, b' '))
        })
        .collect()
}

/// The segments of a path as routers compare them: percent-decoded, once; empty ones are left out, as of a slash at
/// the end. `%2F` makes no segments, and a bad escape stays as it is.
pub fn path_segments(path: &str) -> Vec<String> {
    path.split('/').filter(|segment| !segment.is_empty()).map(|segment| decode(segment, b'+')).collect()
}

/// `plus` is what a plus sign stands for: a space in forms only.
fn decode(text: &str, plus: u8) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'+' => out.push(plus),
            b'%' => match bytes.get(i + 1..i + 3).and_then(hex_pair) {
                Some(byte) => {
                    out.push(byte);
                    i += 2;
                }
                None => out.push(b'%'),
            },
            byte => out.push(byte),
        }
        i += 1;
    }
    legible(&out)
}

/// As `String::from_utf8_lossy`, which is larger because it also lends.
fn legible(mut bytes: &[u8]) -> String {
    let mut out = String::new();
    loop {
        match std::str::from_utf8(bytes) {
            Ok(rest) => {
                out.push_str(rest);
                return out;
            }
            Err(error) => {
                let (good, bad) = bytes.split_at(error.valid_up_to());
                out.push_str(std::str::from_utf8(good).unwrap_or_default());
                out.push('\u{fffd}');
                bytes = bad.get(error.error_len().unwrap_or(bad.len())..).unwrap_or_default();
            }
        }
    }
}

fn hex_pair(pair: &[u8]) -> Option<u8> {
    let digit = |b: u8| (b as char).to_digit(16);
    Some((digit(pair[0])? * 16 + digit(pair[1])?) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_is_read_back() {
        let form = Form::new().with("redirect_uri", "http://localhost:8080/login/callback?a=1&b=ü +%");
        assert_eq!(
            form.as_str(),
            "redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Flogin%2Fcallback%3Fa%3D1%26b%3D%C3%BC+%2B%25"
        );
        assert_eq!(
            parse_query(form.as_str()),
            [("redirect_uri".into(), "http://localhost:8080/login/callback?a=1&b=ü +%".into())]
        );
    }

    #[test]
    fn forms_are_put_together() {
        let form = |value| Form::new().with("a", value);
        assert_eq!(form("1").with_all(&form("&")).as_str(), "a=1&a=%26");
        assert_eq!(form("1").with_all(&Form::new()).as_str(), "a=1");
        assert_eq!(Form::new().with_all(&form("1")).as_str(), "a=1");
    }

    #[track_caller]
    fn check_path(path: &str, segments: &[&str]) {
        assert_eq!(path_segments(path), segments, "{path}");
    }

    #[test]
    fn a_path_is_decoded_once_and_slashes_at_its_end_mean_nothing() {
        check_path("/", &[]);
        check_path("/login/callback", &["login", "callback"]);
        check_path("//login//call%62ack/", &["login", "callback"]);
        check_path("/products/pear%2Dsapling", &["products", "pear-sapling"]);
        check_path("/a%2Fb/c%252Dd/100%/e+f/%C3%BC", &["a/b", "c%2Dd", "100%", "e+f", "ü"]);
    }

    #[test]
    fn odd_input_is_read_as_browsers_read_it() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            parse_query("a&b=%zz&&=c&a=%ff%4"),
            [pair("a", ""), pair("b", "%zz"), pair("", "c"), pair("a", "\u{fffd}%4")]
        );
        for bytes in
            [&b"\xc3"[..], b"a\xe2\x82b", b"\xff\xfe", b"\xf0\x9f\x98\x80\xf0\x9f", b"\xc3\xbc\xed\xa0\x80"]
        {
            assert_eq!(legible(bytes), String::from_utf8_lossy(bytes), "{bytes:?}");
        }
    }
}
