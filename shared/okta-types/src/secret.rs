//! A newtype for each secret of the protocol. `Debug` prints `[redacted]`, there is no `Display`.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! secret {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the value as it came over the wire.
            pub fn new(value: impl Into<String>) -> Self {
                Self(value.into())
            }

            /// The value itself; the caller takes care where it goes.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }
    )*};
}

secret! {
    /// An access token (RFC 6749 §1.4). Opaque to the client: only the API looks inside.
    AccessToken;
    /// A refresh token (RFC 6749 §1.5).
    RefreshToken;
    /// An ID token as received (OpenID Connect Core §2), not yet judged.
    IdToken;
    /// An authorization code (RFC 6749 §1.3.1), good for one exchange.
    AuthorizationCode;
    /// The `state` of one sign-in (RFC 6749 §10.12).
    State;
    /// The `nonce` of one sign-in (OpenID Connect Core §3.1.2.1).
    Nonce;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_show_in_debug() {
        assert_eq!(format!("{:?}", AccessToken::new("eyJ")), "AccessToken([redacted])");
    }
}
