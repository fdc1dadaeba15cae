//! What a guarded part of the page does with who is there.

use crate::owner::Owner;
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
    /// What comes after `self`. Whoever keeps it must put up what is guarded anew when `owner` changes, even
    /// from one open gate to the next.
    #[must_use]
    pub fn next(self, status: &AuthStatus, notice: Option<&AuthNotice>, owner: &Owner) -> Self {
        let was_open = matches!(self, Self::Open | Self::Closed);
        match (status, notice) {
            (AuthStatus::SignedIn(_), _) => Self::Open,
            (AuthStatus::Unknown, _) => Self::Waiting,
            (AuthStatus::Anonymous, _) if self == Self::Open && owner.subject().is_some() => Self::Open,
            (AuthStatus::Anonymous, _) if was_open => Self::Closed,
            (AuthStatus::Anonymous, Some(AuthNotice::SignInFailed(_))) => Self::Stuck,
            (AuthStatus::Anonymous, _) => Self::Redirect,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Person, SignInError, Subject};

    fn signed_in() -> AuthStatus {
        AuthStatus::SignedIn(Person::default())
    }

    fn alice() -> Owner {
        Owner::Person(Subject::new("00u1"))
    }

    #[track_caller]
    fn check(from: Gate, status: &AuthStatus, notice: Option<AuthNotice>, owner: &Owner, to: Gate) {
        assert_eq!(from.next(status, notice.as_ref(), owner), to);
    }

    fn failed() -> Option<AuthNotice> {
        Some(AuthNotice::SignInFailed(SignInError::Storage))
    }

    #[test]
    fn only_somebody_who_never_was_here_signed_in_is_redirected() {
        let nobody = Owner::Nobody;
        check(Gate::Waiting, &AuthStatus::Unknown, None, &Owner::Unknown, Gate::Waiting);
        check(Gate::Waiting, &AuthStatus::Anonymous, None, &nobody, Gate::Redirect);
        check(Gate::Waiting, &AuthStatus::Anonymous, None, &alice(), Gate::Redirect);
        check(Gate::Waiting, &signed_in(), None, &alice(), Gate::Open);
        check(Gate::Open, &AuthStatus::Anonymous, None, &nobody, Gate::Closed);
        check(
            Gate::Open,
            &AuthStatus::Anonymous,
            Some(AuthNotice::SignedOutElsewhere),
            &nobody,
            Gate::Closed,
        );
        check(Gate::Closed, &AuthStatus::Anonymous, None, &nobody, Gate::Closed);
        check(Gate::Closed, &signed_in(), None, &alice(), Gate::Open);
    }

    #[test]
    fn what_is_on_the_screen_stays_as_long_as_its_owner_is_expected_back() {
        for notice in [None, Some(AuthNotice::SessionExpired), failed()] {
            check(Gate::Open, &AuthStatus::Anonymous, notice.clone(), &alice(), Gate::Open);
            check(Gate::Open, &AuthStatus::Anonymous, notice, &Owner::Nobody, Gate::Closed);
        }
        let newer = Some(AuthNotice::NewerVersion);
        check(Gate::Open, &AuthStatus::Anonymous, newer, &Owner::Unknown, Gate::Closed);
    }

    #[test]
    fn a_sign_in_that_cannot_begin_does_not_go_round_in_circles() {
        check(Gate::Redirect, &AuthStatus::Anonymous, failed(), &Owner::Nobody, Gate::Stuck);
    }
}
