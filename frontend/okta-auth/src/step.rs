//! The one way in: a state and an event give a state and effects.

use crate::interface::effect::Effect;
use crate::interface::event::Event;
use crate::machine::Machine;
use crate::step_context::{Context, StepContext};

/// Takes one event in. Does nothing itself: what is to be done comes back as effects.
#[must_use]
pub fn step(mut machine: Machine, event: Event, context: &Context) -> (Machine, Vec<Effect>) {
    let mut ctx = StepContext {
        now: context.now,
        random: &context.random,
        read_json: context.read_json,
        effects: Vec::new(),
        tickets: std::mem::take(&mut machine.tickets),
        #[cfg(feature = "silent-renewal")]
        page_stays: false,
        #[cfg(feature = "dpop")]
        proofs: 0,
    };
    machine.on(event, &mut ctx);
    machine.tickets = ctx.tickets;
    (machine, ctx.effects)
}
