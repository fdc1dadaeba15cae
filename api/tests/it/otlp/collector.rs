//! A collector: takes what is sent to it by OTLP over HTTP, and keeps it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use tokio::sync::watch;

use crate::program::Program;
use crate::shop::Shop;

/// Within which whatever a test waits for has to come.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Export {
    path: String,
    pub(crate) body: Vec<u8>,
}

/// A collector on this machine.
pub(crate) struct Collector {
    address: SocketAddr,
    exports: watch::Receiver<Vec<Export>>,
}

impl Collector {
    pub(crate) fn start() -> Self {
        Self::answering("200 OK")
    }

    /// One that answers everything like this.
    pub(crate) fn answering(status: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (got, exports) = watch::channel(Vec::new());
        let got = Arc::new(got);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let got = Arc::clone(&got);
                std::thread::spawn(move || serve(stream.unwrap(), status, &got));
            }
        });
        Self { address, exports }
    }

    /// The program on the shop's database, which exports to this one, and logs objects.
    pub(crate) fn command(&self, shop: &Shop) -> Command {
        let mut command = shop.program();
        command.env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{}", self.address));
        command.env("LOG_FORMAT", "json");
        command
    }

    pub(crate) fn spawn(&self, shop: &Shop) -> Program {
        Program::spawn(self.command(shop), &shop.org)
    }

    /// What came until now. A program that has stopped sends nothing any more.
    pub(crate) fn exports(&self) -> Vec<Export> {
        self.exports.borrow().clone()
    }

    /// Waits until this holds of what came.
    pub(crate) async fn until(&self, holds: impl Fn(&[Export]) -> bool) {
        let mut exports = self.exports.clone();
        let held = exports.wait_for(|exports| holds(exports));
        tokio::time::timeout(TIMEOUT, held).await.expect("it comes").unwrap();
    }

    pub(crate) fn spans(&self) -> Vec<Span> {
        let requests = self.exports().into_iter().filter(|export| export.path == "/v1/traces");
        let of = |export: Export| {
            let request = ExportTraceServiceRequest::decode(export.body.as_slice()).unwrap();
            let scopes = request.resource_spans.into_iter().flat_map(|spans| spans.scope_spans);
            scopes.flat_map(|scope| scope.spans)
        };
        requests.flat_map(of).collect()
    }

    /// The metrics of the last request that brought some.
    pub(crate) fn metrics(&self) -> Vec<Metric> {
        metrics(&self.exports())
    }

    /// Who sent metrics.
    pub(crate) fn resource(&self) -> Resource {
        let exports = self.exports();
        let export = exports.iter().find(|export| export.path == "/v1/metrics").unwrap();
        let request = ExportMetricsServiceRequest::decode(export.body.as_slice()).unwrap();
        request.resource_metrics[0].resource.clone().unwrap()
    }
}

/// Those of the last request that brought some.
pub(crate) fn metrics(exports: &[Export]) -> Vec<Metric> {
    let last = exports.iter().rev().find(|export| export.path == "/v1/metrics");
    let of = |export: &Export| {
        let request = ExportMetricsServiceRequest::decode(export.body.as_slice()).unwrap();
        let scopes = request.resource_metrics.into_iter().flat_map(|metrics| metrics.scope_metrics);
        scopes.flat_map(|scope| scope.metrics).collect()
    };
    last.map(of).unwrap_or_default()
}

/// Each request is kept before anybody can have the answer.
fn serve(stream: TcpStream, status: &str, got: &watch::Sender<Vec<Export>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut writer = stream;
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            match reader.read_line(&mut head) {
                Ok(1..) => {}
                _ => return,
            }
        }
        let head = head.to_ascii_lowercase();
        assert!(head.contains("content-type: application/x-protobuf\r\n"), "{head}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        let mut body = vec![0; length.parse().unwrap()];
        reader.read_exact(&mut body).unwrap();
        let path = head.split(' ').nth(1).unwrap().to_owned();
        got.send_modify(|exports| exports.push(Export { path, body }));
        if write!(writer, "HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").is_err() {
            return;
        }
    }
}

/// The text of an attribute; `None` where there is none of that name.
pub(crate) fn text(attributes: &[KeyValue], name: &str) -> Option<String> {
    let found = attributes.iter().find(|attribute| attribute.key == name)?;
    match &found.value {
        Some(AnyValue { value: Some(Value::StringValue(text)) }) => Some(text.clone()),
        Some(AnyValue { value: Some(Value::IntValue(number)) }) => Some(number.to_string()),
        other => panic!("{name}: {other:?}"),
    }
}

/// As the log and headers write ids.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
