//! The stack and the server of the SPA, without a browser.
#![expect(clippy::unwrap_used, reason = "in a test a failed unwrap is the report")]

mod spa_server;
mod stack;
