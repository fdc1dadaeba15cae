//! What strangers send begins no line of the log and no field of a line (ASVS 16.4.1), whether people read it or programs.

use std::net::SocketAddr;

use reqwest::Method;
use serde_json::Value;
use shared::paths;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::program::Program;
use crate::shop::Shop;

/// Paths as they go over the wire. Each is logged once, or is no request.
const PATHS: [&str; 8] = [
    "/api/x%0A2026-11-30T00:00:00.000000Z%20%20INFO%20forged%20status=200",
    "/api/x%0D%0Aforged",
    "/api/x\"status=200",
    "/api/x\"%20status=200%20subject=\"forged",
    "/api/x\\\",\"status\":200,\"forged\":\"",
    "/api/x\u{1b}[2Jforged",
    "/api/x\u{7f}forged",
    "/api/x'{forged}",
];

/// Ids that an issuer might be brought to give.
const IDS: [&str; 4] = [
    "\" status=200 forged=\"",
    "a\\\",\"status\":200,\"forged\":\"",
    "a status=200 forged=1",
    "a\u{2028}forged",
];

/// Sends all of it; how many requests were answered.
async fn besiege(program: &Program, shop: &Shop) -> usize {
    let mut answered = 0;
    for path in PATHS {
        // Whoever is refused before there is a request gets an answer too, which nobody logs.
        answered += usize::from(!ask(program.address(), path).await.starts_with("HTTP/1.1 400 "));
    }
    for id in IDS {
        let request = program.client.request(Method::GET, paths::STAFF_ORDERS).bearer_auth(shop.someone(id));
        assert_eq!(request.send().await.unwrap().status(), 403, "{id}");
        answered += 1;
    }
    let foreign = shop.token(|claims| {
        claims.insert("iss".to_owned(), "https://x/\" forged=1".into());
    });
    program.client.get_as(&foreign, paths::WHOAMI).await.expect(401);
    answered + 1
}

async fn ask(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[cfg(unix)]
#[tokio::test]
async fn no_line_or_field_for_people_is_a_strangers() {
    let shop = Shop::open().await;
    let program = Program::spawn(shop.program(), &shop.org);
    let answered = besiege(&program, &shop).await;
    let log = program.terminate().await;
    assert!(!log.contains(|c: char| c.is_control() && c != '\n'), "{log:?}");
    for line in log.lines() {
        let time = line.split(' ').next().unwrap();
        assert!(time.len() == 27 && time.ends_with('Z'), "{line}");
        let names = names_outside_quotes(line);
        assert!(!names.contains(&"forged".to_owned()), "{line}");
        assert!(names.iter().filter(|name| *name == "status").count() <= 1, "{line}");
    }
    let requests = log.lines().filter(|line| line.contains(" api::request_log: "));
    assert_eq!(requests.count(), answered, "{log}");
    shop.close().await;
}

/// The names before an equals sign that no quotes surround.
fn names_outside_quotes(line: &str) -> Vec<String> {
    let (mut outside, mut quoted, mut escaped) = (String::new(), false, false);
    for c in line.chars() {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        quoted ^= ends;
        if !quoted && !ends {
            outside.push(c);
        }
    }
    let words = outside.split(' ').filter_map(|word| word.split_once('='));
    words.map(|(name, _)| name.to_owned()).collect()
}

#[cfg(unix)]
#[tokio::test]
async fn no_line_or_member_for_programs_is_a_strangers() {
    let shop = Shop::open().await;
    let mut command = shop.program();
    command.env("LOG_FORMAT", "json");
    let program = Program::spawn(command, &shop.org);
    let answered = besiege(&program, &shop).await;
    let log = program.terminate().await;
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().all(|line| line.get("forged").is_none()), "{log}");
    let requests: Vec<_> = lines.iter().filter(|line| line["target"] == "api::request_log").collect();
    assert_eq!(requests.len(), answered, "{log}");
    assert!(requests.iter().all(|line| line["status"].as_u64() >= Some(400)), "{log}");
    let subjects: Vec<_> = requests.iter().filter_map(|line| line["subject"].as_str()).collect();
    assert_eq!(subjects, IDS);
    shop.close().await;
}
