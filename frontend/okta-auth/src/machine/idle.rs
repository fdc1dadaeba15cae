//! Signing people out who have gone away (feature `idle`): warned before, and nothing is renewed meanwhile.
//!
//! A sign of life in one tab counts in all: tabs tell each other, and the time of the last one lies beside
//! the session, so that a tab that slept, and a page that is opened hours later, know it too. Before anybody
//! is warned or signed out that time is read once more.

use std::time::Duration;

use okta_types::UnixTime;

use crate::interface::effect::Effect;
use crate::interface::message::Message;
use crate::interface::status::AuthNotice;
use crate::machine::core::Core;
use crate::machine::next::Next;
use crate::protocol::sensitive::Sensitive;
use crate::step_context::StepContext;
use crate::tickets::Purpose;

/// Signs of life are told to other tabs and kept no more often than this.
const ANNOUNCE_INTERVAL: Duration = Duration::from_secs(5);

/// The person did something here. After the end it is too late: whoever comes then may be another.
pub(super) fn active(core: &mut Core, ctx: &mut StepContext<'_>) {
    match core.idle_times() {
        None => {}
        Some((_, end)) if ctx.now >= end && core.activity.last != UnixTime::default() => {
            check(core, ctx);
        }
        Some(_) => record_activity(core, ctx),
    }
}

/// A sign-in is a sign of life, however long the session before it was idle.
pub(super) fn signed_in(core: &mut Core, ctx: &mut StepContext<'_>) {
    if core.settings.idle.is_some() {
        record_activity(core, ctx);
    }
}

fn record_activity(core: &mut Core, ctx: &mut StepContext<'_>) {
    let is_recent =
        ctx.now.since(core.activity.announced) < ANNOUNCE_INTERVAL && ctx.now >= core.activity.announced;
    let was_warned = matches!(core.notice, Some(AuthNotice::IdleWarning { .. }));
    core.activity.last = ctx.now;
    if is_recent && !was_warned {
        return;
    }
    if was_warned {
        core.notice = None;
    }
    core.activity.announced = ctx.now;
    ctx.save_only(core.activity_slot(), Sensitive::new(ctx.now.0.to_string()));
    ctx.push(Effect::Broadcast(Message::Active));
    schedule_warning(core, ctx);
}

/// The person did something in another tab.
pub(super) fn active_elsewhere(core: &mut Core, ctx: &mut StepContext<'_>) {
    if core.settings.idle.is_some() {
        core.activity.last = core.activity.last.max(ctx.now);
        if matches!(core.notice, Some(AuthNotice::IdleWarning { .. })) {
            core.notice = None;
        }
        schedule_warning(core, ctx);
    }
}

fn schedule_warning(core: &Core, ctx: &mut StepContext<'_>) {
    if let Some((warn, _)) = core.idle_times() {
        ctx.push(Effect::WakeAt(warn));
    }
}

/// Some time passed, or the page was just loaded: where the person may be gone, other tabs are asked.
pub(super) fn check(core: &mut Core, ctx: &mut StepContext<'_>) {
    if !ctx.tickets.is_open(Purpose::Activity) && core.is_idle(ctx.now) {
        ctx.load(Purpose::Activity, core.activity_slot());
    }
}

/// The last sign of life of all tabs is known.
pub(super) fn activity_loaded(core: &mut Core, text: Option<&str>, ctx: &mut StepContext<'_>) -> Next {
    let stored = text.and_then(|text| text.parse().ok()).map_or(UnixTime::default(), UnixTime);
    if stored <= ctx.now {
        core.activity.last = core.activity.last.max(stored);
    }
    // Nobody has ever been seen: this is the first sign of life.
    if core.activity.last == UnixTime::default() {
        record_activity(core, ctx);
        return Next::Nothing;
    }
    let Some((warn, end)) = core.idle_times() else { return Next::Nothing };
    if ctx.now >= end {
        // A callback under way goes first; it may bring somebody.
        return Next::SignOut;
    } else if ctx.now >= warn {
        core.notice = Some(AuthNotice::IdleWarning { until: end });
        ctx.push(Effect::WakeAt(end));
    } else {
        schedule_warning(core, ctx);
    }
    Next::Nothing
}
