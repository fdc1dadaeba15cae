//! A collector of traces and metrics (OTLP over HTTP) that reads all of what it gets, and counts spans.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;

/// When spans came, and how many.
type Arrivals = Arc<Mutex<Vec<(Instant, usize)>>>;

/// On this machine, on the processor of the load.
pub(crate) struct Collector {
    pub(crate) address: SocketAddr,
    arrivals: Arrivals,
}

impl Collector {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, arrivals) = (listener.local_addr().unwrap(), Arrivals::default());
        let got = Arc::clone(&arrivals);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let got = Arc::clone(&got);
                std::thread::spawn(move || serve(stream.unwrap(), &got));
            }
        });
        Self { address, arrivals }
    }

    /// From the first batch to the last.
    pub(crate) fn spans_per_second(&self) -> f64 {
        let arrivals = self.arrivals.lock().unwrap();
        let [(first, _), later @ ..] = arrivals.as_slice() else { panic!("no spans arrived") };
        let (last, _) = later.last().expect("spans arrive in several batches");
        let spans: usize = later.iter().map(|(_, spans)| spans).sum();
        spans as f64 / (*last - *first).as_secs_f64()
    }
}

fn serve(stream: TcpStream, arrivals: &Arrivals) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut writer = stream;
    while let Some((path, body)) = read(&mut reader) {
        if path == "/v1/traces" {
            arrivals.lock().unwrap().push((Instant::now(), spans_in(&body)));
        }
        if writer.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").is_err() {
            return;
        }
    }
}

/// The path and the body of the next request; `None` where there is none.
fn read(reader: &mut BufReader<TcpStream>) -> Option<(String, Vec<u8>)> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    reader.read_exact(&mut body).ok()?;
    Some((head.split(' ').nth(1)?.to_owned(), body))
}

fn spans_in(body: &[u8]) -> usize {
    let request = ExportTraceServiceRequest::decode(body).unwrap();
    let scopes = request.resource_spans.iter().flat_map(|spans| &spans.scope_spans);
    scopes.map(|scope| scope.spans.len()).sum()
}
