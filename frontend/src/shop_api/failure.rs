//! Why there is no answer, in words for shoppers.

use okta_sycamore::FetchError;
use shared::{Problem, ProblemCode};

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Failure {
    /// No network, no server, or nothing of ours answered.
    Unreachable,
    /// The session ended; signing in again helps.
    SessionExpired,
    /// The API said no, in its own words where it had any.
    Refused { status: u16, problem: Option<Problem> },
    /// An answer that this page does not understand: it is probably older than the API.
    Unreadable,
}

impl Failure {
    /// What happened.
    pub(crate) fn title(&self) -> &'static str {
        match self {
            Self::Unreachable => "The shop does not answer",
            Self::SessionExpired => "You have been signed out",
            Self::Unreadable => "That answer was not understood",
            Self::Refused { .. } if self.is(ProblemCode::OutOfStock) => "Not enough left in stock",
            Self::Refused { status: 401, .. } => "Please sign in again",
            Self::Refused { status: 403, .. } => "Your account may not do this",
            Self::Refused { status: 404, .. } => "There is nothing here",
            Self::Refused { status: 500.., .. } => "Something went wrong in the shop",
            Self::Refused { .. } => "That did not work",
        }
    }

    /// What to do about it.
    pub(crate) fn advice(&self) -> String {
        let text = match self {
            Self::Unreachable => "Check your connection and try again. Nothing is lost meanwhile.",
            Self::SessionExpired => "Sign in once more to go on where you were.",
            Self::Unreadable => "Reload the page to get its newest version, then try again.",
            Self::Refused { problem: Some(problem), .. } => {
                problem.detail.as_deref().unwrap_or(&problem.title)
            }
            Self::Refused { status: 401, .. } => {
                "Your sign-in is no longer accepted. Sign in once more to go on."
            }
            Self::Refused { status: 429 | 500.., .. } => "Please try again in a moment.",
            Self::Refused { .. } => "Go back one page and try again.",
        };
        text.to_owned()
    }

    /// The API's code, or the bare status, for the curious.
    pub(crate) fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { problem: Some(problem), .. } => Some(&problem.code),
            _ => None,
        }
    }

    /// Whether signing in helps.
    pub(crate) fn wants_sign_in(&self) -> bool {
        matches!(self, Self::SessionExpired | Self::Refused { status: 401, .. })
    }

    /// Whether this is that problem of the API.
    pub(crate) fn is(&self, code: ProblemCode) -> bool {
        self.code() == Some(code.as_str())
    }
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::SessionExpired => Self::SessionExpired,
            FetchError::Body(_) => Self::Unreadable,
            _ => Self::Unreachable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_apis_own_words_are_shown_where_there_are_any() {
        let problem = Some(ProblemCode::OutOfStock.problem(Some("Only 2 of 'Fig' are left.".to_owned())));
        let failure = Failure::Refused { status: 409, problem };
        assert_eq!(failure.title(), "Not enough left in stock");
        assert_eq!(failure.advice(), "Only 2 of 'Fig' are left.");
    }

    #[test]
    fn a_refusal_without_a_problem_still_says_what_to_do() {
        for status in [400, 401, 403, 404, 429, 500, 502] {
            let failure = Failure::Refused { status, problem: None };
            assert!(!failure.title().is_empty() && failure.advice().ends_with('.'), "{status}");
            assert_eq!(failure.wants_sign_in(), status == 401, "{status}");
        }
    }
}
