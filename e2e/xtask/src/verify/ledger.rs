//! `cargo verify --ledger`: what each thing that is done for size saves on the shop's first load, measured by building
//! without it, and the lines that it costs.

use std::path::Path;
use std::{fs, io};

use crate::process::ProcessError;
use crate::report;
use crate::size_budget::FirstLoad;
use crate::spa_build::change::ChangeError;
use crate::spa_build::{self, Item, Recipe, SpaBuildError, SpaProfile};
use crate::suite::broken::sandbox::{Sandbox, SandboxError};
use crate::tools::{SPA_RELEASE, ToolError, Toolbox};

/// What costs more than a line of configuration must save so many thousandths of the first load.
const WORTH: usize = 20;

/// Why there is no ledger.
#[derive(Debug, thiserror::Error)]
pub(super) enum LedgerError {
    #[error(transparent)]
    Tool(#[from] ToolError),
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    #[error(transparent)]
    Change(#[from] ChangeError),
    #[error("the build as it is fails")]
    Build(#[from] SpaBuildError),
    #[error("the build of the SPA cannot be weighed")]
    Weigh(#[source] io::Error),
    #[error(transparent)]
    Process(#[from] ProcessError),
}

/// One line of the ledger.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    what: String,
    /// Bytes of the first load without it, with brotli; `None` where it does not build without it.
    without: Option<usize>,
    /// Of code; none for a line of configuration.
    lines: usize,
}

/// Prints the ledger, an entry as soon as it is measured: all, or those with one of the words. Works in a copy of the
/// workspace.
pub(super) async fn run(workspace: &Path, tools: Toolbox, words: &[String]) -> Result<(), LedgerError> {
    tools.ensure(SPA_RELEASE).await?;
    let recipe = Recipe::ours();
    let mut copy = Sandbox::of(workspace, tools.clone()).await?;
    let total = weigh(copy.root(), &tools, &recipe).await?;
    println!("{}", head(total));
    let wanted = |item: &&Item| words.is_empty() || words.iter().any(|word| item.what.contains(word));
    for item in recipe.items().iter().filter(wanted) {
        let entry = Entry {
            what: item.what.clone(),
            without: weigh_without(item, &recipe, &mut copy, &tools).await?,
            lines: lines_of(item, workspace).map_err(LedgerError::Weigh)?,
        };
        println!("{}", entry.row(total));
    }
    Ok(())
}

async fn weigh(root: &Path, tools: &Toolbox, recipe: &Recipe) -> Result<usize, LedgerError> {
    spa_build::first_program(root, tools, recipe).await?;
    let load = FirstLoad::of(&SpaProfile::Release.dist(root)).map_err(LedgerError::Weigh)?;
    Ok(load.total())
}

async fn weigh_without(
    item: &Item,
    recipe: &Recipe,
    copy: &mut Sandbox,
    tools: &Toolbox,
) -> Result<Option<usize>, LedgerError> {
    let mut before = Vec::new();
    for change in &item.undo {
        let (text, changed) = change.texts(copy.root())?;
        copy.write(&change.file, &changed)?;
        before.push((change.file.clone(), text));
    }
    let weight = weigh(copy.root(), tools, &recipe.without(item)).await;
    // Several changes may be of one file.
    for (file, text) in before.into_iter().rev() {
        copy.write(&file, &text)?;
    }
    match weight {
        Err(LedgerError::Build(_)) => Ok(None),
        weight => weight.map(Some),
    }
}

/// The lines of its files, without their tests and without what is empty.
fn lines_of(item: &Item, workspace: &Path) -> io::Result<usize> {
    let mut lines = 0;
    for file in &item.files {
        let text = fs::read_to_string(workspace.join(file))?;
        lines += count(&text);
    }
    Ok(lines)
}

fn count(text: &str) -> usize {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim().is_empty()).count()
}

fn head(total: usize) -> String {
    format!(
        "The first load weighs {} bytes with brotli.\n\n\
         | what is done for size | saves | of the first load | lines | |\n|---|--:|--:|--:|---|",
        report::bytes(total)
    )
}

impl Entry {
    /// A row of the table; `total` is the first load with everything.
    fn row(&self, total: usize) -> String {
        let lines = if self.lines == 0 { "configuration".to_owned() } else { self.lines.to_string() };
        let Some(without) = self.without else {
            return format!("| {} | | | {lines} | does not build without it |", self.what);
        };
        let saves = without as i64 - total as i64;
        let tenths = saves * 1000 / total as i64;
        let sign = if saves < 0 { "−" } else { "" };
        let verdict = if self.stays(saves, tenths) { "" } else { "goes" };
        format!(
            "| {} | {sign}{} | {sign}{}.{} % | {lines} | {verdict} |",
            self.what,
            report::bytes(saves.unsigned_abs() as usize),
            tenths.abs() / 10,
            tenths.abs() % 10
        )
    }

    fn stays(&self, saves: i64, tenths: i64) -> bool {
        saves > 0 && (self.lines == 0 || tenths >= WORTH as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(without: Option<usize>, lines: usize, expected: &str) {
        let entry = Entry { what: "x".to_owned(), without, lines };
        assert_eq!(entry.row(100_000), expected);
    }

    #[test]
    fn what_saves_little_and_is_more_than_a_line_of_configuration_goes() {
        check(Some(102_000), 40, "| x | 2,000 | 2.0 % | 40 |  |");
        check(Some(101_999), 40, "| x | 1,999 | 1.9 % | 40 | goes |");
        check(Some(100_050), 0, "| x | 50 | 0.0 % | configuration |  |");
        check(Some(100_000), 0, "| x | 0 | 0.0 % | configuration | goes |");
        check(Some(99_000), 0, "| x | −1,000 | −1.0 % | configuration | goes |");
        check(None, 3, "| x | | | 3 | does not build without it |");
    }

    #[test]
    fn lines_are_those_of_the_code() {
        assert_eq!(count("//! What.\n\nfn a() {\n}\n\n#[cfg(test)]\nmod tests {\n}\n"), 3);
    }
}
