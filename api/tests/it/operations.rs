//! The dashboard and the alerts ask for nothing that the API does not tell.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use shared::paths;
use tempfile::TempDir;

use crate::redis_server::RedisServer;
use crate::shop::{Shop, lines};

/// The page for whoever is called.
const PAGE: &str = "../OPERATIONS.md";

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
    let (shop, redis) = (Shop::open().await, RedisServer::start().await);
    let api = shop.replica(|settings| settings.replicas.redis_url = Some(redis.url())).await;
    let alice = shop.alice();
    api.buy(&alice, "k1", &lines(&[("apple-sapling", 1)])).await.expect(201);
    api.get_as("no.such.token", paths::CART).await.expect(401);
    let metrics = api.metrics().await;
    api.stop().await;
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
        (PAGE, read(PAGE)),
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

/// A folder with these rules and the tests of the real ones.
fn folder_with(rules: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("alerts.yml"), rules).unwrap();
    fs::write(folder.path().join("alerts_test.yml"), read("alerts_test.yml")).unwrap();
    folder
}

/// Whether it is content, and what it says.
fn promtool(args: [&str; 3], folder: &Path) -> (bool, String) {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools/prometheus/usr/bin/promtool");
    let program = if installed.is_file() { installed } else { "promtool".into() };
    let output = Command::new(program).args(args).current_dir(folder).output();
    let output = output
        .expect("promtool can be started (`cargo verify` installs it; Debian: apt-get install prometheus)");
    (output.status.success(), format!("{output:?}"))
}

const CHECK: [&str; 3] = ["check", "rules", "alerts.yml"];
const TEST: [&str; 3] = ["test", "rules", "alerts_test.yml"];

/// The text of each rule, by its name.
fn alerts(rules: &str) -> Vec<(&str, &str)> {
    let blocks = rules.split("      - alert: ").skip(1);
    blocks.map(|block| (block.lines().next().unwrap(), block)).collect()
}

/// What stands between back quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn the_page_for_operators_says_what_to_do_at_each_alert_and_names_no_other() {
    let (rules, page) = (read("alerts.yml"), read(PAGE));
    let there: BTreeSet<&str> = alerts(&rules).into_iter().map(|(name, _)| name).collect();
    let (_, section) = page.split_once("\n## Alerts\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    assert_eq!(rows.collect::<BTreeSet<_>>(), there);
    let named = quoted(&page).filter(|name| name.starts_with("Grove"));
    assert_eq!(named.collect::<BTreeSet<_>>(), there, "in the whole page");
}

#[test]
fn the_page_for_operators_names_settings_that_there_are() {
    let page = read(PAGE);
    let known: BTreeSet<&str> = api::environment_names().collect();
    let is_setting = |name: &&str| {
        let name = name.split('=').next().unwrap();
        name.contains('_') && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
    };
    let named: BTreeSet<&str> =
        quoted(&page).filter(is_setting).map(|name| name.split('=').next().unwrap()).collect();
    assert!(named.len() > 10, "{named:?}: the page was not read");
    let unknown: Vec<_> = named.difference(&known).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn each_alert_fires_when_it_should_and_not_when_all_is_well() {
    for args in [CHECK, TEST] {
        let (good, said) = promtool(args, &folder());
        assert!(good, "{said}");
    }
}

/// Of each rule: never, always, and at once where it has to wait. What is tested of it must tell.
#[test]
fn each_alert_that_is_changed_fails_its_test() {
    let rules = read("alerts.yml");
    let mut changed = 0;
    for (name, block) in alerts(&rules) {
        let (before, rest) = block.split_once("        expr:").unwrap();
        let rest = &rest[rest.find("\n        for:").or_else(|| rest.find("\n        labels:")).unwrap()..];
        let condition = |condition: &str| format!("{before}        expr: {condition}{rest}");
        let mut others = vec![condition("vector(0) > 1"), condition("vector(1)")];
        let wait = block.lines().find(|line| line.starts_with("        for: "));
        others.extend(wait.map(|wait| block.replace(wait, "        for: 0m")));
        for other in others {
            let (good, said) = promtool(TEST, folder_with(&rules.replace(block, &other)).path());
            assert!(!good && said.contains(name), "{name} is not tested against\n{other}\n{said}");
            changed += 1;
        }
    }
    assert!(changed > 30, "{changed} changes: the rules were not read");
}
