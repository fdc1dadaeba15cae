//! The arguments of `cargo verify`.

use clap::ValueEnum;
use clap::builder::PossibleValue;

use super::steps::Step;

/// Checks everything that must hold, and installs what it needs for that
#[derive(Debug, clap::Parser)]
#[command(name = "cargo verify", bin_name = "cargo verify")]
pub(super) struct Options {
    /// Runs only this step; may be repeated
    #[arg(long, value_enum, value_name = "STEP")]
    only: Vec<Step>,
    /// Checks nothing; prints what each thing done for size saves, or those with a WORD in their description
    ///
    /// Each is measured by building without it, which takes a minute.
    #[arg(long, value_name = "WORD", num_args = 0.., conflicts_with = "only")]
    pub(super) ledger: Option<Vec<String>>,
    /// Lists the steps and runs none
    #[arg(long)]
    pub(super) list: bool,
}

impl Options {
    /// What to run. Steps run in their own order, whatever that of the arguments.
    pub(super) fn steps(&self) -> Vec<Step> {
        let is_chosen = |step: &Step| self.only.is_empty() || self.only.contains(step);
        Step::ALL.into_iter().filter(is_chosen).collect()
    }
}

impl ValueEnum for Step {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(self.title()))
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::*;

    fn parse(args: &str) -> Result<Options, String> {
        let args = std::iter::once("verify").chain(args.split_whitespace());
        Options::try_parse_from(args).map_err(|error| error.to_string())
    }

    #[test]
    fn the_options_are_well_formed() {
        Options::command().debug_assert();
    }

    #[test]
    fn all_steps_run_unless_some_are_chosen() {
        assert_eq!(parse("").unwrap().steps(), Step::ALL);
        assert_eq!(parse("--only spa --only format").unwrap().steps(), [Step::Format, Step::Spa]);
        assert!(parse("--list").unwrap().list);
        assert_eq!(parse("--ledger").unwrap().ledger, Some(Vec::new()));
        assert_eq!(parse("--ledger live").unwrap().ledger, Some(vec!["live".to_owned()]));
    }

    #[test]
    fn a_mistake_is_named() {
        for (args, named) in [
            ("--only", "a value is required for '--only <STEP>'"),
            ("--only all", "invalid value 'all' for '--only <STEP>'"),
            ("spa", "unexpected argument 'spa'"),
        ] {
            let error = parse(args).unwrap_err();
            assert!(error.contains(named), "{args}: {error}");
        }
    }
}
