//! An API token: shown to the org and to nobody else.

use std::fmt;

use reqwest::header::HeaderValue;

/// A token of **Security › API › Tokens**. Has no `Display`; `Debug` hides it.
pub(crate) struct ApiToken(HeaderValue);

/// Why a text is no API token.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ApiTokenError {
    /// Nothing there.
    #[error("is empty")]
    Empty,
    /// Has what no token has.
    #[error("contains characters that no API token has: copy only the token, without \"SSWS\" or quotes")]
    Characters,
}

impl ApiToken {
    /// Takes a token without its scheme.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, ApiTokenError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ApiTokenError::Empty);
        }
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        let value = HeaderValue::from_str(&format!("SSWS {text}")).ok().filter(|_| text.bytes().all(allowed));
        let mut value = value.ok_or(ApiTokenError::Characters)?;
        value.set_sensitive(true);
        Ok(Self(value))
    }

    pub(super) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiToken([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_never_shown() {
        let token = ApiToken::parse(" 00secret_-.x\n").unwrap();
        assert!(!format!("{token:?} {:?}", token.header()).contains("secret"));
    }

    #[test]
    fn what_is_not_a_token_is_told() {
        assert_eq!(ApiToken::parse(" ").err(), Some(ApiTokenError::Empty));
        assert_eq!(ApiToken::parse("SSWS 00a").err(), Some(ApiTokenError::Characters));
    }
}
