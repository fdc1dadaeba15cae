//! How often each test passed, and how long it took.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::report;
use crate::results::{Run, Verdict};

#[derive(Default)]
struct Tally {
    passed: usize,
    skipped: usize,
    times: Vec<u64>,
}

impl Tally {
    fn played(&self) -> usize {
        self.times.len() - self.skipped
    }

    fn is_reliable(&self) -> bool {
        self.passed == self.played()
    }
}

/// A row for each test, the least reliable first and then the slowest, and one for the whole.
pub(super) fn table(runs: &[Run]) -> String {
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for entry in runs.iter().flat_map(|run| &run.entries) {
        let tally = tallies.entry(&entry.test).or_default();
        tally.passed += usize::from(entry.verdict == Verdict::Passed);
        tally.skipped += usize::from(matches!(entry.verdict, Verdict::Skipped(_)));
        tally.times.push(entry.milliseconds);
    }
    tallies.values_mut().for_each(|tally| tally.times.sort_unstable());
    let unreliable = tallies.values().filter(|tally| !tally.is_reliable()).count();
    let mut medians: Vec<u64> = tallies.values().map(|tally| median(&tally.times)).collect();
    medians.sort_unstable();
    let mut order: Vec<(&str, Tally)> = tallies.into_iter().collect();
    order.sort_by_key(|(_, tally)| (tally.is_reliable(), std::cmp::Reverse(median(&tally.times))));
    let head = ["test", "passed", "median", "worst"].map(str::to_owned);
    let rows: Vec<_> =
        std::iter::once(head).chain(order.iter().map(|(test, tally)| row(test, tally))).collect();
    format!(
        "\n{}\n{} tests, {unreliable} of them unreliable; the median time of a test is {}\n",
        report::table(&rows),
        medians.len(),
        time(median(&medians)),
    )
}

fn row(test: &str, tally: &Tally) -> [String; 4] {
    let passed = match tally.played() {
        0 => "skipped".to_owned(),
        played => format!("{}/{played}", tally.passed),
    };
    let worst = tally.times.last().copied().unwrap_or_default();
    [test.to_owned(), passed, time(median(&tally.times)), time(worst)]
}

/// Of sorted times; the lower one of two in the middle.
fn median(times: &[u64]) -> u64 {
    times.get(times.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

fn time(milliseconds: u64) -> String {
    report::duration(Duration::from_millis(milliseconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Entry;

    fn entry(test: &str, verdict: Verdict, milliseconds: u64) -> Entry {
        Entry {
            test: test.to_owned(),
            folder: test.to_owned(),
            verdict,
            milliseconds,
            browser: "Chromium".to_owned(),
        }
    }

    #[test]
    fn the_least_reliable_test_comes_first_and_a_skipped_one_is_neither_good_nor_bad() {
        let run = |name: &str, shaky| Run {
            name: name.to_owned(),
            entries: vec![
                entry("firm", Verdict::Passed, 3000),
                entry("shaky", shaky, 1000),
                entry("absent", Verdict::Skipped("no moon".to_owned()), 100),
            ],
        };
        let text = table(&[run("2", Verdict::Failed("late".to_owned())), run("1", Verdict::Passed)]);
        let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(rows[2], ["shaky", "1/2", "1.0", "s", "1.0", "s"], "{text}");
        assert_eq!(rows[3][..2], ["firm", "2/2"], "{text}");
        assert_eq!(rows[4][..2], ["absent", "skipped"], "{text}");
        assert!(text.contains("3 tests, 1 of them unreliable"), "{text}");
    }
}
