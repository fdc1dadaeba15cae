//! The program under siege, as it is without a setting: clients that are slow, silent or too many, and somebody who
//! only wants to be served meanwhile.

mod bodies;
mod heads;
mod readers;

use std::net::SocketAddr;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use shared::paths;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::program::Program;
use crate::shop::Shop;

/// How long somebody waits for an answer who is not part of the siege.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The program on the shop's database, with nothing but what it cannot do without.
fn start(shop: &Shop) -> Program {
    raise_own_limit();
    Program::spawn(shop.program(), &shop.org)
}

/// The same, started as by somebody whose soft limit of descriptors is 1,024.
fn start_with_few_descriptors(shop: &Shop) -> Program {
    raise_own_limit();
    let api = shop.program();
    let mut shell = std::process::Command::new("/bin/sh");
    shell.args(["-c", "ulimit -S -n 1024; exec \"$0\""]).arg(api.get_program());
    shell.env_clear().current_dir(shop.folder.path());
    for (name, value) in api.get_envs() {
        shell.env(name, value.unwrap_or_default());
    }
    Program::spawn(shell, &shop.org)
}

/// The clients of a siege are this process's.
fn raise_own_limit() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
}

async fn connect(address: SocketAddr) -> TcpStream {
    timeout(TIMEOUT, TcpStream::connect(address)).await.expect("it accepts").unwrap()
}

/// A connection whose window stays small, so that what is not read stays with the server.
async fn connect_with_small_window(address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(2048).unwrap();
    timeout(TIMEOUT, socket.connect(address)).await.expect("it accepts").unwrap()
}

/// So many connections, each after `act`. Those that the server closed meanwhile are among them.
async fn clients<F: Future<Output = TcpStream> + Send + 'static>(
    count: usize,
    act: impl Fn() -> F,
) -> Vec<TcpStream> {
    let mut clients = Vec::with_capacity(count);
    // Not all at once: a queue of the system's is not what is tested.
    while clients.len() < count {
        let mut some: JoinSet<_> = (0..50.min(count - clients.len())).map(|_| act()).collect();
        while let Some(client) = some.join_next().await {
            clients.push(client.unwrap());
        }
    }
    clients
}

/// Sends, whether or not the server is still there.
async fn send(stream: &mut TcpStream, bytes: &[u8]) {
    drop(stream.write_all(bytes).await);
}

/// The head of an answer; empty where the server closed the connection.
async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let whole = async {
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read_u8().await {
                Ok(byte) => head.push(byte),
                Err(_) => return,
            }
        }
    };
    timeout(Duration::from_secs(10), whole).await.expect("an answer or the end");
    String::from_utf8(head).unwrap()
}

/// How many of these the server has not closed after this time.
async fn still_open(clients: Vec<TcpStream>, after: Duration) -> usize {
    let mut ends: JoinSet<_> = clients
        .into_iter()
        .map(|mut client| async move {
            let mut rest = [0; 4096];
            timeout(after, async { while matches!(client.read(&mut rest).await, Ok(1..)) {} }).await.is_err()
        })
        .collect();
    let mut open = 0;
    while let Some(is_open) = ends.join_next().await {
        open += usize::from(is_open.unwrap());
    }
    open
}

/// Somebody else is answered, by a new connection each time.
async fn others_are_served(program: &Program, times: usize) {
    for turn in 0..times {
        let http = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build().unwrap();
        for path in [paths::LIVEZ, paths::READYZ, paths::PRODUCTS] {
            let answer = http.get(program.client.url(path)).send().await;
            let status = answer.map(|answer| answer.status().as_u16());
            assert!(matches!(status, Ok(200)), "{path}, turn {turn}: {status:?}");
        }
    }
}
