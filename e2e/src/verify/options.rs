//! The arguments of `cargo verify`.

use super::steps::Step;

pub(super) const HELP: &str = "\
Checks everything that must hold, and installs what it needs for that.

Usage: cargo verify [--only STEP]... | --ledger [WORD]... | --list | --help

  --only STEP   only this step; may be repeated
  --ledger      checks nothing; prints what each thing done for size saves, measured by building without it, which
                takes a minute each; with WORD only those in whose description it appears
  --list        the steps
  --help        this text
";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Parsed {
    Run(Vec<Step>),
    Ledger(Vec<String>),
    List,
    Help,
}

/// Reads the arguments. Steps run in their own order, whatever that of the arguments.
pub(super) fn parse(mut args: impl Iterator<Item = String>) -> Result<Parsed, String> {
    let mut chosen = Vec::new();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--help" | "-h" => return Ok(Parsed::Help),
            "--list" => return Ok(Parsed::List),
            "--ledger" => return Ok(Parsed::Ledger(args.collect())),
            "--only" => {
                let name = args.next().unwrap_or_default();
                let step = Step::ALL.into_iter().find(|step| step.name() == name);
                chosen.push(step.ok_or_else(|| format!("{name:?} is not a step"))?);
            }
            other => return Err(format!("{other:?} is not an option")),
        }
    }
    Ok(Parsed::Run(Step::ALL.into_iter().filter(|step| chosen.is_empty() || chosen.contains(step)).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(args: &str, expected: Result<Parsed, &str>) {
        let parsed = parse(args.split_whitespace().map(str::to_owned));
        assert_eq!(parsed, expected.map_err(str::to_owned), "{args}");
    }

    #[test]
    fn all_steps_run_unless_some_are_chosen() {
        check("", Ok(Parsed::Run(Step::ALL.to_vec())));
        check("--only spa --only format", Ok(Parsed::Run(vec![Step::Format, Step::Spa])));
        check("--list", Ok(Parsed::List));
        check("--ledger", Ok(Parsed::Ledger(Vec::new())));
        check("--ledger live", Ok(Parsed::Ledger(vec!["live".to_owned()])));
        check("--only spa --help", Ok(Parsed::Help));
    }

    #[test]
    fn a_mistake_is_named() {
        check("--only", Err("\"\" is not a step"));
        check("--only all", Err("\"all\" is not a step"));
        check("spa", Err("\"spa\" is not an option"));
    }
}
