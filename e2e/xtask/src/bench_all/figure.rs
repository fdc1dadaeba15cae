//! What benchmarks found, as they and the kept report write it down.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::BenchError;

/// One figure: a median over rounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Figure {
    pub(super) name: String,
    /// Empty for a ratio.
    pub(super) unit: String,
    pub(super) value: f64,
    /// Half of what the middle half of the rounds covers, as a part of the value.
    pub(super) noise: f64,
    /// The goal, where more is better.
    pub(super) at_least: Option<f64>,
    /// The goal, where less is better.
    pub(super) at_most: Option<f64>,
}

/// A loss below this part of a figure is none, however quiet the rounds were: two builds of one source differ by as much.
const LEAST_LOSS: f64 = 0.05;
/// A median of rounds moves by less than so many times their noise.
const NOISES: f64 = 3.0;

impl Figure {
    /// Of a size, which has no noise.
    pub(super) fn bytes(name: &str, value: usize, at_most: usize) -> Self {
        let (value, at_most) = (value as f64, Some(at_most as f64));
        Self { name: name.to_owned(), unit: "bytes".to_owned(), value, noise: 0.0, at_least: None, at_most }
    }

    /// # Errors
    /// Where the file cannot be read, or holds something else.
    pub(super) fn read_lines(path: &Path) -> Result<Vec<Self>, BenchError> {
        let text = fs::read_to_string(path).map_err(BenchError::at(path))?;
        let figures: Result<_, _> = text.lines().map(serde_json::from_str).collect();
        figures.map_err(BenchError::at(path))
    }

    pub(super) fn reaches_its_goal(&self) -> bool {
        self.at_least.is_none_or(|least| self.value >= least)
            && self.at_most.is_none_or(|most| self.value <= most)
    }

    /// Whether it says the same on any machine: rates and times do not.
    pub(super) fn is_of_any_machine(&self) -> bool {
        ["", "bytes", "MB"].contains(&self.unit.as_str())
    }

    /// What is lost since `kept`, as a part of it, where that is more than the noise of both.
    pub(super) fn loss_since(&self, kept: &Self) -> Option<f64> {
        let change = self.value / kept.value - 1.0;
        let loss = if self.at_most.is_some() { change } else { -change };
        let noise = NOISES * self.noise.max(kept.noise);
        (self.is_of_any_machine() && loss > noise.max(LEAST_LOSS)).then_some(loss)
    }
}

/// All that one run found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Figures {
    pub(super) machine: String,
    /// By benchmark.
    pub(super) groups: Vec<(String, Vec<Figure>)>,
}

impl Figures {
    /// The kept ones; `None` where none were kept.
    ///
    /// # Errors
    /// Where the file cannot be read, or holds something else.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, BenchError> {
        match fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(BenchError::at(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(BenchError::at(path)(error)),
        }
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), BenchError> {
        let text = serde_json::to_string_pretty(self).map_err(BenchError::at(path))?;
        fs::write(path, text + "\n").map_err(BenchError::at(path))
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &Figure)> {
        self.groups
            .iter()
            .flat_map(|(group, figures)| figures.iter().map(move |figure| (group.as_str(), figure)))
    }

    pub(super) fn find(&self, group: &str, name: &str) -> Option<&Figure> {
        self.all()
            .find(|(in_group, figure)| *in_group == group && figure.name == name)
            .map(|(_, figure)| figure)
    }
}

/// The file of a group's picture. A link to it must hold no space.
pub(super) fn picture_name(group: &str) -> String {
    format!("{}.svg", group.replace(' ', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(value: f64, noise: f64) -> Figure {
        let (name, unit) = ("a / b".to_owned(), String::new());
        Figure { name, unit, value, noise, at_least: Some(0.9), at_most: None }
    }

    #[test]
    fn a_loss_is_what_is_more_than_the_noise_of_both_runs() {
        assert_eq!(ratio(0.96, 0.0).loss_since(&ratio(1.0, 0.0)), None);
        assert!(ratio(0.9, 0.01).loss_since(&ratio(1.0, 0.01)).is_some());
        assert_eq!(ratio(0.9, 0.01).loss_since(&ratio(1.0, 0.05)), None);
        assert_eq!(ratio(1.2, 0.0).loss_since(&ratio(1.0, 0.0)), None);
    }

    #[test]
    fn where_less_is_better_more_is_a_loss() {
        let weighs = |bytes| Figure::bytes("page", bytes, 110_000);
        assert!(weighs(107_000).loss_since(&weighs(100_000)).is_some());
        assert_eq!(weighs(90_000).loss_since(&weighs(100_000)), None);
        assert!(weighs(110_000).reaches_its_goal() && !weighs(110_001).reaches_its_goal());
    }

    #[test]
    fn rates_are_not_compared_between_runs() {
        let rate = |value| Figure { unit: "per s".to_owned(), ..ratio(value, 0.0) };
        assert_eq!(rate(1.0).loss_since(&rate(1000.0)), None);
    }
}
