//! The members of an answer as a set: a path for each, with the kind of its value.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

/// A kind of object, by its name.
#[derive(Deserialize)]
pub(super) struct Kind {
    pub(super) name: String,
    /// What most of them have, in the order in which they have it.
    members: Vec<String>,
    /// What some orgs show and others do not, whatever the request: beginnings of paths.
    #[serde(default)]
    varies: Vec<String>,
    /// What recordings before 2025 did not have yet, or had otherwise.
    #[serde(default)]
    since: Vec<String>,
}

/// What an answer holds.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Answer {
    /// The shapes that the items of a list have; each has to be that of some item.
    Many(Vec<ShapeOf>),
    One(ShapeOf),
}

/// A shape by its name, or told.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum ShapeOf {
    Named(String),
    Told(Shape),
}

/// What facts name.
#[derive(Default)]
pub(super) struct Catalogue {
    pub(super) kinds: BTreeMap<String, Kind>,
    pub(super) shapes: BTreeMap<String, Shape>,
}

impl ShapeOf {
    /// See [`Shape::differences`].
    pub(super) fn differences(&self, value: &Value, catalogue: &Catalogue) -> Vec<String> {
        let shape = match self {
            Self::Named(name) => &catalogue.shapes[name],
            Self::Told(shape) => shape,
        };
        shape.differences(value, &catalogue.kinds)
    }
}

/// An object: what its kind has and how it differs.
#[derive(Deserialize)]
pub(super) struct Shape {
    /// None: it is told as a whole.
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    with: Vec<String>,
    #[serde(default)]
    without: Vec<String>,
    /// Recorded before 2025.
    #[serde(default)]
    old: bool,
}

impl Shape {
    fn expected(&self, kinds: &BTreeMap<String, Kind>) -> BTreeSet<String> {
        let usual = self.kind.as_ref().map_or(&[][..], |kind| &kinds[kind].members);
        let kept = usual.iter().filter(|member| !self.without.contains(member));
        kept.chain(&self.with).filter(|member| !self.ignores(kinds, member)).cloned().collect()
    }

    fn ignores(&self, kinds: &BTreeMap<String, Kind>, member: &str) -> bool {
        let Some(kind) = self.kind.as_ref().map(|kind| &kinds[kind]) else { return false };
        // A path that begins with a point is somewhere in between.
        let begins = |path: &String| match path.starts_with('.') {
            true => member.contains(path.as_str()),
            false => member.starts_with(path.as_str()),
        };
        kind.varies.iter().any(begins) || self.old && kind.since.iter().any(begins)
    }

    /// What a value lacks and what it has beyond this; nothing where it is as it should be.
    fn differences(&self, value: &Value, kinds: &BTreeMap<String, Kind>) -> Vec<String> {
        let expected = self.expected(kinds);
        let found = members(value);
        let found_set: BTreeSet<_> =
            found.iter().filter(|member| !self.ignores(kinds, member)).cloned().collect();
        let lacking = expected.difference(&found_set).map(|member| format!("lacks {member}"));
        let more = found_set.difference(&expected).map(|member| format!("has {member}"));
        let mut differences: Vec<_> = lacking.chain(more).collect();
        if let Some(kind) = &self.kind {
            differences.extend(misplaced(&kinds[kind].members, &found));
        }
        differences
    }
}

/// The first member that stands before one which it should follow.
fn misplaced(usual: &[String], found: &[String]) -> Option<String> {
    let place = |member: &String| usual.iter().position(|other| path(other) == path(member));
    let placed: Vec<_> = found.iter().filter_map(|member| Some((place(member)?, member))).collect();
    let wrong = placed.windows(2).find(|pair| pair[0].0 > pair[1].0)?;
    Some(format!("{} stands before {}", wrong[0].1, wrong[1].1))
}

fn path(member: &str) -> &str {
    member.split(':').next().unwrap_or(member)
}

/// The paths of all members with what is there: nothing for a text, `:null`, `:number`, `:bool`, `:{}`, `:[]`.
pub(super) fn members(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    add(value, "", &mut found);
    found
}

fn add(value: &Value, path: &str, found: &mut Vec<String>) {
    let mut put = |what: &str| {
        let member = format!("{path}{what}");
        if !found.contains(&member) {
            found.push(member);
        }
    };
    // What a link allows is a fact like its name.
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match value {
        Value::Array(methods) if path.ends_with(".allow") => {
            put(&format!(":{}", methods.iter().map(text).collect::<Vec<_>>().join("+")));
        }
        Value::String(method) if path.ends_with(".method") => put(&format!(":{method}")),
        Value::Null => put(":null"),
        Value::Bool(_) => put(":bool"),
        Value::Number(_) => put(":number"),
        Value::String(_) => put(""),
        Value::Array(items) if items.is_empty() => put(":[]"),
        Value::Object(members) if members.is_empty() => put(":{}"),
        Value::Array(items) => items.iter().for_each(|item| add(item, &format!("{path}[]"), found)),
        Value::Object(members) => {
            for (name, value) in members {
                let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                add(value, &below, found);
            }
        }
    }
}
