//! Filter expressions of Okta's APIs, a part of SCIM's (RFC 7644 §3.4.2.2): comparisons with `and`, `or`, `not`
//! and parentheses, over the JSON of an item.

use std::cmp::Ordering;

use serde_json::Value;

use super::refusal::Refusal;
use crate::timestamp;

/// Whether capitals matter in values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Sensitive,
    Ignored,
}

/// A filter expression, parsed.
#[derive(Debug)]
pub(super) enum Filter {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Present(String),
    Compare { attribute: String, operator: Operator, value: Value, case: Case },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    Different,
    Contains,
    StartsWith,
    EndsWith,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// Reads an expression.
///
/// # Errors
/// [`Refusal::InvalidSearch`].
pub(super) fn parse(text: &str, case: Case) -> Result<Filter, Refusal> {
    let words = words(text).ok_or(Refusal::InvalidSearch)?;
    let mut reader = Reader { words: &words, case };
    let filter = reader.any().ok_or(Refusal::InvalidSearch)?;
    if reader.words.is_empty() { Ok(filter) } else { Err(Refusal::InvalidSearch) }
}

impl Filter {
    /// Whether an item matches.
    pub(super) fn matches(&self, item: &Value) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(item)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(item)),
            Self::Not(part) => !part.matches(item),
            Self::Present(attribute) => !values(item, attribute).is_empty(),
            Self::Compare { attribute, operator: Operator::Different, value, case } => {
                !values(item, attribute).iter().any(|found| holds(found, Operator::Equal, value, *case))
            }
            Self::Compare { attribute, operator, value, case } => {
                values(item, attribute).iter().any(|found| holds(found, *operator, value, *case))
            }
        }
    }

    /// Whether it is about these attributes alone.
    pub(super) fn names_only(&self, attributes: &[&str]) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().all(|part| part.names_only(attributes)),
            Self::Not(part) => part.names_only(attributes),
            Self::Present(attribute) | Self::Compare { attribute, .. } => {
                attributes.contains(&attribute.as_str())
            }
        }
    }
}

/// The values at a dotted path, through lists; nulls are none.
pub(super) fn values<'a>(item: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut found = vec![item];
    for name in path.split('.') {
        let members = found.iter().filter_map(|value| value.get(name));
        found = members
            .flat_map(|value| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice))
            .collect();
    }
    found.into_iter().filter(|value| !value.is_null()).collect()
}

fn holds(found: &Value, operator: Operator, wanted: &Value, case: Case) -> bool {
    let (Some(found), Some(wanted)) = (found.as_str(), wanted.as_str()) else {
        return operator == Operator::Equal && found == wanted;
    };
    let fold = |text: &str| if case == Case::Ignored { text.to_lowercase() } else { text.to_owned() };
    let (found, wanted) = (fold(found), fold(wanted));
    match operator {
        Operator::Equal => compare(&found, &wanted) == Ordering::Equal,
        Operator::Different => compare(&found, &wanted) != Ordering::Equal,
        Operator::Contains => found.contains(&wanted),
        Operator::StartsWith => found.starts_with(&wanted),
        Operator::EndsWith => found.ends_with(&wanted),
        Operator::Greater => compare(&found, &wanted) == Ordering::Greater,
        Operator::GreaterOrEqual => compare(&found, &wanted) != Ordering::Less,
        Operator::Less => compare(&found, &wanted) == Ordering::Less,
        Operator::LessOrEqual => compare(&found, &wanted) != Ordering::Greater,
    }
}

/// Times by when they are, everything else by its letters.
fn compare(found: &str, wanted: &str) -> Ordering {
    match (timestamp::parse(found), timestamp::parse(wanted)) {
        (Some(found), Some(wanted)) => found.cmp(&wanted),
        _ => found.cmp(wanted),
    }
}

#[derive(Debug, PartialEq)]
enum Word {
    Open,
    Close,
    Bare(String),
    Quoted(String),
}

fn words(text: &str) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            '(' => (Word::Open, &rest[1..]),
            ')' => (Word::Close, &rest[1..]),
            '"' => quoted(&rest[1..])?,
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || "()\"".contains(c)).unwrap_or(rest.len());
                (Word::Bare(rest[..end].to_owned()), &rest[end..])
            }
        };
        words.push(word);
        rest = after.trim_start();
    }
    Some(words)
}

/// The rest of a quoted text; a backslash takes the meaning from what follows it.
fn quoted(text: &str) -> Option<(Word, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((place, letter)) = letters.next() {
        match letter {
            '"' => return Some((Word::Quoted(value), &text[place + 1..])),
            '\\' => value.push(letters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

struct Reader<'a> {
    words: &'a [Word],
    case: Case,
}

impl Reader<'_> {
    fn any(&mut self) -> Option<Filter> {
        let mut parts = vec![self.all()?];
        while self.takes("or") {
            parts.push(self.all()?);
        }
        Some(if parts.len() == 1 { parts.pop()? } else { Filter::Any(parts) })
    }

    fn all(&mut self) -> Option<Filter> {
        let mut parts = vec![self.one()?];
        while self.takes("and") {
            parts.push(self.one()?);
        }
        Some(if parts.len() == 1 { parts.pop()? } else { Filter::All(parts) })
    }

    fn one(&mut self) -> Option<Filter> {
        if self.takes("not") {
            return Some(Filter::Not(Box::new(self.one()?)));
        }
        if self.words.first() == Some(&Word::Open) {
            self.words = &self.words[1..];
            let inner = self.any()?;
            self.words = self.words.strip_prefix(&[Word::Close])?;
            return Some(inner);
        }
        let attribute = self.bare()?;
        let operator = self.bare()?.to_lowercase();
        if operator == "pr" {
            return Some(Filter::Present(attribute));
        }
        let (operator, value) = (operator_of(&operator)?, self.value()?);
        Some(Filter::Compare { attribute, operator, value, case: self.case })
    }

    fn takes(&mut self, keyword: &str) -> bool {
        let is_next =
            matches!(self.words.first(), Some(Word::Bare(word)) if word.eq_ignore_ascii_case(keyword));
        if is_next {
            self.words = &self.words[1..];
        }
        is_next
    }

    fn bare(&mut self) -> Option<String> {
        let (Word::Bare(word), rest) = self.words.split_first()? else { return None };
        self.words = rest;
        Some(word.clone())
    }

    fn value(&mut self) -> Option<Value> {
        let (word, rest) = self.words.split_first()?;
        self.words = rest;
        match word {
            Word::Quoted(text) => Some(Value::from(text.as_str())),
            Word::Bare(text) => serde_json::from_str(text).ok(),
            Word::Open | Word::Close => None,
        }
    }
}

fn operator_of(word: &str) -> Option<Operator> {
    Some(match word {
        "eq" => Operator::Equal,
        "ne" => Operator::Different,
        "co" => Operator::Contains,
        "sw" => Operator::StartsWith,
        "ew" => Operator::EndsWith,
        "gt" => Operator::Greater,
        "ge" => Operator::GreaterOrEqual,
        "lt" => Operator::Less,
        "le" => Operator::LessOrEqual,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        let item = json!({
            "status": "ACTIVE", "created": "2026-11-22T20:00:00.000Z", "count": 2, "nothing": null,
            "profile": {"login": "Alice@example.com"}, "target": [{"id": "1"}, {"id": "2"}],
        });
        let filter = parse(text, Case::Sensitive).unwrap_or_else(|_| panic!("{text}"));
        assert_eq!(filter.matches(&item), expected, "{text}");
    }

    #[test]
    fn comparisons_and_their_combinations_hold_or_do_not() {
        check(r#"status eq "ACTIVE""#, true);
        check(r#"status EQ "active""#, false);
        check(r#"profile.login sw "Ali" and profile.login ew ".com""#, true);
        check(r#"status ne "ACTIVE" or profile.login co "@""#, true);
        check(r#"not (status eq "ACTIVE")"#, false);
        check(r#"created gt "2026-11-22T21:30:00+02:00""#, true);
        check(r#"created lt "2026-11-22T20:00:00.000Z""#, false);
        check(r#"created ge "2026-11-22T20:00:00Z" and created le "2026-11-22T20:00:00Z""#, true);
        check(r#"target.id eq "2""#, true);
        check(r#"target.id ne "2""#, false);
        check(r#"count eq 2"#, true);
        check(r#"nothing pr or missing pr"#, false);
        check(r#"status eq "A" or status eq "B" and count eq 2"#, false);
    }

    #[test]
    fn case_is_ignored_where_it_does_not_matter() {
        let filter = parse(r#"name eq "GROVE""#, Case::Ignored).unwrap();
        assert!(filter.matches(&json!({"name": "Grove"})));
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for bad in
            ["", "a", "a eq", "a eq b", r#"a zz "b""#, r#"(a eq "b""#, r#"a eq "b" c"#, r#"a eq "b"#, "and"]
        {
            assert!(parse(bad, Case::Sensitive).is_err(), "{bad}");
        }
    }
}
