//! Whether the environment asks for traces and metrics, in the variables that OpenTelemetry has for all programs:
//! <https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/>.

/// Where both go.
pub(crate) const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
/// Where traces go instead.
pub(super) const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
/// Where metrics go instead.
pub(super) const METRICS_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

const DISABLED: &str = "OTEL_SDK_DISABLED";
/// By what signals go, e.g. `otlp` or `none`; several are separated by commas.
const TRACES_EXPORTER: &str = "OTEL_TRACES_EXPORTER";
const METRICS_EXPORTER: &str = "OTEL_METRICS_EXPORTER";
const OTLP: &str = "otlp";

/// What is to be exported by OTLP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) traces: bool,
    pub(super) metrics: bool,
}

impl Asked {
    /// By the process's environment.
    pub(super) fn from_env() -> Self {
        Self::read(value)
    }

    /// Whether there is anything to do.
    pub(super) fn anything(self) -> bool {
        self.traces || self.metrics
    }

    fn read(value: impl Fn(&'static str) -> Option<String>) -> Self {
        if value(DISABLED).is_some_and(|disabled| disabled.eq_ignore_ascii_case("true")) {
            return Self::default();
        }
        let goes = |endpoint, exporter| {
            let by_otlp = |exporters: String| exporters.split(',').any(|one| one.trim() == OTLP);
            (value(ENDPOINT).is_some() || value(endpoint).is_some()) && value(exporter).is_none_or(by_otlp)
        };
        Self {
            traces: goes(TRACES_ENDPOINT, TRACES_EXPORTER),
            metrics: goes(METRICS_ENDPOINT, METRICS_EXPORTER),
        }
    }
}

/// What a variable says, if it says anything.
pub(super) fn value(variable: &'static str) -> Option<String> {
    std::env::var(variable).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(environment: &[(&str, &str)], traces: bool, metrics: bool) {
        let value = |name: &str| environment.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        assert_eq!(Asked::read(value), Asked { traces, metrics }, "{environment:?}");
    }

    #[test]
    fn an_endpoint_asks_and_nothing_else_does() {
        let collector = "http://localhost:4318";
        check(&[], false, false);
        check(&[("OTEL_SERVICE_NAME", "shop"), (TRACES_EXPORTER, OTLP)], false, false);
        check(&[(ENDPOINT, collector)], true, true);
        check(&[(TRACES_ENDPOINT, collector)], true, false);
        check(&[(METRICS_ENDPOINT, collector)], false, true);
        check(&[(ENDPOINT, collector), (DISABLED, "True")], false, false);
        check(&[(ENDPOINT, collector), (DISABLED, "false")], true, true);
        check(&[(ENDPOINT, collector), (METRICS_EXPORTER, "none")], true, false);
        check(&[(ENDPOINT, collector), (TRACES_EXPORTER, "console, otlp")], true, true);
    }
}
