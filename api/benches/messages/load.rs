//! The load: keep-alive connections that each send one request after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::processor::seconds_of;
use crate::server::Server;

const CONNECTIONS: usize = 64;
const WARM_UP: Duration = Duration::from_millis(200);
const PERIOD: Duration = Duration::from_millis(800);

/// What requests show.
#[derive(Clone)]
pub(crate) enum Tokens {
    None,
    /// One after the other, and then from the beginning.
    InTurn(Arc<[String]>),
    /// Each of them once; it is a mistake if they do not last.
    Once(Arc<[String]>),
}

/// Requests, and what they took.
pub(crate) struct Measured {
    pub(crate) requests: usize,
    pub(crate) processor_seconds: f64,
}

impl Measured {
    pub(crate) fn per_processor_second(&self) -> f64 {
        self.requests as f64 / self.processor_seconds
    }
}

/// Asks for one address over and over.
pub(crate) fn measure(server: &Server, path: &'static str, tokens: &Tokens) -> Measured {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let load = Arc::new(Load {
            path,
            tokens: tokens.clone(),
            begun: AtomicUsize::new(0),
            answered: AtomicUsize::new(0),
        });
        let mut connections = JoinSet::new();
        for _ in 0..CONNECTIONS {
            connections.spawn(keep_asking(server.process.port, Arc::clone(&load)));
        }
        tokio::spawn(stay_awake());
        tokio::time::sleep(WARM_UP).await;
        let answered = || load.answered.load(Ordering::Relaxed);
        let (processor, before) = (seconds_of(server.process.pid()), answered());
        tokio::time::sleep(PERIOD).await;
        let measured = Measured {
            requests: answered() - before,
            processor_seconds: seconds_of(server.process.pid()) - processor,
        };
        assert!(measured.requests > 0, "nothing was answered");
        assert!(connections.try_join_next().is_none(), "a connection ended, or there were too few tokens");
        measured
    })
}

/// Keeps the load's processor busy. One that sleeps must be woken for each answer, and that would be charged to the
/// server: the more often, the longer it works on a request.
async fn stay_awake() {
    loop {
        tokio::task::yield_now().await;
    }
}

struct Load {
    path: &'static str,
    tokens: Tokens,
    begun: AtomicUsize,
    answered: AtomicUsize,
}

impl Load {
    fn next_request(&self) -> String {
        let number = self.begun.fetch_add(1, Ordering::Relaxed);
        let authorization = match &self.tokens {
            Tokens::None => String::new(),
            Tokens::InTurn(tokens) => bearer(&tokens[number % tokens.len()]),
            Tokens::Once(tokens) => bearer(tokens.get(number).expect("more requests than tokens")),
        };
        format!("GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\n{authorization}\r\n", self.path)
    }
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

async fn keep_asking(port: u16, load: Arc<Load>) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut answer = vec![0; 4096];
    loop {
        stream.write_all(load.next_request().as_bytes()).await.unwrap();
        // The whole answer is small and comes in one piece.
        let length = stream.read(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..length]));
        assert!(answer[..length].ends_with(b"}]}"), "a part of an answer");
        load.answered.fetch_add(1, Ordering::Relaxed);
    }
}
