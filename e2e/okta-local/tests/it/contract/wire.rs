//! Answers compared as a whole: status, headers, body in its order, texts to the letter.

use okta_types::{Form, base64url};
use serde_json::Value;

use crate::browser::{Answer, CALLBACK};

/// Compares a text with one in which `…` stands for what is new each time: a number, or some characters of a JSON
/// string.
#[track_caller]
pub(super) fn like(text: &str, pattern: &str) {
    let mut parts = pattern.split('…');
    let first = parts.next().unwrap_or_default();
    let mut rest = text.strip_prefix(first).unwrap_or_else(|| panic!("begins otherwise:\n{text}\n{pattern}"));
    for part in parts {
        let end = if part.is_empty() { Some(rest.len()) } else { rest.find(part) };
        let end = end.unwrap_or_else(|| panic!("no {part} in:\n{rest}\nof:\n{text}"));
        let gap = &rest[..end];
        assert!(
            !gap.is_empty() && !gap.contains(['"', ',', '{', '}']),
            "{gap} is more than a value:\n{text}"
        );
        rest = &rest[end + part.len()..];
    }
    assert_eq!(rest, "", "ends otherwise:\n{text}\n{pattern}");
}

/// Status and headers; a header without a value must not be there.
#[track_caller]
pub(super) fn head(answer: &Answer, status: u16, headers: &[(&str, &str)]) {
    assert_eq!(answer.status, status, "{answer:?}");
    for (name, value) in headers {
        assert_eq!(answer.header(name), Some(*value).filter(|value| !value.is_empty()), "{name}: {answer:?}");
    }
}

/// What all JSON answers of OAuth endpoints have.
pub(super) const JSON: [(&str, &str); 8] = [
    ("content-type", "application/json"),
    ("cache-control", "no-cache, no-store"),
    ("pragma", "no-cache"),
    ("expires", "0"),
    ("p3p", "CP=\"HONK\""),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("x-xss-protection", "0"),
    ("location", ""),
];

/// An error in the shape of OAuth endpoints.
#[track_caller]
pub(super) fn refused(answer: &Answer, status: u16, error: &str, description: &str) {
    head(answer, status, &JSON);
    let body = format!(r#"{{"error":"{error}","error_description":"{description}"}}"#);
    assert_eq!(answer.body, body);
}

/// An error in the shape of everything else.
#[track_caller]
pub(super) fn refused_by_api(answer: &Answer, status: u16, code: &str, summary: &str) {
    head(answer, status, &JSON);
    let body = format!(
        r#"{{"errorCode":"{code}","errorSummary":"{summary}","errorLink":"{code}","errorId":"oae…","errorCauses":[]}}"#
    );
    like(&answer.body, &body);
}

/// An error that the browser carries back to the app.
#[track_caller]
pub(super) fn sent_back(answer: &Answer, status: u16, error: &str, description: &str) {
    let pairs =
        Form::new().with("state", "the state").with("error", error).with("error_description", description);
    let location = format!("{CALLBACK}?{}", pairs.as_str());
    head(answer, status, &REDIRECT);
    assert_eq!(answer.location(), location);
    assert_eq!(answer.body, "");
}

/// What all redirects of the org have.
pub(super) const REDIRECT: [(&str, &str); 3] =
    [("referrer-policy", "no-referrer"), ("cache-control", "no-cache, no-store"), ("pragma", "no-cache")];

/// An error that stays on a page of the org.
#[track_caller]
pub(super) fn told_on_a_page(answer: &Answer, error: &str, description: &str) {
    let headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("location", ""),
        ("cache-control", "no-cache, no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
    ];
    head(answer, 400, &headers);
    for text in ["<h1>400 Bad Request</h1>", description, &format!(">{error}<"), ">oae"] {
        assert!(answer.body.contains(text), "{text}: {answer:?}");
    }
}

/// Header and payload of a token as they stand in it.
pub(super) fn texts(token: &str) -> (String, String) {
    let mut parts = token.split('.').map(|part| {
        let bytes = base64url::decode(part).expect("base64url");
        String::from_utf8(bytes).unwrap_or_default()
    });
    (parts.next().expect("a header"), parts.next().expect("a payload"))
}

/// The names of an object's members.
pub(super) fn names(value: &Value) -> Vec<&str> {
    let mut names: Vec<_> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}
