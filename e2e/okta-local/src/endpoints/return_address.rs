//! The way back to the app: a registered address, the app's `state`, and how the answer travels.
//!
//! Query and fragment are redirects (OAuth 2.0 Multiple Response Type Encoding Practices §2.1); the other
//! two are pages that pass the answer on by a form or a message.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use okta_types::Form;

use super::answer;
use crate::catalogue::Refusal;
use crate::pages::response;

/// How an answer travels (`response_mode`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ResponseMode {
    /// In the query of a redirect: the default for codes.
    #[default]
    Query,
    /// In the fragment of a redirect.
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
    /// The app's, echoed.
    pub(crate) state: Option<String>,
    /// How answers travel.
    pub(crate) mode: ResponseMode,
    /// The issuer, where the org names it in answers (RFC 9207 §2).
    pub(crate) iss: Option<String>,
}

type Pairs<'a> = Vec<(&'static str, &'a str)>;

impl ReturnAddress {
    /// Sends the browser back with a code.
    pub(crate) fn code(&self, status: StatusCode, code: &str) -> HttpResponse {
        self.send(status, self.code_pairs(code))
    }

    /// Sends the browser back with an error (RFC 6749 §4.1.2.1).
    pub(crate) fn error(&self, status: StatusCode, refusal: &Refusal) -> HttpResponse {
        let error = refusal.to_oauth();
        let mut pairs: Pairs<'_> = self.state.iter().map(|state| ("state", state.as_str())).collect();
        pairs.push(("error", &error.error));
        pairs.extend(error.error_description.iter().map(|text| ("error_description", text.as_str())));
        pairs.extend(self.iss.iter().map(|iss| ("iss", iss.as_str())));
        self.send(status, pairs)
    }

    fn code_pairs<'a>(&'a self, code: &'a str) -> Pairs<'a> {
        let state = self.state.iter().map(|state| ("state", state.as_str()));
        let iss = self.iss.iter().map(|iss| ("iss", iss.as_str()));
        [("code", code)].into_iter().chain(state).chain(iss).collect()
    }

    /// A page answers 200 whatever status the redirect would have had.
    fn send(&self, status: StatusCode, pairs: Pairs<'_>) -> HttpResponse {
        match self.mode {
            ResponseMode::Query | ResponseMode::Fragment => answer::redirect(status, &self.location(&pairs)),
            ResponseMode::FormPost => response::form_post(&self.redirect_uri, &pairs),
            ResponseMode::OktaPostMessage => response::post_message(&self.redirect_uri, &pairs),
        }
    }

    fn location(&self, pairs: &Pairs<'_>) -> String {
        let answer = pairs.iter().fold(Form::new(), |form, (name, value)| form.with(name, value));
        let separator = match self.mode {
            ResponseMode::Fragment => '#',
            _ if self.redirect_uri.contains('?') => '&',
            _ => '?',
        };
        format!("{}{separator}{}", self.redirect_uri, answer.as_str())
    }
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
