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
use crate::machine::access::Decision;
#[cfg(feature = "silent-renewal")]
use crate::machine::background::Silent;
use crate::machine::background::{Renewal, RenewalStep};
use crate::machine::core::{Core, Presence};
use crate::machine::exchange::{Exchange, Outcome};
use crate::machine::grant::Grant;
use crate::machine::next::Next;
use crate::machine::session::{Session, Stored};
use crate::step_context::StepContext;
use crate::tickets::Purpose;

/// A tab that holds the lock longer than its own requests may take is stuck, seconds.
const LOCK_TIMEOUT: Duration = Duration::from_secs(45);

/// Begins a renewal of the session unless one is under way. The session must have a refresh token.
pub(super) fn start(core: &mut Core, ctx: &mut StepContext<'_>) {
    let Presence::Somebody(session) = &core.presence else { return };
    if core.renewal.is_some() {
        return;
    }
    let (lock, stale) = (ctx.tickets.issue(), session.access_token.clone());
    core.renewal = Some(Renewal { lock, stale, begun: ctx.now, step: RenewalStep::Lock });
    ctx.push(Effect::AcquireLock { id: lock });
    ctx.wake_in(LOCK_TIMEOUT);
}

pub(super) fn lock_granted(core: &mut Core, id: Ticket, ctx: &mut StepContext<'_>) {
    let slot = core.session_slot();
    match &mut core.renewal {
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
pub(super) fn session_loaded(core: &mut Core, text: Option<&str>, ctx: &mut StepContext<'_>) -> Next {
    let Some(renewal) = core.renewal.take() else { return Next::Nothing };
    let stored = match Stored::read(text, &core.settings, ctx.read_json) {
        Stored::Session(session) => Some(*session),
        Stored::Nothing | Stored::Unreadable if !core.storage_works => None,
        ended => {
            // What a refresh has brought meanwhile must not stay alive. A later version may go on with it.
            if let RenewalStep::Recheck(result) = renewal.step
                && let Ok(session) = *result
                && !matches!(ended, Stored::Newer)
            {
                core.revoke_renewed(session, ctx);
            }
            ctx.push(Effect::ReleaseLock { id: renewal.lock });
            core.ended_elsewhere(ended, ctx);
            return Next::Nothing;
        }
    };
    match renewal.step {
        RenewalStep::Reread => reread_for_renewal(core, renewal.lock, &renewal.stale, stored, ctx),
        RenewalStep::Recheck(result) => finish(core, renewal.lock, &renewal.stale, *result, stored, ctx),
        RenewalStep::Lock | RenewalStep::Exchange(_) => Next::Nothing,
        #[cfg(feature = "silent-renewal")]
        RenewalStep::Silent(_) => Next::Nothing,
    }
}

fn reread_for_renewal(
    core: &mut Core,
    lock: Ticket,
    stale: &AccessToken,
    stored: Option<Session>,
    ctx: &mut StepContext<'_>,
) -> Next {
    if let Some(stored) = stored {
        let renewed = stored.access_token != *stale && stored.is_fresh(ctx.now);
        core.take_over(stored, ctx);
        if renewed {
            ctx.push(Effect::ReleaseLock { id: lock });
            return Next::Serve;
        }
    }
    let session = match &core.presence {
        Presence::Somebody(session) if session.is_renewable() => session,
        _ => {
            ctx.push(Effect::ReleaseLock { id: lock });
            return Next::Serve;
        }
    };
    let stale = session.access_token.clone();
    #[cfg(feature = "silent-renewal")]
    if session.refresh_token.is_none() {
        core.renewal =
            Some(Renewal { lock, stale, begun: ctx.now, step: RenewalStep::Silent(Silent::Begun) });
        return Next::RenewSilently;
    }
    let mut exchange = Box::new(Exchange::new(Grant::Refresh(session.clone()), Purpose::Renewal));
    let outcome = exchange.begin(&core.settings, &core.org, ctx);
    core.renewal = Some(Renewal { lock, stale, begun: ctx.now, step: RenewalStep::Exchange(exchange) });
    exchanged(core, outcome, ctx);
    Next::Nothing
}

/// The exchange went on; where it is over, what is stored is read once more.
pub(super) fn exchanged(core: &mut Core, outcome: Outcome, ctx: &mut StepContext<'_>) {
    let slot = core.session_slot();
    if let Some(result) = outcome
        && let Some(renewal) = &mut core.renewal
    {
        ctx.load(Purpose::Renewal, slot);
        let refused = renewal.exchange().and_then(Exchange::take_refused);
        renewal.step = RenewalStep::Recheck(Box::new(result));
        if let Some(token) = refused {
            core.revoke_any(&token, ctx);
        }
    }
}

fn finish(
    core: &mut Core,
    lock: Ticket,
    stale: &AccessToken,
    result: Result<Session, OrgError>,
    stored: Option<Session>,
    ctx: &mut StepContext<'_>,
) -> Next {
    match (result, stored) {
        // Somebody has signed in anew meanwhile, in another tab.
        (Ok(session), Some(stored)) if stored.state != session.state => {
            core.revoke_renewed(session, ctx);
            core.take_over(stored, ctx);
        }
        (Ok(session), _) => {
            let is_useful = session.is_useful();
            core.adopt(session, ctx);
            core.save_session(ctx);
            ctx.push(Effect::Broadcast(Message::Renewed));
            if !is_useful {
                core.back_off(OrgError::Answer(AnswerProblem::ShortLived), ctx);
            }
        }
        // Without locks another tab may have been faster; its tokens are good.
        (Err(error), Some(stored)) if error.ends_session() && stored.access_token != *stale => {
            core.take_over(stored, ctx);
        }
        (Err(error), _) => core.renewal_failed(error, ctx),
    }
    ctx.push(Effect::ReleaseLock { id: lock });
    Next::Serve
}

/// The org has given a code without asking anybody: it is exchanged like any other.
#[cfg(feature = "silent-renewal")]
pub(super) fn proceed(core: &mut Core, ctx: &mut StepContext<'_>) {
    let Some(exchange) = core.renewal.as_mut().and_then(Renewal::exchange) else { return };
    let outcome = exchange.begin(&core.settings, &core.org, ctx);
    exchanged(core, outcome, ctx);
}

/// Gives a lock up that does not come.
pub(super) fn check_lock_timeout(core: &mut Core, ctx: &mut StepContext<'_>) -> Next {
    let stuck = core
        .renewal
        .as_ref()
        .is_some_and(|r| matches!(r.step, RenewalStep::Lock) && ctx.now.since(r.begun) >= LOCK_TIMEOUT);
    if !stuck {
        return Next::Nothing;
    }
    core.abandon_renewal(ctx);
    core.back_off(OrgError::Timeout, ctx);
    Next::Serve
}

/// Renews before anybody asks, where the app wants that and the time has come.
pub(super) fn check_time(core: &Core, ctx: &StepContext<'_>) -> Next {
    if let Presence::Somebody(session) = &core.presence
        && core.settings.renew_ahead
        && matches!(core.token(session, None, ctx), Decision::Renew)
    {
        return Next::Renew;
    }
    Next::Nothing
}
