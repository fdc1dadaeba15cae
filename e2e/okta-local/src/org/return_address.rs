//! The way back to the app: a registered address, the app's `state`, and how the answer travels.
//!
//! What an answer holds and where it goes is said here; sending it is the endpoints' business.

use okta_types::Form;

use crate::catalogue::Refusal;

/// How an answer travels (`response_mode`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ResponseMode {
    /// In the query of a redirect: the default for codes.
    #[default]
    Query,
    /// In the fragment of a redirect: the default where tokens are asked for.
    Fragment,
    /// In the body of a POST (OAuth 2.0 Form Post Response Mode §2).
    FormPost,
    /// In a message to the window that opened or framed the page; the message goes to the app's origin only.
    OktaPostMessage,
}

impl ResponseMode {
    /// Reads the parameter's value.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "query" => Some(Self::Query),
            "fragment" => Some(Self::Fragment),
            "form_post" => Some(Self::FormPost),
            "okta_post_message" => Some(Self::OktaPostMessage),
            _ => None,
        }
    }
}

/// Where answers go and what they carry in any case.
#[derive(Clone, Debug)]
pub(crate) struct ReturnAddress {
    /// Registered, to the letter.
    pub(crate) redirect_uri: String,
    /// The app's `state`, echoed to it.
    pub(crate) state: Option<String>,
    /// How the answer travels (`response_mode`).
    pub(crate) mode: ResponseMode,
    /// The issuer, where the org names it in answers (RFC 9207 §2).
    pub(crate) iss: Option<String>,
}

/// The parameters of an answer, in order.
pub(crate) type Pairs = Vec<(&'static str, String)>;

impl ReturnAddress {
    /// An answer with a code.
    pub(crate) fn code_pairs(&self, code: &str) -> Pairs {
        self.pairs([("code", Some(code.to_owned())), ("state", self.state.clone())])
    }

    /// An answer with an error (RFC 6749 §4.1.2.1).
    pub(crate) fn error_pairs(&self, refusal: &Refusal) -> Pairs {
        let error = refusal.to_oauth();
        self.pairs([
            ("state", self.state.clone()),
            ("error", Some(error.error)),
            ("error_description", error.error_description),
        ])
    }

    fn pairs<const N: usize>(&self, answer: [(&'static str, Option<String>); N]) -> Pairs {
        let all = answer.into_iter().chain([("iss", self.iss.clone())]);
        all.filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// Where a redirect with this answer leads (OAuth 2.0 Multiple Response Type Encoding Practices §2.1).
    pub(crate) fn location(&self, answer: &Pairs) -> String {
        let answer = answer.iter().fold(Form::new(), |form, (name, value)| form.with(name, value));
        match self.mode {
            ResponseMode::Fragment => format!("{}#{}", self.redirect_uri, answer.as_str()),
            _ => with_query(&self.redirect_uri, &answer),
        }
    }
}

/// An address with parameters added to its query, if it has one (RFC 6749 §3.1.2).
pub(crate) fn with_query(uri: &str, parameters: &Form) -> String {
    let separator = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{separator}{}", parameters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(redirect_uri: &str, mode: ResponseMode, expected: &str) {
        let state = Some("s t".to_owned());
        let to = ReturnAddress { redirect_uri: redirect_uri.to_owned(), state, mode, iss: None };
        assert_eq!(to.location(&to.code_pairs("c&d")), expected);
    }

    #[test]
    fn an_answer_is_added_to_the_address_as_it_is_registered() {
        check("http://a/cb", ResponseMode::Query, "http://a/cb?code=c%26d&state=s+t");
        check("http://a/cb?x=1", ResponseMode::Query, "http://a/cb?x=1&code=c%26d&state=s+t");
        check("http://a/cb?x=1", ResponseMode::Fragment, "http://a/cb?x=1#code=c%26d&state=s+t");
    }

    #[test]
    fn the_issuer_is_named_where_the_org_does_so() {
        let iss = Some("http://i".to_owned());
        let to =
            ReturnAddress { redirect_uri: "http://a".into(), state: None, mode: ResponseMode::Query, iss };
        assert_eq!(to.location(&to.code_pairs("c")), "http://a?code=c&iss=http%3A%2F%2Fi");
    }
}
