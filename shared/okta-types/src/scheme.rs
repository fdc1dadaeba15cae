use std::fmt;

/// How an access token is presented (RFC 9110 §11.1). A value, so that DPoP can become a second one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthScheme {
    /// RFC 6750.
    #[default]
    Bearer,
}

impl AuthScheme {
    /// Reads a scheme or a `token_type`; both are case-insensitive (RFC 9110 §11.1, RFC 6749 §5.1).
    pub fn parse(text: &str) -> Option<Self> {
        text.eq_ignore_ascii_case("bearer").then_some(Self::Bearer)
    }

    /// The canonical spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
        }
    }
}

impl fmt::Display for AuthScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
