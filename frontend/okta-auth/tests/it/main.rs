//! The machine as a driver sees it: events in, effects out, in a browser made of plain data.

#![expect(clippy::unwrap_used, reason = "a test may panic, here the helpers around it too")]

mod browser;
mod callback;
mod fetch;
mod invariants;
mod org;
mod renewal;
mod sign_in;
mod sign_out;
mod tabs;
