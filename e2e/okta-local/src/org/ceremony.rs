//! Passkeys (Web Authentication Level 3): this org as the relying party, the ceremonies that wait for an answer, and the
//! credentials that people registered. The crate `passki` reads and verifies what authenticators send: type, challenge,
//! origin, the hash of the relying party's id, the flags for presence and verification, the counter and the signature.

use std::fmt;

use passki::{
    AuthenticationCredential, AuthenticationOptions, AuthenticationState, Passki, RegistrationCredential,
    RegistrationOptions, RegistrationState, ResidentKeyRequirement, StoredPasskey,
    UserVerificationRequirement,
};
use serde::Serialize;

use crate::org::factor::FactorKind;
use crate::org::user::User;

/// What browsers show of this org.
const NAME: &str = "okta-local";

/// Milliseconds that a browser waits for its authenticator; the challenge itself ends with its page.
const PATIENCE: u64 = 5 * 60 * 1000;

/// COSE's numbers of the algorithms that the org asks for (EdDSA, ES256, ES384, RS256, RS384).
const ALGORITHMS: [i32; 5] = [-8, -7, -35, -257, -258];

/// What a browser was asked for. Its challenge is good for one answer to the page that holds it.
pub(crate) struct Ceremony {
    /// For the page's script: `PublicKeyCredentialCreationOptionsJSON` or `…RequestOptionsJSON`.
    pub(crate) options: String,
    expected: Expected,
}

enum Expected {
    /// Another passkey, of this person.
    Registration(RegistrationState),
    /// A signature.
    Assertion(AuthenticationState),
}

impl fmt::Debug for Ceremony {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ceremony")
    }
}

impl Ceremony {
    /// Asks for another passkey of this person, for the org at that address.
    pub(crate) fn registration(base_url: &str, user: &User) -> Option<Self> {
        let known: Vec<_> = user.passkeys().cloned().collect();
        let mut options = RegistrationOptions::default();
        (options.timeout, options.user_verification) = (PATIENCE, UserVerificationRequirement::Required);
        (options.resident_key, options.exclude_credentials) =
            (ResidentKeyRequirement::Required, Some(&known[..]));
        let (id, login, name) = (user.id.as_bytes(), user.login.as_str(), user.name());
        let (options, state) =
            relying_party(base_url).start_passkey_registration(id, login, &name, options).ok()?;
        Some(Self { options: text(&options)?, expected: Expected::Registration(state) })
    }

    /// Asks for a signature: by one of this person's passkeys, or by anybody's where nobody is named. So nobody learns of a
    /// user name whether somebody has it, or a passkey.
    pub(crate) fn assertion(base_url: &str, user: Option<&User>) -> Option<Self> {
        let allowed: Vec<_> = user.into_iter().flat_map(User::passkeys).cloned().collect();
        let mut options = AuthenticationOptions::default();
        (options.timeout, options.user_verification) = (PATIENCE, UserVerificationRequirement::Required);
        let (options, state) =
            relying_party(base_url).start_passkey_authentication(&allowed, options).ok()?;
        Some(Self { options: text(&options)?, expected: Expected::Assertion(state) })
    }

    /// The passkey that the browser made, as `RegistrationResponseJSON`.
    pub(crate) fn register(&self, base_url: &str, answer: &str) -> Option<StoredPasskey> {
        let Expected::Registration(state) = &self.expected else { return None };
        let credential: RegistrationCredential = serde_json::from_str(answer).ok()?;
        let made = relying_party(base_url).finish_passkey_registration(&credential, state);
        made.inspect_err(|error| tracing::debug!(%error, "a passkey was not registered"))
            .ok()
            .filter(|made| ALGORITHMS.contains(&made.algorithm))
    }

    /// The counter of a good signature by that person's passkey, in an `AuthenticationResponseJSON`.
    pub(super) fn verify(
        &self,
        base_url: &str,
        answer: &AuthenticationCredential,
        user: &User,
        known: &StoredPasskey,
    ) -> Option<u32> {
        let Expected::Assertion(state) = &self.expected else { return None };
        let verified = relying_party(base_url).finish_passkey_authentication(answer, state, known);
        let verified =
            verified.inspect_err(|error| tracing::debug!(%error, "a passkey was not accepted")).ok()?;
        let is_theirs = verified.user_handle.is_none_or(|handle| handle == user.id.as_bytes());
        is_theirs.then_some(verified.counter)
    }
}

/// The org at that address. Its id is the host: browsers keep passkeys for it, whatever the port.
fn relying_party(base_url: &str) -> Passki {
    let host = base_url.split_once("://").map_or(base_url, |(_, host)| host);
    let host = host.split(':').next().unwrap_or(host);
    Passki::new(host, &[base_url], NAME)
}

fn text(options: &impl Serialize) -> Option<String> {
    serde_json::to_string(options).ok()
}

impl User {
    /// Their passkeys.
    pub(crate) fn passkeys(&self) -> impl Iterator<Item = &StoredPasskey> {
        self.factors.iter().filter_map(|factor| match &factor.kind {
            FactorKind::Passkey { credential } => Some(&**credential),
            _ => None,
        })
    }
}
