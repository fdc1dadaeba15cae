//! Which requests may carry the access token: those to a listed origin, compared by scheme, host and port.

use okta_types::Origin;

use crate::protocol::address;

/// Where a request of the app goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    /// The absolute address, normalised by this crate.
    pub(crate) url: String,
    /// Whether the access token may go along.
    pub(crate) trusted: bool,
}

impl Destination {
    /// Reads the address of a request. One that starts with a single slash is of the page's own origin.
    ///
    /// `None` where it is neither that nor an absolute address with a strictly written origin: what this function and
    /// the browser could read differently must not be sent at all.
    pub(crate) fn of(url: &str, page: &Origin, listed: &[Origin]) -> Option<Self> {
        if url.bytes().any(|b| b.is_ascii_control() || b == b'\\') {
            return None;
        }
        let absolute = match url.strip_prefix('/') {
            Some(rest) if rest.starts_with('/') => return None,
            Some(_) => [&page.to_text(), url].concat(),
            None => url.to_owned(),
        };
        let origin = match url.starts_with('/') {
            true => page.clone(),
            false => Origin::of(address::split(url).0).ok()?,
        };
        Some(Self { url: absolute, trusted: listed.contains(&origin) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: Option<(&str, bool)>) {
        let page = Origin::of("http://localhost:8080").unwrap();
        let listed =
            [Origin::of("http://localhost:8000").unwrap(), Origin::of("https://api.example").unwrap()];
        let found = Destination::of(url, &page, &listed);
        assert_eq!(found.as_ref().map(|d| (d.url.as_str(), d.trusted)), expected, "{url:?}");
    }

    #[test]
    fn the_token_goes_to_listed_origins_only() {
        check("http://localhost:8000/api/x?y=1", Some(("http://localhost:8000/api/x?y=1", true)));
        check("HTTP://LOCALHOST:8000/api", Some(("HTTP://LOCALHOST:8000/api", true)));
        check("https://api.example:443/x", Some(("https://api.example:443/x", true)));
        check("https://localhost:8000/api", Some(("https://localhost:8000/api", false)));
        check("http://localhost:8001/api", Some(("http://localhost:8001/api", false)));
        check("http://api.example/x", Some(("http://api.example/x", false)));
        check("https://api.example.evil.test/x", Some(("https://api.example.evil.test/x", false)));
        check(
            "https://evil.test/http://localhost:8000",
            Some(("https://evil.test/http://localhost:8000", false)),
        );
        check("https://evil.test?@api.example", Some(("https://evil.test?@api.example", false)));
    }

    #[test]
    fn a_relative_address_is_the_pages_own() {
        check("/api/products?q=grün", Some(("http://localhost:8080/api/products?q=grün", false)));
        check(
            "http://localhost:8000/api/x?q=für zwei",
            Some(("http://localhost:8000/api/x?q=für zwei", true)),
        );
        let page = Origin::of("https://shop.example").unwrap();
        assert!(Destination::of("/api", &page, std::slice::from_ref(&page)).unwrap().trusted);
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_not_sent() {
        for url in [
            "//localhost:8000/api",
            "/\\localhost:8000",
            "http://localhost:8000\\@evil.test/",
            "http://user@localhost:8000/",
            "http://localhost:8000@evil.test/",
            "http:localhost:8000",
            "http:/localhost:8000",
            "api/x",
            "",
            "javascript:alert(1)",
            "/a\r\nb",
            "http://local\thost:8000/",
        ] {
            check(url, None);
        }
    }
}
