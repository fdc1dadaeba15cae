//! One step: what it is given, and what it has come to so far.

use okta_types::UnixTime;
use std::time::Duration;

use crate::interface::effect::{Effect, HttpRequest, Slot};
use crate::interface::ids::Ticket;
use crate::protocol::json::ReadJson;
use crate::protocol::sensitive::Sensitive;

/// How many random bytes one step may use: verifier, `state` and `nonce` of 256 bits each.
pub const RANDOM_BYTES: usize = 96;

/// What a step cannot know by itself.
#[derive(Clone, Copy)]
pub struct Context {
    /// The browser's clock.
    pub now: UnixTime,
    /// Fresh bytes of a cryptographic generator, new for every step.
    pub random: [u8; RANDOM_BYTES],
    /// The reader of JSON text.
    pub read_json: ReadJson,
}

/// One step in progress: what it knows, and the effects so far.
pub(crate) struct Turn<'a> {
    pub(crate) now: UnixTime,
    pub(crate) random: &'a [u8; RANDOM_BYTES],
    pub(crate) read_json: ReadJson,
    pub(crate) effects: Vec<Effect>,
    pub(crate) tickets: u64,
}

impl Turn<'_> {
    pub(crate) fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub(crate) fn ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets)
    }

    pub(crate) fn send(&mut self, request: HttpRequest) -> Ticket {
        let id = self.ticket();
        self.push(Effect::Send { id, request });
        id
    }

    pub(crate) fn load(&mut self, slot: Slot) -> Ticket {
        let id = self.ticket();
        self.push(Effect::Load { id, slot });
        id
    }

    pub(crate) fn save(&mut self, slot: Slot, text: Sensitive) -> Ticket {
        let id = self.ticket();
        self.push(Effect::Save { id, slot, text });
        id
    }

    pub(crate) fn remove(&mut self, slot: Slot) {
        self.push(Effect::Remove { slot });
    }

    pub(crate) fn wake_in(&mut self, delay: Duration) {
        self.push(Effect::WakeAt(self.now + delay));
    }
}
