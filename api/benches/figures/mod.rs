//! What a benchmark found: printed for people, and kept for `cargo bench-all`, a JSON object a line, in the file that
//! `BENCH_FIGURES` names.

use std::env;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::ops::{Bound, RangeBounds};
use std::process::ExitCode;

use serde_json::{Value, json};

const KEPT_IN: &str = "BENCH_FIGURES";

/// The median over the rounds, beside the values that are good (`0.9..`, `..=100.0`, or `..` for all); whether it is one.
pub(crate) fn figure(
    name: &str,
    unit: &str,
    values: impl Iterator<Item = f64>,
    goal: impl RangeBounds<f64>,
) -> bool {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let median = values[values.len() / 2];
    let (at_least, at_most) = (limit(goal.start_bound()), limit(goal.end_bound()));
    let asked = match (at_least, at_most) {
        (None, None) => String::new(),
        (Some(least), _) => format!("(at least {least})"),
        (None, Some(most)) => format!("(at most {most})"),
    };
    println!("{name:<58}{:>12} {unit:<10} {asked}", shown(median));
    let noise = noise(&values, median);
    keep(
        &json!({"name": name, "unit": unit, "value": median, "noise": noise, "at_least": at_least, "at_most": at_most}),
    );
    goal.contains(&median)
}

fn limit(bound: Bound<&f64>) -> Option<f64> {
    match bound {
        Bound::Included(limit) | Bound::Excluded(limit) => Some(*limit),
        Bound::Unbounded => None,
    }
}

/// How the benchmark ends. Whoever keeps the figures judges them as well.
pub(crate) fn outcome(good: &[bool]) -> ExitCode {
    let good = good.iter().all(|good| *good) || env::var_os(KEPT_IN).is_some();
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn shown(value: f64) -> String {
    if value >= 1000.0 { format!("{value:.0}") } else { format!("{value:.3}") }
}

/// Half of what the middle half of the rounds covers, as a part of the median.
fn noise(sorted: &[f64], median: f64) -> f64 {
    let quarter = sorted.len() / 4;
    (sorted[sorted.len() - 1 - quarter] - sorted[quarter]) / 2.0 / median
}

fn keep(figure: &Value) {
    let Ok(path) = env::var(KEPT_IN) else { return };
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    writeln!(file, "{figure}").unwrap();
}
