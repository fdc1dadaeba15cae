//! Sign-ups whose address is not confirmed yet. There is no account before that: nobody takes an address that is not theirs.

use okta_types::UnixTime;

use super::beginning::Beginning;
use crate::expiring::ExpiringMap;
use crate::fingerprint::Fingerprint;
use crate::org::password::PasswordHash;
use crate::random;
use crate::unverified::CONFIRMATION_LIFETIME;

/// What somebody gave who signs up.
#[derive(Clone, Debug)]
pub(crate) struct Registration {
    /// Login as well as address.
    pub(crate) email: String,
    /// First name.
    pub(crate) given_name: String,
    /// Last name.
    pub(crate) family_name: String,
    /// Of the password that they chose.
    pub(crate) password: PasswordHash,
    /// The sign-in that they came from.
    pub(crate) beginning: Beginning,
}

/// All of them, by the fingerprints of their tokens.
#[derive(Debug, Default)]
pub(crate) struct Registrations(ExpiringMap<Fingerprint, (Registration, Fingerprint)>);

impl Registrations {
    /// Keeps one; returns the token of its link and its code. Of one address only the last is good.
    pub(crate) fn begin(&mut self, registration: Registration, now: UnixTime) -> (String, String) {
        self.0.retain(|(known, _)| !known.email.eq_ignore_ascii_case(&registration.email));
        let (token, code) = (random::token(), random::code());
        let entry = (registration, Fingerprint::of(&code));
        self.0.insert(Fingerprint::of(&token), entry, now + CONFIRMATION_LIFETIME, now);
        (token, code)
    }

    /// The one of a token.
    pub(crate) fn look(&mut self, token: &Fingerprint, now: UnixTime) -> Option<&Registration> {
        self.0.get_mut(token, now).map(|(registration, _)| &*registration)
    }

    /// Whether the code is that of the token.
    pub(crate) fn has_code(&mut self, token: &Fingerprint, code: &str, now: UnixTime) -> bool {
        self.0.get_mut(token, now).is_some_and(|(_, known)| *known == Fingerprint::of(code))
    }

    /// Takes the one of a token out: it is confirmed.
    pub(crate) fn take(&mut self, token: &Fingerprint, now: UnixTime) -> Option<Registration> {
        self.0.remove(token, now).map(|(registration, _)| registration)
    }
}
