//! Spans, and the ids that tie them to the log, to the client and to the org.

use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use reqwest::Method;
use serde_json::json;
use shared::{Cart, paths};

use super::collector::{Collector, Export, hex, text};
use crate::answer::Answer;
use crate::database::on_both_databases;
use crate::json_log::{issuer, keys_of, objects, of};
use crate::program::Program;
use crate::shop::{Shop, lines, order_of};

on_both_databases!(what_the_database_does_is_below_its_request_without_a_statement_or_a_value);

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

fn attribute(span: &Span, name: &str) -> Option<String> {
    text(&span.attributes, name)
}

/// The span of the request that was answered like this.
#[track_caller]
fn request_of(spans: &[Span], answer: &Answer) -> Span {
    let id = answer.header("x-request-id").unwrap();
    let found: Vec<_> = spans.iter().filter(|span| hex(&span.span_id) == id).collect();
    assert_eq!(found.len(), 1, "{id} in {spans:#?}");
    found[0].clone()
}

#[track_caller]
fn below<'a>(spans: &'a [Span], parent: &Span, name: &str) -> &'a Span {
    let mut found = spans.iter().filter(|span| span.parent_span_id == parent.span_id && span.name == name);
    let span = found.next().unwrap_or_else(|| panic!("no {name} below {} in {spans:#?}", parent.name));
    assert_eq!(span.trace_id, parent.trace_id);
    assert!(span.start_time_unix_nano >= parent.start_time_unix_nano);
    span
}

#[tokio::test]
async fn a_request_is_a_span_of_the_trace_that_it_came_with_and_what_the_database_does_is_one_below() {
    let (shop, collector) = (Shop::open().await, Collector::start());
    let program = collector.spawn(&shop);
    let get = async |flags: &str, path: &str| {
        let request = program.client.request(Method::GET, path).bearer_auth(shop.alice());
        let request = request.header("traceparent", format!("00-{TRACE}-{PARENT}-{flags}"));
        Answer::read(request.send().await.unwrap()).await
    };
    let read = get("01", &format!("{}?q=secret", paths::CART)).await.expect(200);
    let lost = get("01", "/api/no-such-thing").await.expect(404);
    let unsampled = get("00", paths::CART).await.expect(200);
    let log = objects(&program.terminate().await);
    let spans = collector.spans();
    let span = request_of(&spans, &read);
    assert_eq!((hex(&span.trace_id), hex(&span.parent_span_id)), (TRACE.to_owned(), PARENT.to_owned()));
    assert_eq!((span.name.as_str(), span.kind()), ("GET /api/cart", SpanKind::Server));
    for (name, value) in [
        ("http.request.method", "GET"),
        ("http.route", "/api/cart"),
        ("http.response.status_code", "200"),
        ("url.path", "/api/cart"),
        ("url.scheme", "http"),
    ] {
        assert_eq!(attribute(&span, name).as_deref(), Some(value), "{span:#?}");
    }
    assert_eq!(span.attributes.len(), 5, "{span:#?}");
    let id = hex(&span.span_id);
    let line = of(&log, &read);
    assert_eq!((&line["request_id"], &line["trace_id"]), (&json!(id), &json!(TRACE)));
    assert_eq!(read.header("traceresponse"), Some(format!("00-{TRACE}-{id}-01").as_str()));
    let database = below(&spans, &span, "database read");
    assert_eq!(database.kind(), SpanKind::Client);
    assert_eq!(attribute(database, "db.system.name").as_deref(), Some("sqlite"));
    assert!(database.end_time_unix_nano <= span.end_time_unix_nano && span.status.is_none_or_unset());
    let lost = request_of(&spans, &lost);
    assert_eq!((lost.name.as_str(), attribute(&lost, "http.route")), ("GET", None));
    // Whoever asks does not want it recorded; ids tie it together all the same.
    let id = unsampled.header("x-request-id").unwrap();
    assert!(spans.iter().all(|span| hex(&span.span_id) != id && hex(&span.parent_span_id) != id));
    assert_eq!(unsampled.header("traceresponse"), Some(format!("00-{TRACE}-{id}-00").as_str()));
    assert_eq!(of(&log, &unsampled)["trace_id"], TRACE);
    shop.close().await;
}

async fn what_the_database_does_is_below_its_request_without_a_statement_or_a_value(shop: Shop) {
    let system = if shop.database_url.starts_with("postgres") { "postgresql" } else { "sqlite" };
    let (collector, token) = (Collector::start(), shop.alice());
    let program = collector.spawn(&shop);
    let read = program.client.get_as(&token, paths::CART).await.expect(200);
    let version = read.json::<Cart>().version;
    let cart = json!({"version": version, "lines": lines(&[("apple-sapling", 1)])["lines"]});
    let filled = program.client.send(Method::PUT, paths::CART, &token, &cart).await.expect(200);
    let bought = program.client.order(&token, "secret-key", &order_of(&filled.json())).await.expect(201);
    program.client.get_as(&token, &format!("{}/apple-sapling?q=secret", paths::PRODUCTS)).await.expect(200);
    program.terminate().await;
    let spans = collector.spans();
    let commit = spans.iter().find(|span| span.name == "orders share a commit").unwrap();
    below(&spans, &request_of(&spans, &bought), "order waits for a commit");
    for (parent, name) in [
        (&request_of(&spans, &read), "database read"),
        (&request_of(&spans, &filled), "database transaction"),
        (commit, "database transaction"),
    ] {
        let database = below(&spans, parent, name);
        assert_eq!((database.kind(), database.status.is_none_or_unset()), (SpanKind::Client, true));
        assert!(database.end_time_unix_nano <= parent.end_time_unix_nano, "{database:#?}");
    }
    let of_databases: Vec<_> = spans.iter().filter(|span| span.name.starts_with("database ")).collect();
    for span in of_databases {
        assert_eq!(attribute(span, "db.system.name").as_deref(), Some(system));
        assert!(span.attributes.len() == 1 && span.events.is_empty(), "{span:#?}");
    }
    let address: [&str; 4] = ["Alice Shopper", "Orchard Lane", "Portland", "97201"];
    let rest = [token.as_str(), shop.database_url.as_str(), "secret", "00u", "SELECT", "INSERT", "UPDATE "];
    for secret in address.into_iter().chain(rest) {
        let has_it = |export: &Export| contains(&export.body, secret);
        assert!(!collector.exports().iter().any(has_it), "{secret} in {spans:#?}");
    }
    shop.close().await;
}

/// A key that nobody knows has the API ask the issuer, in the trace of the request that shows it.
#[tokio::test]
async fn a_request_without_a_trace_begins_one_which_the_issuer_is_told() {
    let (shop, collector) = (Shop::open().await, Collector::start());
    let (stub, heads) = issuer(keys_of(&shop.org).await);
    let mut command = collector.command(&shop);
    command.env("OKTA_OAUTH2_ISSUER", stub.as_str()).env("OKTA_OAUTH2_CLIENT_ID", shop.org.client_id());
    let program = Program::spawn_as_it_is(&mut command);
    // What is asked for nobody's sake is in nobody's trace.
    assert!(heads.try_iter().all(|head| !head.contains("traceparent")));
    let token = shop.org.sign_jwt(
        &json!({"alg": "RS256", "kid": "unheard-of"}),
        &json!({"iss": stub.as_str(), "aud": "api://default"}),
    );
    let refused = program.client.get_as(&token, paths::ORDERS).await.expect(401);
    let asked: Vec<_> = heads.try_iter().collect();
    let log = objects(&program.terminate().await);
    let spans = collector.spans();
    let span = request_of(&spans, &refused);
    let (trace, id) = (hex(&span.trace_id), hex(&span.span_id));
    assert!(span.parent_span_id.is_empty(), "{span:#?}");
    assert_eq!(of(&log, &refused)["trace_id"], trace);
    assert_eq!(refused.header("traceresponse"), None);
    let expected = format!("traceparent: 00-{trace}-{id}-01\r\n");
    assert!(!asked.is_empty() && asked.iter().all(|head| head.contains(&expected)), "{asked:?}");
    let fetch = below(&spans, &span, "fetch of the issuer's keys");
    let get = below(&spans, fetch, "GET");
    assert_eq!(get.kind(), SpanKind::Client);
    assert_eq!(attribute(get, "http.response.status_code").as_deref(), Some("200"));
    let of_keys = format!("{stub}/v1/keys");
    assert_eq!(attribute(get, "url.full"), Some(of_keys));
    // The first fetch is a trace of its own.
    let roots = spans.iter().filter(|span| span.parent_span_id.is_empty() && span.name == fetch.name);
    assert_eq!(roots.count(), 1, "{spans:#?}");
    shop.close().await;
}

#[tokio::test]
async fn what_fails_here_is_an_error_and_what_fails_there_is_none() {
    let (shop, collector) = (Shop::open().await, Collector::start());
    let mut command = collector.command(&shop);
    command.env("OKTA_OAUTH2_ISSUER", "http://localhost:9/oauth2/default");
    let program = Program::spawn_as_it_is(command.env("OKTA_OAUTH2_CLIENT_ID", shop.org.client_id()));
    let token = shop.org.sign_jwt(
        &json!({"alg": "RS256", "kid": "unheard-of"}),
        &json!({"iss": "http://localhost:9/oauth2/default", "aud": "api://default"}),
    );
    let failed = program.client.get_as(&token, paths::CART).await.expect(503);
    let refused = program.client.get(paths::CART).await.expect(401);
    let brewed = program.client.request(Method::from_bytes(b"BREW").unwrap(), paths::HELLO);
    let brewed = Answer::read(brewed.send().await.unwrap()).await.expect(405);
    program.terminate().await;
    let spans = collector.spans();
    let failed = request_of(&spans, &failed);
    assert_eq!(attribute(&failed, "error.type").as_deref(), Some("503"));
    assert_eq!(failed.status.as_ref().unwrap().code(), StatusCode::Error);
    let refused = request_of(&spans, &refused);
    assert!(attribute(&refused, "error.type").is_none() && refused.status.is_none_or_unset());
    let brewed = request_of(&spans, &brewed);
    assert_eq!(brewed.name, "HTTP /api/hello");
    assert_eq!(attribute(&brewed, "http.request.method").as_deref(), Some("_OTHER"));
    let fetched = spans.iter().find(|span| attribute(span, "url.full").is_some()).unwrap();
    assert_eq!(fetched.status.as_ref().unwrap().code(), StatusCode::Error);
    assert_eq!(attribute(fetched, "error.type").as_deref(), Some("unreachable"));
    shop.close().await;
}

#[tokio::test]
async fn an_order_is_told_with_the_commit_that_it_shared_and_without_anything_secret() {
    let (shop, collector) = (Shop::open().await, Collector::start());
    let program = collector.spawn(&shop);
    let token = shop.alice();
    let bought = program.client.buy(&token, "secret-key", &lines(&[("apple-sapling", 1)])).await.expect(201);
    let path = format!("{}?code=secret-code", paths::ORDERS);
    program.client.get_as(&token, &path).await.expect(200);
    program.client.get_as("a.secret.token", &path).await.expect(401);
    program.terminate().await;
    let spans = collector.spans();
    let waits = below(&spans, &request_of(&spans, &bought), "order waits for a commit").clone();
    let commit = spans.iter().find(|span| span.name == "orders share a commit").unwrap();
    let links: Vec<_> = commit.links.iter().map(|link| (&link.trace_id, &link.span_id)).collect();
    assert_eq!(links, [(&waits.trace_id, &waits.span_id)]);
    assert_ne!(commit.trace_id, waits.trace_id);
    below(&spans, commit, "database transaction");
    let exports = collector.exports();
    assert!(exports.iter().any(|export| contains(&export.body, "/api/orders")));
    let signature = token.rsplit('.').next().unwrap();
    for secret in
        [token.as_str(), signature, "secret", "code=", "Alice", "00u", "client.address", "127.0.0.1"]
    {
        assert!(exports.iter().all(|export| !contains(&export.body, secret)), "{secret} in {spans:#?}");
    }
    shop.close().await;
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Neither well nor ill, which is how OpenTelemetry has what has not failed.
trait Unset {
    fn is_none_or_unset(&self) -> bool;
}

impl Unset for Option<opentelemetry_proto::tonic::trace::v1::Status> {
    fn is_none_or_unset(&self) -> bool {
        self.as_ref().is_none_or(|status| status.code() == StatusCode::Unset)
    }
}
