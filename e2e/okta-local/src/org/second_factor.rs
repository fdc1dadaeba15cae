//! Proving a second factor: somebody's authenticator apps and their codes.

use okta_types::UnixTime;

use crate::org::acr::Assurance;
use crate::org::factor_method::FactorMethod;
use crate::org::session::Session;
use crate::org::state::{Directory, State};
use crate::org::totp::TotpSecret;
use crate::org::user::{User, UserStatus};
use crate::random;

/// What a code was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeCheck {
    /// It is good, and used from now on.
    Good,
    /// It is not a code of this person's.
    Wrong,
    /// It was good once.
    Used,
}

/// The name of the authenticator app that an account was seeded with.
pub(crate) fn seeded_id(user: &User) -> String {
    random::seeded_id("uft", 0, &user.id)
}

impl User {
    /// Their authenticator apps that count, by name.
    pub(crate) fn authenticators(&self) -> impl Iterator<Item = (String, &TotpSecret)> {
        let seeded = self.totp.iter().map(|secret| (seeded_id(self), secret));
        let enrolled = self.factors.iter().filter(|factor| factor.active);
        seeded.chain(enrolled.filter_map(|factor| Some((factor.id.clone(), factor.secret()?))))
    }

    /// Whether they have one of them.
    pub(crate) fn has_second_factor(&self) -> bool {
        self.authenticators().next().is_some()
    }
}

impl Directory {
    /// By what this person can prove a second factor, the strongest first.
    pub(crate) fn methods_of(&self, user: &User) -> Vec<FactorMethod> {
        let has = [
            (FactorMethod::Passkey, self.authenticators.passkeys && user.passkeys().next().is_some()),
            (FactorMethod::Totp, user.has_second_factor()),
            (FactorMethod::Email, self.authenticators.email && !user.email.is_empty()),
        ];
        has.into_iter().filter_map(|(method, has)| has.then_some(method)).collect()
    }

    /// Whether the org's policy, or the app's, asks for a second factor.
    pub(crate) fn asks_for_two(&self, client_id: &str) -> bool {
        self.second_factor || self.client(client_id).is_some_and(|client| client.app.second_factor)
    }

    /// Whether a session will do for an app as it is: of somebody who may sign in, with all that the policy asks for.
    pub(crate) fn lets_in(&self, client_id: &str, session: &Session) -> bool {
        let is_active = self.user(&session.user_id).is_some_and(|user| user.status == UserStatus::Active);
        is_active && (session.is_two_factor() || !self.asks_for_two(client_id))
    }

    /// Those of them that this person may choose from: where a passkey is demanded, it alone, if they have one.
    pub(crate) fn methods_for(&self, assurance: Assurance, user: &User) -> Vec<FactorMethod> {
        let mut methods = self.methods_of(user);
        if assurance == Assurance::PhishingResistant && methods.contains(&FactorMethod::Passkey) {
            methods.retain(|method| *method == FactorMethod::Passkey);
        }
        methods
    }
}

impl State {
    /// Tries a code of somebody's authenticator apps, or of the one that is named. No step of an app is good twice
    /// (RFC 6238 §5.2).
    pub(crate) fn try_code(
        &mut self,
        user_id: &str,
        factor_id: Option<&str>,
        code: &str,
        now: UnixTime,
    ) -> CodeCheck {
        let Some((key, step)) = self.step_of(user_id, factor_id, code, now) else { return CodeCheck::Wrong };
        self.use_step(key, step)
    }

    /// Under which name the steps of the app are kept that shows this code, and its step.
    fn step_of(
        &self,
        user_id: &str,
        factor_id: Option<&str>,
        code: &str,
        now: UnixTime,
    ) -> Option<(String, u64)> {
        let user = self.directory.user(user_id)?;
        let mut meant = user.authenticators().filter(|(id, _)| factor_id.is_none_or(|meant| id == meant));
        let (id, step) = meant.find_map(|(id, secret)| Some((id, secret.step_of(code, now)?)))?;
        // Those of the seeded one are kept under the person's name.
        Some((if id == seeded_id(user) { user.id.clone() } else { id }, step))
    }

    /// Notes that the code of a step was used.
    pub(crate) fn use_step(&mut self, key: String, step: u64) -> CodeCheck {
        let used = self.used_steps.entry(key).or_default();
        if *used >= step {
            return CodeCheck::Used;
        }
        *used = step;
        CodeCheck::Good
    }
}
