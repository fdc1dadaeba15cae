//! Renewal by refresh token (RFC 6749 §6), one at a time across all tabs.
//!
//! Under the lock: read what is stored (another tab may have renewed), refresh, read again (another tab may
//! have signed out), save, give the lock back. Only `invalid_grant` ends the session; no answer, 429 and 5xx
//! leave it as it is and back off, and so does a new token that ends at once or is refused like the old one. Where the browser has no locks the driver grants them at once; the org's
//! grace period then covers two tabs that renew within it.

use std::time::Duration;

use okta_types::AccessToken;

use crate::interface::effect::Effect;
use crate::interface::error::{AnswerProblem, OrgError};
use crate::interface::ids::Ticket;
use crate::interface::message::Message;
use crate::interface::status::AuthNotice;
use crate::machine::background::{Renewal, RenewalStep};
use crate::machine::core::{Core, Presence};
use crate::machine::exchange::{Exchange, Grant, Outcome};
use crate::machine::next::Next;
use crate::machine::session::{Session, Stored};
use crate::step_context::StepContext;
use crate::tickets::Purpose;

/// A tab that holds the lock longer than its own requests may take is stuck, seconds.
const LOCK_PATIENCE: Duration = Duration::from_secs(45);

impl Core {
    /// Begins a renewal of the session unless one is under way. The session must have a refresh token.
    pub(crate) fn renew(&mut self, ctx: &mut StepContext<'_>) {
        let Presence::Somebody(session) = &self.presence else { return };
        if self.renewal.is_some() {
            return;
        }
        let (lock, stale) = (ctx.tickets.draw(), session.access_token.clone());
        self.renewal = Some(Renewal { lock, stale, begun: ctx.now, step: RenewalStep::Lock });
        ctx.push(Effect::AcquireLock { id: lock });
        ctx.wake_in(LOCK_PATIENCE);
    }

    pub(crate) fn lock_granted(&mut self, id: Ticket, ctx: &mut StepContext<'_>) {
        let slot = self.session_slot();
        match &mut self.renewal {
            Some(renewal) if renewal.lock == id && matches!(renewal.step, RenewalStep::Lock) => {
                ctx.load(Purpose::Renewal, slot);
                renewal.step = RenewalStep::Reread;
            }
            Some(renewal) if renewal.lock == id => {}
            // Nobody wants it any more; other tabs may.
            _ => ctx.push(Effect::ReleaseLock { id }),
        }
    }

    /// The stored session was read, before or after the exchange.
    pub(crate) fn renewal_loaded(&mut self, text: Option<&str>, ctx: &mut StepContext<'_>) -> Next {
        let Some(renewal) = self.renewal.take() else { return Next::Nothing };
        let stored = match Stored::read(text, &self.settings, ctx.read_json) {
            Stored::Session(session) => Some(*session),
            Stored::Nothing | Stored::Unreadable if !self.storage_works => None,
            ended => {
                // What a refresh has brought meanwhile must not stay alive. A later version may go on with it.
                if let RenewalStep::Recheck(result) = renewal.step
                    && let Ok(session) = *result
                    && !matches!(ended, Stored::Newer)
                {
                    self.revoke_renewed(session, ctx);
                }
                ctx.push(Effect::ReleaseLock { id: renewal.lock });
                self.ended_elsewhere(ended, ctx);
                return Next::Nothing;
            }
        };
        match renewal.step {
            RenewalStep::Reread => self.reread_for_renewal(renewal.lock, &renewal.stale, stored, ctx),
            RenewalStep::Recheck(result) => {
                self.renewal_over(renewal.lock, &renewal.stale, *result, stored, ctx)
            }
            RenewalStep::Lock | RenewalStep::Exchange(_) => Next::Nothing,
        }
    }

    fn reread_for_renewal(
        &mut self,
        lock: Ticket,
        stale: &AccessToken,
        stored: Option<Session>,
        ctx: &mut StepContext<'_>,
    ) -> Next {
        if let Some(stored) = stored {
            let renewed = stored.access_token != *stale && stored.is_fresh(ctx.now);
            self.take_over(stored, ctx);
            if renewed {
                ctx.push(Effect::ReleaseLock { id: lock });
                return Next::Serve;
            }
        }
        let session = match &self.presence {
            Presence::Somebody(session) if session.refresh_token.is_some() => session,
            _ => {
                ctx.push(Effect::ReleaseLock { id: lock });
                return Next::Serve;
            }
        };
        let stale = session.access_token.clone();
        let mut exchange = Box::new(Exchange::new(Grant::Refresh(session.clone())));
        let outcome = exchange.proceed(&self.settings, &mut self.org, ctx);
        self.renewal = Some(Renewal { lock, stale, begun: ctx.now, step: RenewalStep::Exchange(exchange) });
        self.renewal_exchanged(outcome, ctx);
        Next::Nothing
    }

    /// The exchange went on; where it is over, what is stored is read once more.
    pub(crate) fn renewal_exchanged(&mut self, outcome: Outcome, ctx: &mut StepContext<'_>) {
        let slot = self.session_slot();
        if let Some(result) = outcome
            && let Some(renewal) = &mut self.renewal
        {
            ctx.load(Purpose::Renewal, slot);
            renewal.step = RenewalStep::Recheck(Box::new(result));
        }
    }

    fn renewal_over(
        &mut self,
        lock: Ticket,
        stale: &AccessToken,
        result: Result<Session, OrgError>,
        stored: Option<Session>,
        ctx: &mut StepContext<'_>,
    ) -> Next {
        match (result, stored) {
            // Somebody has signed in anew meanwhile, in another tab.
            (Ok(session), Some(stored)) if stored.state != session.state => {
                self.revoke_renewed(session, ctx);
                self.take_over(stored, ctx);
            }
            (Ok(session), _) => {
                let is_useful = session.is_useful();
                self.adopt(session, ctx);
                self.save_session(ctx);
                ctx.push(Effect::Broadcast(Message::Renewed));
                if !is_useful {
                    self.back_off(OrgError::Answer(AnswerProblem::ShortLived), ctx);
                }
            }
            // Without locks another tab may have been faster; its tokens are good.
            (Err(error), Some(stored)) if error.is_invalid_grant() && stored.access_token != *stale => {
                self.adopt(stored, ctx);
            }
            (Err(error), _) if error.is_invalid_grant() => self.expire(AuthNotice::SessionExpired, ctx),
            (Err(OrgError::IdToken(error)), _) => self.expire(AuthNotice::SessionRefused(error), ctx),
            (Err(error), _) => self.back_off(error, ctx),
        }
        ctx.push(Effect::ReleaseLock { id: lock });
        Next::Serve
    }

    fn back_off(&mut self, error: OrgError, ctx: &mut StepContext<'_>) {
        let offset = self.clock_offset().unwrap_or(0);
        self.backoff.fail(error, ctx.now, offset, ctx.random[0]);
        #[cfg(feature = "renew-ahead")]
        if let Some(until) = self.backoff.until
            && self.settings.renew_ahead
        {
            ctx.push(Effect::WakeAt(until));
        }
    }

    /// Gives a lock up that does not come.
    pub(crate) fn check_lock_patience(&mut self, ctx: &mut StepContext<'_>) -> Next {
        let stuck = self
            .renewal
            .as_ref()
            .is_some_and(|r| matches!(r.step, RenewalStep::Lock) && ctx.now.since(r.begun) >= LOCK_PATIENCE);
        if !stuck {
            return Next::Nothing;
        }
        self.abandon_renewal(ctx);
        self.back_off(OrgError::Timeout, ctx);
        Next::Serve
    }
}
