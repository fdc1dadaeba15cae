//! The parameters of an OAuth request, from the query or a form body (RFC 6749 §3.1, §3.2).

use std::fmt;

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;
use okta_types::{Form, parse_query};

/// Name and value pairs in the order they came.
#[derive(Clone, Default)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads a query or a form body.
    pub(crate) fn parse(text: &str) -> Self {
        Self(parse_query(text))
    }

    /// Reads a form body; `None` where the request does not say that it is one.
    pub(crate) fn from_form(request: &HttpRequest, body: &[u8]) -> Option<Self> {
        let content_type = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        essence
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
            .then(|| Self::parse(&String::from_utf8_lossy(body)))
    }

    /// The first value of that name. One without a value counts as left out (RFC 6749 §3.1).
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Whether the name is there more than once.
    pub(crate) fn repeats(&self, name: &str) -> bool {
        self.0.iter().filter(|(n, _)| n == name).count() > 1
    }

    /// Whether any name is there more than once.
    pub(crate) fn has_repetition(&self) -> bool {
        self.0.iter().enumerate().any(|(i, (name, _))| self.0[..i].iter().any(|(n, _)| n == name))
    }

    /// Without those of these names.
    #[must_use]
    pub(crate) fn without(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect())
    }

    /// With this value in the place of all of that name.
    #[must_use]
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut these = self.without(&[name]);
        these.0.push((name.to_owned(), value.to_owned()));
        these
    }

    /// As a query again.
    pub(crate) fn to_query(&self) -> String {
        let form = self.0.iter().fold(Form::new(), |form, (name, value)| form.with(name, value));
        form.as_str().to_owned()
    }
}

impl fmt::Debug for Parameters {
    /// Values are codes, verifiers, tokens and passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_value_counts_as_left_out_and_repetition_is_seen() {
        let parameters = Parameters::parse("a=1&b=&a=2&c=x+y");
        assert_eq!(
            (parameters.get("a"), parameters.get("b"), parameters.get("c")),
            (Some("1"), None, Some("x y"))
        );
        assert!(parameters.repeats("a") && !parameters.repeats("b") && parameters.has_repetition());
        assert!(!Parameters::parse("a=1&b=1").has_repetition());
        assert_eq!(parameters.to_query(), "a=1&b=&a=2&c=x+y");
        assert!(!format!("{parameters:?}").contains("x y"));
    }

    #[test]
    fn only_a_form_is_read_as_a_form() {
        let read = |content_type: &str| {
            let request = actix_web::test::TestRequest::post()
                .insert_header(("Content-Type", content_type))
                .to_http_request();
            Parameters::from_form(&request, b"a=1").is_some()
        };
        assert!(read("application/x-www-form-urlencoded; charset=UTF-8"));
        assert!(read("Application/X-WWW-Form-Urlencoded"));
        assert!(!read("application/json") && !read("text/plain"));
    }
}
