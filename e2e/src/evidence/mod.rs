//! What is kept of a test: its result and its last picture always, and where it failed all that helps to see why.
//!
//! Everything lies under `target/e2e`: `{test}/` with what was seen, `runs/{run}/` with a result for each test, and
//! `index.html` that shows both. Nothing is written down before it went through `masking`: no token, code, cookie
//! or password.

mod api_log;
mod folder;
mod masking;
mod process_log;
mod record;
mod secrets;
mod test_name;

pub use record::{End, Record, Witness};
pub use secrets::Secrets;
pub use test_name::TestName;

pub(crate) use masking::mask;
