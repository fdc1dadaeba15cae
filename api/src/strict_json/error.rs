use std::fmt;

use serde::de::{Error, Expected, Unexpected};

/// JSON that is not the message it should be: where, and what is wrong there.
#[derive(Debug, PartialEq, Eq)]
pub struct ShapeError {
    /// E.g. `lines[0].quantity`; empty for the whole.
    place: String,
    problem: String,
}

impl ShapeError {
    pub(super) fn must_be(kind: &str) -> Self {
        Self::new(format!("must be {kind}"))
    }

    /// The same, seen from an object that has it in this member.
    pub(super) fn in_member(mut self, name: &str) -> Self {
        let dot = if self.place.is_empty() || self.place.starts_with('[') { "" } else { "." };
        self.place = format!("{name}{dot}{}", self.place);
        self
    }

    /// The same, seen from a list that has it at this place, counted from 0.
    pub(super) fn in_item(mut self, index: usize) -> Self {
        let dot = if self.place.is_empty() || self.place.starts_with('[') { "" } else { "." };
        self.place = format!("[{index}]{dot}{}", self.place);
        self
    }

    /// As a sentence's beginning, with a name for the whole.
    pub(crate) fn told_of(&self, whole: &str) -> String {
        let place = if self.place.is_empty() { whole } else { &self.place };
        format!("{place}: {}", self.problem)
    }

    fn new(problem: String) -> Self {
        Self { place: String::new(), problem }
    }
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told_of("the whole"))
    }
}

impl std::error::Error for ShapeError {}

/// In the place of serde's words, which name the types that it wants.
impl Error for ShapeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::new("has the wrong type".to_owned())
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::new("is out of range".to_owned())
    }

    fn invalid_length(length: usize, _: &dyn Expected) -> Self {
        Self::new(format!("must not have {length} items"))
    }

    fn unknown_variant(_: &str, known: &'static [&'static str]) -> Self {
        Self::must_be(&format!("one of {}", listed(known)))
    }

    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        Self::new(format!("unknown field `{name}`; known fields: {}", listed(known)))
    }

    fn missing_field(name: &'static str) -> Self {
        Self::new(format!("missing field `{name}`"))
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::new(format!("the field `{name}` appears twice"))
    }
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
