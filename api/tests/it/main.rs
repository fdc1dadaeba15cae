//! The API as its callers see it: over HTTP, on a real database file, with tokens of a real issuer.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod answer;
mod catalogue;
mod commands;
mod cors;
mod idempotency;
mod orders;
mod problems;
mod process;
mod readiness;
mod shop;
mod tokens;
