//! The issuer's clock: the machine's, as an org's is.

use std::time::SystemTime;

/// Seconds since the epoch.
#[expect(clippy::disallowed_methods, reason = "this module is the issuer's one clock")]
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}
