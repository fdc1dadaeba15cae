//! Addresses within the shop: path, query and hash, none of them lost.

use std::fmt;

use okta_types::{Form, parse_query, path_segments};

/// An address of this origin. Written out it is what stands in the address bar after the host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Address {
    path: String,
    query: String,
    hash: String,
}

impl Address {
    /// Reads `/path?query#hash` that somebody wrote. What does not start with a single `/`, or holds a `\` that
    /// browsers would read as one, is not of this origin: the home page.
    pub(crate) fn parse(text: &str) -> Self {
        let address = Self::in_browser(text);
        let local = text.starts_with('/') && !text.starts_with("//") && !address.path.contains('\\');
        if local { address } else { Self::in_browser("/") }
    }

    /// Reads `/path?query#hash` as the browser has it. Nothing is judged: it is of this origin. Of several slashes at
    /// its beginning one remains, or it would be written as an address of another host.
    pub(crate) fn in_browser(text: &str) -> Self {
        let (rest, hash) = text.split_once('#').unwrap_or((text, ""));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = ["/", path.trim_start_matches('/')].concat();
        Self { path, query: query.to_owned(), hash: hash.to_owned() }
    }

    /// The address within `origin` of a whole URL, as the browser has it; `None` for one elsewhere.
    pub(crate) fn within(url: &str, origin: &str) -> Option<Self> {
        let local = url.strip_prefix(origin)?;
        local.starts_with('/').then(|| Self::in_browser(local))
    }

    /// The path, with its leading `/`.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The fragment without `#`.
    pub(crate) fn hash(&self) -> &str {
        &self.hash
    }

    /// Whether it is a page of the sign-in, where nobody wants to return to.
    pub(crate) fn is_of_sign_in(&self) -> bool {
        path_segments(&self.path).first().is_some_and(|first| first == "login")
    }

    /// Whether path and query are the same.
    pub(crate) fn differs_in_hash_only(&self, other: &Self) -> bool {
        self.path == other.path && self.query == other.query
    }

    /// The first query parameter of that name that is not empty.
    pub(crate) fn param(&self, name: &str) -> Option<String> {
        parse_query(&self.query).into_iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, value)| value)
    }

    /// The same place with this parameter set, or without it. The fragment goes: it belonged to what was shown.
    #[must_use]
    pub(crate) fn with_param(&self, name: &str, value: Option<&str>) -> Self {
        let others = parse_query(&self.query).into_iter().filter(|(n, _)| n != name);
        let form = others.fold(Form::new(), |form, (n, v)| form.with(&n, &v));
        let query = form.with_some(name, value.filter(|v| !v.is_empty())).as_str().to_owned();
        Self { path: self.path.clone(), query, hash: String::new() }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.path.is_empty() { "/" } else { &self.path })?;
        if !self.query.is_empty() {
            f.write_str("?")?;
            f.write_str(&self.query)?;
        }
        if !self.hash.is_empty() {
            f.write_str("#")?;
            f.write_str(&self.hash)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_as_it_was_read() {
        for text in ["/", "/checkout?coupon=SPRING#pay", "/a/b", "/a?b=c&b=d", "/a#b?c", "/?q=a%20b"] {
            assert_eq!(Address::parse(text).to_string(), text);
        }
    }

    #[test]
    fn what_is_not_of_this_origin_is_the_home_page() {
        for text in ["", "a", "//evil.test/a", "https://evil.test/a", "/\\evil.test", "javascript:1"] {
            assert_eq!(Address::parse(text).to_string(), "/", "{text}");
        }
    }

    #[test]
    fn what_browsers_leave_in_an_address_is_left_there() {
        for text in [
            r"/products?q=a\b",
            r"/orders?note=5\6#C:\x",
            "/a|b/100%?q={a}^`&%zz#%#",
            "/a//b/",
            "/pear%2Dsapling",
        ] {
            assert_eq!(Address::in_browser(text).to_string(), text);
            assert_eq!(Address::parse(text).to_string(), text);
        }
        assert_eq!(Address::parse(r"/products?q=a\b").param("q").as_deref(), Some(r"a\b"));
        assert_eq!(Address::in_browser("//evil.test/a?b").to_string(), "/evil.test/a?b");
        assert_eq!(Address::parse(r"/a\..\\evil.test?b").to_string(), "/");
    }

    #[test]
    fn a_url_of_another_origin_is_no_address() {
        let within =
            |url: &str| Address::within(url, "http://localhost:80").map(|address| address.to_string());
        assert_eq!(within("http://localhost:80/a?b#c").as_deref(), Some("/a?b#c"));
        for elsewhere in
            ["http://localhost:8080/a", "http://localhost:80@evil.test/", "https://localhost:80/", "mailto:a"]
        {
            assert_eq!(within(elsewhere), None, "{elsewhere}");
        }
    }

    #[test]
    fn a_parameter_is_decoded_and_an_empty_one_is_none() {
        let address = Address::parse("/products?q=red+bean%21&category=&x");
        assert_eq!(address.param("q").as_deref(), Some("red bean!"));
        assert_eq!(address.param("category"), None);
        assert_eq!(address.param("x"), None);
    }

    #[test]
    fn setting_a_parameter_keeps_the_others_and_clearing_removes_it() {
        let address = Address::parse("/products?category=seeds&q=old#top");
        let changed = address.with_param("q", Some("ä b"));
        assert_eq!(changed.to_string(), "/products?category=seeds&q=%C3%A4+b");
        assert_eq!(changed.with_param("q", None).with_param("category", Some("")).to_string(), "/products");
    }
}
