//! Who guesses too often is locked out for a while: passwords, and codes of the second factor.
//!
//! An attempt counts when it begins, so that guesses side by side are all counted, and is forgiven when it
//! proves right. Nobody is told that they are locked out: it looks like a wrong password (OWASP
//! Authentication Cheat Sheet, "Account Lockout").

use std::collections::HashMap;

use okta_types::UnixTime;

use crate::unverified::LOCKOUT_DURATION;

/// Wrong passwords, or wrong codes, before a person is locked out, by the password policy that new orgs of Okta's have.
const LOCKOUT_AFTER: u32 = 10;

/// What an attempt guesses at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guess {
    /// A password.
    Password,
    /// A code of the authenticator app.
    SecondFactor,
}

/// Whether an attempt may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// It may be tried.
    Allowed,
    /// It may, and locks the person out if it is wrong.
    Last,
    /// It is wrong whatever it is: the person is locked out.
    LockedOut,
}

/// The failed attempts of all people, by their ids.
#[derive(Debug, Default)]
pub(crate) struct Lockouts(HashMap<String, Failures>);

#[derive(Debug, Default)]
struct Failures {
    passwords: u32,
    codes: u32,
    locked_until: Option<UnixTime>,
}

impl Lockouts {
    /// Counts an attempt before its outcome is known, so that attempts at the same time all count.
    pub(crate) fn begin(&mut self, user_id: &str, guess: Guess, now: UnixTime) -> Attempt {
        let failures = self.0.entry(user_id.to_owned()).or_default();
        match failures.locked_until {
            Some(end) if now < end => return Attempt::LockedOut,
            Some(_) => *failures = Failures::default(),
            None => {}
        }
        let count = failures.count(guess);
        *count += 1;
        if *count < LOCKOUT_AFTER {
            return Attempt::Allowed;
        }
        failures.locked_until = Some(now + LOCKOUT_DURATION);
        Attempt::Last
    }

    /// Forgives the attempts, the last of which was right.
    pub(crate) fn succeed(&mut self, user_id: &str, guess: Guess) {
        if let Some(failures) = self.0.get_mut(user_id) {
            *failures.count(guess) = 0;
            failures.locked_until = None;
        }
    }

    /// Whether this person is locked out.
    pub(crate) fn holds(&self, user_id: &str, now: UnixTime) -> bool {
        self.0.get(user_id).and_then(|failures| failures.locked_until).is_some_and(|end| now < end)
    }

    /// Lets this person try again.
    pub(crate) fn unlock(&mut self, user_id: &str) {
        self.0.remove(user_id);
    }
}

impl Failures {
    fn count(&mut self, guess: Guess) -> &mut u32 {
        match guess {
            Guess::Password => &mut self.passwords,
            Guess::SecondFactor => &mut self.codes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(attempts: u32) -> Lockouts {
        let mut lockouts = Lockouts::default();
        for _ in 0..attempts {
            lockouts.begin("00u1", Guess::Password, UnixTime(0));
        }
        lockouts
    }

    #[test]
    fn the_tenth_wrong_attempt_locks_for_an_hour() {
        let mut lockouts = after(8);
        let mut begin = |at| lockouts.begin("00u1", Guess::Password, UnixTime(at));
        assert_eq!((begin(0), begin(0), begin(0)), (Attempt::Allowed, Attempt::Last, Attempt::LockedOut));
        assert_eq!((begin(3599), begin(3600)), (Attempt::LockedOut, Attempt::Allowed));
        assert!(!lockouts.holds("00u1", UnixTime(3600)) && !lockouts.holds("00u2", UnixTime(0)));
    }

    #[test]
    fn a_right_attempt_forgives_its_kind_only() {
        let mut lockouts = after(9);
        for _ in 0..9 {
            lockouts.begin("00u1", Guess::SecondFactor, UnixTime(0));
        }
        assert_eq!(lockouts.begin("00u1", Guess::Password, UnixTime(0)), Attempt::Last);
        lockouts.succeed("00u1", Guess::Password);
        assert!(!lockouts.holds("00u1", UnixTime(0)), "the last attempt was right");
        assert_eq!(lockouts.begin("00u1", Guess::SecondFactor, UnixTime(0)), Attempt::Last);
        assert!(lockouts.holds("00u1", UnixTime(0)));
        lockouts.unlock("00u1");
        assert_eq!(lockouts.begin("00u1", Guess::SecondFactor, UnixTime(0)), Attempt::Allowed);
    }
}
