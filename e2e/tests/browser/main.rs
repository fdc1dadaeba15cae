//! Grove in a real browser: each test on its own stack, with its own browser.
#![expect(clippy::unwrap_used, clippy::panic, reason = "in a test a failed unwrap or a panic is the report")]

mod callback;
mod cdp;
mod clock;
mod conformance;
mod console;
mod driver;
mod evidence;
mod example;
mod guarded;
mod issuer;
mod look;
mod network;
mod once;
mod pages;
mod scene;
mod sessions;
mod shopping;
mod sign_in;
mod step_up;
mod tab;
mod tabs;
mod traces;
mod wrong_clocks;
