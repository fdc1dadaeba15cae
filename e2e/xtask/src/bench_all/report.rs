//! The report of a run, in Markdown.

use std::fmt::Write as _;

use super::figure::{Figure, Figures, picture_name};

/// A run beside the one that was kept.
pub(super) struct Report<'a> {
    now: &'a Figures,
    kept: Option<&'a Figures>,
}

impl<'a> Report<'a> {
    pub(super) fn of(now: &'a Figures, kept: Option<&'a Figures>) -> Self {
        Self { now, kept }
    }

    /// What is worse than in the kept one, and by which part of it.
    pub(super) fn losses(&self) -> Vec<(&'a Figure, f64)> {
        let loss = |(group, figure): (&str, &'a Figure)| {
            Some((figure, figure.loss_since(self.before(group, figure)?)?))
        };
        self.now.all().filter_map(loss).collect()
    }

    fn before(&self, group: &str, figure: &Figure) -> Option<&'a Figure> {
        self.kept?.find(group, &figure.name)
    }

    /// Goals that were not reached, and losses, for the terminal.
    pub(super) fn summary(&self) -> String {
        let missed = self.now.all().filter(|(_, figure)| !figure.reaches_its_goal());
        let missed = missed.map(|(group, figure)| {
            format!("goal not reached: {group}: {}: {} ({})", figure.name, value(figure), goal(figure))
        });
        let losses = self.losses().into_iter();
        let losses = losses
            .map(|(figure, loss)| format!("worse than before by {:.0} %: {}", loss * 100.0, figure.name));
        let lines: Vec<_> = missed.chain(losses).collect();
        if lines.is_empty() {
            "every goal is reached, and nothing is worse than before".to_owned()
        } else {
            lines.join("\n")
        }
    }

    /// The whole of it.
    pub(super) fn text(&self) -> String {
        let mut text = format!("# What it costs\n\n{}\n\n", self.now.machine);
        if let Some(kept) = self.kept {
            let _ = writeln!(text, "Compared with: {}\n", kept.machine);
        }
        text.push_str(
            "Made by `cargo bench-all`. Medians of rounds that measure everything once, in turn. The noise is half of what \
             the middle half of the rounds covers. Rates are per second of the server's processor time, or of the clock (`per s`). What was \
             measured before is compared where it says the same on any machine.\n",
        );
        for (group, figures) in &self.now.groups {
            let _ = write!(text, "\n## {group}\n\n![{group}]({})\n\n", picture_name(group));
            text.push_str("| what | | noise | goal | before |\n|---|--:|--:|---|---|\n");
            figures.iter().for_each(|figure| text.push_str(&self.row(group, figure)));
        }
        text
    }

    fn row(&self, group: &str, figure: &Figure) -> String {
        let before = self.before(group, figure);
        let loss = before.and_then(|before| figure.loss_since(before)).is_some();
        let before =
            before.map(|before| format!("{}{}", value(before), if loss { ": **worse**" } else { "" }));
        let missed = if figure.reaches_its_goal() { "" } else { ": **not reached**" };
        let (value, goal, noise) = (value(figure), goal(figure), figure.noise * 100.0);
        format!(
            "| {} | {value} | ±{noise:.1} % | {goal}{missed} | {} |\n",
            figure.name,
            before.unwrap_or_default()
        )
    }
}

/// With its unit.
pub(super) fn value(figure: &Figure) -> String {
    let number = if figure.value >= 1000.0 {
        crate::report::bytes(figure.value.round() as usize)
    } else {
        format!("{:.3}", figure.value)
    };
    format!("{number} {}", figure.unit).trim_end().to_owned()
}

fn goal(figure: &Figure) -> String {
    match (figure.at_least, figure.at_most) {
        (Some(least), _) => format!("at least {least}"),
        (None, Some(most)) => format!("at most {most}"),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(ratio: f64) -> Figures {
        let figure = Figure {
            name: "one token / no authentication".to_owned(),
            unit: String::new(),
            value: ratio,
            noise: 0.01,
            at_least: Some(0.95),
            at_most: None,
        };
        Figures {
            machine: "2 × a processor".to_owned(), groups: vec![("messages".to_owned(), vec![figure])]
        }
    }

    #[test]
    fn what_is_worse_or_misses_its_goal_is_said() {
        let (now, kept) = (run(0.8), run(1.0));
        let report = Report::of(&now, Some(&kept));
        assert_eq!(report.losses().len(), 1);
        let said = "goal not reached: messages: one token / no authentication: 0.800 (at least 0.95)\n\
                    worse than before by 20 %: one token / no authentication";
        assert_eq!(report.summary(), said);
        let row = "| one token / no authentication | 0.800 | ±1.0 % | at least 0.95: **not reached** | 1.000: **worse** |";
        assert!(report.text().contains(row), "{}", report.text());
    }

    #[test]
    fn a_first_report_has_nothing_to_be_compared_with() {
        let now = run(1.0);
        let report = Report::of(&now, None);
        assert!(report.losses().is_empty());
        assert_eq!(report.summary(), "every goal is reached, and nothing is worse than before");
    }
}
