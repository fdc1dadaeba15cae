//! What is said about one check.

use serde::Serialize;
pub(super) use shared::diagnosis::Outcome;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    Ok,
    Warned,
    Failed,
    Skipped,
}

/// One check: verdict, cause and remedy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Line {
    /// Stable, for programs.
    pub(super) check: &'static str,
    pub(super) verdict: Verdict,
    /// What was seen.
    pub(super) cause: String,
    /// What to do; only with [`Verdict::Failed`] and [`Verdict::Warned`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remedy: Option<String>,
}

impl Line {
    pub(super) fn new(check: &'static str, outcome: Outcome) -> Self {
        let (verdict, cause, remedy) = match outcome {
            Outcome::Ok(seen) => (Verdict::Ok, seen, None),
            Outcome::Warned { cause, remedy } => (Verdict::Warned, cause, Some(remedy)),
            Outcome::Failed { cause, remedy } => (Verdict::Failed, cause, Some(remedy)),
            Outcome::Skipped(why) => (Verdict::Skipped, why, None),
        };
        Self { check, verdict, cause, remedy }
    }
}

/// All checks, in the order in which they were made.
#[derive(Debug, Default, Serialize)]
pub(super) struct Findings {
    pub(super) checks: Vec<Line>,
}

impl Findings {
    /// Writes an outcome down, and says whether the check held.
    pub(super) fn add(&mut self, check: &'static str, outcome: Outcome) -> bool {
        let held = outcome.is_ok();
        self.checks.push(Line::new(check, outcome));
        held
    }

    /// Says more about a check that did not hold.
    pub(super) fn explain(&mut self, check: &str, outcome: Option<Outcome>) {
        let lines = self.checks.iter_mut().filter(|line| line.check == check && line.remedy.is_some());
        if let Some((line, outcome)) = lines.last().zip(outcome) {
            *line = Line::new(line.check, outcome);
        }
    }

    pub(super) fn skip_all(&mut self, checks: &[&'static str], why: &str) {
        for check in checks {
            self.add(check, Outcome::skipped(why));
        }
    }

    /// Whether a check was made and failed.
    pub(super) fn failed_at(&self, check: &str) -> bool {
        self.checks.iter().any(|line| line.check == check && line.verdict == Verdict::Failed)
    }

    /// How many checks ended so.
    pub(super) fn count(&self, verdict: Verdict) -> usize {
        self.checks.iter().filter(|line| line.verdict == verdict).count()
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let width = self.checks.iter().map(|line| line.check.len()).max().unwrap_or(0);
        let row = |line: &Line| {
            let sign = match line.verdict {
                Verdict::Ok => "✓",
                Verdict::Warned => "!",
                Verdict::Failed => "✗",
                Verdict::Skipped => "–",
            };
            let remedy = line.remedy.iter().map(|remedy| format!("  {:width$}    → {remedy}\n", ""));
            format!("{sign} {:width$}  {}\n{}", line.check, line.cause, remedy.collect::<String>())
        };
        self.checks.iter().map(row).collect()
    }
}
