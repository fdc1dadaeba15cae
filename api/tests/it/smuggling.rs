//! Requests that two readers could end at different places (RFC 9112 §6.3, §11.2; ASVS 4.2.1), byte by byte: each is
//! refused whole, its connection ends, and what was hidden behind it is no request.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::program::Program;
use crate::shop::Shop;

/// How long an answer may take, and how long nothing more may come.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What somebody tries to have answered who may not send it.
const HIDDEN: &str = "GET /api/hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// What answers it, and nothing else does.
const FOUND: &str = "Hello world!";

/// A person at a server.
struct Raw {
    program: Program,
    token: String,
}

impl Raw {
    /// All that comes back on a connection of its own, until the server ends it.
    async fn send(&self, bytes: &str) -> String {
        let mut stream = TcpStream::connect(self.program.address()).await.unwrap();
        // The server may end the connection while this is on its way.
        drop(stream.write_all(bytes.as_bytes()).await);
        let mut answer = Vec::new();
        let ended = timeout(TIMEOUT, stream.read_to_end(&mut answer)).await;
        assert!(ended.is_ok(), "not ended after {bytes:?}: {}", String::from_utf8_lossy(&answer));
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// A cart that is put, with these lines in the head and this after it.
    fn put(&self, head: &str, body: &str) -> String {
        format!(
            "PUT /api/cart HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\n{head}\r\n{body}",
            self.token
        )
    }

    async fn check_refused(&self, what: &str, bytes: &str) {
        let answer = self.send(bytes).await;
        assert!(!answer.contains(FOUND), "{what}: the hidden request was answered: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{what}: {answer}");
        assert!(answer.starts_with("HTTP/1.1 400 "), "{what}: {answer}");
    }
}

/// This and a request behind it that ends the connection.
fn with_next(first: &str) -> String {
    let last = HIDDEN.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    format!("{first}{last}")
}

#[tokio::test]
async fn a_request_that_two_readers_could_end_at_different_places_is_refused() {
    let shop = Shop::open().await;
    let raw = Raw { program: Program::spawn(shop.program(), &shop.org), token: shop.alice() };
    let body = r#"{"version":0,"lines":[]}"#;
    let (length, chunk) = (body.len(), format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()));
    // What is in order is answered, and so is the request behind it: these tests would see a hidden one.
    for good in [
        raw.put(&format!("Content-Length: {length}\r\n"), body),
        raw.put("Transfer-Encoding: chunked\r\n", &chunk.replace("version\":0", "version\":1")),
    ] {
        let answer = raw.send(&with_next(&good)).await;
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains(FOUND), "{answer}");
    }
    let hidden_in_chunk: &str = &format!("0\r\n\r\n{HIDDEN}");
    let all = hidden_in_chunk.len();
    for (what, head, rest) in [
        (
            "a length and chunks",
            format!("Content-Length: {all}\r\nTransfer-Encoding: chunked\r\n"),
            hidden_in_chunk,
        ),
        (
            "chunks and a length",
            format!("Transfer-Encoding: chunked\r\nContent-Length: {all}\r\n"),
            hidden_in_chunk,
        ),
        ("two lengths", format!("Content-Length: 0\r\nContent-Length: {}\r\n", HIDDEN.len()), HIDDEN),
        ("two lengths in a list", format!("Content-Length: 0, {}\r\n", HIDDEN.len()), HIDDEN),
        ("a length with a sign", format!("Content-Length: +{}\r\n", HIDDEN.len()), HIDDEN),
        ("a negative length", "Content-Length: -1\r\n".to_owned(), HIDDEN),
        ("a hexadecimal length", "Content-Length: 0x0\r\n".to_owned(), HIDDEN),
        ("a length with a tail", "Content-Length: 0 0\r\n".to_owned(), HIDDEN),
        ("a length beyond all", "Content-Length: 18446744073709551616\r\n".to_owned(), HIDDEN),
        ("no length", "Content-Length: \r\n".to_owned(), HIDDEN),
        (
            "chunks before another coding",
            "Transfer-Encoding: chunked, identity\r\n".to_owned(),
            hidden_in_chunk,
        ),
        (
            "chunks twice",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n".to_owned(),
            hidden_in_chunk,
        ),
        ("an unknown coding", "Transfer-Encoding: xchunked\r\n".to_owned(), hidden_in_chunk),
        ("another coding alone", "Transfer-Encoding: identity\r\n".to_owned(), hidden_in_chunk),
        ("a coding with an odd space", "Transfer-Encoding: \x0bchunked\r\n".to_owned(), hidden_in_chunk),
        ("a space before the colon", format!("Content-Length : {}\r\n", HIDDEN.len()), HIDDEN),
        ("a space before the other's colon", "Transfer-Encoding : chunked\r\n".to_owned(), hidden_in_chunk),
        ("a folded line", "Transfer-Encoding:\r\n chunked\r\n".to_owned(), hidden_in_chunk),
        ("a name with a space", "X Y: z\r\nContent-Length: 0\r\n".to_owned(), HIDDEN),
        ("a line without a name", ": z\r\nContent-Length: 0\r\n".to_owned(), HIDDEN),
        ("a NUL", "X: a\0b\r\nContent-Length: 0\r\n".to_owned(), HIDDEN),
        ("a lone carriage return", "X: a\rb\r\nContent-Length: 0\r\n".to_owned(), HIDDEN),
        ("a second host", "Host: elsewhere\r\nContent-Length: 0\r\n".to_owned(), HIDDEN),
    ] {
        raw.check_refused(what, &raw.put(&head, rest)).await;
    }
    raw.program.terminate().await;
    shop.close().await;
}

#[tokio::test]
async fn chunks_that_two_readers_could_cut_differently_are_refused() {
    let shop = Shop::open().await;
    let raw = Raw { program: Program::spawn(shop.program(), &shop.org), token: shop.alice() };
    let body = r#"{"version":0,"lines":[]}"#;
    let size = format!("{:x}", body.len());
    for (what, chunks) in [
        ("no size", format!("\r\n{body}\r\n0\r\n\r\n")),
        ("a size with a sign", format!("+{size}\r\n{body}\r\n0\r\n\r\n")),
        ("a size with a prefix", format!("0x{size}\r\n{body}\r\n0\r\n\r\n")),
        ("a size that is none", format!("1g\r\n{body}\r\n0\r\n\r\n")),
        ("a size beyond all", format!("1{}\r\n{body}\r\n0\r\n\r\n", "0".repeat(16))),
        ("a size that ends by a line feed", format!("{size}\n{body}\r\n0\r\n\r\n")),
        ("an extension that ends by a line feed", format!("{size};a\n{body}\r\n0\r\n\r\n")),
        ("data longer than its size", format!("2\r\n{body}\r\n0\r\n\r\n")),
        ("nothing after the data", format!("{size}\r\n{body}0\r\n\r\n")),
        ("another end after the data", format!("{size}\r\n{body}\n\n0\r\n\r\n")),
    ] {
        let request = raw.put("Transfer-Encoding: chunked\r\n", &format!("{chunks}{HIDDEN}"));
        raw.check_refused(what, &request).await;
    }
    assert_eq!(raw.program.client.cart(&raw.token).await.version, 0, "nothing of it was carried out");
    raw.program.terminate().await;
    shop.close().await;
}

/// RFC 9112 §2.2, §3.2 and §6.1: who speaks HTTP/1.0 knows no chunks, and who names no host means nobody.
#[tokio::test]
async fn a_request_of_another_version_or_for_nobody_hides_nothing() {
    let shop = Shop::open().await;
    let raw = Raw { program: Program::spawn(shop.program(), &shop.org), token: shop.alice() };
    for (what, head) in [
        ("no host", "PUT /api/cart HTTP/1.1\r\n"),
        ("chunks of HTTP/1.0", "PUT /api/cart HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"),
        ("a version that is none", "PUT /api/cart HTTP/1.2.3\r\nHost: localhost\r\n"),
        ("two spaces", "PUT  /api/cart HTTP/1.1\r\nHost: localhost\r\n"),
    ] {
        let answer = raw.send(&format!("{head}\r\n0\r\n\r\n{HIDDEN}")).await;
        assert!(!answer.contains(FOUND), "{what}: the hidden request was answered: {answer}");
        assert!(answer.starts_with("HTTP/1.1 400 "), "{what}: {answer}");
    }
    raw.program.terminate().await;
    shop.close().await;
}
