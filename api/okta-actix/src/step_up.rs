//! How a person must have signed in (RFC 9470): with which strength, and how long ago at most.

use std::time::Duration;

use okta_jwt::{AccessClaims, UnixTime};

/// A demand on the sign-in behind a token. Empty, it is always met.
///
/// ```
/// # use std::time::Duration;
/// use okta_actix::StepUp;
///
/// const FOR_LARGE_ORDERS: StepUp =
///     StepUp::new().acr("urn:okta:loa:2fa:any phr phrh").max_age(Duration::from_secs(300));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepUp {
    acr_values: Option<&'static str>,
    max_age: Option<Duration>,
}

impl StepUp {
    /// No demand yet.
    pub const fn new() -> Self {
        Self { acr_values: None, max_age: None }
    }

    /// One of these authentication contexts, with a space between them: every one that would do, for they
    /// are names without an order.
    #[must_use]
    pub const fn acr(mut self, values: &'static str) -> Self {
        self.acr_values = Some(values);
        self
    }

    /// A sign-in no longer ago than this, in whole seconds. A renewed token does not make it younger
    /// (RFC 9470 §6.1).
    #[must_use]
    pub const fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    pub(crate) fn acr_values(&self) -> Option<&'static str> {
        self.acr_values
    }

    /// Seconds.
    pub(crate) fn max_age_seconds(&self) -> Option<u64> {
        self.max_age.map(|age| age.as_secs())
    }

    /// A token that does not say how or when its person signed in does not meet a demand on it.
    pub(crate) fn is_met_by(&self, claims: &AccessClaims, now: UnixTime) -> bool {
        let strong = self.acr_values.is_none_or(|values| {
            claims.acr.as_deref().is_some_and(|acr| values.split(' ').any(|value| value == acr))
        });
        let recent = self.max_age.is_none_or(|age| claims.auth_time.is_some_and(|at| now <= at + age));
        strong && recent
    }
}
