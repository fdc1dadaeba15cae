//! Sends what was recorded to a fresh org and tells how its answer differs.

use std::collections::BTreeMap;

use okta_local::RunningOrg;
use okta_types::Form;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Map, Value, json};

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

/// Where people's attributes are.
const SCHEMA: &str = "/meta/schemas/user/default";

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
    let code = org.totp_code(browser::ALICE).expect("alice has an authenticator app");
    let known = [("org", org.base_url().to_owned()), ("number", number), ("totp", code)];
    let mut names: Names = known.map(|(name, value)| (name.to_owned(), value)).into();
    let steps = fact.given.iter().flat_map(|before| match before {
        Before::Named(name) => given[name].iter().collect(),
        Before::Step(step) => vec![step],
    });
    let steps: Vec<_> = steps.collect();
    if steps.iter().map(|step| &step.send).chain([&fact.send]).any(|send| send.ends_with(SCHEMA)) {
        forget_attributes(http, org, &names).await;
    }
    for step in steps {
        if let Err(failed) = take(http, org, step, &mut names).await {
            return vec![failed];
        }
    }
    let bearer = fact.bearer.as_deref();
    let answer = send(http, org, &fact.send, &fact.body, bearer, &names).await;
    judge(fact, catalogue, &names, &answer)
}

/// Takes away the attributes that were made for other facts, for the schema shows them all.
async fn forget_attributes(http: &Client, org: &RunningOrg, names: &Names) {
    let schema = send(http, org, &format!("GET {SCHEMA}"), &Value::Null, None, names).await.json();
    let attributes = schema["definitions"]["custom"]["properties"].as_object().into_iter().flatten();
    let none: Map<_, _> = attributes.map(|(name, _)| (name.clone(), Value::Null)).collect();
    let body = json!({"definitions": {"custom": {"properties": none}}});
    let answer = send(http, org, &format!("POST {SCHEMA}"), &body, None, names).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// Makes what a fact needs.
async fn take(http: &Client, org: &RunningOrg, step: &Step, names: &mut Names) -> Result<(), String> {
    let answer = send(http, org, &step.send, &step.body, None, names).await;
    if !answer.status.is_success() && step.status != Some(answer.status.as_u16()) {
        return Err(format!("before it, {} got {}: {}", step.send, answer.status, answer.body));
    }
    for (name, pointer) in &step.names {
        let found = found(&answer, pointer);
        names.insert(name.clone(), found.ok_or_else(|| format!("no {pointer} in {}", answer.body))?);
    }
    Ok(())
}

/// What a pointer leads to; `name=…` is the id of the item of that name, `?…` stands in the address of a redirect.
fn found(answer: &browser::Answer, pointer: &str) -> Option<String> {
    if let Some(name) = pointer.strip_prefix('?') {
        return answer.returned(name);
    }
    let value = answer.json();
    let found = match pointer.strip_prefix("name=") {
        Some(name) => value.as_array()?.iter().find(|item| item["name"] == name)?.get("id"),
        None => value.pointer(pointer),
    };
    found.and_then(Value::as_str).map(str::to_owned)
}

/// Sends it to the management API with the API token, or to an authorization server: a form, and a bearer's token.
async fn send(
    http: &Client,
    org: &RunningOrg,
    request: &str,
    body: &Value,
    bearer: Option<&str>,
    names: &Names,
) -> browser::Answer {
    let (method, path) = request.split_once(' ').expect("a method and a path");
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    let path = filled(path, names);
    if !is_api(&path) {
        let request = http.request(method, format!("{}{path}", org.base_url()));
        let request = match bearer {
            Some(token) => request.bearer_auth(filled(token, names)),
            None => request,
        };
        return browser::Answer::to(with_form(request, body, names)).await;
    }
    let request = http.request(method, format!("{}/api/v1{path}", org.base_url()));
    let request = request.header("Authorization", format!("SSWS {}", org.api_token().expose()));
    if body.is_null() {
        return browser::Answer::to(request).await;
    }
    let request = request.header(CONTENT_TYPE, "application/json");
    browser::Answer::to(request.body(filled(&body.to_string(), names))).await
}

/// Whether a path is below `/api/v1`.
fn is_api(path: &str) -> bool {
    !path.starts_with("/oauth2") && !path.starts_with("/.well-known")
}

fn with_form(request: RequestBuilder, body: &Value, names: &Names) -> RequestBuilder {
    let Some(fields) = body.as_object() else { return request };
    let text = |value: &Value| filled(value.as_str().unwrap_or_default(), names);
    let form = fields.iter().fold(Form::new(), |form, (name, value)| form.with(name, &text(value)));
    request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.as_str().to_owned())
}

/// A text with its placeholders filled in.
fn filled(text: &str, names: &Names) -> String {
    names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// A text with what an answer tells: `{/kid}` is its member `kid`.
fn filled_from(text: &str, answer: &browser::Answer) -> String {
    let Some((before, rest)) = text.split_once("{/") else { return text.to_owned() };
    let (name, after) = rest.split_once('}').expect("a name");
    let told = found(answer, &format!("/{name}")).unwrap_or_default();
    format!("{before}{told}{after}")
}

fn judge(fact: &Fact, catalogue: &Catalogue, names: &Names, answer: &browser::Answer) -> Vec<String> {
    let status = answer.status.as_u16();
    if status != fact.status {
        return vec![format!("{status} in place of {}: {}", fact.status, answer.body)];
    }
    let mut differences = body_differences(fact, catalogue, names, &answer.body);
    let of_api = fact.send.split_once(' ').is_some_and(|(_, path)| is_api(path));
    let wrong = HEADERS.iter().filter(|(name, value)| of_api && answer.header(name) != Some(*value));
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
        let expected = filled_from(&filled(value, names), answer);
        if answer.header(name) != Some(&expected) {
            differences.push(format!("{name} is {:?}, not {expected}", answer.header(name)));
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
