//! The dashboard and the alerts ask for nothing that the API does not tell.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use api::Limits;
use serde_json::Value;
use shared::paths;

use crate::shop::{Shop, lines};

/// Labels that Prometheus adds.
const ADDED: [&str; 2] = ["instance", "job"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("operations")
}

fn read(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap()
}

/// Each metric that a text names, with the labels that it is asked for: `grove_x{a="b"}`.
fn asked_for(text: &str) -> Vec<(String, Vec<String>)> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for (start, _) in text.match_indices("grove_") {
        let rest = &text[start..];
        let (name, rest) = rest.split_at(rest.find(|c| !is_name(c)).unwrap_or(rest.len()));
        let selector =
            rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map_or("", |(inside, _)| inside);
        let label = |part: &str| part.split(|c| !is_name(c)).next().unwrap().to_owned();
        // No value in these files holds a comma.
        let labels = selector.split(',').filter(|part| part.contains('=')).map(label).collect();
        found.push((name.to_owned(), labels));
    }
    found
}

/// Each sample's name with its labels.
fn told(metrics: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, labels) in metrics.lines().filter(|line| !line.starts_with('#')).flat_map(asked_for) {
        told.entry(name).or_default().extend(labels);
    }
    told
}

/// All that there is, once something of each kind has happened.
async fn metrics() -> String {
    let shop = Shop::open_measured(Limits::default()).await;
    let alice = shop.alice();
    shop.api.buy(&alice, "k1", &lines(&[("apple-sapling", 1)])).await.expect(201);
    shop.api.get_as("no.such.token", paths::CART).await.expect(401);
    let metrics = shop.api.metrics().await;
    shop.close().await;
    metrics
}

#[tokio::test]
async fn the_dashboard_and_the_alerts_name_what_the_api_tells() {
    let told = told(&metrics().await);
    let dashboard: Value = serde_json::from_str(&read("dashboard.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    let of_dashboard: String =
        targets.map(|target| target["expr"].as_str().unwrap().to_owned() + "\n").collect();
    let mut shown = BTreeSet::new();
    for (file, text) in [
        ("dashboard.json", of_dashboard),
        ("alerts.yml", read("alerts.yml")),
        ("alerts_test.yml", read("alerts_test.yml")),
    ] {
        let asked = asked_for(&text);
        assert!(asked.len() > 10, "{file}: the search does not search");
        for (name, labels) in asked {
            let has = told.get(&name).unwrap_or_else(|| panic!("{file}: there is no {name}"));
            for label in labels.into_iter().filter(|label| !ADDED.contains(&label.as_str())) {
                assert!(has.contains(&label), "{file}: {name} has no label {label}");
            }
            shown.insert(name);
        }
    }
    // A metric that nobody looks at is one too many, or a panel is missing.
    let base = |name: &String| {
        name.trim_end_matches("_bucket").trim_end_matches("_sum").trim_end_matches("_count").to_owned()
    };
    let shown: BTreeSet<String> = shown.iter().map(base).collect();
    let missing: Vec<_> = told.keys().filter(|name| !shown.contains(&base(name))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
#[ignore = "needs promtool (Debian: prometheus)"]
fn each_alert_fires_when_it_should_and_not_when_all_is_well() {
    for args in [["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]] {
        let output = Command::new("promtool").args(args).current_dir(folder()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
}
