//! What live orgs were recorded to answer, asked of this org.
//!
//! `facts.jsonl` holds, an exchange a line, the request, what has to be there before it, and of the answer the status,
//! the set of its members and their kinds, the words of a refusal and the links of a list. The facts are drawn from public
//! recordings (those of Okta's Terraform provider, its Python SDK and oktakit, and public issues), and from no org of
//! anybody's here: names, ids and addresses are made up.

mod members;
mod replay;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::browser::{http, org};
use members::{Catalogue, Kind, Shape};

/// A line of the file.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Kind(Kind),
    Shape(NamedShape),
    Given(Given),
    Fact(Box<Fact>),
    LeftOut(LeftOut),
}

/// A shape that many answers have.
#[derive(Deserialize)]
struct NamedShape {
    name: String,
    shape: Shape,
}

/// Something that many facts need, by its name.
#[derive(Deserialize)]
struct Given {
    name: String,
    steps: Vec<Step>,
}

/// A request and what of its answer later ones name.
#[derive(Deserialize)]
struct Step {
    send: String,
    #[serde(default)]
    body: Value,
    /// A name, and where its value is, as a JSON pointer; see `replay::found`.
    #[serde(default)]
    names: BTreeMap<String, String>,
    /// One other than of success that is meant.
    status: Option<u16>,
}

/// What has to be there: by its name, or told.
#[derive(Deserialize)]
#[serde(untagged)]
enum Before {
    Named(String),
    Step(Step),
}

/// An exchange.
#[derive(Deserialize)]
struct Fact {
    /// The number of the recording, and whose and of when it is.
    seen: String,
    #[serde(default)]
    given: Vec<Before>,
    send: String,
    #[serde(default)]
    body: Value,
    /// The access token that it shows.
    bearer: Option<String>,
    status: u16,
    /// Nothing: no body.
    answer: Option<members::Answer>,
    /// Of a refusal, without its id.
    error: Option<Value>,
    link: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

/// Recordings that are not among the facts.
#[derive(Deserialize)]
struct LeftOut {
    what: String,
    reason: String,
    count: usize,
}

/// How many exchanges the recordings hold.
const RECORDED: usize = 565;

fn lines() -> Vec<Line> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/recorded/facts.jsonl");
    let text = std::fs::read_to_string(path).expect("the facts");
    let line = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    text.lines().map(line).collect()
}

#[tokio::test]
async fn recorded_requests_get_the_recorded_status_and_members() {
    let (mut catalogue, mut given, mut facts) = (Catalogue::default(), BTreeMap::new(), Vec::new());
    for line in lines() {
        match line {
            Line::Kind(kind) => _ = catalogue.kinds.insert(kind.name.clone(), kind),
            Line::Shape(named) => _ = catalogue.shapes.insert(named.name, named.shape),
            Line::Given(what) => _ = given.insert(what.name, what.steps),
            Line::Fact(fact) => facts.push(*fact),
            Line::LeftOut(_) => {}
        }
    }
    let only = std::env::var("RECORDED").unwrap_or_default();
    let facts: Vec<_> = facts.iter().filter(|fact| fact.seen.starts_with(&only)).collect();
    // Each half asks an org of its own.
    let (first, second) = facts.split_at(facts.len() / 2);
    let wrong = tokio::join!(replayed(first, &given, &catalogue), replayed(second, &given, &catalogue));
    assert_eq!(wrong, (0, 0), "of {} exchanges", facts.len());
}

/// Asks an org, and says how many exchanges went otherwise than recorded.
async fn replayed(facts: &[&Fact], given: &BTreeMap<String, Vec<Step>>, catalogue: &Catalogue) -> usize {
    let mut wrong = 0;
    let http = http();
    let mut used = org().await;
    for fact in facts {
        let mut differences = replay::differences(&http, &used, fact, given, catalogue).await;
        // What was made for others may stand in the way, and an org takes a while to start.
        if !differences.is_empty() {
            used = org().await;
            differences = replay::differences(&http, &used, fact, given, catalogue).await;
        }
        if !differences.is_empty() {
            wrong += 1;
            println!("{}: {}\n    {}", fact.seen, fact.send, differences.join("\n    "));
        }
    }
    wrong
}

#[test]
fn every_recorded_exchange_is_among_the_facts_or_left_out_for_a_reason() {
    let (mut counted, mut facts) = (0, 0);
    for line in lines() {
        match line {
            Line::Fact(_) => (counted, facts) = (counted + 1, facts + 1),
            Line::LeftOut(left) => {
                assert!(!left.what.is_empty() && left.reason.ends_with('.'));
                counted += left.count;
            }
            _ => {}
        }
    }
    assert_eq!(counted, RECORDED);
    let told = format!("{RECORDED} exchanges of public recordings, of which {facts}\nare replayed");
    let readme = include_str!("../../../README.md");
    assert!(readme.contains(&told), "{told}");
    let left = format!("The other {} are not replayed", RECORDED - facts);
    assert!(readme.contains(&left), "{left}");
}
