//! Absolute `http` and `https` addresses, read strictly.
//!
//! Not a general URL parser: user info, non-ASCII, backslashes, control characters and white space are
//! refused instead of repaired, so that no two readers can disagree about the host. Small on purpose:
//! it is part of what every shopper downloads.

use std::fmt;

use crate::decimal::{decimal, read_decimal};

/// Scheme, host and port (RFC 6454 §4). Compared whole; never by prefix or substring.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    https: bool,
    host: String,
    port: u16,
}

impl Origin {
    /// Reads an origin or any URL below it.
    ///
    /// # Errors
    /// What [`HttpUrl::parse`] refuses.
    pub fn of(url: &str) -> Result<Self, UrlError> {
        HttpUrl::parse(url).map(|url| url.origin)
    }

    /// Whether the scheme is `https`.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Lower-case host, IPv6 in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// As browsers write it, without the default port (RFC 6454 §6.2).
    pub fn to_text(&self) -> String {
        let (scheme, default) = if self.https { ("https://", 443) } else { ("http://", 80) };
        match self.port == default {
            true => [scheme, &self.host].concat(),
            false => [scheme, &self.host, ":", &decimal(self.port.into())].concat(),
        }
    }

    /// Whether the host is this machine (RFC 8252 §8.3, and the name `localhost`, RFC 6761 §6.3).
    pub fn is_loopback(&self) -> bool {
        let host = self.host.as_str();
        host == "localhost" || host == "[::1]" || is_loopback_v4(host)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

/// An absolute `http` or `https` address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HttpUrl {
    origin: Origin,
    rest: String,
}

impl HttpUrl {
    /// Reads an absolute address.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        if !text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') {
            return Err(UrlError::Character);
        }
        let (scheme, after) = text.split_once(':').ok_or(UrlError::NotAbsolute)?;
        let after = after.strip_prefix("//").ok_or(UrlError::NotAbsolute)?;
        let https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(UrlError::Scheme),
        };
        let authority = before(after, |b| matches!(b, b'/' | b'?' | b'#'));
        let rest = after.get(authority.len()..).unwrap_or_default();
        let (host, port) = split_authority(authority)?;
        let port = match port {
            None => {
                if https {
                    443
                } else {
                    80
                }
            }
            Some(digits) => {
                let port = read_decimal(digits).and_then(|port| port.try_into().ok());
                port.filter(|port| *port != 0).ok_or(UrlError::Port)?
            }
        };
        Ok(Self { origin: Origin { https, host: host.to_ascii_lowercase(), port }, rest: rest.to_owned() })
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The path, `/` where it is empty, without query and fragment.
    pub fn path(&self) -> &str {
        match before(&self.rest, is_query_or_fragment) {
            "" => "/",
            path => path,
        }
    }

    /// Whether there is a query or a fragment, even an empty one.
    pub fn has_query_or_fragment(&self) -> bool {
        self.rest.bytes().any(is_query_or_fragment)
    }
}

impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.rest)
    }
}

fn is_query_or_fragment(byte: u8) -> bool {
    matches!(byte, b'?' | b'#')
}

/// The text as far as the first such byte. By bytes and without panics: what the standard library has for
/// this brings its words for panics into the download, three times the size of this module.
fn before(text: &str, end: fn(u8) -> bool) -> &str {
    let length = text.bytes().position(end).unwrap_or(text.len());
    text.get(..length).unwrap_or_default()
}

fn split_authority(authority: &str) -> Result<(&str, Option<&str>), UrlError> {
    let host = if authority.starts_with('[') {
        let inside = before(authority, |b| b == b']');
        authority.get(..=inside.len()).ok_or(UrlError::Host)?
    } else {
        before(authority, |b| b == b':')
    };
    let port = match authority.get(host.len()..).unwrap_or_default() {
        "" => None,
        port => Some(port.strip_prefix(':').ok_or(UrlError::Host)?),
    };
    if !is_host(host) {
        return Err(UrlError::Host);
    }
    Ok((host, port))
}

/// `127.0.0.0/8`, in four decimal parts.
fn is_loopback_v4(host: &str) -> bool {
    let parts = host.split('.');
    host.starts_with("127.")
        && parts.clone().count() == 4
        && parts.clone().all(|part| read_decimal(part).is_some_and(|part| part < 256))
}

/// Of an IPv6 address only the alphabet is checked: what is malformed beyond that no browser opens.
fn is_host(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        Some(v6) => v6.contains(':') && v6.bytes().all(|b| b.is_ascii_hexdigit() || b":.".contains(&b)),
        None => !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)),
    }
}

/// Why a text is not an address this crate accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// White space, a control character, a backslash or something beyond ASCII.
    #[error("contains a character that does not belong in an address")]
    Character,
    /// No `scheme://`.
    #[error("is not absolute: it must start with https://")]
    NotAbsolute,
    /// Neither `http` nor `https`.
    #[error("must start with https:// (or http:// on this machine)")]
    Scheme,
    /// No host, user info before it, or a malformed one.
    #[error("has no valid host name")]
    Host,
    /// Not a number from 1 to 65535.
    #[error("has no valid port number")]
    Port,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, origin: Result<&str, UrlError>) {
        assert_eq!(Origin::of(url).map(|o| o.to_string()), origin.map(str::to_owned), "{url}");
    }

    #[test]
    fn an_origin_is_scheme_host_and_port_and_nothing_else() {
        check("HTTPS://Shop.Example:443/a?b#c", Ok("https://shop.example"));
        check("http://localhost:8000", Ok("http://localhost:8000"));
        check("http://localhost:8000.evil.test/", Err(UrlError::Port));
        check("https://evil.test/?http://localhost:8000", Ok("https://evil.test"));
        check("http://localhost:8000@evil.test/", Err(UrlError::Port));
        check("http://user@evil.test/", Err(UrlError::Host));
        check("http://[::1]:9000/", Ok("http://[::1]:9000"));
        check("http://[::1]evil/", Err(UrlError::Host));
        check("http://[dead]/", Err(UrlError::Host));
        check("http://[::g]/", Err(UrlError::Host));
        check("http:\\\\evil.test", Err(UrlError::Character));
        check("//evil.test", Err(UrlError::NotAbsolute));
        check("javascript://evil.test", Err(UrlError::Scheme));
        check("http://a b/", Err(UrlError::Character));
        check("http://", Err(UrlError::Host));
        check("http://a:0/", Err(UrlError::Port));
    }

    #[test]
    fn loopback_is_the_name_or_an_address_of_this_machine() {
        for (url, loopback) in [
            ("http://localhost", true),
            ("http://127.8.0.1:1", true),
            ("http://[::1]", true),
            ("http://localhost.evil.test", false),
            ("http://127.0.0.1.evil.test", false),
            ("http://127.evil.test.x", false),
            ("http://127.0.0.256", false),
            ("http://192.168.0.1", false),
        ] {
            assert_eq!(Origin::of(url).unwrap().is_loopback(), loopback, "{url}");
        }
    }

    #[test]
    fn the_path_ends_before_query_and_fragment() {
        assert_eq!(HttpUrl::parse("http://a/b/c?d#e").unwrap().path(), "/b/c");
        assert_eq!(HttpUrl::parse("http://a?d").unwrap().path(), "/");
        assert_eq!(HttpUrl::parse("HTTP://A:80/b/c?d#e").unwrap().to_string(), "http://a/b/c?d#e");
    }
}
