//! What was seen, and whether it is good.

use std::collections::BTreeMap;
use std::fmt;

use crate::books::Books;
use crate::load::{Outcome, p99};

/// How many times longer than idle.
const SLOWER: u32 = 5;
/// How much more may be in memory at the end than after the warm-up: this part of it, and this many bytes.
const GROWTH: (u64, u64) = (20, 4 * 1024 * 1024);

const MIB: f64 = 1024.0 * 1024.0;

pub(crate) struct Report {
    /// Shoppers at a time.
    pub(crate) shedding: usize,
    pub(crate) idle: Outcome,
    pub(crate) busy: Outcome,
    /// Which part of its processor it had meanwhile.
    pub(crate) processor: f64,
    /// Bytes, once a second.
    pub(crate) memory: Vec<u64>,
    /// Connections of slow clients that were closed.
    pub(crate) slow: u64,
    /// How hostile tokens were answered.
    pub(crate) hostile: BTreeMap<u16, u64>,
    pub(crate) books: Books,
}

impl Report {
    pub(crate) fn is_good(&self) -> bool {
        self.verdicts().iter().all(|(_, good)| *good)
    }

    fn verdicts(&self) -> [(String, bool); 5] {
        let (idle, busy) = (self.idle.p99(), self.busy.p99());
        let (before, after) = self.memory_before_and_after();
        let (books, errors) = (&self.books, self.errors());
        [
            (
                format!("memory: {:.1} MiB, then {:.1} MiB", before as f64 / MIB, after as f64 / MIB),
                after <= before + before / GROWTH.0 + GROWTH.1,
            ),
            (
                format!("p99: idle {idle:.1?}, busy {busy:.1?} (at most {:.1?})", idle * SLOWER),
                busy <= idle * SLOWER,
            ),
            (
                format!(
                    "orders: {} acknowledged, {} lost, {} unknown, {} doubled; {} pieces ordered, {} gone",
                    books.acknowledged, books.lost, books.unknown, books.doubled, books.ordered, books.gone
                ),
                books.are_right(),
            ),
            (format!("errors but 503: {errors}"), errors == 0),
            (
                format!("hostile tokens: {:?}; slow clients sent away: {}", self.hostile, self.slow),
                self.hostile.keys().all(|status| [401, 431, 503].contains(status)) && self.slow > 0,
            ),
        ]
    }

    /// The middle of the first and of the last tenth: single looks jump.
    fn memory_before_and_after(&self) -> (u64, u64) {
        let tenth = (self.memory.len() / 10).max(1);
        let middle = |looks: &[u64]| {
            let mut sorted = looks.to_vec();
            sorted.sort_unstable();
            sorted[sorted.len() / 2]
        };
        (middle(&self.memory[..tenth]), middle(&self.memory[self.memory.len() - tenth..]))
    }

    fn memory_by_tenths(&self) -> String {
        let tenth = (self.memory.len() / 10).max(1);
        let looks = self.memory.iter().step_by(tenth).map(|bytes| format!("{:.0}", *bytes as f64 / MIB));
        looks.collect::<Vec<_>>().join(" ")
    }

    /// Of its own, or no answer at all.
    fn errors(&self) -> u64 {
        let is_error = |status: &u16| *status == 0 || (*status >= 500 && *status != 503);
        let all = self.busy.statuses.iter().chain(&self.idle.statuses).chain(&self.hostile);
        all.filter(|(status, _)| is_error(status)).map(|(_, count)| count).sum()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let requests: u64 = self.busy.statuses.values().sum();
        let seconds = self.busy.took.as_secs_f64();
        writeln!(
            f,
            "requests are refused from {} shoppers at a time; the load is twice that",
            self.shedding
        )?;
        writeln!(
            f,
            "{:.0} s: {:.0} requests a second, {:.0} orders a second, {:.0} % of a processor; by status {:?}",
            seconds,
            requests as f64 / seconds,
            self.busy.orders as f64 / seconds,
            self.processor * 100.0,
            self.busy.statuses
        )?;
        for (when, outcome) in [("idle", &self.idle), ("busy", &self.busy)] {
            let (reads, writes) = (p99(&outcome.reads), p99(&outcome.writes));
            writeln!(f, "{when}: p99 of reads {reads:.1?}, of changes {writes:.1?}")?;
        }
        writeln!(f, "memory in MiB, a tenth of the time each: {}", self.memory_by_tenths())?;
        for (what, good) in self.verdicts() {
            writeln!(f, "{:<6} {what}", if good { "ok" } else { "FAILED" })?;
        }
        Ok(())
    }
}
