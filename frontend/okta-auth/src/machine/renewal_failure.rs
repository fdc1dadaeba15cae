//! What becomes of a session whose renewal has brought nothing.

use crate::interface::effect::Effect;
use crate::interface::error::OrgError;
use crate::interface::status::AuthNotice;
use crate::machine::core::Core;
use crate::step_context::StepContext;

impl Core {
    /// The session ends where nothing can renew it any more; else it stays as it is, and the org is left alone for a
    /// while.
    pub(crate) fn renewal_failed(&mut self, error: OrgError, ctx: &mut StepContext<'_>) {
        match error {
            #[cfg(feature = "dpop")]
            OrgError::KeyLost => self.expire(AuthNotice::KeyLost, ctx),
            error if error.ends_session() => self.expire(AuthNotice::SessionExpired, ctx),
            OrgError::IdToken(error) => self.expire(AuthNotice::SessionRefused(error), ctx),
            error => self.back_off(error, ctx),
        }
    }

    pub(crate) fn back_off(&mut self, error: OrgError, ctx: &mut StepContext<'_>) {
        let offset = self.clock_offset().unwrap_or(0);
        self.backoff.fail(error, ctx.now, offset, ctx.random[0]);
        if let Some(until) = self.backoff.until
            && self.settings.renew_ahead
        {
            ctx.push(Effect::WakeAt(until));
        }
    }
}
