//! The span of a request, by the conventions for HTTP servers:
//! <https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span>. Neither query, headers nor bodies are in it,
//! nor who it comes from.

use std::sync::Arc;

use actix_web::http::{Method, StatusCode};
use okta_actix::TraceParent;
use opentelemetry::trace::{
    SpanContext, SpanId, Status, TraceContextExt as _, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{Context, KeyValue};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::instruments::{OTHER_METHOD, SCHEME, method_name};
use super::signals::exports_traces;
use crate::request_id::RequestId;
use crate::telemetry::begun::Begun;

/// Begins a request, as part of the trace that it came with or of a new one.
pub(crate) fn begin(method: &Method, path: &str, parent: Option<TraceParent>) -> Begun {
    if !exports_traces() {
        return Begun::untold(parent);
    }
    let span = tracing::debug_span!(
        "request",
        "otel.kind" = "server",
        "otel.name" = title(method),
        "http.request.method" = method_name(method),
        "url.path" = path,
        "url.scheme" = SCHEME,
    );
    if let Some(parent) = parent.as_ref().and_then(remote) {
        // Nobody has asked for the span's id yet.
        drop(span.set_parent(Context::new().with_remote_span_context(parent)));
    }
    let context = span.context();
    let Some(trace) = trace_of(context.span().span_context()) else { return Begun::untold(parent) };
    Begun { id: RequestId::of(context.span().span_context().span_id().to_bytes()), trace: Some(trace), span }
}

/// Says in the present request's span what became of it.
pub(crate) fn answered(method: &Method, route: Option<&Arc<str>>, status: StatusCode) {
    if !exports_traces() {
        return;
    }
    let context = Span::current().context();
    let span = context.span();
    if !span.is_recording() {
        return;
    }
    span.set_attribute(KeyValue::new("http.response.status_code", i64::from(status.as_u16())));
    if let Some(route) = route {
        span.update_name(format!("{} {route}", title(method)));
        span.set_attribute(KeyValue::new("http.route", Arc::clone(route)));
    }
    if status.is_server_error() {
        span.set_attribute(KeyValue::new("error.type", status.as_str().to_owned()));
        span.set_status(Status::error(""));
    }
}

/// What a span's name begins with.
fn title(method: &Method) -> &'static str {
    match method_name(method) {
        OTHER_METHOD => "HTTP",
        known => known,
    }
}

fn remote(parent: &TraceParent) -> Option<SpanContext> {
    let trace = TraceId::from_hex(parent.trace_id()).ok()?;
    let span = SpanId::from_hex(parent.parent_id()).ok()?;
    Some(SpanContext::new(trace, span, TraceFlags::new(parent.flags()), true, TraceState::default()))
}

/// As it is passed on; `None` where no span was begun, since the exporter has ended.
fn trace_of(span: &SpanContext) -> Option<TraceParent> {
    let (trace, id, flags) = (span.trace_id(), span.span_id(), span.trace_flags().to_u8());
    TraceParent::parse(&format!("00-{trace}-{id}-{flags:02x}"))
}
