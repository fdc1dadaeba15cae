use std::fmt;

/// How an access token is presented (RFC 9110 §11.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthScheme {
    /// RFC 6750.
    #[default]
    Bearer,
    /// RFC 9449 §7.1: with a proof of the key that the token is bound to.
    DPoP,
}

impl AuthScheme {
    /// Reads a scheme or a `token_type`; both are case-insensitive (RFC 9110 §11.1, RFC 6749 §5.1).
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Bearer, Self::DPoP].into_iter().find(|scheme| text.eq_ignore_ascii_case(scheme.as_str()))
    }

    /// The canonical spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::DPoP => "DPoP",
        }
    }
}

impl fmt::Display for AuthScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_schemes_are_read_whatever_their_case() {
        for (text, scheme) in [
            ("Bearer", Some(AuthScheme::Bearer)),
            ("bEARER", Some(AuthScheme::Bearer)),
            ("DPoP", Some(AuthScheme::DPoP)),
            ("dpop", Some(AuthScheme::DPoP)),
            ("Basic", None),
            ("DPoP ", None),
            ("", None),
        ] {
            assert_eq!(AuthScheme::parse(text), scheme, "{text:?}");
        }
        assert_eq!(AuthScheme::DPoP.to_string(), "DPoP");
    }
}
