use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A set of scopes in the order given (RFC 6749 §3.3): case-sensitive, each at most once.
///
/// On the wire of OAuth endpoints it is one space-delimited string; that is also its serde form.
/// Okta's `scp` claim is an array and therefore a `Vec<String>` in [`crate::AccessClaims`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(String);

impl Scopes {
    /// Reads a space-delimited list. Empty parts and repetitions are dropped.
    pub fn parse(text: &str) -> Self {
        text.split(' ').collect()
    }

    /// Whether `scope` is in the set, to the letter.
    pub fn contains(&self, scope: &str) -> bool {
        self.iter().any(|own| own == scope)
    }

    /// The scopes in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|scope| !scope.is_empty())
    }

    /// As it is sent: space-delimited.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> FromIterator<&'a str> for Scopes {
    fn from_iter<I: IntoIterator<Item = &'a str>>(iter: I) -> Self {
        let mut out = Self::default();
        for scope in iter {
            if !scope.is_empty() && !out.contains(scope) {
                if !out.is_empty() {
                    out.0.push(' ');
                }
                out.0.push_str(scope);
            }
        }
        out
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d).map(|s| Self::parse(&s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_keep_their_order_and_their_case_and_lose_repetitions() {
        let scopes = Scopes::parse("openid  profile openid OpenID");
        assert_eq!(scopes.to_string(), "openid profile OpenID");
        assert_eq!(scopes.as_str(), "openid profile OpenID");
        assert!(scopes.contains("profile") && !scopes.contains("Profile"));
    }

    #[test]
    fn on_the_wire_they_are_one_text() {
        let scopes: Scopes = serde_json::from_str(r#""openid  openid orders:read""#).unwrap();
        assert_eq!(scopes, Scopes::parse("openid orders:read"));
        assert_eq!(serde_json::to_string(&scopes).unwrap(), r#""openid orders:read""#);
    }
}
