//! HTTP/1.1 by hand: what the load costs must not be what is measured.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// Longer than any answer takes.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Somebody's keep-alive connection, made anew where it has ended.
pub(crate) struct Connection {
    server: SocketAddr,
    from: IpAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    /// From the first byte of the request to the last one of the answer.
    pub(crate) took: Duration,
}

/// An address of this machine: a client has few connections from one.
pub(crate) fn address(network: u8, client: usize) -> IpAddr {
    let [high, low] = u16::try_from(client / 64 + 1).unwrap().to_be_bytes();
    IpAddr::from([127, network, high, low])
}

pub(crate) async fn connect(server: SocketAddr, from: IpAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((from, 0).into())?;
    let stream = socket.connect(server).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// The text of a request; `headers` are whole lines.
pub(crate) fn request(method: &str, path: &str, headers: &str, body: &str) -> String {
    let body_headers = match body {
        "" => String::new(),
        body => format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()),
    };
    format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}{body_headers}\r\n{body}")
}

impl Connection {
    pub(crate) fn new(server: SocketAddr, from: IpAddr) -> Self {
        Self { server, from, stream: None, buffer: vec![0; 256 * 1024] }
    }

    /// Sends it and reads the answer; `None` where there is no whole one.
    pub(crate) async fn send(&mut self, request: &str) -> Option<Answer> {
        let answer = timeout(TIMEOUT, self.exchange(request)).await.ok().flatten();
        if answer.is_none() {
            self.stream = None;
        }
        answer
    }

    async fn exchange(&mut self, request: &str) -> Option<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(self.server, self.from).await.ok()?,
        };
        let begun = Instant::now();
        stream.write_all(request.as_bytes()).await.ok()?;
        let (mut length, mut head) = (0, None);
        while head.as_ref().is_none_or(|head: &Head| length < head.length + head.body) {
            let read = stream.read(&mut self.buffer[length..]).await.ok().filter(|read| *read > 0)?;
            length += read;
            head = head.or_else(|| Head::of(&self.buffer[..length]));
        }
        let (took, head) = (begun.elapsed(), head?);
        if !head.closes {
            self.stream = Some(stream);
        }
        let body = serde_json::from_slice(&self.buffer[head.length..length]).unwrap_or_default();
        Some(Answer { status: head.status, body, took })
    }
}

struct Head {
    status: u16,
    length: usize,
    body: usize,
    closes: bool,
}

impl Head {
    /// Once it is there.
    fn of(answer: &[u8]) -> Option<Self> {
        let length = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
        let text = String::from_utf8_lossy(&answer[..length]).to_lowercase();
        let header = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        let status = text.split(' ').nth(1)?.parse().ok()?;
        let body = header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        Some(Self { status, length, body, closes: header("connection") == Some("close") })
    }
}
