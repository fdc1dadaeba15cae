//! What other tabs did, and what time did: both are noticed, none is acted on by signing in.

use okta_types::UnixTime;

use crate::interface::message::Message;
use crate::interface::status::AuthNotice;
use crate::machine::core::{Core, Presence};
use crate::machine::job::Job;
use crate::machine::next::Next;
use crate::machine::session::Stored;
use crate::machine::session_end::Cause;
use crate::step_context::StepContext;
use crate::tickets::Purpose;

/// Another tab said something.
pub(super) fn heard(core: &mut Core, message: Message, ctx: &mut StepContext<'_>) {
    match message {
        Message::SignedIn | Message::Renewed => reread(core, ctx),
        // A message may be late: somebody else may be here by now.
        Message::SignedOut(_) | Message::Expired(_) if core.shares_storage() => reread(core, ctx),
        Message::SignedOut(subject) if core.is(&subject) => {
            core.end(Cause::SignedOutElsewhere, ctx);
        }
        Message::Expired(subject) if core.is(&subject) => {
            core.end(Cause::ExpiredElsewhere, ctx);
        }
        Message::SignedOut(_) | Message::Expired(_) => {}
        // The flow `idle` hears it.
        #[cfg(feature = "idle")]
        Message::Active => {}
    }
}

/// Reads the stored session again, unless it is about to be read or was removed for good.
pub(super) fn reread(core: &mut Core, ctx: &mut StepContext<'_>) {
    if !matches!(core.job, Job::Starting { .. } | Job::SigningOut(_)) {
        ctx.load(Purpose::Reread, core.session_slot());
    }
}

pub(super) fn session_loaded(core: &mut Core, text: Option<&str>, ctx: &mut StepContext<'_>) -> Next {
    let mut next = Next::Nothing;
    match Stored::read(text, &core.settings, ctx.read_json) {
        Stored::Session(session) => {
            let known = matches!(&core.presence, Presence::Somebody(own) if own.is_same_as(&session));
            if !known {
                core.take_over(*session, ctx);
                next = Next::Serve;
            }
        }
        ended => core.ended_elsewhere(ended, ctx),
    }
    if let Presence::Somebody(session) = &core.presence
        && session.is_over(ctx.now)
    {
        core.expire(AuthNotice::SessionExpired, ctx);
    }
    #[cfg(feature = "dpop")]
    core.end_lost(ctx);
    next
}

/// A session that nothing can renew may be over.
pub(super) fn check_end(core: &Core, now: UnixTime) -> Next {
    match &core.presence {
        Presence::Somebody(session) if session.is_over(now) => Next::Reread,
        _ => Next::Nothing,
    }
}

/// Back from the browser's cache: nothing is being left any more, and other tabs may have been busy.
pub(super) fn returned(core: &mut Core) -> Next {
    if matches!(core.job, Job::Leaving { .. }) {
        core.job = Job::Idle;
        #[cfg(feature = "silent-renewal")]
        core.renewal.take_if(|renewal| renewal.is_away());
    }
    if matches!(core.presence, Presence::Unknown) { Next::Nothing } else { Next::Reread }
}
