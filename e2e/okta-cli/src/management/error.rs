//! Why the management API did not do what it was asked, and what to do about it.

use std::fmt;

use serde::Deserialize;

/// Why a call of the management API failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ManagementError {
    /// TLS could not be set up.
    #[error("cannot create an HTTP client")]
    Client(#[source] reqwest::Error),
    /// No answer came.
    #[error("{org} does not answer: check the address and the network")]
    Unreachable {
        /// The org's address.
        org: String,
        /// Why.
        #[source]
        cause: reqwest::Error,
    },
    /// The org answered with an error.
    #[error("{call}: {refusal}")]
    Refused {
        /// Method, path and query of the call.
        call: String,
        /// What the org said.
        refusal: Box<Refusal>,
    },
    /// The org answered with something that this API does not answer with.
    #[error("{path}: {what}; is this the address of an Okta org?")]
    Unexpected {
        /// The path of the call.
        path: String,
        /// What is odd.
        what: &'static str,
    },
    /// The next-page link of a list leads to another host; the token must not be sent there.
    #[error("the next-page link leads to another host, {0}")]
    ForeignLink(String),
}

/// An error in Okta's shape: `{"errorCode","errorSummary","errorCauses":[{"errorSummary"}]}`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Refusal {
    #[serde(skip)]
    status: u16,
    error_code: String,
    error_summary: String,
    error_causes: Vec<Cause>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Cause {
    error_summary: String,
}

impl Refusal {
    pub(super) fn read(status: u16, body: &[u8]) -> Self {
        let refusal: Self = serde_json::from_slice(body).unwrap_or_default();
        Self { status, ..refusal }
    }

    /// Whether the token's owner lacks a role for it.
    pub(crate) fn is_forbidden(&self) -> bool {
        self.status == 403
    }

    /// What to do, where Okta's words do not say it.
    fn remedy(&self) -> Option<&'static str> {
        Some(match self.error_code.as_str() {
            "E0000011" => "create a new token: Security › API › Tokens › Create token",
            "E0000006" => {
                "the token's owner lacks a role: use a token of a Super, Org or (for apps) App administrator"
            }
            "E0000047" => "the org's rate limit is reached: try again in a minute",
            "E0000015" => "the org lacks this feature: it needs API Access Management",
            _ => return None,
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.error_code.as_str() {
            "" => write!(f, "the org answered with status {}", self.status)?,
            code => write!(f, "{} ({code}, status {})", self.error_summary, self.status)?,
        }
        for cause in &self.error_causes {
            write!(f, "; {}", cause.error_summary)?;
        }
        self.remedy().map_or(Ok(()), |remedy| write!(f, " → {remedy}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oktas_words_are_kept_and_the_remedy_is_added() {
        let body = br#"{"errorCode":"E0000011","errorSummary":"Invalid token provided","errorCauses":[]}"#;
        assert_eq!(
            Refusal::read(401, body).to_string(),
            "Invalid token provided (E0000011, status 401) → create a new token: Security › API › Tokens › Create token"
        );
        let body = br#"{"errorCode":"E0000001","errorSummary":"Api validation failed: label","errorCauses":[{"errorSummary":"label: taken"}]}"#;
        assert_eq!(
            Refusal::read(400, body).to_string(),
            "Api validation failed: label (E0000001, status 400); label: taken"
        );
        assert_eq!(Refusal::read(502, b"<html>").to_string(), "the org answered with status 502");
    }
}
