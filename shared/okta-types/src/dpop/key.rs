//! The public key that a proof carries (RFC 9449 §4.2), reduced to what makes it this key and no other.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::algorithm::ProofAlgorithm;
use super::thumbprint::Thumbprint;
use crate::base64url;

/// Members that only private and symmetric keys have (RFC 7518 §6.2.2, §6.3.2, §6.4).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// An RSA or elliptic-curve public key. There is one text for each key, so that one key has one thumbprint.
///
/// Whether its numbers are a sound key is asked by whoever checks signatures with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(Numbers);

/// In base64url, as they stand in the key.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Numbers {
    Rsa { n: String, e: String },
    Ec { curve: Curve, x: String, y: String },
}

/// The curves of RFC 7518 §6.2.1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Curve {
    /// `P-256`, for ES256.
    P256,
    /// `P-384`, for ES384.
    P384,
    /// `P-521`, for ES512.
    P521,
}

impl Curve {
    /// Reads `crv` to the letter.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::P256, Self::P384, Self::P521].into_iter().find(|curve| curve.as_str() == name)
    }

    /// The name in `crv`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// Bytes of one coordinate, leading zeros included (RFC 7518 §6.2.1.2).
    pub const fn coordinate_len(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

impl PublicKey {
    /// An RSA key, of the modulus and the exponent in base64url without leading zero bytes (RFC 7518 §6.3.1).
    ///
    /// # Errors
    /// [`PublicKeyError::Member`] where one of them is not that.
    pub fn rsa(n: &str, e: &str) -> Result<Self, PublicKeyError> {
        number("n", n)?;
        number("e", e)?;
        Ok(Self(Numbers::Rsa { n: n.to_owned(), e: e.to_owned() }))
    }

    /// A key on a curve, of both coordinates in base64url, each as long as the curve's (RFC 7518 §6.2.1).
    ///
    /// # Errors
    /// [`PublicKeyError::Member`] where one of them is not that.
    pub fn ec(curve: Curve, x: &str, y: &str) -> Result<Self, PublicKeyError> {
        coordinate("x", x, curve)?;
        coordinate("y", y, curve)?;
        Ok(Self(Numbers::Ec { curve, x: x.to_owned(), y: y.to_owned() }))
    }

    /// Reads a JSON Web Key. Members that any public key may have (`use`, `kid`, `alg`, …) are passed over; one that
    /// only private keys have is an error, whatever its value.
    ///
    /// # Errors
    /// Why it is no public key for proofs.
    pub fn read(jwk: &Map<String, Value>) -> Result<Self, PublicKeyError> {
        if PRIVATE.iter().any(|name| jwk.contains_key(*name)) {
            return Err(PublicKeyError::Private);
        }
        let text =
            |name: &'static str| jwk.get(name).and_then(Value::as_str).ok_or(PublicKeyError::Member(name));
        match text("kty")? {
            "RSA" => Self::rsa(text("n")?, text("e")?),
            "EC" => {
                let curve = Curve::parse(text("crv")?).ok_or(PublicKeyError::Type)?;
                Self::ec(curve, text("x")?, text("y")?)
            }
            _ => Err(PublicKeyError::Type),
        }
    }

    /// As JSON, with the members that make the key and no others, in the order of RFC 7638 §3.2.
    pub fn to_json(&self) -> String {
        match &self.0 {
            Numbers::Rsa { n, e } => ["{\"e\":\"", e, "\",\"kty\":\"RSA\",\"n\":\"", n, "\"}"].concat(),
            Numbers::Ec { curve, x, y } => ec_json(curve.as_str(), x, y),
        }
    }

    /// What tokens that are bound to this key hold in `cnf.jkt`.
    pub fn thumbprint(&self) -> Thumbprint {
        Thumbprint::from_digest(&Sha256::digest(self.to_json()))
    }

    /// Whether the algorithm is one for keys of this kind; each curve has one.
    pub fn fits(&self, algorithm: ProofAlgorithm) -> bool {
        use ProofAlgorithm::{Es256, Es384, Es512, Rs256, Rs384, Rs512};
        match &self.0 {
            Numbers::Rsa { .. } => matches!(algorithm, Rs256 | Rs384 | Rs512),
            Numbers::Ec { curve, .. } => {
                matches!(
                    (curve, algorithm),
                    (Curve::P256, Es256) | (Curve::P384, Es384) | (Curve::P521, Es512)
                )
            }
        }
    }

    /// The bytes of modulus and exponent, where it is an RSA key.
    pub fn rsa_numbers(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        match &self.0 {
            Numbers::Rsa { n, e } => Some((base64url::decode(n)?, base64url::decode(e)?)),
            Numbers::Ec { .. } => None,
        }
    }

    /// The point in its uncompressed form (SEC 1 §2.3.3), where it is a key on a curve: 4, x, y.
    pub fn ec_point(&self) -> Option<Vec<u8>> {
        match &self.0 {
            Numbers::Rsa { .. } => None,
            Numbers::Ec { x, y, .. } => {
                Some([vec![4], base64url::decode(x)?, base64url::decode(y)?].concat())
            }
        }
    }
}

/// A key on a curve as JSON, see [`PublicKey::to_json`].
pub(super) fn ec_json(curve: &str, x: &str, y: &str) -> String {
    ["{\"crv\":\"", curve, "\",\"kty\":\"EC\",\"x\":\"", x, "\",\"y\":\"", y, "\"}"].concat()
}

fn number(name: &'static str, text: &str) -> Result<(), PublicKeyError> {
    let bytes = base64url::decode(text).ok_or(PublicKeyError::Member(name))?;
    if bytes.first().is_some_and(|first| *first != 0) { Ok(()) } else { Err(PublicKeyError::Member(name)) }
}

fn coordinate(name: &'static str, text: &str, curve: Curve) -> Result<(), PublicKeyError> {
    match base64url::decode(text) {
        Some(bytes) if bytes.len() == curve.coordinate_len() => Ok(()),
        _ => Err(PublicKeyError::Member(name)),
    }
}

/// Why a JSON Web Key is no public key for proofs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublicKeyError {
    /// It holds what only private or symmetric keys hold.
    #[error("the key is not a public one")]
    Private,
    /// Neither RSA nor on one of the three curves.
    #[error("the type of the key is not supported")]
    Type,
    /// A member is missing, or is not what it must be.
    #[error("the member {0} of the key is missing or malformed")]
    Member(&'static str),
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// RFC 7638 §3.1.
    const MODULUS: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

    /// RFC 9449 §4.1.
    const X: &str = "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs";
    const Y: &str = "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA";

    fn read(jwk: &Value) -> Result<PublicKey, PublicKeyError> {
        PublicKey::read(jwk.as_object().unwrap())
    }

    #[track_caller]
    fn check(base: &Value, change: Value, expected: Result<(), PublicKeyError>) {
        let mut jwk = base.clone();
        for (name, value) in change.as_object().unwrap() {
            if value == "absent" {
                jwk.as_object_mut().unwrap().remove(name);
            } else {
                jwk[name] = value.clone();
            }
        }
        assert_eq!(read(&jwk).map(drop), expected, "{change}");
    }

    #[test]
    fn the_thumbprints_are_those_of_the_standards() {
        let rsa = json!({"kty": "RSA", "n": MODULUS, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"});
        assert_eq!(read(&rsa).unwrap().thumbprint().as_str(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
        let ec = json!({"kty": "EC", "x": X, "y": Y, "crv": "P-256"});
        // RFC 9449 §6.1.
        assert_eq!(read(&ec).unwrap().thumbprint().as_str(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    }

    #[test]
    fn public_members_may_stand_beside_and_private_ones_may_not() {
        let ec = json!({"kty": "EC", "x": X, "y": Y, "crv": "P-256"});
        check(
            &ec,
            json!({"use": "sig", "kid": "1", "alg": "ES256", "ext": true, "key_ops": ["verify"]}),
            Ok(()),
        );
        let rsa = json!({"kty": "RSA", "n": MODULUS, "e": "AQAB"});
        check(&rsa, json!({"x5c": ["ignored"]}), Ok(()));
        for private in PRIVATE {
            for value in [json!("AQAB"), json!(null), json!([])] {
                check(&ec, json!({private: value}), Err(PublicKeyError::Private));
                check(&rsa, json!({private: value}), Err(PublicKeyError::Private));
            }
        }
        check(&ec, json!({"kty": "oct"}), Err(PublicKeyError::Type));
        check(&ec, json!({"kty": "OKP"}), Err(PublicKeyError::Type));
        check(&ec, json!({"kty": "ec"}), Err(PublicKeyError::Type));
        check(&ec, json!({"crv": "secp256k1"}), Err(PublicKeyError::Type));
    }

    #[test]
    fn a_key_has_one_text_only() {
        let ec = json!({"kty": "EC", "x": X, "y": Y, "crv": "P-256"});
        let rsa = json!({"kty": "RSA", "n": MODULUS, "e": "AQAB"});
        let zero_before = base64url::encode([&[0], &base64url::decode(X).unwrap()[..]].concat());
        for (base, names) in [(&ec, ["kty", "crv", "x", "y"].as_slice()), (&rsa, &["kty", "n", "e"])] {
            for name in names {
                for wrong in [json!("absent"), json!(null), json!(5), json!(["x"])] {
                    check(base, json!({*name: wrong}), Err(PublicKeyError::Member(name)));
                }
            }
        }
        for wrong in [json!(""), json!(format!("{X}=")), json!(&X[..42]), json!(zero_before), json!("a b")] {
            check(&ec, json!({"x": wrong}), Err(PublicKeyError::Member("x")));
            check(&ec, json!({"y": wrong}), Err(PublicKeyError::Member("y")));
        }
        check(&ec, json!({"crv": "P-384"}), Err(PublicKeyError::Member("x")));
        for wrong in [json!(""), json!("AAEAAQ"), json!("AQAB="), json!("\"}")] {
            check(&rsa, json!({"e": wrong}), Err(PublicKeyError::Member("e")));
            check(&rsa, json!({"n": wrong}), Err(PublicKeyError::Member("n")));
        }
    }

    #[test]
    fn what_is_written_is_read_back_and_its_bytes_are_the_keys() {
        let ec = PublicKey::ec(Curve::P256, X, Y).unwrap();
        let rsa = PublicKey::rsa(MODULUS, "AQAB").unwrap();
        for key in [&ec, &rsa] {
            assert_eq!(read(&serde_json::from_str(&key.to_json()).unwrap()).as_ref(), Ok(key));
        }
        let point = ec.ec_point().unwrap();
        assert_eq!((point.len(), point[0], base64url::encode(&point[1..33])), (65, 4, X.to_owned()));
        assert_eq!(rsa.rsa_numbers().map(|(n, e)| (n.len(), e)), Some((256, vec![1, 0, 1])));
        assert_eq!((rsa.ec_point(), ec.rsa_numbers()), (None, None));
    }

    #[test]
    fn each_kind_of_key_has_its_algorithms() {
        let coordinate = |curve: Curve| base64url::encode(vec![1; curve.coordinate_len()]);
        let ec = |curve| PublicKey::ec(curve, &coordinate(curve), &coordinate(curve)).unwrap();
        let rsa = PublicKey::rsa(MODULUS, "AQAB").unwrap();
        for (key, fitting) in [
            (rsa, "RS256 RS384 RS512"),
            (ec(Curve::P256), "ES256"),
            (ec(Curve::P384), "ES384"),
            (ec(Curve::P521), "ES512"),
        ] {
            let fits = ProofAlgorithm::ALL.into_iter().filter(|algorithm| key.fits(*algorithm));
            assert_eq!(fits.map(ProofAlgorithm::as_str).collect::<Vec<_>>().join(" "), fitting);
        }
    }
}
