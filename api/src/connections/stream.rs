//! The socket of a connection, which tells what the client does and ends when the connection is closed.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::admission::Connections;
use super::connection::Connection;
use super::phase::Phase;

/// A socket whose reading and writing moves its [`Connection`] from phase to phase.
///
/// While an answer cannot be sent on, nothing more is read: whoever takes no answers gets no further requests buffered.
#[derive(Debug)]
pub(crate) struct WatchedStream {
    io: TcpStream,
    connection: Arc<Connection>,
    connections: Connections,
    is_blocked: bool,
}

impl WatchedStream {
    /// The socket and its client's address, if there is room for it.
    ///
    /// # Errors
    /// Where there is none, or the client is gone already.
    pub(crate) fn admit(io: TcpStream, connections: &Connections) -> io::Result<(Self, SocketAddr)> {
        let peer = io.peer_addr()?;
        let connection = connections.admit(peer.ip()).ok_or(io::ErrorKind::QuotaExceeded)?;
        Ok((Self { io, connection, connections: connections.clone(), is_blocked: false }, peer))
    }

    /// Its state, for those who handle its requests.
    pub(crate) fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    fn check(&self) -> io::Result<()> {
        if self.connection.is_closed() { Err(closed()) } else { Ok(()) }
    }

    /// Nothing can be read or written now: either that changes, or the connection is closed.
    fn pending<T>(&self, cx: &Context<'_>) -> Poll<io::Result<T>> {
        if self.connection.is_closed_or_wakes(cx.waker()) {
            Poll::Ready(Err(closed()))
        } else {
            Poll::Pending
        }
    }
}

fn closed() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the client kept the server waiting too long")
}

impl Drop for WatchedStream {
    fn drop(&mut self) {
        if self.connection.is_closed() && self.connection.phase() == Phase::Answer {
            // Or the system would keep for a long time what nobody takes.
            drop(self.io.set_zero_linger());
        }
        self.connections.forget(&self.connection);
    }
}

impl AsyncRead for WatchedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check()?;
        if self.is_blocked {
            return self.pending(cx);
        }
        let before = buf.filled().len();
        match Pin::new(&mut self.io).poll_read(cx, buf) {
            Poll::Pending => return self.pending(cx),
            Poll::Ready(outcome) => outcome?,
        }
        if buf.filled().len() > before {
            self.connection.go_on(&[Phase::Idle], Phase::Head);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for WatchedStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        self.connection.go_on(&[Phase::Idle, Phase::Head], Phase::Answer);
        match Pin::new(&mut self.io).poll_write(cx, bytes) {
            Poll::Pending => {
                self.is_blocked = true;
                self.pending(cx)
            }
            Poll::Ready(outcome) => {
                if std::mem::take(&mut self.is_blocked) {
                    // What was not read meanwhile.
                    cx.waker().wake_by_ref();
                }
                Poll::Ready(outcome)
            }
        }
    }

    /// Called when everything so far was written.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        ready!(Pin::new(&mut self.io).poll_flush(cx))?;
        self.connection.go_on(&[Phase::Answer], Phase::Idle);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::super::admission::ConnectionLimits;
    use super::*;

    async fn pair() -> (WatchedStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (io, _) = listener.accept().await.unwrap();
        let connections = Connections::new(ConnectionLimits { in_all: 9, per_address: 9 });
        (WatchedStream::admit(io, &connections).unwrap().0, client)
    }

    #[tokio::test]
    async fn reading_begins_a_head_and_an_answer_ends_when_it_is_sent() {
        let (mut stream, mut client) = pair().await;
        assert_eq!(stream.connection.phase(), Phase::Idle);
        client.write_all(b"G").await.unwrap();
        stream.read_u8().await.unwrap();
        assert_eq!(stream.connection.phase(), Phase::Head);
        stream.write_all(b"HTTP/1.1 200 OK").await.unwrap();
        assert_eq!(stream.connection.phase(), Phase::Answer);
        stream.flush().await.unwrap();
        assert_eq!(stream.connection.phase(), Phase::Idle);
    }

    #[tokio::test]
    async fn who_is_closed_wakes_and_ends() {
        let (mut stream, _client) = pair().await;
        let connection = Arc::clone(stream.connection());
        let reading = tokio::spawn(async move { stream.read_u8().await });
        tokio::task::yield_now().await;
        connection.close();
        assert_eq!(reading.await.unwrap().unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn who_takes_no_answer_is_not_read() {
        let (mut stream, mut client) = pair().await;
        let everything = tokio::spawn(async move {
            drop(
                tokio::time::timeout(
                    std::time::Duration::from_millis(300),
                    stream.write_all(&vec![0; 64 << 20]),
                )
                .await,
            );
            stream
        });
        client.write_all(b"G").await.unwrap();
        let mut stream = everything.await.unwrap();
        assert!(stream.is_blocked);
        let read = tokio::time::timeout(std::time::Duration::from_millis(300), stream.read_u8());
        assert!(read.await.is_err());
    }
}
