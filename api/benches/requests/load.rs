//! The load: keep-alive connections that each ask for one address over and over, and read whole answers.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::{JoinSet, LocalSet};

use crate::answer::{Answer, ROOM};
use crate::processor::seconds_of;
use crate::server::Server;

const CONNECTIONS: usize = 64;
const WARM_UP: Duration = Duration::from_millis(300);
const PERIOD: Duration = Duration::from_millis(700);

/// Answers for each second of the server's processor time.
pub(crate) fn measure(server: &Server, path: &str, headers: &str) -> f64 {
    let Rates { of_processor, .. } = rates(server, path, headers);
    of_processor
}

/// Answers for each second.
pub(crate) struct Rates {
    /// Of the server's processor time.
    pub(crate) of_processor: f64,
    /// Of the clock.
    pub(crate) of_clock: f64,
}

pub(crate) fn rates(server: &Server, path: &str, headers: &str) -> Rates {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, async {
        let request: Rc<str> = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n").into();
        let answered = Rc::new(Cell::new(0_u32));
        let mut connections = JoinSet::new();
        for _ in 0..CONNECTIONS {
            connections.spawn_local(keep_asking(server.port, Rc::clone(&request), Rc::clone(&answered)));
        }
        // A processor that sleeps must be woken for each answer, and that would be charged to the server.
        tokio::task::spawn_local(async {
            loop {
                tokio::task::yield_now().await;
            }
        });
        tokio::time::sleep(WARM_UP).await;
        let (processor, before, begin) = (seconds_of(server.pid()), answered.get(), Instant::now());
        tokio::time::sleep(PERIOD).await;
        let (answers, seconds) = (answered.get() - before, seconds_of(server.pid()) - processor);
        let elapsed = begin.elapsed();
        assert!(answers > 0 && elapsed >= PERIOD, "nothing was answered");
        assert!(connections.try_join_next().is_none(), "a connection ended");
        let answers = f64::from(answers);
        Rates { of_processor: answers / seconds, of_clock: answers / elapsed.as_secs_f64() }
    })
}

async fn keep_asking(port: u16, request: Rc<str>, answered: Rc<Cell<u32>>) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut answer = vec![0; ROOM];
    loop {
        stream.write_all(request.as_bytes()).await.unwrap();
        let Answer { status, body } = Answer::read(&mut stream, &mut answer).await;
        assert!(status == 200, "{}", String::from_utf8_lossy(&answer[..body.end]));
        answered.set(answered.get() + 1);
    }
}
