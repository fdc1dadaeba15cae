//! The `htu` of a proof beside the address of a request (RFC 9449 §4.3, check 9).

use std::fmt;

use crate::http_url::{HttpUrl, UrlError};

/// An address without query and fragment in the normal form of RFC 3986 §6.2.2 and §6.2.3: two texts that mean the
/// same address become one.
///
/// Scheme and host are in lower case, a default port and dot segments are gone, escapes of unreserved characters are
/// decoded and the digits of others in upper case. `%2F` stays what it is: it is no slash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Htu(String);

impl Htu {
    /// Reads the claim of a proof, which must have neither query nor fragment (RFC 9449 §4.2), not even an empty one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn of_proof(claim: &str) -> Result<Self, HtuError> {
        let url = HttpUrl::parse(claim)?;
        if url.has_query_or_fragment() {
            return Err(HtuError::QueryOrFragment);
        }
        Self::of_request(&url)
    }

    /// Of the address of a request, whose query and fragment are left out.
    ///
    /// # Errors
    /// [`HtuError::Escape`] where its path has a malformed escape.
    pub fn of_request(url: &HttpUrl) -> Result<Self, HtuError> {
        let path = decode_unreserved(url.path()).ok_or(HtuError::Escape)?;
        Ok(Self([&url.origin().to_text(), &*without_dot_segments(&path)].concat()))
    }

    /// The normal form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Htu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// RFC 3986 §6.2.2.1 and §6.2.2.2. A percent sign that begins no escape is refused: decoding beside it could make one.
fn decode_unreserved(path: &str) -> Option<String> {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((plain, after)) = rest.split_once('%') {
        out.push_str(plain);
        let escape = after.get(..2)?;
        if !escape.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        match u8::from_str_radix(escape, 16).ok()? {
            byte if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => out.push(byte.into()),
            _ => {
                out.push('%');
                out.push_str(&escape.to_ascii_uppercase());
            }
        }
        rest = after.get(2..)?;
    }
    out.push_str(rest);
    Some(out)
}

/// RFC 3986 §5.2.4, for a path that starts with a slash.
fn without_dot_segments(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            plain => kept.push(plain),
        }
    }
    kept.iter().flat_map(|segment| ["/", *segment]).collect()
}

/// Why an address cannot stand in a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HtuError {
    /// Not an absolute address.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// It has a query or a fragment.
    #[error("has a query or a fragment")]
    QueryOrFragment,
    /// A percent sign without two hexadecimal digits.
    #[error("contains a malformed escape")]
    Escape,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(claim: &str, expected: Result<&str, HtuError>) {
        assert_eq!(Htu::of_proof(claim).map(|htu| htu.0), expected.map(str::to_owned), "{claim}");
    }

    #[test]
    fn texts_that_mean_one_address_become_one() {
        let normal = Htu::of_proof("https://api.example.com").unwrap();
        assert_eq!((normal.as_str(), &*normal.to_string()), ("https://api.example.com/", normal.as_str()));
        check("https://api.example.com", Ok("https://api.example.com/"));
        check("HTTPS://API.Example.COM:443/", Ok("https://api.example.com/"));
        check("http://api.example.com:80/a", Ok("http://api.example.com/a"));
        check("http://api.example.com:443/a", Ok("http://api.example.com:443/a"));
        check("https://a/%7euser/%41%2d%2E%5f", Ok("https://a/~user/A-._"));
        check("https://a/b%2fc%c3%bc%25", Ok("https://a/b%2Fc%C3%BC%25"));
        check("https://a/b/./c/../d", Ok("https://a/b/d"));
        check("https://a/b/%2e%2E/c", Ok("https://a/c"));
        check("https://a/../../b", Ok("https://a/b"));
        check("https://a/b/..", Ok("https://a/"));
        check("https://a/b/.", Ok("https://a/b/"));
        check("https://a//b//", Ok("https://a//b//"));
        check("https://a/b/.../..c", Ok("https://a/b/.../..c"));
    }

    #[test]
    fn what_differs_stays_different() {
        let one = Htu::of_proof("https://a/b").unwrap();
        for other in [
            "http://a/b",
            "https://a:8443/b",
            "https://a.b/b",
            "https://a/B",
            "https://a/b/",
            "https://a//b",
            "https://a/b%2F",
        ] {
            assert_ne!(Htu::of_proof(other).unwrap(), one, "{other}");
        }
    }

    #[test]
    fn the_claim_has_no_query_and_a_requests_does_not_count() {
        for claim in ["https://a/b?c", "https://a/b?", "https://a/b#c", "https://a/b#", "https://a?"] {
            check(claim, Err(HtuError::QueryOrFragment));
        }
        let of_request = |url: &str| Htu::of_request(&HttpUrl::parse(url).unwrap());
        assert_eq!(of_request("https://a/b?c=%zz#d"), Htu::of_proof("https://a/b"));
        assert_eq!(of_request("https://a?c"), Htu::of_proof("https://a/"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for claim in ["https://a/%", "https://a/%4", "https://a/%zz", "https://a/%2%35", "https://a/%+1"] {
            check(claim, Err(HtuError::Escape));
        }
        check("", Err(UrlError::NotAbsolute.into()));
        check("/api/hello", Err(UrlError::NotAbsolute.into()));
        check("ftp://a/b", Err(UrlError::Scheme.into()));
        check("https://user@a/b", Err(UrlError::Host.into()));
        check("https://a/b c", Err(UrlError::Character.into()));
    }
}
