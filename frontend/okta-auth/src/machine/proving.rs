//! How an exchange proves that it has the key, and what it tries against a refused proof (RFC 9449 §5, §8), feature
//! `dpop`.

use okta_types::{AuthScheme, UnixTime, decimal};

use crate::interface::config::Settings;
use crate::interface::dpop::{Dpop, KeyName, MadeKey};
use crate::interface::error::AnswerProblem;
use crate::interface::event::HttpAnswer;
use crate::machine::binding::Binding;
use crate::protocol::json::ReadJson;

/// What one exchange has of a key, and what it has tried.
#[derive(Debug, Default)]
pub(crate) struct Proving {
    /// The key that proofs are made with.
    pub(crate) binding: Option<Binding>,
    is_made: bool,
    has_asked_nonce: bool,
    has_asked_time: bool,
}

/// What may help against a refused proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Another proof, with the nonce that came along.
    Nonce,
    /// Another proof, by a better clock than this browser's.
    Time,
}

impl Proving {
    pub(crate) fn with(binding: Option<&Binding>) -> Self {
        Self { binding: binding.cloned(), ..Self::default() }
    }

    /// The name of the key to be made for the sign-in of this `state`, which began `at` this time: later ones come after it.
    pub(crate) fn key_name(settings: &Settings, at: UnixTime, state: &str) -> KeyName {
        KeyName(settings.named(&[&decimal(at.0.unsigned_abs()), ".", state].concat()))
    }

    /// The key was made. Whether it can be used.
    pub(crate) fn key_made(&mut self, key: KeyName, made: Option<&MadeKey>) -> bool {
        self.binding = made.map(|made| Binding::new(key, made.clone()));
        self.is_made = made.is_some();
        self.binding.is_some()
    }

    /// Whether a key was made for this exchange, used or not.
    pub(crate) fn is_made(&self) -> bool {
        self.is_made
    }

    /// What may help against this refusal, each once.
    pub(crate) fn remedy(&mut self, answer: &HttpAnswer, read: ReadJson) -> Option<Remedy> {
        if !matches!(answer.status, 400 | 401) || self.binding.is_none() {
            return None;
        }
        let body = read(answer.body.expose()).unwrap_or_default();
        match body.text("error")? {
            "use_dpop_nonce" if answer.dpop_nonce.is_some() && !self.has_asked_nonce => {
                self.has_asked_nonce = true;
                Some(Remedy::Nonce)
            }
            "invalid_dpop_proof" if !self.has_asked_time => {
                self.has_asked_time = true;
                Some(Remedy::Time)
            }
            _ => None,
        }
    }

    /// Whether a token of this type is one that was asked for. A new session may go without a binding where the app
    /// integration does not ask for one; a bound one stays bound.
    pub(crate) fn judge(
        &mut self,
        scheme: Option<AuthScheme>,
        dpop: Dpop,
        is_renewal: bool,
    ) -> Result<(), AnswerProblem> {
        match (scheme, &self.binding) {
            (Some(AuthScheme::DPoP), Some(_)) | (Some(AuthScheme::Bearer), None) => Ok(()),
            (Some(AuthScheme::DPoP), None) => Err(AnswerProblem::BoundUnasked),
            (Some(AuthScheme::Bearer), Some(_)) if !is_renewal && dpop != Dpop::Required => {
                self.binding = None;
                Ok(())
            }
            (Some(AuthScheme::Bearer), Some(_)) => Err(AnswerProblem::NotBound),
            _ => Err(AnswerProblem::TokenType),
        }
    }
}
