//! Proofs: written for a signer, and read strictly (RFC 9449 §4.2).

use serde_json::{Map, Value};

use super::algorithm::ProofAlgorithm;
use super::claims::ProofClaims;
use super::error::{MAX_PROOF_LEN, ProofError};
use super::key::{PublicKey, ec_json};
use crate::base64url;
use crate::jws::EncodedParts;
use crate::strict_json;

const TYPE: &str = "dpop+jwt";

/// What a proof's header says. Its `typ` is `dpop+jwt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofHeader {
    /// What it is signed with.
    pub algorithm: ProofAlgorithm,
    /// The key it is signed with.
    pub key: PublicKey,
}

impl ProofHeader {
    /// What is to be signed: both parts in base64url, with a dot between them. The header holds of the key only what
    /// makes it this key.
    pub fn signing_input(&self, claims: &ProofClaims) -> String {
        signing_input(self.algorithm.as_str(), &self.key.to_json(), &claims.to_json())
    }
}

/// What is to be signed by a key for ES256 with these coordinates, in base64url, as WebCrypto has made it. The claims are
/// JSON text: [`ProofClaims`] as whoever has a writer of JSON already writes it.
pub fn es256_signing_input(x: &str, y: &str, claims: &str) -> String {
    signing_input("ES256", &ec_json("P-256", x, y), claims)
}

fn signing_input(alg: &str, jwk: &str, claims: &str) -> String {
    let header = ["{\"typ\":\"", TYPE, "\",\"alg\":\"", alg, "\",\"jwk\":", jwk, "}"].concat();
    [&*base64url::encode(header), ".", &*base64url::encode(claims)].concat()
}

/// A header that was read before, and the text of it. Clients send the same one with each proof of a key, so it need not
/// be read each time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownHeader {
    text: String,
    header: ProofHeader,
}

impl KnownHeader {
    /// What it says.
    pub fn header(&self) -> &ProofHeader {
        &self.header
    }
}

/// A proof taken apart; its signature was not checked, nor was anything that it says.
#[derive(Clone)]
pub struct DpopProof<'a> {
    /// The header as the proof states it. The algorithm is one for the key.
    pub unverified_header: ProofHeader,
    /// The claims as the proof states them.
    pub unverified_claims: ProofClaims,
    /// The header in base64url.
    header_text: &'a str,
    /// What was signed.
    pub signing_input: &'a str,
    /// The signature's bytes (RFC 7518 §3.3, §3.4).
    pub signature: Vec<u8>,
}

impl<'a> DpopProof<'a> {
    /// Takes the value of a `DPoP` header apart.
    ///
    /// # Errors
    /// What is wrong with its form. No member may stand twice in it, at any depth.
    pub fn parse(text: &'a str) -> Result<Self, ProofError> {
        Self::parse_knowing(text, None)
    }

    /// The same beside a header that was read before: one that is like it to the letter says the same.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_knowing(text: &'a str, known: Option<&KnownHeader>) -> Result<Self, ProofError> {
        if text.len() > MAX_PROOF_LEN {
            return Err(ProofError::TooLong);
        }
        let parts = EncodedParts::split(text).ok_or(ProofError::Malformed)?;
        let signature = base64url::decode(parts.signature).ok_or(ProofError::Malformed)?;
        let payload = object(parts.payload)?;
        let unverified_header = match known.filter(|known| known.text == parts.header) {
            Some(known) => known.header.clone(),
            None => read_header(&object(parts.header)?)?,
        };
        Ok(Self {
            unverified_header,
            unverified_claims: ProofClaims::read(payload)?,
            header_text: parts.header,
            signing_input: parts.signing_input,
            signature,
        })
    }

    /// The header, for the proofs that come after this one.
    pub fn known_header(&self) -> KnownHeader {
        KnownHeader { text: self.header_text.to_owned(), header: self.unverified_header.clone() }
    }

    /// A whole proof, of what was signed and its signature.
    pub fn write(signing_input: &str, signature: &[u8]) -> String {
        [signing_input, ".", &*base64url::encode(signature)].concat()
    }
}

/// A part of a proof.
fn object(part: &str) -> Result<Map<String, Value>, ProofError> {
    let json = base64url::decode(part).ok_or(ProofError::Malformed)?;
    strict_json::object(&json).map_err(|_| ProofError::Malformed)
}

fn read_header(header: &Map<String, Value>) -> Result<ProofHeader, ProofError> {
    let text = |name: &str| header.get(name).and_then(Value::as_str);
    if text("typ") != Some(TYPE) {
        return Err(ProofError::Type);
    }
    // Extensions that must be understood (RFC 7515 §4.1.11, RFC 7797); none is understood here.
    if ["crit", "b64"].iter().any(|name| header.contains_key(*name)) {
        return Err(ProofError::Extension);
    }
    let algorithm = text("alg").and_then(ProofAlgorithm::parse).ok_or(ProofError::Algorithm)?;
    let jwk = header.get("jwk").and_then(Value::as_object).ok_or(ProofError::KeyMissing)?;
    let key = PublicKey::read(jwk)?;
    if key.fits(algorithm) { Ok(ProofHeader { algorithm, key }) } else { Err(ProofError::Algorithm) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::key::{Curve, PublicKeyError};
    use super::*;
    use crate::time::UnixTime;

    /// RFC 9449 §7.1, Figure 13.
    const EXAMPLE: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";

    fn parts() -> (Value, Value) {
        let coordinate = base64url::encode([1; 32]);
        let jwk = json!({"kty": "EC", "crv": "P-256", "x": coordinate, "y": coordinate, "kid": "1"});
        (
            json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk}),
            json!({"jti": "1", "htm": "GET", "htu": "https://a/", "iat": 1_800_000_000}),
        )
    }

    fn parse(header: &str, payload: &str) -> Result<ProofClaims, ProofError> {
        let signing_input = [base64url::encode(header), base64url::encode(payload)].join(".");
        DpopProof::parse(&DpopProof::write(&signing_input, b"sig")).map(|proof| proof.unverified_claims)
    }

    #[track_caller]
    fn check(place: fn(&mut (Value, Value)) -> &mut Value, change: Value, expected: ProofError) {
        let mut both = parts();
        let changed = place(&mut both).as_object_mut().unwrap();
        for (name, value) in change.as_object().unwrap() {
            if value == "absent" {
                changed.remove(name);
            } else {
                changed.insert(name.clone(), value.clone());
            }
        }
        assert_eq!(parse(&both.0.to_string(), &both.1.to_string()).err(), Some(expected), "{change}");
    }

    #[test]
    fn the_standards_example_is_read() {
        let proof = DpopProof::parse(EXAMPLE).unwrap();
        let header = &proof.unverified_header;
        assert_eq!(header.algorithm, ProofAlgorithm::Es256);
        assert_eq!(header.key.thumbprint().as_str(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
        let claims = &proof.unverified_claims;
        assert_eq!((&*claims.htm, &*claims.htu), ("GET", "https://resource.example.org/protectedresource"));
        assert_eq!((claims.iat, &*claims.jti), (UnixTime(1_562_262_618), "e1j3V_bKic8-LAEB"));
        assert_eq!(claims.ath.as_deref(), Some("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"));
        assert!(EXAMPLE.starts_with(proof.signing_input) && proof.signature.len() == 64);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let coordinate = base64url::encode([1; 48]);
        let key = PublicKey::ec(Curve::P384, &coordinate, &coordinate).unwrap();
        let header = ProofHeader { algorithm: ProofAlgorithm::Es384, key };
        let claims = ProofClaims::new("1", "GET", "https://a/", UnixTime(5));
        let text = DpopProof::write(&header.signing_input(&claims), &[7; 96]);
        let proof = DpopProof::parse(&text).unwrap();
        assert_eq!((proof.unverified_header, proof.unverified_claims), (header, claims));
        assert_eq!(proof.signature, [7; 96]);
    }

    #[test]
    fn a_header_that_is_known_to_the_letter_is_not_read_again() {
        let (header, payload) = parts();
        let seal = |header: &str| {
            DpopProof::write(
                &[base64url::encode(header), base64url::encode(payload.to_string())].join("."),
                b"sig",
            )
        };
        let text = seal(&header.to_string());
        let known = DpopProof::parse(&text).unwrap().known_header();
        let again = DpopProof::parse_knowing(&text, Some(&known)).unwrap();
        assert_eq!((&again.unverified_header, &again.known_header()), (known.header(), &known));
        // What stands behind a text is taken from memory, and another text is not.
        let other = KnownHeader {
            header: ProofHeader { algorithm: ProofAlgorithm::Es384, ..known.header.clone() },
            ..known.clone()
        };
        assert_eq!(DpopProof::parse_knowing(&text, Some(&other)).unwrap().unverified_header, other.header);
        let spaced = seal(&format!("{header} "));
        assert_eq!(DpopProof::parse_knowing(&spaced, Some(&other)).unwrap().unverified_header, known.header);
        let bad = seal(&format!("{header}{{"));
        assert_eq!(DpopProof::parse_knowing(&bad, Some(&known)).err(), Some(ProofError::Malformed));
    }

    #[test]
    fn a_proof_by_coordinates_is_that_of_their_key() {
        let [x, y] = [[1; 32], [2; 32]].map(base64url::encode);
        let key = PublicKey::ec(Curve::P256, &x, &y).unwrap();
        let header = ProofHeader { algorithm: ProofAlgorithm::Es256, key };
        let claims = ProofClaims::new("1", "GET", "https://a/", UnixTime(5));
        assert_eq!(es256_signing_input(&x, &y, &claims.to_json()), header.signing_input(&claims));
    }

    #[test]
    fn the_header_says_what_it_is() {
        for typ in [json!("absent"), json!("JWT"), json!("DPoP+JWT"), json!("application/dpop+jwt"), json!(5)]
        {
            check(|both| &mut both.0, json!({"typ": typ}), ProofError::Type);
        }
        for alg in
            [json!("absent"), json!("none"), json!("HS256"), json!("ES384"), json!("RS256"), json!(["ES256"])]
        {
            check(|both| &mut both.0, json!({"alg": alg}), ProofError::Algorithm);
        }
        for jwk in [json!("absent"), json!(null), json!("{}"), json!([])] {
            check(|both| &mut both.0, json!({"jwk": jwk}), ProofError::KeyMissing);
        }
        check(|both| &mut both.0["jwk"], json!({"d": "AQAB"}), PublicKeyError::Private.into());
        check(|both| &mut both.0, json!({"jwk": {}}), PublicKeyError::Member("kty").into());
        for name in ["crit", "b64"] {
            check(|both| &mut both.0, json!({name: null}), ProofError::Extension);
        }
    }

    #[test]
    fn claims_are_there_and_of_their_type() {
        for name in ["jti", "htm", "htu", "iat"] {
            check(|both| &mut both.1, json!({name: "absent"}), ProofError::ClaimMissing(name));
        }
        for name in ["jti", "htm", "htu", "nonce", "ath"] {
            for wrong in [json!(null), json!(""), json!(5), json!(["x"]), json!({}), json!(true)] {
                check(|both| &mut both.1, json!({name: wrong}), ProofError::ClaimType(name));
            }
        }
        for name in ["iat", "exp"] {
            for wrong in [
                json!(null),
                json!("1800000000"),
                json!(-1),
                json!(-0.5),
                json!(1e300),
                json!(u64::MAX),
                json!([1]),
            ] {
                check(|both| &mut both.1, json!({name: wrong}), ProofError::ClaimType(name));
            }
        }
    }

    #[test]
    fn a_fraction_of_a_second_is_left_off_and_other_claims_are_passed_over() {
        let (header, mut payload) = parts();
        payload["iat"] = json!(1_800_000_000.9);
        payload["extra"] = json!([1]);
        let claims = parse(&header.to_string(), &payload.to_string()).unwrap();
        assert_eq!(claims.iat, UnixTime(1_800_000_000));
    }

    #[test]
    fn no_member_stands_twice() {
        let (header, payload) = parts();
        let twice = |json: &Value, member: &str| format!("{{{member},{}", &json.to_string()[1..]);
        assert!(parse(&header.to_string(), &payload.to_string()).is_ok());
        for member in ["\"typ\":\"dpop+jwt\"", "\"al\\u0067\":\"none\"", "\"x\":{\"d\":1,\"d\":1}"] {
            assert_eq!(parse(&twice(&header, member), &payload.to_string()), Err(ProofError::Malformed));
        }
        assert_eq!(parse(&header.to_string(), &twice(&payload, "\"jti\":\"2\"")), Err(ProofError::Malformed));
    }

    #[test]
    fn what_is_no_token_is_malformed() {
        let (header, payload) = parts();
        for (header, payload) in
            [("[]", &*payload.to_string()), ("{}x", "{}"), (&*header.to_string(), "null")]
        {
            assert_eq!(parse(header, payload), Err(ProofError::Malformed), "{header} {payload}");
        }
        for text in ["", "..", "a.b", "e30.e30.YR", &format!("{EXAMPLE} "), &format!("{EXAMPLE},{EXAMPLE}")] {
            assert_eq!(DpopProof::parse(text).err(), Some(ProofError::Malformed), "{text}");
        }
        assert_eq!(DpopProof::parse(&"a".repeat(MAX_PROOF_LEN)).err(), Some(ProofError::Malformed));
        assert_eq!(DpopProof::parse(&"a".repeat(MAX_PROOF_LEN + 1)).err(), Some(ProofError::TooLong));
    }
}
