//! Clients that keep the server waiting: with a head, with a body, with the reading of an answer, or with nothing at all.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use shared::paths;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;

use crate::http::{address, connect};
use crate::people::People;

/// Of each kind.
const OF_A_KIND: usize = 32;

/// One byte now and then.
const BEAT: Duration = Duration::from_millis(500);

/// In which way they are slow.
#[derive(Clone, Copy)]
enum Kind {
    Head,
    Body,
    Reader,
    Idle,
}

/// They come again until they are stopped.
pub(crate) struct Slow {
    all: JoinSet<()>,
    sent_away: Arc<AtomicU64>,
}

/// Who is sent away comes again.
pub(crate) fn keep_coming(server: SocketAddr, people: &People) -> Slow {
    let (mut all, sent_away) = (JoinSet::new(), Arc::new(AtomicU64::new(0)));
    for kind in [Kind::Head, Kind::Body, Kind::Reader, Kind::Idle] {
        for number in 0..OF_A_KIND {
            let (sent_away, person) = (Arc::clone(&sent_away), people.next());
            let from = address(3 + kind as u8, number);
            all.spawn(async move {
                loop {
                    // An error is the end of the connection, as its close is.
                    let _ = kind.keep_waiting(server, from, &person.authorization).await;
                    sent_away.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            });
        }
    }
    Slow { all, sent_away }
}

impl Slow {
    /// How often the server has closed a connection of theirs.
    pub(crate) async fn stop(mut self) -> u64 {
        self.all.shutdown().await;
        self.sent_away.load(Ordering::Relaxed)
    }
}

impl Kind {
    /// Until the server has enough of it.
    async fn keep_waiting(self, server: SocketAddr, from: IpAddr, token: &str) -> std::io::Result<()> {
        match self {
            Self::Head => {
                trickle(connect(server, from).await?, "GET /api/products HTTP/1.1\r\nX-Slow: ").await
            }
            Self::Body => {
                let head = format!(
                    "PUT /api/cart HTTP/1.1\r\nHost: localhost\r\n{token}Content-Type: application/json\r\n\
                     Content-Length: 60000\r\n\r\n{{"
                );
                trickle(connect(server, from).await?, &head).await
            }
            Self::Reader => read_nothing(server, from).await,
            Self::Idle => {
                let mut stream = connect(server, from).await?;
                stream.read_u8().await.map(drop)
            }
        }
    }
}

async fn trickle(stream: TcpStream, begin: &str) -> std::io::Result<()> {
    let (mut reader, mut writer) = stream.into_split();
    writer.write_all(begin.as_bytes()).await?;
    let sends = async {
        loop {
            tokio::time::sleep(BEAT).await;
            writer.write_all(b"a").await?;
        }
    };
    let mut nowhere = tokio::io::sink();
    tokio::select! {
        sent = sends => sent,
        read = tokio::io::copy(&mut reader, &mut nowhere) => read.map(drop),
    }
}

/// Asks for much, with a window that takes little.
async fn read_nothing(server: SocketAddr, from: IpAddr) -> std::io::Result<()> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(2048)?;
    socket.bind((from, 0).into())?;
    let mut stream = socket.connect(server).await?;
    let request = format!("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", paths::OPENAPI);
    stream.write_all(request.repeat(64).as_bytes()).await?;
    loop {
        tokio::time::sleep(BEAT).await;
        // To a connection that was torn down nothing can be sent.
        stream.write_all(b"G").await?;
    }
}
