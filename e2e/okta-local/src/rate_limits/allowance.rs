//! What an answer says about the limit of its request.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use okta_types::UnixTime;

/// Length of a window, in seconds.
pub(super) const WINDOW: i64 = 60;

/// What a request may know of its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allowance {
    /// Requests in a window.
    pub(crate) limit: u32,
    /// Of these, the ones left.
    pub(crate) remaining: u32,
    /// When the window ends.
    pub(crate) reset: UnixTime,
    /// Whether this request is within it.
    pub(crate) granted: bool,
}

impl Allowance {
    /// Tells it, unless a narrower one was told before.
    pub(crate) fn tell(self, headers: &mut HeaderMap) {
        let values = [
            ("x-rate-limit-limit", i64::from(self.limit)),
            ("x-rate-limit-remaining", i64::from(self.remaining)),
            ("x-rate-limit-reset", self.reset.0),
        ];
        for (name, value) in values {
            let name = HeaderName::from_static(name);
            if !headers.contains_key(&name) {
                headers.insert(name, HeaderValue::from(value));
            }
        }
    }
}
