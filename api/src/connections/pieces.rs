//! Answers in pieces: the framework copies as much as a body gives at a time into the connection's buffer, so a large
//! body must not give all of itself.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;

/// The most that is copied at a time, in bytes.
const PIECE: usize = 16 * 1024;

/// The same body, of which the framework copies little at a time.
pub(super) fn in_pieces(body: BoxBody) -> BoxBody {
    match body.size() {
        BodySize::Sized(size) if size > PIECE as u64 => BoxBody::new(InPieces { body, rest: Bytes::new() }),
        _ => body,
    }
}

struct InPieces {
    body: BoxBody,
    rest: Bytes,
}

impl MessageBody for InPieces {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        if self.rest.is_empty() {
            match Pin::new(&mut self.body).poll_next(cx) {
                Poll::Ready(Some(Ok(bytes))) => self.rest = bytes,
                end => return end,
            }
        }
        let length = self.rest.len().min(PIECE);
        Poll::Ready(Some(Ok(self.rest.split_to(length))))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::poll_fn;

    use super::*;

    #[actix_web::test]
    async fn a_large_body_comes_in_pieces_and_says_its_size() {
        let text: Vec<u8> = (0..100_000_u32).map(|i| i as u8).collect();
        let mut body = in_pieces(BoxBody::new(text.clone()));
        assert_eq!(body.size(), BodySize::Sized(100_000));
        let mut seen = Vec::new();
        while let Some(piece) = poll_fn(|cx| Pin::new(&mut body).poll_next(cx)).await {
            let piece = piece.unwrap();
            assert!(piece.len() <= PIECE, "{}", piece.len());
            seen.extend(piece);
        }
        assert_eq!(seen, text);
    }

    #[actix_web::test]
    async fn a_small_body_stays_as_it_is() {
        let body = in_pieces(BoxBody::new("small"));
        assert_eq!(body.try_into_bytes().ok(), Some(Bytes::from_static(b"small")));
    }
}
