//! The id of the request that is being handled, for the lines that are logged meanwhile.

use actix_web::http::header::HeaderValue;

use crate::random;

tokio::task_local! {
    static CURRENT: RequestId;
}

/// Sixteen hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RequestId([u8; 16]);

impl RequestId {
    /// One that nobody has had.
    pub(crate) fn fresh() -> Self {
        const DIGITS: [u8; 16] = *b"0123456789abcdef";
        let mut text = [0; 16];
        for (pair, byte) in text.chunks_exact_mut(2).zip(random::bytes::<8>()) {
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

    /// Does this work for the request.
    pub(crate) async fn scope<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self, work).await
    }
}

/// Tells the present request's id, if there is a request.
pub(crate) fn with(tell: impl FnOnce(&str)) {
    // Outside of a request there is none.
    let _ = CURRENT.try_with(|id| tell(id.as_str()));
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
            with(|id| text.push_str(id));
            text
        };
        let id = RequestId::fresh();
        assert_eq!(id.scope(async { current() }).await, id.as_str());
        assert_eq!(current(), "");
    }
}
