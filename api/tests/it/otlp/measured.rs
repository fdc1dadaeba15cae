//! Metrics.

use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::{HistogramDataPoint, Metric, NumberDataPoint};
use reqwest::Method;
use shared::paths;

use super::collector::{Collector, metrics, text};
use crate::program::Program;
use crate::shop::{Shop, lines};

#[track_caller]
fn data(metrics: &[Metric], name: &str) -> Data {
    let found: Vec<_> = metrics.iter().filter(|metric| metric.name == name).collect();
    assert_eq!(found.len(), 1, "{name} in {metrics:#?}");
    found[0].data.clone().unwrap()
}

fn points(data: Data) -> Vec<NumberDataPoint> {
    match data {
        Data::Gauge(gauge) => gauge.data_points,
        Data::Sum(sum) => sum.data_points,
        other => panic!("{other:?}"),
    }
}

/// The value with these labels.
#[track_caller]
fn number(metrics: &[Metric], name: &str, labels: &[(&str, &str)]) -> f64 {
    let points = points(data(metrics, name));
    let has = |point: &&NumberDataPoint| {
        labels.iter().all(|(label, value)| text(&point.attributes, label).as_deref() == Some(value))
    };
    let found: Vec<_> = points.iter().filter(has).collect();
    assert_eq!(found.len(), 1, "{name} {labels:?} in {points:#?}");
    match found[0].value.unwrap() {
        Value::AsDouble(value) => value,
        Value::AsInt(value) => value as f64,
    }
}

/// How many requests were answered like this; `None` where none was.
fn answered(metrics: &[Metric], route: Option<&str>, status: &str) -> Option<HistogramDataPoint> {
    let Data::Histogram(durations) = data(metrics, "http.server.request.duration") else { panic!() };
    durations.data_points.into_iter().find(|point| {
        let of = |name| text(&point.attributes, name);
        of("http.route").as_deref() == route && of("http.response.status_code").as_deref() == Some(status)
    })
}

#[tokio::test]
async fn whatever_prometheus_finds_a_collector_gets_and_requests_by_the_names_of_the_conventions() {
    let (shop, collector) = (Shop::open().await, Collector::start());
    let mut command = collector.command(&shop);
    command.env("OTEL_SERVICE_NAME", "shop").env("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test");
    let program = Program::spawn(command, &shop.org);
    let alice = shop.alice();
    program.client.buy(&alice, "k1", &lines(&[("apple-sapling", 1)])).await.expect(201);
    program.client.get_as("no.such.token", paths::CART).await.expect(401);
    for path in ["/no/such/path", "/nor/this"] {
        program.client.get(path).await.expect(404);
    }
    let brewed = program.client.request(Method::from_bytes(b"BREW").unwrap(), paths::HELLO);
    assert_eq!(brewed.send().await.unwrap().status(), 405);
    program.terminate().await;
    let metrics = collector.metrics();
    let lost = answered(&metrics, None, "404").unwrap();
    assert_eq!((lost.count, text(&lost.attributes, "url.scheme").as_deref()), (2, Some("http")));
    assert!(lost.explicit_bounds.starts_with(&[0.000_5, 0.001]) && lost.sum.unwrap() > 0.0, "{lost:#?}");
    assert_eq!(answered(&metrics, Some(paths::ORDERS), "201").unwrap().count, 1);
    let brewed = answered(&metrics, Some(paths::HELLO), "405").unwrap();
    assert_eq!(text(&brewed.attributes, "http.request.method").as_deref(), Some("_OTHER"));
    for (name, labels, expected) in [
        ("http.server.active_requests", &[("http.request.method", "GET")][..], 0.0),
        ("grove.token_verdicts", &[("outcome", "refused"), ("reason", "malformed")], 1.0),
        ("grove.signing_keys_stale", &[], 0.0),
        ("grove.signing_key_fetch_failures", &[], 0.0),
        ("grove.token_cache_entries", &[], 1.0),
        ("grove.token_cache_misses", &[], 2.0),
        ("grove.replay_store_proofs", &[], 0.0),
        ("grove.replay_store_refusals", &[("reason", "full")], 0.0),
        ("grove.connections_closed", &[("reason", "late_answer")], 0.0),
        ("grove.log_lines_dropped", &[], 0.0),
        ("grove.database_connections_max", &[("pool", "read")], 10.0),
    ] {
        assert_eq!(number(&metrics, name, labels), expected, "{name}");
    }
    assert!((0.0..60.0).contains(&number(&metrics, "grove.signing_keys_age_seconds", &[])));
    assert!(number(&metrics, "grove.signing_keys", &[]) >= 1.0);
    assert!(number(&metrics, "grove.token_cache_hits", &[]) >= 1.0);
    let Data::Histogram(shared) = data(&metrics, "grove.checkout_batch_orders") else { panic!() };
    assert_eq!(shared.data_points[0].count, 1);
    let resource = collector.resource().attributes;
    assert_eq!(text(&resource, "service.name").as_deref(), Some("shop"));
    assert_eq!(text(&resource, "deployment.environment").as_deref(), Some("test"));
    assert_eq!(text(&resource, "service.instance.id").unwrap().len(), 36);
    shop.close().await;
}

#[tokio::test]
async fn metrics_come_while_the_program_runs_and_limits_are_counted_without_prometheus() {
    let (shop, collector) = (Shop::open().await, Collector::start());
    let mut command = collector.command(&shop);
    command.env("OTEL_METRIC_EXPORT_INTERVAL", "50").env("REQUESTS_PER_MINUTE", "1");
    command.env("OTEL_TRACES_EXPORTER", "none");
    let program = Program::spawn(command, &shop.org);
    let alice = shop.alice();
    for status in [200, 429, 429] {
        program.client.get_as(&alice, paths::CART).await.expect(status);
    }
    let refused =
        |metrics: &[Metric]| metrics.iter().any(|metric| metric.name == "grove.http_requests_refused");
    collector.until(|exports| refused(&metrics(exports))).await;
    program.terminate().await;
    let metrics = collector.metrics();
    assert_eq!(number(&metrics, "grove.http_requests_refused", &[("limit", "requests_per_minute")]), 2.0);
    let resource = collector.resource().attributes;
    assert_eq!(text(&resource, "service.name").as_deref(), Some("grove-api"));
    assert!(collector.spans().is_empty());
    shop.close().await;
}
