//! Whose passkey it is, and whether it answered.

use passki::{AuthenticationCredential, Passki, StoredPasskey};

use crate::org::ceremony::Ceremony;
use crate::org::factor::FactorKind;
use crate::org::state::{Directory, State};
use crate::org::user::User;

impl Directory {
    /// Whose passkey that is.
    pub(crate) fn owner_of_passkey(&self, id: &[u8]) -> Option<(&User, &StoredPasskey)> {
        let passkeys = self.users.iter().flat_map(|user| user.passkeys().map(move |passkey| (user, passkey)));
        passkeys.into_iter().find(|(_, passkey)| passkey.credential_id == id)
    }
}

impl State {
    /// The id of the person whose passkey answered. The counter is compared and kept under one lock, so that no two answers
    /// are good for the same count.
    pub(crate) fn try_passkey(
        &mut self,
        base_url: &str,
        ceremony: &Ceremony,
        answer: &str,
    ) -> Option<String> {
        let answer: AuthenticationCredential = serde_json::from_str(answer).ok()?;
        let id = Passki::base64_decode(&answer.raw_id).ok()?;
        let (user, known) = self.directory.owner_of_passkey(&id)?;
        let counter = ceremony.verify(base_url, &answer, user, known)?;
        let user_id = user.id.clone();
        let user = self.directory.user_mut(&user_id)?;
        for factor in &mut user.factors {
            if let FactorKind::Passkey { credential } = &mut factor.kind
                && credential.credential_id == id
            {
                credential.counter = counter;
            }
        }
        Some(user_id)
    }
}
