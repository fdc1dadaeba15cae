//! The load: keep-alive connections that each send one request after the other.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::{JoinSet, LocalSet};

use crate::answer::{Answer, ROOM};
use crate::processor::seconds_of;
use crate::server::Server;

pub(crate) const CONNECTIONS: usize = 64;
const PERIOD: Duration = Duration::from_millis(400);
/// Fewer say nothing of one in a hundred: on a machine with other things to do, it takes longer until they are there.
const LEAST_ANSWERS: usize = 200;

/// What is sent.
pub(crate) enum Requests {
    /// The same over and over.
    Again(String),
    /// Each of them once; with the last one the measurement ends.
    Once(Vec<String>),
}

impl Requests {
    pub(crate) fn once<T>(of: &[T], request: impl Fn(&T) -> String) -> Self {
        Self::Once(of.iter().map(request).collect())
    }

    pub(crate) fn get(&self, number: usize) -> Option<&str> {
        match self {
            Self::Again(request) => Some(request),
            Self::Once(requests) => requests.get(number).map(String::as_str),
        }
    }
}

/// What answers took.
pub(crate) struct Measured {
    pub(crate) per_processor_second: f64,
    /// Milliseconds that half of the answers took at most, as a client sees it.
    pub(crate) p50: f64,
    /// The same of 99 in a hundred.
    pub(crate) p99: f64,
}

struct Load {
    requests: Requests,
    begun: Cell<usize>,
    exhausted: Notify,
    took: RefCell<Vec<Duration>>,
}

/// Sends these requests for a while, or until there are no more.
pub(crate) fn measure(server: &Server, requests: Requests, warm_up: Duration) -> Measured {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, async {
        let load = Load { requests, begun: Cell::new(0), exhausted: Notify::new(), took: RefCell::default() };
        let load = Rc::new(load);
        let mut connections = JoinSet::new();
        for _ in 0..CONNECTIONS {
            connections.spawn_local(keep_asking(server.process.port, Rc::clone(&load)));
        }
        tokio::task::spawn_local(stay_awake());
        tokio::time::sleep(warm_up).await;
        load.took.borrow_mut().clear();
        let processor = seconds_of(server.process.pid());
        drop(tokio::time::timeout(PERIOD, load.exhausted.notified()).await);
        while load.took.borrow().len() < LEAST_ANSWERS && !connections.is_empty() {
            check_ended(&mut connections);
            tokio::task::yield_now().await;
        }
        let processor = seconds_of(server.process.pid()) - processor;
        let took = load.took.take();
        check_ended(&mut connections);
        Measured::of(took, processor)
    })
}

/// A connection ends where there are no more requests, or where an answer was no good.
fn check_ended(connections: &mut JoinSet<()>) {
    while let Some(ended) = connections.try_join_next() {
        ended.unwrap();
    }
}

impl Measured {
    fn of(mut took: Vec<Duration>, processor_seconds: f64) -> Self {
        assert!(took.len() >= LEAST_ANSWERS, "{} answers say nothing", took.len());
        took.sort_unstable();
        let at = |part: usize| took[took.len() * part / 100].as_secs_f64() * 1000.0;
        Self { per_processor_second: took.len() as f64 / processor_seconds, p50: at(50), p99: at(99) }
    }
}

/// Keeps the load's processor busy. One that sleeps must be woken for each answer, and that would be charged to the
/// server: the more often, the longer it works on a request.
async fn stay_awake() {
    loop {
        tokio::task::yield_now().await;
    }
}

async fn keep_asking(port: u16, load: Rc<Load>) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut bytes = vec![0; ROOM];
    while let Some(request) = load.requests.get(load.begun.replace(load.begun.get() + 1)) {
        let begin = Instant::now();
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = Answer::read(&mut stream, &mut bytes).await;
        load.took.borrow_mut().push(begin.elapsed());
        assert!(
            [200, 201].contains(&answer.status),
            "{}",
            String::from_utf8_lossy(&bytes[..answer.body.end])
        );
    }
    load.exhausted.notify_one();
}
