//! Signing people out who have gone away (feature `idle`): warned before, and nothing is renewed meanwhile.
//!
//! A sign of life in one tab counts in all: tabs tell each other, and the time of the last one lies beside
//! the session, so that a tab that slept, and a page that is opened hours later, know it too. Before anybody
//! is warned or signed out that time is read once more.

use std::time::Duration;

use okta_types::UnixTime;

use crate::interface::effect::{Effect, Slot};
use crate::interface::message::Message;
use crate::interface::status::AuthNotice;
use crate::machine::core::{Core, Presence};
use crate::machine::next::Next;
use crate::protocol::sensitive::Sensitive;
use crate::step_context::StepContext;
use crate::tickets::Purpose;

/// Signs of life are told to other tabs and kept no more often than this.
const TOLD_EVERY: Duration = Duration::from_secs(5);

impl Core {
    pub(crate) fn activity_slot(&self) -> Slot {
        self.beside_session("active")
    }

    /// From when on the person is warned, and when they are signed out.
    fn idle_times(&self) -> Option<(UnixTime, UnixTime)> {
        let (Some(idle), Presence::Somebody(_)) = (self.settings.idle, &self.presence) else { return None };
        let end = self.activity.last + idle.after;
        Some((end - idle.warn_before, end))
    }

    /// Whether nothing is to be renewed for now.
    pub(crate) fn is_away(&self, now: UnixTime) -> bool {
        self.idle_times().is_some_and(|(warn, _)| now >= warn)
    }

    /// The person did something here. After the end it is too late: whoever comes then may be another.
    pub(crate) fn active(&mut self, ctx: &mut StepContext<'_>) {
        match self.idle_times() {
            None => {}
            Some((_, end)) if ctx.now >= end && self.activity.last != UnixTime::default() => {
                self.check_idle(ctx);
            }
            Some(_) => self.be_active(ctx),
        }
    }

    /// A sign-in is a sign of life, however long the session before it was idle.
    pub(crate) fn signed_in_now(&mut self, ctx: &mut StepContext<'_>) {
        if self.settings.idle.is_some() {
            self.be_active(ctx);
        }
    }

    fn be_active(&mut self, ctx: &mut StepContext<'_>) {
        let told = ctx.now.since(self.activity.told) < TOLD_EVERY && ctx.now >= self.activity.told;
        let was_warned = matches!(self.notice, Some(AuthNotice::IdleWarning { .. }));
        self.activity.last = ctx.now;
        if told && !was_warned {
            return;
        }
        if was_warned {
            self.notice = None;
        }
        self.activity.told = ctx.now;
        ctx.save_only(self.activity_slot(), Sensitive::new(ctx.now.0.to_string()));
        ctx.push(Effect::Broadcast(Message::Active));
        self.arm(ctx);
    }

    /// The person did something in another tab.
    pub(crate) fn active_elsewhere(&mut self, ctx: &mut StepContext<'_>) {
        if self.settings.idle.is_some() {
            self.activity.last = self.activity.last.max(ctx.now);
            if matches!(self.notice, Some(AuthNotice::IdleWarning { .. })) {
                self.notice = None;
            }
            self.arm(ctx);
        }
    }

    fn arm(&self, ctx: &mut StepContext<'_>) {
        if let Some((warn, _)) = self.idle_times() {
            ctx.push(Effect::WakeAt(warn));
        }
    }

    /// Some time passed, or the page was just loaded: where the person may be gone, other tabs are asked.
    pub(crate) fn check_idle(&mut self, ctx: &mut StepContext<'_>) {
        if !ctx.tickets.is_open(Purpose::Activity) && self.is_away(ctx.now) {
            ctx.load(Purpose::Activity, self.activity_slot());
        }
    }

    /// The last sign of life of all tabs is known.
    pub(crate) fn activity_loaded(&mut self, text: Option<&str>, ctx: &mut StepContext<'_>) -> Next {
        let stored = text.and_then(|text| text.parse().ok()).map_or(UnixTime::default(), UnixTime);
        if stored <= ctx.now {
            self.activity.last = self.activity.last.max(stored);
        }
        // Nobody has ever been seen: this is the first sign of life.
        if self.activity.last == UnixTime::default() {
            self.be_active(ctx);
            return Next::Nothing;
        }
        let Some((warn, end)) = self.idle_times() else { return Next::Nothing };
        if ctx.now >= end {
            // A callback under way goes first; it may bring somebody.
            return Next::SignOut;
        } else if ctx.now >= warn {
            self.notice = Some(AuthNotice::IdleWarning { until: end });
            ctx.push(Effect::WakeAt(end));
        } else {
            self.arm(ctx);
        }
        Next::Nothing
    }
}
