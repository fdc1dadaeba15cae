//! Which connections there are, and which have to go.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::MissedTickBehavior;

use super::closed::{Closed, ClosedConnections};
use super::connection::Connection;
use super::phase::{Phase, TICK};
use crate::counted_address::CountedAddress;

/// No tick yet.
const NEVER: u64 = u64::MAX;

/// How many connections there may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConnectionLimits {
    /// From everywhere.
    pub(crate) in_all: usize,
    /// From one [`CountedAddress`].
    pub(crate) per_address: usize,
}

/// All connections of the process. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Connections(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limits: ConnectionLimits,
    now: Arc<AtomicU64>,
    stopping: AtomicU64,
    open: Mutex<HashMap<IpAddr, Vec<Arc<Connection>>>>,
    closed: ClosedConnections,
}

type Open = HashMap<IpAddr, Vec<Arc<Connection>>>;

impl Connections {
    /// None yet.
    pub(crate) fn new(limits: ConnectionLimits) -> Self {
        Self(Arc::new(Inner {
            limits,
            now: Arc::new(AtomicU64::new(0)),
            stopping: AtomicU64::new(NEVER),
            open: Mutex::new(HashMap::new()),
            closed: ClosedConnections::default(),
        }))
    }

    /// Counts a new connection. Where there are too many, another one is closed for it: of the address itself if that
    /// has its share, else of the one that has most. `None` where all of those are being handled.
    pub(crate) fn admit(&self, address: IpAddr) -> Option<Arc<Connection>> {
        let admitted = self.try_admit(address);
        if admitted.is_none() {
            self.0.closed.count(Closed::NotAdmitted);
        }
        admitted
    }

    fn try_admit(&self, address: IpAddr) -> Option<Arc<Connection>> {
        let address = CountedAddress::of(address).address();
        let mut open = self.open();
        let of_address = open.get(&address).map_or(0, |connections| alive(connections));
        if of_address >= self.0.limits.per_address {
            self.make_room(open.get(&address)?)?;
        } else if open.values().map(|connections| alive(connections)).sum::<usize>() >= self.0.limits.in_all {
            self.make_room(open.values().max_by_key(|connections| alive(connections))?)?;
        }
        let connection = Arc::new(Connection::new(address, Arc::clone(&self.0.now)));
        open.entry(address).or_default().push(Arc::clone(&connection));
        Some(connection)
    }

    /// Counts it no more.
    pub(super) fn forget(&self, connection: &Arc<Connection>) {
        let mut open = self.open();
        let Some(connections) = open.get_mut(&connection.address()) else { return };
        connections.retain(|other| !Arc::ptr_eq(other, connection));
        if connections.is_empty() {
            open.remove(&connection.address());
        }
    }

    /// From now on nobody is waited for long.
    pub(crate) fn stop(&self) {
        self.0.stopping.store(self.0.now.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Closes connections whose time is over, for ever.
    pub(crate) async fn watch(self) {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            self.close_overdue();
        }
    }

    fn close_overdue(&self) {
        self.0.now.fetch_add(1, Ordering::Relaxed);
        let stopping = Some(self.0.stopping.load(Ordering::Relaxed)).filter(|tick| *tick != NEVER);
        let open = self.open();
        let overdue = open.values().flatten().filter(|c| !c.is_closed() && c.is_overdue(stopping));
        overdue.for_each(|connection| {
            self.0.closed.count(Closed::Overdue(connection.phase()));
            connection.close();
        });
    }

    /// Closes the one that is needed least: idle rather than at work, and of these the one that has waited longest.
    fn make_room(&self, connections: &[Arc<Connection>]) -> Option<()> {
        let waits = |c: &&Arc<Connection>| !c.is_closed() && c.phase() != Phase::Handling;
        let least = connections.iter().filter(waits).min_by_key(|c| (c.phase() != Phase::Idle, c.since()))?;
        self.0.closed.count(Closed::ForAnother);
        least.close();
        Some(())
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.open().values().map(|connections| alive(connections)).sum()
    }

    /// How many were closed by the server since the start, by the reason's name.
    pub(crate) fn closed(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.0.closed.counts()
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn alive(connections: &[Arc<Connection>]) -> usize {
    connections.iter().filter(|connection| !connection.is_closed()).count()
}

#[cfg(test)]
mod tests {
    use super::super::phase::ticks;
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn connections(in_all: usize, per_address: usize) -> Connections {
        Connections::new(ConnectionLimits { in_all, per_address })
    }

    fn pass(connections: &Connections, ticks: u64) {
        (0..ticks).for_each(|_| connections.close_overdue());
    }

    #[test]
    fn each_phase_has_its_deadline_and_handling_has_none() {
        for phase in [Phase::Idle, Phase::Head, Phase::Body, Phase::Answer, Phase::Handling] {
            let all = connections(9, 9);
            let one = all.admit(HERE).unwrap();
            one.enter(phase);
            let limit = ticks(phase.limit().unwrap_or(std::time::Duration::from_secs(3600)));
            pass(&all, limit);
            assert!(!one.is_closed(), "{phase:?}");
            pass(&all, 1);
            assert_eq!(one.is_closed(), phase != Phase::Handling, "{phase:?}");
        }
    }

    #[test]
    fn what_the_server_closes_is_counted_by_the_reason() {
        let all = connections(9, 1);
        let late = all.admit(HERE).unwrap();
        late.enter(Phase::Answer);
        pass(&all, ticks(Phase::Answer.limit().unwrap()) + 1);
        all.forget(&late);
        let first = all.admit(HERE).unwrap();
        let second = all.admit(HERE).unwrap();
        assert_eq!((first.is_closed(), all.count()), (true, 1));
        all.forget(&first);
        second.enter(Phase::Handling);
        assert!(all.admit(HERE).is_none());
        let closed: Vec<_> = all.closed().filter(|(_, count)| *count > 0).collect();
        assert_eq!(closed, [("late_answer", 1), ("for_another", 1), ("not_admitted", 1)]);
    }

    #[test]
    fn a_stop_waits_for_what_is_handled_and_for_the_others_three_seconds_at_most() {
        let all = connections(9, 9);
        let open = [Phase::Idle, Phase::Answer, Phase::Handling].map(|phase| {
            let one = all.admit(HERE).unwrap();
            one.enter(phase);
            one
        });
        all.stop();
        pass(&all, 1);
        assert_eq!(open.each_ref().map(|one| one.is_closed()), [true, false, false]);
        pass(&all, 12);
        assert_eq!(open.each_ref().map(|one| one.is_closed()), [true, true, false]);
    }

    #[test]
    fn an_address_that_has_its_share_gives_one_up_for_the_next() {
        let all = connections(9, 2);
        let (first, second) = (all.admit(HERE).unwrap(), all.admit(HERE).unwrap());
        pass(&all, 1);
        first.enter(Phase::Answer);
        assert!(all.admit(THERE).is_some());
        let third = all.admit(HERE).unwrap();
        assert!(second.is_closed() && !first.is_closed(), "the idle one goes first");
        all.forget(&second);
        third.enter(Phase::Handling);
        assert!(all.admit(HERE).is_some() && first.is_closed());
    }

    #[test]
    fn whoever_is_being_handled_is_not_sent_away() {
        let all = connections(9, 1);
        let one = all.admit(HERE).unwrap();
        one.enter(Phase::Handling);
        assert!(all.admit(HERE).is_none());
        all.forget(&one);
        assert!(all.admit(HERE).is_some());
    }

    #[test]
    fn where_there_are_too_many_the_address_with_most_gives_one_up() {
        let all = connections(3, 9);
        let lonely = all.admit(THERE).unwrap();
        pass(&all, 1);
        let many = [all.admit(HERE).unwrap(), all.admit(HERE).unwrap()];
        all.admit(THERE).unwrap();
        assert!(!lonely.is_closed() && many[0].is_closed() && !many[1].is_closed());
    }
}
