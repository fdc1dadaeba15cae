//! Which request is being handled, for the lines that are logged meanwhile.

use std::net::IpAddr;

use actix_web::http::header::HeaderValue;
use okta_actix::TraceParent;

use crate::random;

tokio::task_local! {
    static CURRENT: Context;
}

/// Sixteen hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RequestId([u8; 16]);

impl RequestId {
    /// One that nobody has had.
    pub(crate) fn fresh() -> Self {
        Self::of(random::bytes())
    }

    /// This one.
    pub(crate) fn of(bytes: [u8; 8]) -> Self {
        const DIGITS: [u8; 16] = *b"0123456789abcdef";
        let mut text = [0; 16];
        for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
            pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        Self(text)
    }

    /// As text.
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// For a header of the answer.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_bytes(&self.0).ok()
    }

    /// The digits.
    pub(crate) fn digits(self) -> [u8; 16] {
        self.0
    }
}

/// What is known of a request when it comes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    pub(crate) id: RequestId,
    /// Whose work it is part of, if it says so or is exported; then the request's id is that of its span.
    pub(crate) trace: Option<TraceParent>,
    /// From whom it comes: the other end of the connection, or whom a trusted proxy there names.
    pub(crate) client: Option<IpAddr>,
}

impl Context {
    /// Does this work for the request.
    pub(crate) async fn scope<T>(self, work: impl Future<Output = T>) -> T {
        match self.trace {
            Some(trace) => trace.scope(CURRENT.scope(self, work)).await,
            None => CURRENT.scope(self, work).await,
        }
    }
}

/// From whom the present request comes, where that is known.
pub(crate) fn client() -> Option<IpAddr> {
    CURRENT.try_with(|context| context.client).ok().flatten()
}

/// Tells of the present request, if there is one.
pub(crate) fn with(tell: impl FnOnce(&Context)) {
    // Outside of a request there is none.
    let _ = CURRENT.try_with(tell);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_sixteen_hexadecimal_digits_and_none_is_like_another() {
        let (one, other) = (RequestId::fresh(), RequestId::fresh());
        assert_ne!(one, other);
        assert_eq!(one.as_str().len(), 16);
        assert!(one.as_str().bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase()));
    }

    #[tokio::test]
    async fn an_id_is_there_while_its_request_is_handled_and_no_longer() {
        let current = || {
            let mut text = String::new();
            with(|context| text.push_str(context.id.as_str()));
            text
        };
        let id = RequestId::fresh();
        let context = Context { id, trace: None, client: None };
        assert_eq!(context.scope(async { current() }).await, id.as_str());
        assert_eq!(current(), "");
    }
}
