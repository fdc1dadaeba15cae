//! One connection as the server sees it: from where, in which phase since when, and whether it is to be closed.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::Waker;

use futures_util::task::AtomicWaker;

use super::phase::{Phase, ticks};

/// The phase stands in the lowest bits, above them the tick at which it began.
const PHASE_BITS: u32 = 3;

/// The state of a connection. Its worker changes the phase; any thread may read it, and close the connection.
#[derive(Debug)]
pub(crate) struct Connection {
    address: IpAddr,
    state: AtomicU64,
    is_closed: AtomicBool,
    task: AtomicWaker,
    now: Arc<AtomicU64>,
}

impl Connection {
    /// A new one, which waits for its first request. `now` is the number of ticks until now.
    pub(super) fn new(address: IpAddr, now: Arc<AtomicU64>) -> Self {
        let connection = Self {
            address,
            state: AtomicU64::new(0),
            is_closed: AtomicBool::new(false),
            task: AtomicWaker::new(),
            now,
        };
        connection.enter(Phase::Idle);
        connection
    }

    /// By which connections are counted together.
    pub(super) fn address(&self) -> IpAddr {
        self.address
    }

    /// Begins a phase.
    pub(super) fn enter(&self, phase: Phase) {
        let since = self.now.load(Ordering::Relaxed);
        self.state.store(since << PHASE_BITS | phase.to_bits(), Ordering::Relaxed);
    }

    /// Begins a phase if it is in another one now.
    pub(super) fn go_on(&self, from: &[Phase], to: Phase) {
        if from.contains(&self.phase()) {
            self.enter(to);
        }
    }

    pub(super) fn phase(&self) -> Phase {
        Phase::from_bits(self.state.load(Ordering::Relaxed) & ((1 << PHASE_BITS) - 1))
    }

    /// The tick at which the phase began.
    pub(super) fn since(&self) -> u64 {
        self.state.load(Ordering::Relaxed) >> PHASE_BITS
    }

    /// Whether the client has kept the server waiting too long. `stopping` is the tick since which the server stops.
    pub(super) fn is_overdue(&self, stopping: Option<u64>) -> bool {
        let (phase, since, now) = (self.phase(), self.since(), self.now.load(Ordering::Relaxed));
        let is_over = |limit, since| now.saturating_sub(since) > ticks(limit);
        let over = phase.limit().is_some_and(|limit| is_over(limit, since));
        let over_at_stop = stopping.is_some_and(|stop| {
            phase.limit_while_stopping().is_some_and(|limit| is_over(limit, since.max(stop)))
        });
        over || over_at_stop
    }

    /// Has its task end it, soon.
    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.task.wake();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// Whether it is to be closed; if not, the task is woken when it is.
    pub(super) fn is_closed_or_wakes(&self, task: &Waker) -> bool {
        self.task.register(task);
        self.is_closed()
    }
}
