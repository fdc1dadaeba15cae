//! An answer as it comes over the connection.

use std::ops::Range;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

/// Room for the largest.
pub(crate) const ROOM: usize = 256 * 1024;

pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Where in the bytes that were read.
    pub(crate) body: Range<usize>,
}

impl Answer {
    /// Reads a whole one.
    pub(crate) async fn read(stream: &mut TcpStream, bytes: &mut [u8]) -> Self {
        let (mut length, mut head) = (0, None);
        loop {
            let more = stream.read(&mut bytes[length..]).await.unwrap();
            assert!(more > 0, "the connection ended: {}", String::from_utf8_lossy(&bytes[..length]));
            length += more;
            head = head.or_else(|| Self::of_head(&bytes[..length]));
            match head.take() {
                Some(answer) if length >= answer.body.end => return answer,
                unfinished => head = unfinished,
            }
        }
    }

    /// What its head says, once that is there.
    pub(crate) fn of_head(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let length = head.lines().find_map(content_length).expect("an answer says its length");
        let status = head["HTTP/1.1 ".len()..][..3].parse().unwrap();
        Some(Self { status, body: end..end + length })
    }
}

fn content_length(line: &str) -> Option<usize> {
    let (name, value) = line.split_once(": ")?;
    name.eq_ignore_ascii_case("content-length").then(|| value.parse().unwrap())
}
