//! What must be right before anything is exported. The exporter itself would go on with less, and fail later or not at all.

use url::Url;

use crate::telemetry::asked::{Asked, ENDPOINT, METRICS_ENDPOINT, TRACES_ENDPOINT, value};
use crate::telemetry::error::ExportError;

/// What is spoken with the collector.
const SPOKEN: &str = "http/protobuf";

const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";
const TRACES_PROTOCOL: &str = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL";
const METRICS_PROTOCOL: &str = "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL";

/// Whether the collector can be reached as the environment says.
pub(super) fn check(asked: Asked) -> Result<(), ExportError> {
    let traces = asked.traces.then_some((TRACES_ENDPOINT, TRACES_PROTOCOL));
    let metrics = asked.metrics.then_some((METRICS_ENDPOINT, METRICS_PROTOCOL));
    traces.into_iter().chain(metrics).try_for_each(|(endpoint, protocol)| {
        said([endpoint, ENDPOINT]).map_or(Ok(()), check_endpoint)?;
        said([protocol, PROTOCOL]).map_or(Ok(()), check_protocol)
    })
}

/// A signal's own variable comes before that of all.
fn said(variables: [&'static str; 2]) -> Option<(&'static str, String)> {
    variables.into_iter().find_map(|variable| Some((variable, value(variable)?)))
}

/// The address is not repeated: a password may stand in it.
fn check_endpoint((variable, address): (&'static str, String)) -> Result<(), ExportError> {
    let is_right =
        Url::parse(&address).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let example = if variable == ENDPOINT { "http://localhost:4318" } else { "http://localhost:4318/v1/…" };
    if is_right {
        return Ok(());
    }
    let problem =
        format!("is no address of a collector: use one that begins with http:// or https://, e.g. {example}");
    Err(ExportError::Variable { variable, problem })
}

fn check_protocol((variable, protocol): (&'static str, String)) -> Result<(), ExportError> {
    if protocol == SPOKEN {
        return Ok(());
    }
    let problem = format!(
        "is {protocol:?}: use {SPOKEN}, and the port where the collector takes that, by default 4318"
    );
    Err(ExportError::Variable { variable, problem })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_a_collector_has_a_scheme_and_a_host() {
        for good in ["http://localhost:4318", "https://user:pass@otlp.example.com/otlp/", "http://[::1]:4318"]
        {
            check_endpoint((ENDPOINT, good.to_owned())).unwrap();
        }
        for bad in
            ["collector:4318", "localhost", "grpc://localhost:4317", "http://", "http://a b", "/v1/traces"]
        {
            let said = check_endpoint((TRACES_ENDPOINT, bad.to_owned())).expect_err(bad).to_string();
            assert!(said.contains("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is no address"), "{said}");
        }
    }

    #[test]
    fn another_protocol_is_refused_by_name() {
        check_protocol((PROTOCOL, SPOKEN.to_owned())).unwrap();
        let said = check_protocol((PROTOCOL, "grpc".to_owned())).unwrap_err().to_string();
        assert!(said.contains("OTEL_EXPORTER_OTLP_PROTOCOL is \"grpc\": use http/protobuf"), "{said}");
    }
}
