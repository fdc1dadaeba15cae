//! Any bytes as a proof, and any bytes as the header and payload of one. Nothing may panic; what is read must say what
//! every proof says, and its address must have one normal form.

use okta_types::{DpopProof, Htu, ProofHeader, PublicKey};

pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    read(text);
    // Up to the first line feed it is the header, after it the payload.
    let (header, payload) = text.split_once('\n').unwrap_or((text, "{}"));
    let encode = |text: &str| okta_types::base64url::encode(text);
    read(&DpopProof::write(&[encode(header), encode(payload)].join("."), b"signature"));
}

fn read(text: &str) {
    let Ok(proof) = DpopProof::parse(text) else { return };
    let ProofHeader { algorithm, key } = &proof.unverified_header;
    let known = proof.known_header();
    let again = DpopProof::parse_knowing(text, Some(&known)).expect("what was read is read again");
    assert_eq!(
        (&again.unverified_header, &again.unverified_claims),
        (&proof.unverified_header, &proof.unverified_claims)
    );
    assert!(key.fits(*algorithm));
    let again = serde_json::from_str(&key.to_json()).expect("a key is JSON");
    assert_eq!(PublicKey::read(&again).expect("a key is one").thumbprint(), key.thumbprint());
    let claims = &proof.unverified_claims;
    assert!(!claims.jti.is_empty() && !claims.htm.is_empty() && claims.iat.0 >= 0);
    if let Ok(htu) = Htu::of_proof(&claims.htu) {
        assert_eq!(Htu::of_proof(htu.as_str()), Ok(htu));
    }
    let signing_input = proof.unverified_header.signing_input(claims);
    let written = DpopProof::write(&signing_input, &proof.signature);
    if let Ok(read) = DpopProof::parse(&written) {
        assert_eq!((&read.unverified_header, &read.unverified_claims), (&proof.unverified_header, claims));
    }
}
