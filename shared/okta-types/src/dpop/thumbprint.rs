use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base64url;

/// The SHA-256 thumbprint of a public key (RFC 7638), as `cnf.jkt` holds it (RFC 9449 §6.1): 43 characters of base64url.
///
/// It is no secret, for the key it is made of is sent along with every proof: comparing it may take as long as it takes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Thumbprint(String);

impl Thumbprint {
    pub(crate) fn from_digest(digest: &[u8]) -> Self {
        Self(base64url::encode(digest))
    }

    /// Reads one; `None` for what is not the base64url of 32 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        base64url::decode(text).filter(|digest| digest.len() == 32).map(|_| Self(text.to_owned()))
    }

    /// As it stands in a token.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Thumbprint {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("is not the thumbprint of a key")
    }
}

impl From<Thumbprint> for String {
    fn from(thumbprint: Thumbprint) -> Self {
        thumbprint.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_32_bytes_of_base64url_are_a_thumbprint() {
        let good = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
        assert_eq!(Thumbprint::parse(good).map(|thumbprint| thumbprint.to_string()).as_deref(), Some(good));
        for bad in ["", "x", &good[..42], &format!("{good}A"), &format!("{good}="), &good.replace('-', "+")] {
            assert_eq!(Thumbprint::parse(bad), None, "{bad:?}");
        }
        let json = format!("\"{good}\"");
        let thumbprint: Thumbprint = serde_json::from_str(&json).unwrap();
        assert_eq!(serde_json::to_string(&thumbprint).unwrap(), json);
        assert!(serde_json::from_str::<Thumbprint>("\"x\"").is_err());
    }
}
