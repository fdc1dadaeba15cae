//! One step: what it is given, and what it has come to so far.

use okta_types::UnixTime;
#[cfg(feature = "dpop")]
use okta_types::{base64url, decimal};
use std::time::Duration;

use crate::interface::effect::{Effect, HttpRequest, Slot};
use crate::protocol::json::ReadJson;
use crate::protocol::sensitive::Sensitive;
use crate::tickets::{Kind, Purpose, Tickets};

/// How many random bytes one step may use: verifier, `state` and `nonce` of 256 bits each, and 128 bits for proofs.
pub const RANDOM_BYTES: usize = JTI_AT + JTI_BYTES;
/// Where the bytes for proofs begin. They are sent about, so none of the others may be among them.
const JTI_AT: usize = 96;
/// RFC 9449 §4.2 asks for 12 at least.
const JTI_BYTES: usize = if cfg!(feature = "dpop") { 16 } else { 0 };

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
pub(crate) struct StepContext<'a> {
    pub(crate) now: UnixTime,
    pub(crate) random: &'a [u8; RANDOM_BYTES],
    pub(crate) read_json: ReadJson,
    pub(crate) effects: Vec<Effect>,
    pub(crate) tickets: Tickets,
    /// A renewal would take the page away, which holds what must not be lost.
    #[cfg(feature = "silent-renewal")]
    pub(crate) page_stays: bool,
    /// How many proofs were made in this step.
    #[cfg(feature = "dpop")]
    pub(crate) proofs: u64,
}

impl StepContext<'_> {
    pub(crate) fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// A name for one proof, unlike that of any other: the random bytes of the step, and a number within it.
    #[cfg(feature = "dpop")]
    pub(crate) fn draw_jti(&mut self) -> String {
        self.proofs += 1;
        let random = base64url::encode(&self.random[JTI_AT..]);
        [&random, ".", &decimal(self.proofs)].concat()
    }

    /// Asks the org. What it answers is for this; see [`Self::send_only`].
    pub(crate) fn send(&mut self, purpose: Purpose, request: HttpRequest) {
        let id = self.tickets.issue_for(purpose, Kind::Answered);
        self.push(Effect::Send { id, request });
    }

    /// Tells the org something, whatever it answers.
    pub(crate) fn send_only(&mut self, request: HttpRequest) {
        let id = self.tickets.issue();
        self.push(Effect::Send { id, request });
    }

    pub(crate) fn load(&mut self, purpose: Purpose, slot: Slot) {
        let id = self.tickets.issue_for(purpose, Kind::Loaded);
        self.push(Effect::Load { id, slot });
    }

    /// Keeps a text. Whether that succeeded is for this; see [`Self::save_only`].
    pub(crate) fn save(&mut self, purpose: Purpose, slot: Slot, text: Sensitive) {
        let id = self.tickets.issue_for(purpose, Kind::Saved);
        self.push(Effect::Save { id, slot, text });
    }

    /// Keeps a text if the storage does.
    pub(crate) fn save_only(&mut self, slot: Slot, text: Sensitive) {
        let id = self.tickets.issue();
        self.push(Effect::Save { id, slot, text });
    }

    pub(crate) fn remove(&mut self, slot: Slot) {
        self.push(Effect::Remove { slot });
    }

    pub(crate) fn wake_in(&mut self, delay: Duration) {
        self.push(Effect::WakeAt(self.now + delay));
    }
}
