//! Who it is that exports.

use opentelemetry::KeyValue;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::resource::{EnvResourceDetector, TelemetryResourceDetector};

use crate::random;
use crate::telemetry::asked::value;

/// What the service is called unless somebody calls it otherwise.
const NAME: &str = "grove-api";

/// The program, as `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME` say more of it. Each process is an instance of its own, or
/// the metrics of several would be taken for those of one.
pub(super) fn resource() -> Resource {
    let own = [
        KeyValue::new("service.name", NAME),
        KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
        KeyValue::new("service.instance.id", instance(random::bytes())),
    ];
    let named = value("OTEL_SERVICE_NAME").map(|name| KeyValue::new("service.name", name));
    Resource::builder_empty()
        .with_attributes(own)
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_detector(Box::new(EnvResourceDetector::new()))
        .with_attributes(named)
        .build()
}

/// A UUID of version 4 (RFC 9562 §5.4), which the conventions recommend.
fn instance(random: [u8; 16]) -> String {
    let number = u128::from_be_bytes(random) & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let digits = format!("{number:032x}");
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_is_a_uuid_of_version_4() {
        assert_eq!(instance([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(instance([0; 16]), "00000000-0000-4000-8000-000000000000");
    }
}
