use serde::{Deserialize, Serialize};

/// A public key as Okta publishes it (RFC 7517 §4; RSA members of RFC 7518 §6.3.1).
///
/// Members of other key types are not kept: Okta signs with RSA, and everything else is passed over by
/// whoever looks for a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// The key type, e.g. `RSA`.
    pub kty: String,
    /// The algorithm the key is meant for, e.g. `RS256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// The name tokens call it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// `sig` or `enc`.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub public_key_use: Option<String>,
    /// RSA exponent, base64url of the big-endian number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    /// RSA modulus, base64url of the big-endian number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
}

impl Jwk {
    /// Whether an RS256 signature may be checked with it: type RSA, use `sig` or unsaid, algorithm
    /// `RS256` or unsaid, both numbers there.
    pub fn is_for_rs256(&self) -> bool {
        self.kty == "RSA"
            && self.public_key_use.as_deref().is_none_or(|u| u == "sig")
            && self.alg.as_deref().is_none_or(|alg| alg == "RS256")
            && self.n.is_some()
            && self.e.is_some()
    }
}

/// A key set (RFC 7517 §5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JwkSet {
    /// The keys; their order means nothing.
    pub keys: Vec<Jwk>,
}

impl JwkSet {
    /// The key of that name.
    pub fn find(&self, kid: &str) -> Option<&Jwk> {
        self.keys.iter().find(|key| key.kid.as_deref() == Some(kid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(kid: &str) -> Jwk {
        let text = |text: &str| Some(text.to_owned());
        Jwk {
            alg: text("RS256"),
            e: text("AQAB"),
            n: text("xQ"),
            kid: text(kid),
            kty: "RSA".to_owned(),
            public_key_use: text("sig"),
        }
    }

    #[track_caller]
    fn check(change: fn(&mut Jwk), fit: bool) {
        let mut changed = key("k1");
        change(&mut changed);
        assert_eq!(changed.is_for_rs256(), fit, "{changed:?}");
    }

    #[test]
    fn a_key_for_rs256_says_nothing_to_the_contrary() {
        check(|_| {}, true);
        check(|key| key.alg = None, true);
        check(|key| key.public_key_use = None, true);
        check(|key| key.kty = "EC".to_owned(), false);
        check(|key| key.alg = Some("RS512".to_owned()), false);
        check(|key| key.public_key_use = Some("enc".to_owned()), false);
        check(|key| key.n = None, false);
        check(|key| key.e = None, false);
    }

    #[test]
    fn a_key_is_found_by_its_name_to_the_letter() {
        let set = JwkSet { keys: vec![Jwk { kid: None, ..key("") }, key("k1"), key("k2")] };
        assert_eq!(set.find("k2"), Some(&key("k2")));
        assert_eq!((set.find("K1"), set.find("")), (None, None));
    }
}
