//! Sends what was recorded to a fresh org and tells how its answer differs.

use std::collections::BTreeMap;

use okta_local::RunningOrg;
use reqwest::{Client, Method};
use serde_json::Value;

use super::members::{Answer, Catalogue, ShapeOf};
use super::{Before, Fact, Step};
use crate::browser;

/// What all answers of the management API had in 2025 and 2026.
const HEADERS: [(&str, &str); 8] = [
    ("cache-control", "no-cache, no-store"),
    ("pragma", "no-cache"),
    ("expires", "0"),
    ("p3p", "CP=\"HONK\""),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("x-content-type-options", "nosniff"),
    ("x-xss-protection", "0"),
    ("vary", "Accept-Encoding"),
];

/// What placeholders stand for, by their names.
type Names = BTreeMap<String, String>;

/// How the answer differs from what was recorded; nothing where it does not.
pub(super) async fn differences(
    http: &Client,
    org: &RunningOrg,
    fact: &Fact,
    given: &BTreeMap<String, Vec<Step>>,
    catalogue: &Catalogue,
) -> Vec<String> {
    let number = fact.seen.split(' ').next().unwrap_or_default().to_owned();
    let mut names =
        Names::from([("org".to_owned(), org.base_url().to_owned()), ("number".to_owned(), number)]);
    for before in &fact.given {
        let steps = match before {
            Before::Named(name) => given[name].iter().collect(),
            Before::Step(step) => vec![step],
        };
        for step in steps {
            if let Err(failed) = take(http, org, step, &mut names).await {
                return vec![failed];
            }
        }
    }
    let answer = send(http, org, &fact.send, &fact.body, &names).await;
    judge(fact, catalogue, &names, &answer)
}

/// Makes what a fact needs.
async fn take(http: &Client, org: &RunningOrg, step: &Step, names: &mut Names) -> Result<(), String> {
    let answer = send(http, org, &step.send, &step.body, names).await;
    if !answer.status.is_success() && step.status != Some(answer.status.as_u16()) {
        return Err(format!("before it, {} got {}: {}", step.send, answer.status, answer.body));
    }
    for (name, pointer) in &step.names {
        let found = found(&answer.json(), pointer);
        names.insert(name.clone(), found.ok_or_else(|| format!("no {pointer} in {}", answer.body))?);
    }
    Ok(())
}

/// What a pointer leads to; `name=…` is the id of the item of that name.
fn found(value: &Value, pointer: &str) -> Option<String> {
    let found = match pointer.strip_prefix("name=") {
        Some(name) => value.as_array()?.iter().find(|item| item["name"] == name)?.get("id"),
        None => value.pointer(pointer),
    };
    found.and_then(Value::as_str).map(str::to_owned)
}

async fn send(
    http: &Client,
    org: &RunningOrg,
    request: &str,
    body: &Value,
    names: &Names,
) -> browser::Answer {
    let (method, path) = request.split_once(' ').expect("a method and a path");
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    let path = filled(path, names);
    let base = if path.starts_with("/oauth2") || path.starts_with("/.well-known") { "" } else { "/api/v1" };
    let request = http.request(method, format!("{}{base}{path}", org.base_url()));
    let request = request.header("Authorization", format!("SSWS {}", org.api_token().expose()));
    if body.is_null() {
        return browser::Answer::to(request).await;
    }
    let request = request.header("Content-Type", "application/json");
    browser::Answer::to(request.body(filled(&body.to_string(), names))).await
}

/// A text with its placeholders filled in.
fn filled(text: &str, names: &Names) -> String {
    names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

fn judge(fact: &Fact, catalogue: &Catalogue, names: &Names, answer: &browser::Answer) -> Vec<String> {
    let status = answer.status.as_u16();
    if status != fact.status {
        return vec![format!("{status} in place of {}: {}", fact.status, answer.body)];
    }
    let mut differences = body_differences(fact, catalogue, names, &answer.body);
    let is_api = !fact.send.contains(" /oauth2") && !fact.send.contains(" /.well-known");
    let wrong = HEADERS.iter().filter(|(name, value)| is_api && answer.header(name) != Some(*value));
    differences.extend(wrong.map(|(name, _)| format!("{name} is {:?}", answer.header(name))));
    if let Some(link) = &fact.link {
        let found: Vec<_> =
            answer.headers.get_all("link").iter().filter_map(|link| link.to_str().ok()).collect();
        let (found, expected) = (found.join(", "), filled(link, names));
        if found != expected {
            differences.push(format!("link is {found}, not {expected}"));
        }
    }
    for (name, value) in &fact.headers {
        if answer.header(name) != value.as_str() {
            differences.push(format!("{name} is {:?}, not {value}", answer.header(name)));
        }
    }
    differences
}

fn body_differences(fact: &Fact, catalogue: &Catalogue, names: &Names, body: &str) -> Vec<String> {
    let value: Value = serde_json::from_str(body).unwrap_or_default();
    if let Some(error) = &fact.error {
        let mut value = value;
        value.as_object_mut().map(|error| error.remove("errorId"));
        let expected: Value = serde_json::from_str(&filled(&error.to_string(), names)).expect("JSON");
        return if value == expected { Vec::new() } else { vec![format!("{value} in place of {expected}")] };
    }
    match &fact.answer {
        None if body.is_empty() => Vec::new(),
        None => vec![format!("a body: {body}")],
        Some(Answer::One(shape)) => shape.differences(&value, catalogue),
        Some(Answer::Many(shapes)) => list_differences(shapes, &value, catalogue),
    }
}

fn list_differences(shapes: &[ShapeOf], value: &Value, catalogue: &Catalogue) -> Vec<String> {
    let Some(items) = value.as_array() else { return vec![format!("no list: {value}")] };
    if shapes.is_empty() != items.is_empty() {
        return vec![format!("a list of {} in place of {}", items.len(), shapes.len())];
    }
    let nearest = |shape: &ShapeOf| {
        let differences = items.iter().map(|item| shape.differences(item, catalogue));
        differences.min_by_key(Vec::len).unwrap_or_default()
    };
    shapes.iter().flat_map(nearest).collect()
}
