//! What Prometheus reads, and that clients cannot make it grow.

use std::num::NonZeroU32;

use api::Limits;
use reqwest::Method;
use shared::paths;

use crate::shop::{Shop, limits, lines};

/// The value of the one sample that begins like this.
#[track_caller]
fn value(metrics: &str, sample: &str) -> f64 {
    let found: Vec<_> =
        metrics.lines().filter_map(|line| line.strip_prefix(sample)?.strip_prefix(' ')).collect();
    assert_eq!(found.len(), 1, "{sample} in:\n{metrics}");
    found[0].parse().unwrap()
}

#[track_caller]
fn check(metrics: &str, samples: &[(&str, f64)]) {
    for (sample, expected) in samples {
        assert_eq!(value(metrics, sample), *expected, "{sample} in:\n{metrics}");
    }
}

#[tokio::test]
async fn requests_are_counted_by_the_pattern_of_their_route_and_never_by_their_path() {
    let shop = Shop::open_measured(limits()).await;
    for id in ["apple-sapling", "no-such-sapling", "nor-this"] {
        shop.api.get(&format!("{}/{id}", paths::PRODUCTS)).await;
    }
    for path in ["/no/such/path", "/nor/this", "/api/nor-this"] {
        shop.api.get(path).await.expect(404);
    }
    let brewed = shop.api.request(Method::from_bytes(b"BREW").unwrap(), paths::HELLO).send().await.unwrap();
    assert_eq!(brewed.status(), 405);
    let metrics = shop.api.metrics().await;
    let count = "grove_http_request_duration_seconds_count";
    check(
        &metrics,
        &[
            (&format!(r#"{count}{{method="GET",route="/api/products/{{id}}",status="2xx"}}"#), 1.0),
            (&format!(r#"{count}{{method="GET",route="/api/products/{{id}}",status="4xx"}}"#), 2.0),
            (&format!(r#"{count}{{method="GET",route="other",status="4xx"}}"#), 3.0),
            (&format!(r#"{count}{{method="other",route="/api/hello",status="4xx"}}"#), 1.0),
            ("grove_http_requests_in_flight", 0.0),
        ],
    );
    assert!(
        !metrics.contains("sapling") && !metrics.contains("nor-this") && !metrics.contains("BREW"),
        "{metrics}"
    );
    assert!(metrics.ends_with("# EOF\n"), "{metrics}");
    shop.close().await;
}

#[tokio::test]
async fn verdicts_are_counted_by_their_reason() {
    let shop = Shop::open_measured(limits()).await;
    let expired = shop.token(|claims| {
        claims.insert("iat".to_owned(), 1_000_000_000.into());
        claims.insert("exp".to_owned(), 1_000_000_900.into());
    });
    shop.api.get_as(&shop.alice(), paths::CART).await.expect(200);
    shop.api.get_as(&shop.alice(), paths::ORDERS).await.expect(200);
    shop.api.get_as(&expired, paths::CART).await.expect(401);
    shop.api.get_as("no.such.token", paths::CART).await.expect(401);
    shop.api.get_as(&shop.alice(), paths::STAFF_ORDERS).await.expect(403);
    shop.api.get(paths::CART).await.expect(401);
    shop.api.get(paths::HELLO).await.expect(200);
    let metrics = shop.api.metrics().await;
    let verdict =
        |outcome, reason| format!(r#"grove_token_verdicts_total{{outcome="{outcome}",reason="{reason}"}}"#);
    check(
        &metrics,
        &[
            (&verdict("accepted", "none"), 2.0),
            (&verdict("refused", "expired"), 1.0),
            (&verdict("refused", "malformed"), 1.0),
            (&verdict("refused", "not_in_group"), 1.0),
        ],
    );
    assert!(!metrics.contains("no_token"), "{metrics}");
    shop.close().await;
}

#[tokio::test]
async fn who_is_too_fast_is_counted() {
    let two = NonZeroU32::new(2).unwrap();
    let shop = Shop::open_measured(Limits { requests_per_minute: two, ..limits() }).await;
    let alice = shop.alice();
    for status in [200, 200, 429, 429] {
        shop.api.get_as(&alice, paths::CART).await.expect(status);
    }
    let refused = |limit| format!(r#"grove_http_requests_refused_total{{limit="{limit}"}}"#);
    let metrics = shop.api.metrics().await;
    check(&metrics, &[(&refused("requests_per_minute"), 2.0), (&refused("requests_at_a_time"), 0.0)]);
    shop.close().await;
}

#[tokio::test]
async fn database_keys_caches_connections_and_log_tell_how_they_are_doing() {
    let shop = Shop::open_measured(limits()).await;
    let alice = shop.alice();
    shop.api.buy(&alice, "k1", &lines(&[("apple-sapling", 1)])).await.expect(201);
    shop.api.get_as(&alice, paths::ORDERS).await.expect(200);
    let metrics = shop.api.metrics().await;
    check(
        &metrics,
        &[
            (concat!("grove_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"}"), 1.0),
            ("grove_checkout_batch_orders_sum", 1.0),
            ("grove_checkout_batch_orders_bucket{le=\"1.0\"}", 1.0),
            ("grove_signing_keys_stale", 0.0),
            ("grove_signing_key_fetch_failures_total", 0.0),
            ("grove_token_cache_entries", 1.0),
            ("grove_token_cache_misses_total", 1.0),
            ("grove_replay_store_proofs", 0.0),
            ("grove_replay_store_refusals_total{reason=\"full\"}", 0.0),
            ("grove_connections_closed_total{reason=\"late_answer\"}", 0.0),
            ("grove_log_lines_dropped_total", 0.0),
            ("grove_database_connections{pool=\"write\",state=\"idle\"}", 1.0),
            ("grove_database_connections{pool=\"write\",state=\"used\"}", 0.0),
            ("grove_database_connections_max{pool=\"read\"}", 10.0),
        ],
    );
    assert!(value(&metrics, "grove_connections_open") >= 1.0);
    assert!(value(&metrics, "grove_signing_keys") >= 1.0);
    assert!((0.0..60.0).contains(&value(&metrics, "grove_signing_keys_age_seconds")));
    assert!(value(&metrics, "grove_token_cache_hits_total") >= 2.0);
    shop.close().await;
}
