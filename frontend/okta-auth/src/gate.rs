//! What a guarded part of the page does with who is there.

use crate::status::{AuthNotice, AuthStatus};

/// What a guarded part of the page shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gate {
    /// Not known yet, or on the way to the org: a quiet placeholder.
    #[default]
    Waiting,
    /// The guarded part. It also stays while an expired session waits for a new sign-in, so that nothing
    /// the person entered is lost; what it asks of the API fails until then.
    Open,
    /// Nobody has signed in and the person wants to go here: send them to the org.
    Redirect,
    /// The person signed out while here. No tab signs itself in again: offer it.
    Closed,
    /// A sign-in could not begin: say so and offer another attempt.
    Stuck,
}

impl Gate {
    /// What comes after `self`.
    #[must_use]
    pub fn next(self, status: &AuthStatus, notice: Option<&AuthNotice>) -> Self {
        let was_open = matches!(self, Self::Open | Self::Closed);
        match (status, notice) {
            (AuthStatus::SignedIn(_), _) => Self::Open,
            (AuthStatus::Unknown, _) => Self::Waiting,
            (AuthStatus::Anonymous, Some(AuthNotice::SessionExpired | AuthNotice::SignInFailed(_)))
                if self == Self::Open =>
            {
                Self::Open
            }
            (AuthStatus::Anonymous, _) if was_open => Self::Closed,
            (AuthStatus::Anonymous, Some(AuthNotice::SignInFailed(_))) => Self::Stuck,
            (AuthStatus::Anonymous, _) => Self::Redirect,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Person, SignInError};

    fn signed_in() -> AuthStatus {
        AuthStatus::SignedIn(Person::default())
    }

    #[track_caller]
    fn check(from: Gate, status: &AuthStatus, notice: Option<AuthNotice>, to: Gate) {
        assert_eq!(from.next(status, notice.as_ref()), to);
    }

    #[test]
    fn only_somebody_who_never_was_here_signed_in_is_redirected() {
        check(Gate::Waiting, &AuthStatus::Unknown, None, Gate::Waiting);
        check(Gate::Waiting, &AuthStatus::Anonymous, None, Gate::Redirect);
        check(Gate::Waiting, &signed_in(), None, Gate::Open);
        check(Gate::Open, &AuthStatus::Anonymous, None, Gate::Closed);
        check(Gate::Open, &AuthStatus::Anonymous, Some(AuthNotice::SignedOutElsewhere), Gate::Closed);
        check(Gate::Closed, &AuthStatus::Anonymous, None, Gate::Closed);
        check(Gate::Closed, &signed_in(), None, Gate::Open);
    }

    #[test]
    fn an_expired_session_keeps_what_is_on_the_screen() {
        check(Gate::Open, &AuthStatus::Anonymous, Some(AuthNotice::SessionExpired), Gate::Open);
        let failed = Some(AuthNotice::SignInFailed(SignInError::Storage));
        check(Gate::Open, &AuthStatus::Anonymous, failed, Gate::Open);
        check(Gate::Open, &AuthStatus::Anonymous, None, Gate::Closed);
    }

    #[test]
    fn a_sign_in_that_cannot_begin_does_not_go_round_in_circles() {
        let failed = Some(AuthNotice::SignInFailed(SignInError::Storage));
        check(Gate::Redirect, &AuthStatus::Anonymous, failed, Gate::Stuck);
    }
}
