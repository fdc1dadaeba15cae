//! Reads variables one after the other and collects what is wrong with them.

use std::fmt;

use super::variables::Variable;

pub(super) struct Reader<F> {
    value_of: F,
    mistakes: Vec<Mistake>,
}

impl<F: Fn(&'static str) -> Option<String>> Reader<F> {
    pub(super) fn new(value_of: F) -> Self {
        Self { value_of, mistakes: Vec::new() }
    }

    /// What the variable says, or else its default.
    pub(super) fn read<T>(
        &mut self,
        variable: &'static Variable,
        parse: fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        match (self.value(variable.name), variable.default) {
            (Some(text), _) => self.parsed(variable.name, &text, parse),
            (None, Some(default)) => self.parsed(variable.name, default, parse),
            (None, None) => {
                let Variable { meaning, example, .. } = variable;
                self.mistake(variable.name, format!("is not set: set it to {meaning}, e.g. {example}"))
            }
        }
    }

    /// What the variable says, if it says anything; `None` without the option where that is wrong.
    pub(super) fn read_if_set<T>(
        &mut self,
        variable: &'static Variable,
        parse: fn(&str) -> Result<T, String>,
    ) -> Option<Option<T>> {
        match self.value(variable.name) {
            Some(text) => self.parsed(variable.name, &text, parse).map(Some),
            None => Some(None),
        }
    }

    /// All that was wrong.
    pub(super) fn into_error(self) -> SettingsError {
        SettingsError { mistakes: self.mistakes }
    }

    fn value(&self, variable: &'static str) -> Option<String> {
        (self.value_of)(variable).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    fn parsed<T>(
        &mut self,
        variable: &'static str,
        text: &str,
        parse: fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        match parse(text) {
            Ok(value) => Some(value),
            Err(problem) => self.mistake(variable, problem),
        }
    }

    fn mistake<T>(&mut self, variable: &'static str, problem: String) -> Option<T> {
        self.mistakes.push(Mistake { variable, problem });
        None
    }
}

/// All that is wrong with the configuration; one line for each mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    mistakes: Vec<Mistake>,
}

impl SettingsError {
    /// The mistakes, in the order of [`Settings`](super::Settings).
    pub fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration has mistakes:")?;
        self.mistakes.iter().try_for_each(|mistake| write!(f, "\n  {} {}", mistake.variable, mistake.problem))
    }
}

impl std::error::Error for SettingsError {}

/// One mistake: `{variable} {problem}` is a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The variable's name.
    pub variable: &'static str,
    /// What is wrong and what to do.
    pub problem: String,
}
