//! The part of an exchange that has to do with its key (RFC 9449 §5, §8), feature `dpop`: it is made before the code is
//! sent, and a refused proof is followed by a better one, once for each cause.

use okta_types::{AuthScheme, TokenResponse};

use crate::interface::config::Settings;
use crate::interface::dpop::{Dpop, KeyName, MadeKey};
use crate::interface::effect::Effect;
use crate::interface::error::{AnswerProblem, OrgError};
use crate::interface::event::{HttpAnswer, HttpFailure};
use crate::machine::exchange::{Exchange, Outcome, Step, TOKEN_TIMEOUT};
use crate::machine::grant::Grant;
use crate::machine::org::{self, Org};
use crate::machine::proving::{Proving, Remedy};
use crate::machine::session::Session;
use crate::step_context::StepContext;
use crate::tickets::Kind;

impl Exchange {
    pub(crate) fn judge_type(
        &mut self,
        response: &TokenResponse,
        settings: &Settings,
    ) -> Result<(), AnswerProblem> {
        let is_renewal = self.before().is_some();
        self.proving.judge(AuthScheme::parse(&response.token_type), settings.dpop, is_renewal)
    }

    /// The key that a new session will be bound to: one for each sign-in.
    fn key(&self, settings: &Settings) -> Option<KeyName> {
        match &self.grant {
            Grant::Code { transaction, .. } => {
                Some(Proving::key_name(settings, transaction.created, transaction.state.expose()))
            }
            Grant::Refresh(_) => None,
        }
    }

    pub(crate) fn key_to_make(&self, settings: &Settings, offered: bool) -> Option<KeyName> {
        self.key(settings).filter(|_| offered && settings.dpop != Dpop::Off)
    }

    /// The key was made, or could not be.
    pub(crate) fn key_made(
        &mut self,
        made: Option<&MadeKey>,
        settings: &Settings,
        org: &Org,
        ctx: &mut StepContext<'_>,
    ) -> Outcome {
        let key = self.key(settings).filter(|_| matches!(self.step, Step::Key))?;
        if !self.proving.key_made(key, made) {
            return Some(Err(OrgError::KeyLost));
        }
        self.send(TOKEN_TIMEOUT, settings, org, ctx);
        None
    }

    /// The key that was made for a session which has not come, or is not bound to it.
    pub(crate) fn unused_key(
        &self,
        outcome: &Result<Session, OrgError>,
        settings: &Settings,
    ) -> Option<KeyName> {
        let is_used = outcome.as_ref().is_ok_and(|session| session.binding.is_some());
        self.key(settings).filter(|_| self.proving.is_made() && !is_used)
    }

    /// Sends the request with another proof, at once or when the time is known, where that may help.
    pub(crate) fn proves_again(
        &mut self,
        answer: &Result<HttpAnswer, HttpFailure>,
        settings: &Settings,
        org: &Org,
        ctx: &mut StepContext<'_>,
    ) -> bool {
        let Ok(answer) = answer else { return false };
        match self.proving.remedy(answer, ctx.read_json) {
            Some(Remedy::Nonce) => self.send(TOKEN_TIMEOUT, settings, org, ctx),
            Some(Remedy::Time) => {
                self.step = Step::Time(org::refusal(answer, ctx.read_json));
                let id = ctx.tickets.issue_for(self.grant.purpose(), Kind::TimeTold);
                ctx.push(Effect::AskTime { id });
            }
            None => return false,
        }
        true
    }

    /// The time was asked for. A clock that was right is not to blame.
    pub(crate) fn time_told(
        &mut self,
        is_news: bool,
        settings: &Settings,
        org: &Org,
        ctx: &mut StepContext<'_>,
    ) -> Outcome {
        match std::mem::replace(&mut self.step, Step::Metadata) {
            Step::Time(error) if !is_news => Some(Err(error)),
            Step::Time(_) => {
                self.send(TOKEN_TIMEOUT, settings, org, ctx);
                None
            }
            other => {
                self.step = other;
                None
            }
        }
    }
}
