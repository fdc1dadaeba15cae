//! What is counted while requests are answered: that which the conventions name
//! (<https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#http-server>), and the shop's own under the names that
//! Prometheus finds, `grove.` in the place of `grove_`.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use opentelemetry::metrics::{Counter, Histogram, Meter, UpDownCounter};
use opentelemetry::{KeyValue, global};

use super::signals::exports_metrics;
use crate::telemetry::observed::Named;

/// What the shop's own names begin with.
pub(super) const PREFIX: &str = "grove.";
/// What the server speaks itself.
pub(super) const SCHEME: &str = "http";
/// What clients make up.
pub(super) const OTHER_METHOD: &str = "_OTHER";

/// Where metrics of the program come from.
pub(super) fn meter() -> Meter {
    global::meter(env!("CARGO_PKG_NAME"))
}

/// Those of RFC 9110 and PATCH, by their names.
pub(super) fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::CONNECT => "CONNECT",
        Method::OPTIONS => "OPTIONS",
        Method::TRACE => "TRACE",
        Method::PATCH => "PATCH",
        _ => OTHER_METHOD,
    }
}

/// What is counted of requests, where somebody wants it.
#[derive(Clone, Debug)]
pub(crate) struct RequestInstruments(Option<Instruments>);

#[derive(Clone, Debug)]
struct Instruments {
    duration: Histogram<f64>,
    active: UpDownCounter<i64>,
    exceeded: Counter<u64>,
    verdicts: Counter<u64>,
}

impl RequestInstruments {
    /// Nothing was counted yet; durations go by these boundaries, in seconds. `refused` has the label `limit`, and `verdicts`
    /// have `outcome` and `reason`.
    pub(crate) fn new(boundaries: &[f64], refused: Named, verdicts: Named) -> Self {
        Self(exports_metrics().then(|| Instruments::new(&meter(), boundaries.to_vec(), refused, verdicts)))
    }

    /// A request came.
    pub(crate) fn entered(&self, method: &Method) {
        self.count_active(1, method);
    }

    /// It is over.
    pub(crate) fn left(&self, method: &Method) {
        self.count_active(-1, method);
    }

    /// It was answered.
    pub(crate) fn answered(
        &self,
        method: &Method,
        route: Option<&Arc<str>>,
        status: StatusCode,
        after: Duration,
    ) {
        let Some(Instruments { duration, .. }) = &self.0 else { return };
        let [method, scheme] = of_request(method);
        let status = KeyValue::new("http.response.status_code", i64::from(status.as_u16()));
        match route {
            Some(route) => {
                let route = KeyValue::new("http.route", Arc::clone(route));
                duration.record(after.as_secs_f64(), &[method, scheme, status, route]);
            }
            None => duration.record(after.as_secs_f64(), &[method, scheme, status]),
        }
    }

    /// It was refused for a limit.
    pub(crate) fn exceeded(&self, limit: &'static str) {
        if let Some(Instruments { exceeded, .. }) = &self.0 {
            exceeded.add(1, &[KeyValue::new("limit", limit)]);
        }
    }

    /// Its token was judged.
    pub(crate) fn verdict(&self, outcome: &'static str, reason: &'static str) {
        if let Some(Instruments { verdicts, .. }) = &self.0 {
            verdicts.add(1, &[KeyValue::new("outcome", outcome), KeyValue::new("reason", reason)]);
        }
    }

    fn count_active(&self, change: i64, method: &Method) {
        if let Some(Instruments { active, .. }) = &self.0 {
            active.add(change, &of_request(method));
        }
    }
}

fn of_request(method: &Method) -> [KeyValue; 2] {
    [KeyValue::new("http.request.method", method_name(method)), KeyValue::new("url.scheme", SCHEME)]
}

impl Instruments {
    fn new(meter: &Meter, boundaries: Vec<f64>, refused: Named, verdicts: Named) -> Self {
        let counter =
            |(name, help): Named| meter.u64_counter(format!("{PREFIX}{name}")).with_description(help).build();
        Self {
            duration: meter
                .f64_histogram("http.server.request.duration")
                .with_description("Duration of HTTP server requests.")
                .with_unit("s")
                .with_boundaries(boundaries)
                .build(),
            active: meter
                .i64_up_down_counter("http.server.active_requests")
                .with_description("Number of active HTTP server requests.")
                .with_unit("{request}")
                .build(),
            exceeded: counter(refused),
            verdicts: counter(verdicts),
        }
    }
}

/// Numbers, by their size.
#[derive(Clone, Debug)]
pub(crate) struct Distribution(Option<Histogram<f64>>);

impl Distribution {
    /// Nothing was counted yet.
    pub(crate) fn new((name, help): Named, boundaries: Vec<f64>) -> Self {
        let histogram = || {
            let meter = meter();
            let builder = meter.f64_histogram(format!("{PREFIX}{name}"));
            builder.with_description(help).with_boundaries(boundaries).build()
        };
        Self(exports_metrics().then(histogram))
    }

    /// Counts one.
    pub(crate) fn record(&self, value: f64) {
        if let Some(histogram) = &self.0 {
            histogram.record(value, &[]);
        }
    }
}
