//! The limits that requests may reach, by name.

use okta_actix::{Reason, Rejection};

/// What there may be no more of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// Requests that are handled at a time.
    AtATime,
    /// Requests of one person in a minute.
    PerMinute,
    /// Requests from one address in a minute.
    PerMinuteOfAddress,
    /// Orders of one person in an hour.
    OrdersPerHour,
    /// Proofs of one key that are remembered.
    Proofs,
}

impl Limit {
    pub(crate) const ALL: [Self; 5] =
        [Self::AtATime, Self::PerMinute, Self::PerMinuteOfAddress, Self::OrdersPerHour, Self::Proofs];

    /// For metrics.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AtATime => "requests_at_a_time",
            Self::PerMinute => "requests_per_minute",
            Self::PerMinuteOfAddress => "requests_per_minute_of_an_address",
            Self::OrdersPerHour => "orders_per_hour",
            Self::Proofs => "proofs_of_a_key",
        }
    }

    /// The one that a refused token reached.
    pub(crate) fn of_proofs(rejection: &Rejection) -> Option<Self> {
        matches!(rejection.reason(), Reason::TooManyProofs { .. }).then_some(Self::Proofs)
    }
}
