//! From TOML to a description: each entry is read by itself, so that all that is wrong is found at once, with
//! its line.

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::content::{Content, Located};

/// What a description may hold.
const TABLES: [&str; 7] = ["users", "groups", "apps", "scopes", "claims", "policies", "trusted_origins"];

/// Reads as much as can be read, and all that cannot, by line.
pub(super) fn read(text: &str) -> (Content, Vec<(usize, String)>) {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { text, found: Vec::new() };
    for error in errors {
        reader
            .found
            .push((reader.line(error.span().map_or(0, |span| span.start)), error.message().to_owned()));
    }
    let mut content = Content::default();
    for (name, value) in document.into_inner() {
        match name.get_ref().as_ref() {
            "users" => content.users = reader.entries("users", value),
            "groups" => content.groups = reader.entries("groups", value),
            "apps" => content.apps = reader.entries("apps", value),
            "scopes" => content.scopes = reader.entries("scopes", value),
            "claims" => content.claims = reader.entries("claims", value),
            "policies" => content.policies = reader.entries("policies", value),
            "trusted_origins" => content.trusted_origins = reader.entries("trusted_origins", value),
            other => {
                let line = reader.line(name.span().start);
                let text = format!("there is no table {other}; the tables are: {}", TABLES.join(", "));
                reader.found.push((line, text));
            }
        }
    }
    (content, reader.found)
}

struct Reader<'a> {
    text: &'a str,
    found: Vec<(usize, String)>,
}

impl Reader<'_> {
    fn entries<T: DeserializeOwned>(&mut self, name: &str, value: Spanned<DeValue<'_>>) -> Vec<Located<T>> {
        let line = self.line(value.span().start);
        let DeValue::Array(entries) = value.into_inner() else {
            self.found.push((line, format!("{name} must be a list: [[{name}]]")));
            return Vec::new();
        };
        entries.into_iter().enumerate().filter_map(|(place, entry)| self.entry(name, place, entry)).collect()
    }

    fn entry<T: DeserializeOwned>(
        &mut self,
        name: &str,
        place: usize,
        entry: Spanned<DeValue<'_>>,
    ) -> Option<Located<T>> {
        let start = entry.span().start;
        let line = self.line(start);
        match T::deserialize(ValueDeserializer::from(entry)) {
            Ok(value) => Some(Located { line, value }),
            Err(error) => {
                let line = self.line(error.span().map_or(start, |span| span.start));
                self.found.push((line, format!("{name}[{place}]: {}", error.message())));
                None
            }
        }
    }

    /// The line of a byte offset, counted from 1.
    fn line(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }
}
