//! What a connection is doing, and how long it may.

use std::time::Duration;

/// How often connections are looked at. Times below are kept to within one of these.
pub(super) const TICK: Duration = Duration::from_millis(250);

/// What a connection is doing. In all phases but [`Handling`](Self::Handling) the server waits for the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Between two requests, or before the first.
    Idle,
    /// Something of a head has arrived, or more of a body whose request is answered.
    Head,
    /// The head is there: the token is verified and the body read.
    Body,
    /// The request is being handled.
    Handling,
    /// A piece of the answer is being sent.
    Answer,
}

impl Phase {
    const ALL: [Self; 5] = [Self::Idle, Self::Head, Self::Body, Self::Handling, Self::Answer];

    pub(super) const fn to_bits(self) -> u64 {
        self as u64
    }

    pub(super) fn from_bits(bits: u64) -> Self {
        Self::ALL.into_iter().find(|phase| *phase as u64 == bits).unwrap_or(Self::Idle)
    }

    /// How long it may last; nothing where that is not the client's business.
    pub(super) const fn limit(self) -> Option<Duration> {
        match self {
            Self::Idle => Some(Duration::from_secs(15)),
            Self::Head => Some(Duration::from_secs(5)),
            // Longer than a body is read: whoever is late is told so.
            Self::Body => Some(Duration::from_secs(15)),
            Self::Handling => None,
            Self::Answer => Some(Duration::from_secs(10)),
        }
    }

    /// The same while the server stops.
    pub(super) const fn limit_while_stopping(self) -> Option<Duration> {
        match self {
            Self::Idle => Some(Duration::ZERO),
            Self::Head | Self::Body | Self::Answer => Some(Duration::from_secs(3)),
            Self::Handling => None,
        }
    }
}

/// A limit in ticks: over when more than these have passed.
pub(super) fn ticks(limit: Duration) -> u64 {
    u64::try_from(limit.as_millis() / TICK.as_millis()).unwrap_or(u64::MAX)
}
