//! Grove in a real browser: each test on its own stack, with its own browser.
#![expect(clippy::unwrap_used, clippy::panic, reason = "in a test a failed unwrap or a panic is the report")]

mod addresses;
mod administrator;
mod bearer;
mod below_a_path;
mod bench;
mod callback;
mod cart;
mod conformance;
mod docs;
mod example;
mod fields;
mod guarded;
mod history;
mod initiated;
mod issuer;
mod large_tokens;
mod look;
mod loopback;
mod network;
mod once;
mod order_book;
mod orders;
mod outages;
mod people;
mod policy;
mod pushed;
mod refusals;
mod sessions;
mod shopping;
mod sign_in;
mod signed_in;
mod step_up;
mod tabs;
mod traces;
mod wrong_clocks;
