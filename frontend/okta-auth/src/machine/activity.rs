//! Whether the person has gone away (feature `idle`): what every flow asks.

use okta_types::UnixTime;

use crate::interface::effect::Slot;
use crate::machine::core::{Core, Presence};

impl Core {
    pub(crate) fn activity_slot(&self) -> Slot {
        self.beside_session("active")
    }

    /// From when on the person is warned, and when they are signed out.
    pub(crate) fn idle_times(&self) -> Option<(UnixTime, UnixTime)> {
        let (Some(idle), Presence::Somebody(_)) = (self.settings.idle, &self.presence) else { return None };
        let end = self.activity.last + idle.after;
        Some((end - idle.warn_before, end))
    }

    /// Whether nothing is to be renewed for now.
    pub(crate) fn is_idle(&self, now: UnixTime) -> bool {
        self.idle_times().is_some_and(|(warn, _)| now >= warn)
    }
}
