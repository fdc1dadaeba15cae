//! A collector that is away, hangs or refuses; and addresses that are none.

use std::net::TcpListener;
use std::time::Duration;

use shared::paths;
use tokio::time::Instant;

use super::collector::Collector;
use crate::program::Program;
use crate::shop::Shop;

/// How long a stop may take that waits for a collector: what the program allows it, and some for a busy machine.
const STOPPED: Duration = Duration::from_secs(10);
/// How long a few hundred requests may take, where none waits for a collector: one export alone waits for ten seconds.
const ANSWERED: Duration = Duration::from_secs(10);
const REQUESTS: usize = 200;

/// Answers requests while nobody takes what is told of them, and stops; what the log says.
async fn served(shop: &Shop, address: &str) -> String {
    let mut command = shop.program();
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{address}"));
    // A queue that is full soon.
    command.env("OTEL_BSP_MAX_QUEUE_SIZE", "32").env("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "8");
    let program = Program::spawn(command, &shop.org);
    let began = Instant::now();
    for _ in 0..REQUESTS {
        program.client.get(paths::HELLO).await.expect(200);
    }
    assert!(began.elapsed() < ANSWERED, "{:?}", began.elapsed());
    let told = Instant::now();
    let log = program.terminate().await;
    assert!(told.elapsed() < STOPPED, "{:?}: {log}", told.elapsed());
    log
}

#[track_caller]
fn check_lines(log: &str, text: &str, expected: usize) {
    assert_eq!(log.lines().filter(|line| line.contains(text)).count(), expected, "{text}: {log}");
}

#[tokio::test]
async fn a_collector_that_is_away_costs_spans_alone_and_the_log_says_so() {
    let shop = Shop::open().await;
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let log = served(&shop, &nobody).await;
    check_lines(&log, "BatchSpanProcessor.SpanDroppingStarted", 1);
    check_lines(&log, "network error", 2);
    shop.close().await;
}

#[tokio::test]
async fn a_collector_that_hangs_delays_no_request_and_a_stop_by_a_few_seconds() {
    let shop = Shop::open().await;
    // Connections are taken, and nothing else.
    let hanging = TcpListener::bind("127.0.0.1:0").unwrap();
    let log = served(&shop, &hanging.local_addr().unwrap().to_string()).await;
    check_lines(&log, "the last traces and metrics are lost", 1);
    shop.close().await;
}

#[tokio::test]
async fn a_collector_that_refuses_is_told_once_a_minute_and_not_with_each_batch() {
    let (shop, collector) = (Shop::open().await, Collector::answering("403 Forbidden"));
    let mut command = collector.command(&shop);
    command.env("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1").env("OTEL_BSP_SCHEDULE_DELAY", "10");
    let program = Program::spawn(command, &shop.org);
    for batches in 1..=3 {
        program.client.get(paths::HELLO).await.expect(200);
        collector.until(|exports| exports.len() >= batches).await;
    }
    let log = program.terminate().await;
    check_lines(&log, "BatchSpanProcessor.ExportError", 1);
    check_lines(&log, "status code: 403", 2);
    shop.close().await;
}

#[tokio::test]
async fn what_cannot_be_exported_as_it_is_asked_is_told_at_the_start_by_variable() {
    let shop = Shop::open().await;
    for (variable, value, problem) in [
        (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "collector:4318",
            "is no address of a collector: use one that begins with",
        ),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "user:secret@host", "is no address of a collector"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "is \"grpc\": use http/protobuf"),
    ] {
        let mut command = shop.program();
        command.env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:9").env(variable, value);
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(&format!("{variable} {problem}")), "{said}");
        assert!(!said.contains("secret"), "{said}");
    }
    // Empty is not set.
    let mut command = shop.program();
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", " ");
    Program::spawn(command, &shop.org).terminate().await;
    shop.close().await;
}

#[tokio::test]
async fn what_is_odd_in_other_variables_is_in_the_log() {
    let (shop, collector) = (Shop::open().await, Collector::start());
    let mut command = collector.command(&shop);
    command.env("OTEL_TRACES_SAMPLER", "sometimes");
    let program = Program::spawn(command, &shop.org);
    check_lines(&program.terminate().await, "Unrecognized sampler type 'sometimes'", 1);
    shop.close().await;
}
