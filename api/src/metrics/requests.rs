//! What is counted while requests are answered.

use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServiceResponse;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpMessage as _, HttpRequest};
use okta_actix::{Reason, Rejection};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::error::ApiError;
use crate::limit::Limit;
use crate::people::Known;
use crate::telemetry::{Named, RequestInstruments};

/// Seconds. A quick answer takes some hundred microseconds, the slowest ones wait for the issuer.
const LATENCIES: [f64; 14] =
    [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
const REFUSED: Named = (
    "http_requests_refused",
    "Requests that were refused because a limit was reached: 503 for requests at a time, else 429",
);
const VERDICTS: Named = ("token_verdicts", "What became of access tokens that were shown");
/// Everything that is not at an address of the API: the SPA's files, and what is not there.
const OTHER_ROUTE: &str = "other";

/// The pattern by which a request found its handler, e.g. `/api/orders/{number}`; in the data of its resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Route(pub(crate) Arc<str>);

impl Route {
    /// Of a request that was handled.
    pub(crate) fn of(request: &HttpRequest) -> Option<&str> {
        request.app_data::<Self>().map(|route| &*route.0)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: Arc<str>,
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Verdict {
    outcome: &'static str,
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Exceeded {
    limit: &'static str,
}

/// The counters of all workers together. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct RequestMetrics {
    duration: Family<Answered, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    exceeded: Family<Exceeded, Counter>,
    verdicts: Family<Verdict, Counter>,
    other_route: Arc<str>,
    exported: RequestInstruments,
}

/// A request that is being answered, until it is dropped.
#[derive(Debug)]
pub(crate) struct InFlight {
    count: Gauge,
    method: Method,
    exported: RequestInstruments,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.count.dec();
        self.exported.left(&self.method);
    }
}

impl RequestMetrics {
    /// Nothing was asked yet.
    pub(crate) fn new() -> Self {
        let exceeded = Family::<Exceeded, Counter>::default();
        for limit in Limit::ALL {
            drop(exceeded.get_or_create(&Exceeded { limit: limit.name() }));
        }
        let verdicts = Family::<Verdict, Counter>::default();
        drop(verdicts.get_or_create(&ACCEPTED));
        Self {
            duration: Family::new_with_constructor(|| Histogram::new(LATENCIES)),
            in_flight: Gauge::default(),
            exceeded,
            verdicts,
            other_route: OTHER_ROUTE.into(),
            exported: RequestInstruments::new(&LATENCIES, REFUSED, VERDICTS),
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register_with_unit(
            "http_request_duration",
            "Time from a request's head to its answer, by route and class of status",
            Unit::Seconds,
            self.duration.clone(),
        );
        let in_flight = self.in_flight.clone();
        registry.register("http_requests_in_flight", "Requests that are being answered", in_flight);
        registry.register(REFUSED.0, REFUSED.1, self.exceeded.clone());
        registry.register(VERDICTS.0, VERDICTS.1, self.verdicts.clone());
    }

    /// A request came.
    pub(crate) fn enter(&self, method: &Method) -> InFlight {
        self.in_flight.inc();
        self.exported.entered(method);
        InFlight { count: self.in_flight.clone(), method: method.clone(), exported: self.exported.clone() }
    }

    /// A request was answered.
    pub(crate) fn answered<B>(&self, after: Duration, response: &ServiceResponse<B>) {
        let request = response.request();
        let found = request.app_data::<Route>().map(|route| &route.0);
        self.exported.answered(request.method(), found, response.status(), after);
        let route = found.unwrap_or(&self.other_route);
        let (method, status) = (method_name(request.method()), status_class(response.status()));
        let labels = Answered { method, route: Arc::clone(route), status };
        self.duration.get_or_create(&labels).observe(after.as_secs_f64());
        let error = response.response().error();
        let rejection = error.and_then(|error| error.as_error::<Rejection>());
        let refused = error.and_then(|error| error.as_error::<ApiError>()).and_then(ApiError::exceeds);
        if let Some(limit) = refused.or_else(|| rejection.and_then(Limit::of_proofs)) {
            self.exceeded.get_or_create(&Exceeded { limit: limit.name() }).inc();
            self.exported.exceeded(limit.name());
        }
        if let Some(verdict) = verdict(request, rejection) {
            self.verdicts.get_or_create(&verdict).inc();
            self.exported.verdict(verdict.outcome, verdict.reason);
        }
    }
}

const ACCEPTED: Verdict = Verdict { outcome: "accepted", reason: "none" };

/// `None` where no token was shown, or nobody looked at it.
fn verdict(request: &HttpRequest, rejection: Option<&Rejection>) -> Option<Verdict> {
    match rejection.map(Rejection::reason) {
        None => request.extensions().contains::<Known>().then_some(ACCEPTED),
        Some(Reason::Missing) => None,
        Some(reason @ Reason::Unavailable { .. }) => {
            Some(Verdict { outcome: "undecided", reason: reason.name() })
        }
        Some(reason) => Some(Verdict { outcome: "refused", reason: reason.name() }),
    }
}

/// Clients may make methods up.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn status_class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clients_make_up_makes_no_labels() {
        assert_eq!(method_name(&Method::from_bytes(b"BREW").unwrap()), "other");
        assert_eq!(method_name(&Method::PUT), "PUT");
        let classes = [101, 204, 304, 404, 503].map(|code| status_class(StatusCode::from_u16(code).unwrap()));
        assert_eq!(classes, ["1xx", "2xx", "3xx", "4xx", "5xx"]);
    }

    #[test]
    fn a_request_is_in_flight_until_it_is_dropped() {
        let metrics = RequestMetrics::new();
        let one = metrics.enter(&Method::GET);
        assert_eq!(metrics.in_flight.get(), 1);
        drop(one);
        assert_eq!(metrics.in_flight.get(), 0);
    }
}
