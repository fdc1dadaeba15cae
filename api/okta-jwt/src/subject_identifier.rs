//! Of whom a request for revocation speaks (RFC 9493 §3.2).

use std::fmt;

use okta_types::strict_json;
use serde_json::{Map, Value};

use crate::claims::is_name;

/// A person, by one of the formats that Okta's documentation of Universal Logout names. `Debug` names nobody.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum SubjectIdentifier {
    /// `iss_sub`: the org, or one of its authorization servers, and the person's id there.
    IssuerAndSubject { iss: String, sub: String },
    /// `email`, which is compared with logins.
    Email { email: String },
    /// `opaque`: the person's id.
    Opaque { id: String },
}

/// Why a body does not say of whom it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SubjectError {
    /// Not an object in JSON, or a member twice.
    #[error("it is not a JSON object")]
    Json,
    /// Neither `sub_id` nor `subject`, or both, or not an object.
    #[error("it must have one member sub_id, an object")]
    Missing,
    /// A `format` that is not spoken here.
    #[error("the format must be iss_sub, email or opaque")]
    Format,
    /// A member that the format asks for is missing or empty, or not a string.
    #[error("{0} must be a string that is not empty")]
    Member(&'static str),
}

impl SubjectIdentifier {
    /// Of `{"sub_id": {"format": …, …}}`. Earlier drafts, and Auth0's documentation, call the member `subject`.
    pub(crate) fn of_body(body: &[u8]) -> Result<Self, SubjectError> {
        let body = strict_json::object(body).map_err(|_| SubjectError::Json)?;
        match (body.get("sub_id"), body.get("subject")) {
            (Some(Value::Object(subject)), None) | (None, Some(Value::Object(subject))) => Self::of(subject),
            _ => Err(SubjectError::Missing),
        }
    }

    fn of(subject: &Map<String, Value>) -> Result<Self, SubjectError> {
        let member = |name: &'static str| {
            let text = subject.get(name).and_then(Value::as_str).filter(|text| is_name(text));
            text.map(str::to_owned).ok_or(SubjectError::Member(name))
        };
        match subject.get("format").and_then(Value::as_str) {
            Some("iss_sub") => Ok(Self::IssuerAndSubject { iss: member("iss")?, sub: member("sub")? }),
            Some("email") => Ok(Self::Email { email: member("email")? }),
            Some("opaque") => Ok(Self::Opaque { id: member("id")? }),
            _ => Err(SubjectError::Format),
        }
    }
}

impl fmt::Debug for SubjectIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::IssuerAndSubject { .. } => "iss_sub",
            Self::Email { .. } => "email",
            Self::Opaque { .. } => "opaque",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: Result<SubjectIdentifier, SubjectError>) {
        assert_eq!(SubjectIdentifier::of_body(body.as_bytes()), expected, "{body}");
    }

    #[test]
    fn the_three_formats_are_read_under_both_names() {
        let iss_sub = SubjectIdentifier::IssuerAndSubject {
            iss: "https://dev-1.okta.com".to_owned(),
            sub: "00u1".to_owned(),
        };
        for name in ["sub_id", "subject"] {
            let body = format!(
                r#"{{"{name}":{{"format":"iss_sub","iss":"https://dev-1.okta.com","sub":"00u1"}},"more":1}}"#
            );
            check(&body, Ok(iss_sub.clone()));
        }
        check(
            r#"{"sub_id":{"format":"email","email":"ann@example.com"}}"#,
            Ok(SubjectIdentifier::Email { email: "ann@example.com".to_owned() }),
        );
        let opaque = SubjectIdentifier::Opaque { id: "00u1".to_owned() };
        check(r#"{"sub_id":{"format":"opaque","id":"00u1"}}"#, Ok(opaque.clone()));
        assert_eq!(format!("{opaque:?}"), "opaque");
    }

    #[test]
    fn what_names_nobody_is_refused_by_what_is_wrong_with_it() {
        check("", Err(SubjectError::Json));
        check("[]", Err(SubjectError::Json));
        check(r#"{"sub_id":{},"sub_id":{}}"#, Err(SubjectError::Json));
        check("{}", Err(SubjectError::Missing));
        check(r#"{"sub_id":"00u1"}"#, Err(SubjectError::Missing));
        let one = r#"{"format":"opaque","id":"00u1"}"#;
        check(&format!(r#"{{"sub_id":{one},"subject":{one}}}"#), Err(SubjectError::Missing));
        check(r#"{"sub_id":{"id":"00u1"}}"#, Err(SubjectError::Format));
        check(r#"{"sub_id":{"format":"phone_number","phone_number":"+1"}}"#, Err(SubjectError::Format));
        check(r#"{"sub_id":{"format":["opaque"],"id":"00u1"}}"#, Err(SubjectError::Format));
        check(r#"{"sub_id":{"format":"iss_sub","sub":"00u1"}}"#, Err(SubjectError::Member("iss")));
        check(r#"{"sub_id":{"format":"iss_sub","iss":"x","sub":7}}"#, Err(SubjectError::Member("sub")));
        check(r#"{"sub_id":{"format":"email","email":" "}}"#, Err(SubjectError::Member("email")));
        check(r#"{"sub_id":{"format":"opaque","id":"a\nb"}}"#, Err(SubjectError::Member("id")));
    }
}
