//! The log for programs: an object a line, and the trace that a request belongs to.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;

use okta_local::RunningOrg;
use okta_types::Issuer;
use reqwest::Method;
use serde_json::{Value, json};
use shared::paths;

use crate::answer::Answer;
use crate::program::Program;
use crate::shop::{Api, Client, Shop, lines, url_of};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const TRACE_PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// Standard error of the program is no terminal here.
fn spawn(shop: &Shop) -> Program {
    let mut command = shop.program();
    command.env("LOG_FORMAT", "auto");
    Program::spawn(command, &shop.org)
}

/// All lines, each of which must be an object.
#[track_caller]
pub(crate) fn objects(log: &str) -> Vec<Value> {
    let object = |line| serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let all: Vec<_> = log.lines().map(object).collect();
    for line in &all {
        assert!(["time", "level", "target", "message"].iter().all(|name| line[*name].is_string()), "{line}");
        let time = line["time"].as_str().unwrap();
        assert!(time.len() == 27 && time.ends_with('Z') && &time[10..11] == "T", "{line}");
    }
    all
}

#[track_caller]
pub(crate) fn of(lines: &[Value], answer: &Answer) -> Value {
    let id = answer.header("x-request-id").unwrap();
    let found: Vec<_> = lines
        .iter()
        .filter(|line| line["request_id"] == id && line["target"] == "api::request_log")
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

#[cfg(unix)]
#[tokio::test]
async fn where_no_terminal_is_each_line_is_an_object_with_named_fields_and_no_token() {
    let shop = Shop::open().await;
    let program = spawn(&shop);
    let token = shop.alice();
    let shown = program.client.get(&format!("{}/apple-sapling?secret=1", paths::PRODUCTS)).await.expect(200);
    let bought = program.client.buy(&token, "secret-key", &lines(&[("apple-sapling", 1)])).await.expect(201);
    let read = program.client.get_as(&token, paths::ORDERS).await.expect(200);
    let refused = program.client.get_as(&token, paths::STAFF_ORDERS).await.expect(403);
    let forged = program.client.get_as("a.secret.token", paths::ORDERS).await.expect(401);
    let log = program.terminate().await;
    let lines = objects(&log);
    let line = of(&lines, &shown);
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["method"], "GET");
    assert_eq!(line["path"], "/api/products/apple-sapling");
    assert_eq!(line["route"], "/api/products/{id}");
    assert_eq!(line["status"], 200);
    assert!(line["duration_ms"].is_u64(), "{line}");
    assert_eq!(line["client"], "127.0.0.1");
    assert!(line.get("trace_id").is_none() && line.get("subject").is_none(), "{line}");
    let subject = |answer| of(&lines, answer)["subject"].clone();
    assert!(subject(&bought).as_str().unwrap().starts_with("00u"), "{log}");
    assert_eq!(subject(&bought), subject(&refused));
    assert_eq!((subject(&read), subject(&forged)), (Value::Null, Value::Null));
    for secret in [token.as_str(), token.rsplit('.').next().unwrap(), "secret"] {
        assert!(!log.contains(secret), "{secret} is in the log: {log}");
    }
    shop.close().await;
}

#[tokio::test]
async fn another_format_is_refused_by_name() {
    let shop = Shop::open().await;
    let output = shop.program().env("LOG_FORMAT", "xml").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success() && said.contains("LOG_FORMAT is \"xml\": use text, json or auto"),
        "{said}"
    );
    shop.close().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_trace_that_comes_is_logged_and_told_and_no_other_is() {
    let shop = Shop::open().await;
    let program = spawn(&shop);
    let get = async |traces: &[&str]| {
        let request = program.client.request(Method::GET, paths::HELLO);
        let request = traces.iter().fold(request, |request, trace| request.header("traceparent", *trace));
        Answer::read(request.send().await.unwrap()).await.expect(200)
    };
    let traced = get(&[TRACE_PARENT]).await;
    let (bad, twice, none) =
        (get(&["00-x-y-01"]).await, get(&[TRACE_PARENT, TRACE_PARENT]).await, get(&[]).await);
    let id = traced.header("x-request-id").unwrap();
    assert_eq!(traced.header("traceresponse"), Some(format!("00-{TRACE}-{id}-01").as_str()));
    for other in [&bad, &twice, &none] {
        assert_eq!(other.header("traceresponse"), None);
    }
    let lines = objects(&program.terminate().await);
    assert_eq!(of(&lines, &traced)["trace_id"], TRACE);
    for other in [&bad, &twice, &none] {
        assert!(of(&lines, other).get("trace_id").is_none());
    }
    shop.close().await;
}

/// An issuer with these keys, and the heads of the requests that it gets.
pub(crate) fn issuer(keys: String) -> (Issuer, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let issuer = format!("http://localhost:{port}/oauth2/default");
    let metadata = json!({"issuer": issuer, "jwks_uri": format!("{issuer}/v1/keys")}).to_string();
    let (got, heads) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.unwrap(), &metadata, &keys, &got);
        }
    });
    (Issuer::parse(&issuer).unwrap(), heads)
}

/// The head is there before anybody can have the answer.
fn answer(mut stream: TcpStream, metadata: &str, keys: &str, got: &mpsc::Sender<String>) {
    let mut head = String::new();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).unwrap() > 0, "{head}");
    }
    let body = if head.contains("/v1/keys") { keys } else { metadata };
    let length = body.len();
    let answer = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
    if got.send(head).is_ok() {
        stream.write_all(answer.as_bytes()).unwrap();
    }
}

pub(crate) async fn keys_of(org: &RunningOrg) -> String {
    let issuer = org.issuer().as_str().strip_prefix("http://").unwrap();
    let response = Client::of(issuer).request(Method::GET, "/v1/keys").send().await.unwrap();
    response.text().await.unwrap()
}

/// A key that nobody knows has the API ask the issuer, in the trace of the request that shows it.
#[tokio::test]
async fn what_the_issuer_is_asked_for_a_request_is_part_of_its_trace() {
    let shop = Shop::open().await;
    let keys = keys_of(&shop.org).await;
    let (issuer, heads) = issuer(keys);
    let folder = tempfile::tempdir().unwrap();
    let database = url_of(&folder.path().join("grove.sqlite"));
    let api = Api::start(&issuer, shop.org.client_id(), &database).await;
    assert!(heads.try_iter().all(|head| !head.contains("traceparent")));
    let token = shop.org.sign_jwt(
        &json!({"alg": "RS256", "kid": "unheard-of"}),
        &json!({"iss": issuer.as_str(), "aud": "api://default"}),
    );
    let request =
        api.request(Method::GET, paths::ORDERS).header("traceparent", TRACE_PARENT).bearer_auth(token);
    let refused = Answer::read(request.send().await.unwrap()).await.expect(401);
    let id = refused.header("x-request-id").unwrap();
    let asked: Vec<_> = heads.try_iter().collect();
    let expected = format!("traceparent: 00-{TRACE}-{id}-01\r\n");
    assert!(!asked.is_empty() && asked.iter().all(|head| head.contains(&expected)), "{asked:?}");
    api.stop().await;
    shop.close().await;
}
