//! Grove in a real browser: each test on its own stack, with its own browser.
#![expect(clippy::unwrap_used, clippy::panic, reason = "in a test a failed unwrap or a panic is the report")]

mod callback;
mod console;
mod driver;
mod evidence;
mod pages;
mod scene;
mod sessions;
mod shopping;
mod sign_in;
mod tab;
