//! What a proof costs: a token that is bound to a key, with a fresh proof each time, beside what aws-lc-rs needs for the
//! proof's signature alone. `cargo bench -p okta-jwt --bench proofs`.
//!
//! Both take turns, a few hundred proofs each, so that other programs on the machine disturb both alike; the ratio is the
//! median over the turns.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends where it stands")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]

#[path = "../../benches/figures/mod.rs"]
mod figures;
#[path = "../tests/it/prover.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod prover;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256,
    RsaKeyPair, RsaPublicKeyComponents,
};
use okta_jwt::{
    Htu, Issuer, Lookup, ProofAlgorithm, ProofChecker, ProofLookup, ShownProof, UnixTime, Verifier,
};
use okta_types::{DpopProof, base64url};
use serde_json::json;

use crate::figures::{figure, outcome};
use crate::prover::{Prover, claims};

const ISSUER: &str = "https://dev-1.okta.com/oauth2/default";
const URL: &str = "https://api.example.com/api/messages";
const NOW: UnixTime = UnixTime(1_800_000_000);
const TURNS: usize = 41;
const PROOFS: usize = 400;

fn main() -> ExitCode {
    let good = [ProofAlgorithm::Es256, ProofAlgorithm::Rs256].map(|algorithm| {
        let turns: Vec<_> = Side::new(algorithm).turns().collect();
        let rate = |took: Duration| PROOFS as f64 / took.as_secs_f64();
        let (proofs, bare) = (turns.iter().map(|turn| rate(turn.0)), turns.iter().map(|turn| rate(turn.1)));
        figure(&format!("fresh {algorithm} proofs"), "per s", proofs, ..);
        figure(&format!("bare {algorithm} signatures"), "per s", bare, ..);
        let ratios = turns.iter().map(|(proofs, bare)| bare.as_secs_f64() / proofs.as_secs_f64());
        figure(&format!("fresh {algorithm} proofs / bare signatures"), "", ratios, 0.8..)
    });
    outcome(&good)
}

/// A server that knows the token, and a client that holds the key.
struct Side {
    prover: Prover,
    token: String,
    verifier: Verifier,
    checker: ProofChecker,
    bare: ParsedPublicKey,
}

impl Side {
    fn new(algorithm: ProofAlgorithm) -> Self {
        let prover = Prover::new(algorithm);
        let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let n = base64url::encode(key.public_key().modulus().big_endian_without_leading_zero());
        let keys = json!({"keys": [{"kty": "RSA", "kid": "k1", "e": "AQAB", "n": n}]}).to_string();
        let builder = Verifier::builder(Issuer::parse(ISSUER).unwrap()).audience("api://default");
        let verifier = builder.any_client().fixed_keys(keys).build().unwrap();
        let (token, bare) = (token(&key, &prover), bare(&prover));
        Self { prover, token, verifier, checker: ProofChecker::new(), bare }
    }

    fn turns(&self) -> impl Iterator<Item = (Duration, Duration)> {
        // The first one makes the token known.
        (0..=TURNS).map(|turn| self.turn(turn)).skip(1)
    }

    fn turn(&self, turn: usize) -> (Duration, Duration) {
        let proof = |number| {
            let jti = format!("{turn}-{number}-NovJtQ_NrJ6cgy3h1-638A");
            self.prover.prove(&claims(&jti, "GET", URL, &self.token, NOW))
        };
        let proofs: Vec<String> = (0..PROOFS).map(proof).collect();
        let begin = Instant::now();
        proofs.iter().for_each(|proof| self.let_in(proof));
        let took = begin.elapsed();
        let parsed: Vec<_> = proofs.iter().map(|proof| DpopProof::parse(proof).unwrap()).collect();
        let begin = Instant::now();
        for proof in &parsed {
            self.bare.verify_sig(black_box(proof.signing_input.as_bytes()), &proof.signature).unwrap();
        }
        (took, begin.elapsed())
    }

    /// What a server does for a request.
    fn let_in(&self, proof: &str) {
        let Lookup::Ready { verdict, .. } = self.verifier.look_up_bound(&self.token, NOW) else { panic!() };
        let addresses = [Htu::of_proof(URL).unwrap()];
        let shown = ShownProof { proof, method: "GET", addresses: &addresses };
        let proven = self.checker.look_up(verdict.unwrap(), &shown, NOW);
        assert!(matches!(black_box(proven), ProofLookup::Ready(Ok(_))));
    }
}

/// As Okta issues them, with three groups.
fn token(key: &RsaKeyPair, prover: &Prover) -> String {
    let claims = json!({
        "ver": 1, "jti": "AT.NovJtQ_NrJ6cgy3h1-638ArovwYXWslu0teQ2M3Ux9c", "iss": ISSUER, "aud": "api://default",
        "iat": NOW.0 - 60, "exp": NOW.0 + 3540, "cnf": prover.cnf(), "cid": "0oa48e74ox4t7mQJX0g7",
        "uid": "00u47ijy7sRLaeSdC0g7", "scp": ["openid", "profile", "offline_access"],
        "auth_time": NOW.0 - 70, "sub": "alice@example.com", "groups": ["Everyone", "shoppers", "shop-staff"],
    });
    let header = base64url::encode(r#"{"kid":"k1","alg":"RS256"}"#);
    let message = format!("{header}.{}", base64url::encode(claims.to_string()));
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", base64url::encode(signature))
}

fn bare(prover: &Prover) -> ParsedPublicKey {
    let key = prover.public_key();
    match key.rsa_numbers() {
        Some((n, e)) => {
            RsaPublicKeyComponents { n, e }.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).unwrap()
        }
        None => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.ec_point().unwrap()).unwrap(),
    }
}
