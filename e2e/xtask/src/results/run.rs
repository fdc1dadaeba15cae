//! Results of the browser tests, a file for each in the folder of its run: `target/e2e/runs/{run}/{test}.json`.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{env, fs, io, process};

use okta_cli::clock;
use serde::{Deserialize, Serialize};

/// Runs that are remembered.
const REMEMBERED: usize = 30;

/// What became of a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "verdict", content = "why")]
pub enum Verdict {
    /// It held.
    Passed,
    /// It could not be played here, for this reason.
    Skipped(String),
    /// It failed, with this message.
    Failed(String),
}

/// A test in a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// With its modules.
    pub test: String,
    /// The name of its folder.
    pub folder: String,
    /// What became of it.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// How long it took, with the start of browser and stack.
    pub milliseconds: u64,
    /// Which browser it had.
    pub browser: String,
}

/// The tests of one run, by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Sorts by time.
    pub name: String,
    /// By the name of the test.
    pub entries: Vec<Entry>,
}

/// The run that this process is part of: `GROVE_RUN`, so that several processes can be one, or its own.
static THIS_RUN: LazyLock<String> = LazyLock::new(|| {
    let own = || format!("{}-{}", clock::now().0, process::id());
    let name = env::var("GROVE_RUN").ok().filter(|name| !name.is_empty()).unwrap_or_else(own);
    forget_old(&folder());
    name
});

/// Where results lie, and what is kept of tests.
pub fn root() -> PathBuf {
    okta_cli::workspace().join("target/e2e")
}

fn folder() -> PathBuf {
    root().join("runs")
}

impl Entry {
    /// Writes it down.
    ///
    /// # Errors
    /// Where the disk says no.
    pub fn keep(&self) -> io::Result<()> {
        let folder = folder().join(&*THIS_RUN);
        fs::create_dir_all(&folder)?;
        let text = serde_json::to_string_pretty(self)?;
        fs::write(folder.join(format!("{}.json", self.test.replace("::", "."))), text)
    }
}

/// All runs that are remembered, the newest first.
pub fn runs() -> Vec<Run> {
    names(&folder()).into_iter().rev().map(|name| read(&folder(), name)).collect()
}

fn read(folder: &Path, name: String) -> Run {
    let files = fs::read_dir(folder.join(&name)).into_iter().flatten().flatten();
    let texts = files.filter_map(|file| fs::read_to_string(file.path()).ok());
    let mut entries: Vec<Entry> = texts.filter_map(|text| serde_json::from_str(&text).ok()).collect();
    entries.sort_by(|one, other| one.test.cmp(&other.test));
    Run { name, entries }
}

/// From the oldest to the newest.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

fn forget_old(folder: &Path) {
    let names = names(folder);
    for name in names.iter().take(names.len().saturating_sub(REMEMBERED)) {
        let _ = fs::remove_dir_all(folder.join(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let entry = Entry {
            test: "tabs::one".to_owned(),
            folder: "one".to_owned(),
            verdict: Verdict::Skipped("needs a moon".to_owned()),
            milliseconds: 1500,
            browser: "Firefox".to_owned(),
        };
        fs::create_dir_all(folder.path().join("1-1")).unwrap();
        fs::write(folder.path().join("1-1/one.json"), serde_json::to_string(&entry).unwrap()).unwrap();
        assert_eq!(read(folder.path(), "1-1".to_owned()).entries, [entry]);
    }

    #[test]
    fn old_runs_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        for run in 10..45 {
            fs::create_dir(folder.path().join(run.to_string())).unwrap();
        }
        forget_old(folder.path());
        assert_eq!(names(folder.path()).first().map(String::as_str), Some("15"));
    }
}
