//! What a guarded part of the page does with who is there.

use crate::interface::owner::Owner;
use crate::interface::status::{AuthNotice, AuthStatus};

/// What a guarded part of the page shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gate {
    /// Not known yet: a quiet placeholder.
    #[default]
    Waiting,
    /// The guarded part. It also stays while an expired session waits for a new sign-in, so that nothing
    /// the person entered is lost; what it asks of the API fails until then.
    Open,
    /// Nobody has signed in and the person wants to go here: send them to the org, by a
    /// [`SignIn::in_place`](crate::SignIn::in_place).
    Redirect,
    /// On the way to the org: the placeholder still.
    Leaving,
    /// The person signed out while here. No tab signs itself in again: offer it.
    Closed,
    /// A sign-in could not begin, or the person has come back from it by the back button: say so and offer another
    /// attempt.
    Stuck,
}

impl Gate {
    /// What comes after `self`. Whoever keeps it must put up what is guarded anew when `owner` changes, even
    /// from one open gate to the next. A page that came out of the browser's history is `leaving` until its status is
    /// known: it was left before.
    #[must_use]
    pub fn next(
        self,
        status: &AuthStatus,
        notice: Option<&AuthNotice>,
        owner: &Owner,
        leaving: bool,
    ) -> Self {
        let was_open = matches!(self, Self::Open | Self::Closed);
        match (status, notice) {
            (AuthStatus::SignedIn(_), _) => Self::Open,
            (AuthStatus::Unknown, _) if leaving => Self::Leaving,
            (AuthStatus::Unknown, _) => Self::Waiting,
            (AuthStatus::Anonymous, notice)
                if self == Self::Open
                    && owner.subject().is_some()
                    && !matches!(notice, Some(AuthNotice::SessionRefused(_))) =>
            {
                Self::Open
            }
            (AuthStatus::Anonymous, _) if leaving => Self::Leaving,
            (AuthStatus::Anonymous, _) if was_open => Self::Closed,
            (AuthStatus::Anonymous, Some(AuthNotice::SignInFailed(_))) => Self::Stuck,
            (AuthStatus::Anonymous, _) if matches!(self, Self::Stuck | Self::Leaving) => Self::Stuck,
            (AuthStatus::Anonymous, _) => Self::Redirect,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{IdTokenError, Person, SignInError, Subject};

    fn signed_in() -> AuthStatus {
        AuthStatus::SignedIn(Person::default())
    }

    fn alice() -> Owner {
        Owner::Person(Subject::new("00u1"))
    }

    #[track_caller]
    fn check(from: Gate, status: &AuthStatus, notice: Option<AuthNotice>, owner: &Owner, to: Gate) {
        assert_eq!(from.next(status, notice.as_ref(), owner, false), to);
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
        // What the org answered was not about this person, or nobody can tell.
        let refused = Some(AuthNotice::SessionRefused(IdTokenError::Subject));
        check(Gate::Open, &AuthStatus::Anonymous, refused, &alice(), Gate::Closed);
        let newer = Some(AuthNotice::NewerVersion);
        check(Gate::Open, &AuthStatus::Anonymous, newer, &Owner::Unknown, Gate::Closed);
    }

    #[test]
    fn a_sign_in_that_cannot_begin_does_not_go_round_in_circles() {
        check(Gate::Redirect, &AuthStatus::Anonymous, failed(), &Owner::Nobody, Gate::Stuck);
        check(Gate::Stuck, &AuthStatus::Anonymous, None, &Owner::Nobody, Gate::Stuck);
    }

    /// What is shown, one after the other, where the page is about to be left or not.
    #[track_caller]
    fn check_steps(steps: &[(&AuthStatus, bool, Gate)]) {
        let mut gate = Gate::default();
        for (status, leaving, expected) in steps {
            gate = gate.next(status, None, &Owner::Nobody, *leaving);
            assert_eq!(gate, *expected, "{steps:?}");
        }
    }

    #[test]
    fn whoever_comes_back_from_the_org_is_offered_the_way_and_not_sent_it_again() {
        let (unknown, nobody) = (AuthStatus::Unknown, AuthStatus::Anonymous);
        check_steps(&[
            (&unknown, false, Gate::Waiting),
            (&nobody, false, Gate::Redirect),
            (&nobody, true, Gate::Leaving),
            (&nobody, false, Gate::Stuck),
            // The button was pressed: that it was shows at once.
            (&nobody, true, Gate::Leaving),
            (&nobody, false, Gate::Stuck),
            (&signed_in(), false, Gate::Open),
        ]);
        // Loaded anew out of the history.
        check_steps(&[(&unknown, true, Gate::Leaving), (&nobody, false, Gate::Stuck)]);
        check_steps(&[(&unknown, true, Gate::Leaving), (&signed_in(), false, Gate::Open)]);
    }
}
