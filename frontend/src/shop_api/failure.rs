//! Why there is no answer, in words for shoppers.

use okta_sycamore::FetchError;
use shared::{Problem, ProblemCode};

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Failure {
    /// No network, no server, or nothing of ours answered.
    Unreachable,
    /// What is in the cart has not reached the API yet.
    CartUnsaved,
    /// The session ended; signing in again helps.
    SessionExpired,
    /// The API wants a stronger or more recent sign-in for this (RFC 9470).
    StepUp,
    /// The page is on its way to such a sign-in.
    SteppingUp,
    /// The request is larger than a server on its way takes: what varies is the access token, with the groups it lists.
    TooLarge,
    /// The session goes on, and the org does not renew it.
    NotRenewed,
    /// The person has signed in as strongly as can be asked for, and it is not accepted.
    StepUpNotMet,
    /// The API said no, in its own words where it had any.
    Refused { status: u16, problem: Option<Box<Problem>> },
    /// An answer that this page does not understand: it is probably older than the API.
    Unreadable,
}

impl Failure {
    /// What happened.
    pub(crate) fn title(&self) -> &'static str {
        match self {
            Self::Unreachable => "The shop is not responding",
            Self::CartUnsaved => "Your cart is still being saved",
            Self::SessionExpired => "You have been signed out",
            Self::StepUp => "Please confirm that it is you",
            Self::SteppingUp => "Taking you to the sign-in page",
            Self::Unreadable => "The answer could not be read",
            Self::TooLarge => "Your sign-in is too large for the shop's server",
            Self::NotRenewed => "Your session could not be renewed",
            Self::StepUpNotMet => "Your sign-in is strong and recent, but still not accepted",
            Self::Refused { .. } if self.is(ProblemCode::OutOfStock) => "Not enough left in stock",
            Self::Refused { .. } if self.is(ProblemCode::TotalChanged) => "The price has changed",
            Self::Refused { .. } if self.is(ProblemCode::CartChanged) => "Your cart has changed",
            Self::Refused { status: 401, .. } => "Please sign in again",
            Self::Refused { status: 403, .. } => "Your account is not allowed to do this",
            Self::Refused { status: 404, .. } => "There is nothing here",
            Self::Refused { status: 500.., .. } => "Something went wrong in the shop",
            Self::Refused { .. } => "That did not work",
        }
    }

    /// What to do about it.
    pub(crate) fn advice(&self) -> String {
        let text = match self {
            Self::Unreachable => "Check your connection and try again. Nothing has been lost.",
            Self::CartUnsaved => "Wait a moment, then place the order again.",
            Self::SessionExpired => "Sign in again to continue where you left off.",
            Self::StepUp => {
                "Your orders of a day have reached a sum that needs your second factor. Your order is kept and placed when you are back."
            }
            Self::SteppingUp => "One moment, please.",
            Self::Unreadable => "Reload the page to get the latest version, then try again.",
            Self::TooLarge => {
                "Signing in again does not help. Please tell the people who run this site: your access token, with the groups it lists, is larger than their server accepts."
            }
            Self::NotRenewed => "Sign in again. If that does not help, tell the people who run this site.",
            Self::StepUpNotMet => "Signing in again does not help. Please tell the people who run this site.",
            Self::Refused { status: 403, .. } => {
                "Your account does not have access to this. If it should, ask whoever manages the accounts, then sign out and sign in again."
            }
            Self::Refused { problem: Some(problem), .. } => {
                problem.detail.as_deref().unwrap_or(&problem.title)
            }
            Self::Refused { status: 401, .. } => {
                "Your sign-in is no longer accepted. Sign in again to continue."
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
        matches!(self, Self::SessionExpired | Self::NotRenewed | Self::Refused { status: 401, .. })
    }

    /// Whether it is the person who may not.
    pub(crate) fn is_forbidden(&self) -> bool {
        matches!(self, Self::Refused { status: 403, .. })
    }

    /// As it is meant where a token went along. Servers refuse a header that is too large as 431 (RFC 6585 §5), or as
    /// they refuse what is no HTTP: without a word of the API's, which never answers 400 so.
    pub(crate) fn of_person(self) -> Self {
        match self {
            Self::Refused { status: 431 | 494, .. } | Self::Refused { status: 400, problem: None } => {
                Self::TooLarge
            }
            other => other,
        }
    }

    /// Whether it is open what became of the request: it may have been carried out.
    pub(crate) fn leaves_open(&self) -> bool {
        match self {
            Self::TooLarge | Self::StepUpNotMet => false,
            Self::Refused { status: 400..500, .. } => self.is(ProblemCode::IdempotencyKeyInUse),
            _ => true,
        }
    }

    /// Whether this is that problem of the API.
    pub(crate) fn is(&self, code: ProblemCode) -> bool {
        self.code() == Some(code.as_str())
    }
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::SessionExpired | FetchError::SignedOut => Self::SessionExpired,
            FetchError::StepUpNotMet => Self::StepUpNotMet,
            FetchError::Renewal(_) => Self::NotRenewed,
            FetchError::SteppingUp => Self::SteppingUp,
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
        let problem =
            Some(Box::new(ProblemCode::OutOfStock.problem(Some("Only 2 of 'Fig' are left.".to_owned()))));
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
            assert_eq!(failure.leaves_open(), status >= 500, "{status}");
        }
    }

    #[test]
    fn a_token_that_is_too_large_is_told_as_that() {
        let too_large = |status, problem| Failure::Refused { status, problem }.of_person();
        for status in [400, 431, 494] {
            let failure = too_large(status, None);
            assert_eq!(failure, Failure::TooLarge, "{status}");
            assert!(
                failure.advice().contains("groups") && !failure.wants_sign_in() && !failure.leaves_open()
            );
        }
        let problem = ProblemCode::InvalidAddress.problem(None);
        assert_eq!(too_large(431, Some(Box::new(problem.clone()))), Failure::TooLarge);
        let refused = Failure::Refused { status: 400, problem: Some(Box::new(problem)) };
        assert_eq!(refused.clone().of_person(), refused);
        let refused = Failure::Refused { status: 401, problem: None };
        assert_eq!(refused.clone().of_person(), refused);
    }

    #[test]
    fn what_became_of_the_session_is_no_fault_of_the_network() {
        let org = okta_sycamore::OrgError::Timeout;
        for (error, failure) in [
            (FetchError::SignedOut, Failure::SessionExpired),
            (FetchError::Renewal(org), Failure::NotRenewed),
            (FetchError::StepUpNotMet, Failure::StepUpNotMet),
            (FetchError::Unreachable, Failure::Unreachable),
        ] {
            assert_eq!(Failure::from(error), failure);
        }
    }

    #[test]
    fn without_an_answer_it_is_open_what_became_of_a_request() {
        for failure in [Failure::Unreachable, Failure::SessionExpired, Failure::Unreadable, Failure::StepUp] {
            assert!(failure.leaves_open(), "{failure:?}");
        }
        let problem = Some(Box::new(ProblemCode::IdempotencyKeyInUse.problem(None)));
        assert!(Failure::Refused { status: 409, problem }.leaves_open());
        let problem = Some(Box::new(ProblemCode::TotalChanged.problem(None)));
        assert!(!Failure::Refused { status: 409, problem }.leaves_open());
    }
}
