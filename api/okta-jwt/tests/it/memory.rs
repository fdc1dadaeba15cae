//! What nonsense from an issuer costs in memory (row F5 of the fault matrix). The verifier runs in a process of
//! its own, so that neither the issuer's memory nor the other tests' is counted with it (Linux).

use std::env;
use std::process::Command;

use okta_jwt::{Issuer, KeyError, Verifier};
use serde_json::json;

use crate::issuer::{Answer, FakeIssuer, KEYS, jwks};
use crate::key_set::{SECOND_OF_TIME, pass};
use crate::look::keys_of;
use crate::signer::FIRST;
use crate::token::{AUDIENCE, CLIENT, NOW, Token};

const ISSUER: &str = "MEMORY_TEST_ISSUER";
const GOOD: &str = "MEMORY_TEST_GOOD_TOKEN";
const NEW: &str = "MEMORY_TEST_TOKEN_WITH_AN_UNKNOWN_KEY";

const MIB: u64 = 1024 * 1024;

/// So often is the same nonsense fetched.
const FETCHES: u32 = 10;

/// Has a verifier in another process fetch this, and says by how many bytes that process grew.
async fn growth(nonsense: Answer) -> u64 {
    let issuer = FakeIssuer::start(&[]).await;
    let good = jwks(&[&FIRST]).to_string();
    let once = Answer::OnceThen("{}".to_owned(), Box::new(nonsense));
    issuer.answer(KEYS, Answer::OnceThen(good, Box::new(once)));
    let mut verifier = Command::new(env::current_exe().unwrap());
    verifier
        .args(["--exact", "memory::the_verifier_whose_memory_is_measured", "--ignored", "--nocapture"])
        .env(ISSUER, &issuer.url)
        .env(GOOD, Token::good(&issuer.url).text())
        .env(NEW, Token::good(&issuer.url).header("kid", "unknown").text());
    let output = tokio::task::spawn_blocking(move || verifier.output()).await.unwrap().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let grown = said.lines().find_map(|line| line.strip_prefix("grown by "));
    grown.unwrap_or_else(|| panic!("{said}{}", String::from_utf8_lossy(&output.stderr))).parse().unwrap()
}

#[tokio::test]
#[ignore = "the other half of a test: that one starts it"]
async fn the_verifier_whose_memory_is_measured() {
    let [issuer, good, new] = [ISSUER, GOOD, NEW].map(|name| env::var(name).unwrap());
    let issuer = Issuer::parse(&issuer).unwrap();
    let verifier = Verifier::builder(issuer).audience(AUDIENCE).client_id(CLIENT).build().unwrap();
    verifier.warm().await.unwrap();
    // What the first failure takes, whatever it is.
    assert!(verifier.verify_at(&good, NOW).await.is_ok() && verifier.verify_at(&new, NOW).await.is_err());
    pass(61 * SECOND_OF_TIME).await;
    let before = resident();
    for failures in 2..2 + FETCHES {
        assert!(verifier.verify_at(&new, NOW).await.is_err());
        assert_eq!(keys_of(&verifier).failures, failures);
        pass(61 * SECOND_OF_TIME).await;
    }
    println!("{:?}", keys_of(&verifier).last_error.as_ref().map(KeyError::to_string));
    assert!(verifier.verify_at(&good, NOW).await.is_ok(), "the old keys are kept");
    println!("grown by {}", resident().saturating_sub(before));
}

/// The memory that this process has taken for its data, in bytes. Its code is read from a file when it is first
/// needed, whatever was fetched, and does not count.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    1024 * line.trim().trim_end_matches(" kB").parse::<u64>().unwrap()
}

#[tokio::test]
async fn f5_nonsense_leaves_no_mark_in_memory() {
    let fill = |unit: &str| unit.repeat((255 * 1024) / unit.len());
    let list = |entry: &str| format!(r#"{{"keys":[{}0]}}"#, fill(entry));
    for (what, nonsense) in [
        ("garbage", Answer::Say(200, "", "{\"keys\":[".to_owned())),
        ("HTML", Answer::Say(200, "Content-Type: text/html\r\n", fill("<html>"))),
        ("an empty object", Answer::Say(200, "", "{}".to_owned())),
        ("no keys", Answer::Say(200, "", r#"{"keys":[]}"#.to_owned())),
        ("10,000 keys", Answer::Say(200, "", json!({"keys": vec![FIRST.jwk(); 10_000]}).to_string())),
        (
            "10,000 small keys",
            Answer::Say(200, "", json!({"keys": vec![json!({"kid": "x"}); 10_000]}).to_string()),
        ),
        ("as many entries as the limit of size allows", Answer::Say(200, "", list("0,"))),
        (
            "an entry full of entries",
            Answer::Say(200, "", format!(r#"{{"keys":[{{"kid":[{}0]}}]}}"#, fill("0,"))),
        ),
        ("64 MiB", Answer::Say(200, "", " ".repeat(64 * 1024 * 1024))),
        ("bytes without end", Answer::Flood),
    ] {
        let growth = growth(nonsense).await;
        println!("{what}: {} KiB", growth / 1024);
        assert!(growth < MIB, "{what}: {growth} bytes");
    }
}
