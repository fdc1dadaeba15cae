//! Where a person lands after sign-in: a place of this origin or `/` (RFC 6749 §10.15, open redirectors).

use crate::protocol::address::{self, is_same_path};

/// A path with query and hash that cannot lead to another origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReturnTarget(String);

/// Longer ones are not kept: the records must fit into the browser's storage. Servers take no longer path and query.
const MAX_LEN: usize = 32_768;

impl ReturnTarget {
    /// Takes `text` where it is a place of this origin, else `/`. The callback's own path would be a
    /// loop and becomes `/` too.
    pub(crate) fn of(text: &str, callback_path: &str) -> Self {
        let this = Self(text.to_owned());
        if is_local(text) && !is_same_path(this.path(), callback_path) { this } else { Self::home() }
    }

    pub(crate) fn home() -> Self {
        Self("/".to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Without query and hash, as routers match it.
    pub(crate) fn path(&self) -> &str {
        address::path(&self.0)
    }
}

/// One leading slash, not followed by something that a browser or a later decoder reads as a second one.
/// Browsers drop tabs and line breaks, and read `\` in a path as `/`; in query and fragment it stays what it is.
fn is_local(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('/') else { return false };
    if text.len() > MAX_LEN
        || text.chars().any(|c| c.is_control() || c == '\u{feff}')
        || address::path(text).bytes().any(|b| b == b'\\')
    {
        return false;
    }
    let head = rest.trim_start().as_bytes();
    let encoded = |pair: &[u8]| head.len() >= 3 && head[0] == b'%' && head[1..3].eq_ignore_ascii_case(pair);
    !matches!(head.first(), Some(b'/')) && !encoded(b"2f") && !encoded(b"5c") && !encoded_control(head)
}

/// `%09`, `%0a`, `%0d` and the like right after the first slash.
fn encoded_control(head: &[u8]) -> bool {
    head.len() >= 3 && head[0] == b'%' && matches!(head[1], b'0' | b'1')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(ReturnTarget::of(text, "/login/callback").as_str(), expected, "{text:?}");
    }

    #[test]
    fn places_of_this_origin_are_kept_with_query_and_hash() {
        for text in [
            "/",
            "/checkout?coupon=SPRING#pay",
            "/a/b//c",
            "/search?q=a%2Fb%5Cc",
            "/?next=https://evil.test/",
            "/gr%C3%BCn",
            "/grün",
            "/login/callbacks",
            "/login?x",
            &format!("/{}", "a".repeat(MAX_LEN - 1)),
        ] {
            check(text, text);
        }
    }

    #[test]
    fn everything_else_becomes_the_home_page() {
        for text in [
            "",
            "checkout",
            "//evil.test",
            "///evil.test",
            "/\\evil.test",
            "\\\\evil.test",
            "/%2Fevil.test",
            "/%2fevil.test",
            "/%5cevil.test",
            "/%09/evil.test",
            "/%0d%0aevil",
            "/\t/evil.test",
            "/\n/evil.test",
            " //evil.test",
            "/ /evil.test",
            "/a\u{0}b",
            "/a\u{7f}b",
            "https://evil.test/",
            "https:evil.test",
            "javascript:alert(1)",
            "data:text/html,x",
            "?x=1",
            "#x",
        ] {
            check(text, "/");
        }
        check(&format!("/{}", "a".repeat(MAX_LEN)), "/");
    }

    #[test]
    fn the_callback_itself_is_no_place_to_return_to() {
        check("/login/callback", "/");
        check("/login/callback?code=1", "/");
    }
}
