//! The load: keep-alive connections that each send one request after the other.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::server::Server;

const CONNECTIONS: usize = 64;
const WARM_UP: Duration = Duration::from_millis(300);
const PERIOD: Duration = Duration::from_millis(1000);
/// `/proc` counts processor time in hundredths of a second.
const TICKS_PER_SECOND: f64 = 100.0;

/// Requests, and what they took.
#[derive(Default)]
pub(crate) struct Measured {
    requests: usize,
    cpu_seconds: f64,
    seconds: f64,
}

impl Measured {
    /// The better of the two: what disturbs a round makes it slower, never faster. A round in which the load
    /// fell short counts only where there is no other, for an idle server wakes up for each request anew; one
    /// in which next to nothing happened does not count at all.
    pub(crate) fn or_better(&mut self, other: Self) {
        let rank = |measured: &Self| (measured.is_saturated(), measured.per_cpu_second());
        let counts = other.cpu_seconds > 0.2 * other.seconds;
        if counts && (self.requests == 0 || rank(&other) > rank(self)) {
            *self = other;
        }
    }

    pub(crate) fn is_saturated(&self) -> bool {
        self.cpu_seconds > 0.9 * self.seconds
    }

    pub(crate) fn per_cpu_second(&self) -> f64 {
        self.requests as f64 / self.cpu_seconds
    }

    pub(crate) fn per_second(&self) -> f64 {
        self.requests as f64 / self.seconds
    }
}

/// Keeps a process on one processor.
pub(crate) fn pin(pid: u32, processor: usize) {
    let pinned =
        Command::new("taskset").args(["-p", "-c", &processor.to_string(), &pid.to_string()]).output();
    assert!(pinned.unwrap().status.success(), "taskset failed");
}

/// Requests with these tokens in turn, or without any.
pub(crate) fn measure(server: &Server, tokens: Option<Arc<[String]>>) -> Measured {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (sent, next) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        for _ in 0..CONNECTIONS {
            let (port, tokens) = (server.port, tokens.clone());
            tokio::spawn(keep_asking(port, tokens, Arc::clone(&sent), Arc::clone(&next)));
        }
        tokio::time::sleep(WARM_UP).await;
        let (cpu, requests, begin) =
            (cpu_seconds(server.pid()), sent.load(Ordering::Relaxed), Instant::now());
        tokio::time::sleep(PERIOD).await;
        Measured {
            requests: sent.load(Ordering::Relaxed) - requests,
            cpu_seconds: cpu_seconds(server.pid()) - cpu,
            seconds: begin.elapsed().as_secs_f64(),
        }
    })
}

async fn keep_asking(
    port: u16,
    tokens: Option<Arc<[String]>>,
    sent: Arc<AtomicUsize>,
    next: Arc<AtomicUsize>,
) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut answer = vec![0; 4096];
    loop {
        let authorization = tokens.as_ref().map_or(String::new(), |tokens| {
            let token = &tokens[next.fetch_add(1, Ordering::Relaxed) % tokens.len()];
            format!("Authorization: Bearer {token}\r\n")
        });
        let request = format!("GET /api/messages HTTP/1.1\r\nHost: 127.0.0.1\r\n{authorization}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        // The whole answer is small and comes in one piece.
        let length = stream.read(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..length]));
        assert!(answer[..length].ends_with(b"}]}"), "a part of an answer");
        sent.fetch_add(1, Ordering::Relaxed);
    }
}

/// User and system time of all threads of a process.
fn cpu_seconds(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let after_name = stat.rsplit_once(") ").unwrap().1;
    let ticks: u64 = after_name.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    ticks as f64 / TICKS_PER_SECOND
}
