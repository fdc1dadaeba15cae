//! Tokens that are bound to a key, with and without a proof of it (RFC 9449 §4.3).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use okta_jwt::{
    AccessClaims, Htu, Issuer, Lookup, Nonces, ProofAlgorithm, ProofChecker, ProofError, ProofId,
    ProofLookup, ProofRefusal, ProveError, Proven, RecentProofs, Recorded, Recording, Refusal, ReplayStore,
    ShownProof, StoreUnavailable, UnixTime, Verified, Verifier, VerifyError,
};
use okta_types::{ProofClaims, Thumbprint};
use serde_json::{Value, json};

use crate::prover::{ALICE, MALLORY, Prover, claims};
use crate::signer::FIRST;
use crate::token::{AUDIENCE, CLIENT, NOW, Token};

const ISSUER: &str = "https://dev-1.okta.com/oauth2/default";
const URL: &str = "https://api.example.com/messages";

fn verifier() -> Verifier {
    let keys = json!({"keys": [FIRST.jwk()]}).to_string();
    let builder = Verifier::builder(Issuer::parse(ISSUER).unwrap()).audience(AUDIENCE);
    builder.client_id(CLIENT).fixed_keys(keys).build().unwrap()
}

fn bound_to(prover: &Prover) -> String {
    Token::good(ISSUER).claim("cnf", prover.cnf()).text()
}

/// What one side knows.
struct Side {
    verifier: Verifier,
    checker: ProofChecker,
}

impl Side {
    fn new(checker: ProofChecker) -> Self {
        Self { verifier: verifier(), checker }
    }

    fn look_up(&self, token: &str, proof: &str, now: UnixTime) -> Result<ProofLookup, VerifyError> {
        let Lookup::Ready { verdict, .. } = self.verifier.look_up_bound(token, now) else {
            panic!("fixed keys wait for nobody")
        };
        let addresses =
            [Htu::of_proof("http://localhost:8000/messages").unwrap(), Htu::of_proof(URL).unwrap()];
        let shown = ShownProof { proof, method: "GET", addresses: &addresses };
        Ok(self.checker.look_up(verdict?, &shown, now))
    }

    fn show(&self, token: &str, proof: &str, now: UnixTime) -> Result<Proven, ProveError> {
        match self.look_up(token, proof, now).unwrap() {
            ProofLookup::Ready(outcome) => outcome,
            ProofLookup::NeedsStore(pending) => panic!("{pending:?}"),
        }
    }

    #[track_caller]
    fn check(&self, token: &str, proof: &str, expected: Result<(), ProofRefusal>) {
        let outcome = self.show(token, proof, NOW).map(drop);
        assert_eq!(outcome, expected.map_err(ProveError::from));
    }
}

fn good(token: &str) -> ProofClaims {
    claims("1", "GET", URL, token, NOW)
}

#[track_caller]
fn bearer(verifier: &Verifier, token: &str) -> Result<Verified<AccessClaims>, VerifyError> {
    match verifier.look_up(token, NOW) {
        Lookup::Ready { verdict, .. } => verdict,
        Lookup::NeedsIssuer(pending) => panic!("{pending:?}"),
    }
}

#[test]
fn a_proof_by_each_algorithm_lets_its_token_in() {
    for algorithm in ProofAlgorithm::ALL {
        let (side, prover) = (Side::new(ProofChecker::new()), Prover::new(algorithm));
        let token = bound_to(&prover);
        let proven = side.show(&token, &prover.prove(&good(&token)), NOW).unwrap();
        assert_eq!(proven.verified.claims().uid.as_deref(), Some("00u47ijy7sRLaeSdC0g7"), "{algorithm}");
        assert_eq!(proven.verified.subject().iss(), ISSUER);
        assert_eq!(proven.next_nonce, None);
        // A second proof, for which the key is ready.
        let second = ProofClaims { jti: "2".to_owned(), ..good(&token) };
        side.check(&token, &prover.prove(&second), Ok(()));
    }
}

#[test]
fn one_rsa_key_may_prove_by_each_of_its_algorithms() {
    let side = Side::new(ProofChecker::new());
    let token = bound_to(&Prover::new(ProofAlgorithm::Rs256));
    for (jti, algorithm) in (0..).zip(ProofAlgorithm::ALL.into_iter().take(3).cycle().take(6)) {
        let claims = ProofClaims { jti: jti.to_string(), ..good(&token) };
        side.check(&token, &Prover::new(algorithm).prove(&claims), Ok(()));
    }
    let prover = Prover::new(ProofAlgorithm::Rs256);
    let header = json!({"typ": "dpop+jwt", "alg": "RS384", "jwk": prover.jwk()}).to_string();
    let payload =
        json!({"jti": "7", "htm": "GET", "htu": URL, "iat": NOW, "ath": good(&token).ath}).to_string();
    side.check(&token, &prover.seal(&header, &payload), Err(ProofRefusal::Signature));
}

#[test]
fn no_look_ever_lets_a_bound_token_in_without_its_proof() {
    let verifier = verifier();
    let (bound, free) = (bound_to(&ALICE), Token::good(ISSUER).text());
    for _ in 0..2 {
        assert_eq!(bearer(&verifier, &bound).map(drop), Err(Refusal::Bound.into()));
        let Lookup::Ready { verdict, .. } = verifier.look_up_bound(&bound, NOW) else { panic!() };
        assert_eq!(format!("{:?}", verdict.unwrap()), "BoundToken([redacted])");
        assert!(bearer(&verifier, &free).is_ok());
        let Lookup::Ready { verdict, .. } = verifier.look_up_bound(&free, NOW) else { panic!() };
        assert_eq!(verdict.map(drop), Err(Refusal::NotBound.into()));
    }
    assert_eq!(verifier.remembered_tokens(), 2);
}

#[tokio::test]
async fn whoever_waits_for_a_key_is_asked_for_the_proof_all_the_same() {
    let issuer = crate::issuer::FakeIssuer::start(&[&FIRST]).await;
    let verifier = issuer.verifier();
    let token = Token::good(&issuer.url).claim("cnf", ALICE.cnf()).text();
    assert_eq!(verifier.verify_at(&token, NOW).await.map(drop), Err(Refusal::Bound.into()));
    let free = Token::good(&issuer.url).text();
    let other = issuer.verifier();
    let Lookup::NeedsIssuer(pending) = other.look_up_bound(&free, NOW) else { panic!("the key is known") };
    assert_eq!(pending.wait().await.map(drop), Err(Refusal::NotBound.into()));
}

#[test]
fn each_claim_is_the_requests() {
    let side = Side::new(ProofChecker::new());
    let token = bound_to(&ALICE);
    let check = |claims: ProofClaims, refusal| side.check(&token, &ALICE.prove(&claims), Err(refusal));
    let good = || good(&token);
    check(ProofClaims { htm: "POST".to_owned(), ..good() }, ProofRefusal::Method);
    check(ProofClaims { htu: format!("{URL}/1"), ..good() }, ProofRefusal::Address);
    check(ProofClaims { htu: format!("{URL}?a=b"), ..good() }, ProofRefusal::Address);
    check(ProofClaims { ath: None, ..good() }, ProofRefusal::Token);
    check(ProofClaims { ath: claims("", "", "", "another", NOW).ath, ..good() }, ProofRefusal::Token);
    check(ProofClaims { iat: UnixTime(NOW.0 - 61), ..good() }, ProofRefusal::TooOld);
    check(ProofClaims { iat: UnixTime(NOW.0 + 11), ..good() }, ProofRefusal::MadeInFuture);
    check(ProofClaims { exp: Some(UnixTime(NOW.0 - 10)), ..good() }, ProofRefusal::Expired);
    // Refused ones were not remembered.
    side.check(&token, &ALICE.prove(&good()), Ok(()));
    side.check(&token, &ALICE.prove(&good()), Err(ProofRefusal::Replayed));
}

#[test]
fn age_and_leeway_are_the_configurations() {
    let checker = ProofChecker::new().max_age(Duration::from_secs(300)).leeway(Duration::from_secs(30));
    let side = Side::new(checker);
    let token = bound_to(&ALICE);
    for (iat, expected) in [
        (-301, Err(ProofRefusal::TooOld)),
        (-300, Ok(())),
        (30, Ok(())),
        (31, Err(ProofRefusal::MadeInFuture)),
    ] {
        let claims = ProofClaims { iat: UnixTime(NOW.0 + iat), ..good(&token) };
        let claims = ProofClaims { jti: iat.to_string(), ..claims };
        side.check(&token, &ALICE.prove(&claims), expected);
    }
}

#[test]
fn another_key_proves_nothing_whoever_signs() {
    let side = Side::new(ProofChecker::new());
    let token = bound_to(&ALICE);
    side.check(&token, &MALLORY.prove(&good(&token)), Err(ProofRefusal::OtherKey));
    // Alice's key in the header, mallory's signature.
    let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": ALICE.jwk()}).to_string();
    let payload =
        json!({"jti": "1", "htm": "GET", "htu": URL, "iat": NOW, "ath": good(&token).ath}).to_string();
    side.check(&token, &MALLORY.seal(&header, &payload), Err(ProofRefusal::Signature));
    side.check(&token, &ALICE.seal(&header, &payload), Ok(()));
    side.check(&token, &MALLORY.seal(&header, &payload), Err(ProofRefusal::Signature));
}

#[test]
fn a_key_must_be_sound() {
    let side = Side::new(ProofChecker::new());
    let prove = |alg: &str, jwk: &Value| {
        let key = okta_types::PublicKey::read(jwk.as_object().unwrap()).unwrap();
        let token = Token::good(ISSUER).claim("cnf", json!({"jkt": key.thumbprint()})).text();
        let header = json!({"typ": "dpop+jwt", "alg": alg, "jwk": jwk}).to_string();
        let payload = json!({"jti": "1", "htm": "GET", "htu": URL, "iat": NOW, "ath": good(&token).ath});
        let proof = ALICE.seal(&header, &payload.to_string());
        side.check(&token, &proof, Err(ProofRefusal::Key));
    };
    let text = |len| okta_types::base64url::encode(vec![0xff; len]);
    prove("RS256", &json!({"kty": "RSA", "e": "AQAB", "n": text(128)}));
    prove("RS512", &json!({"kty": "RSA", "e": "AQAB", "n": text(255)}));
    prove("RS256", &json!({"kty": "RSA", "e": "Ag", "n": text(256)}));
    // No points of their curves.
    prove("ES256", &json!({"kty": "EC", "crv": "P-256", "x": text(32), "y": text(32)}));
    let zero = |len| okta_types::base64url::encode(vec![0; len]);
    prove("ES384", &json!({"kty": "EC", "crv": "P-384", "x": zero(48), "y": zero(48)}));
}

#[test]
fn what_is_no_proof_is_told_so() {
    let side = Side::new(ProofChecker::new());
    let token = bound_to(&ALICE);
    side.check(&token, "", Err(ProofError::Malformed.into()));
    side.check(&token, &token, Err(ProofError::Type.into()));
}

#[test]
fn a_proof_is_remembered_for_as_long_as_it_could_be_used_again() {
    let side = Side::new(ProofChecker::new());
    let token = bound_to(&ALICE);
    let ahead = ProofClaims { iat: UnixTime(NOW.0 + 10), ..good(&token) };
    let proof = ALICE.prove(&ahead);
    side.check(&token, &proof, Ok(()));
    let at = |seconds| side.show(&token, &proof, UnixTime(NOW.0 + seconds)).map(drop);
    assert_eq!(at(70), Err(ProofRefusal::Replayed.into()));
    assert_eq!(at(71), Err(ProofRefusal::TooOld.into()));
    // The same name under another key is another proof.
    let token = bound_to(&MALLORY);
    let ahead = ProofClaims { iat: UnixTime(NOW.0 + 10), ..good(&token) };
    side.check(&token, &MALLORY.prove(&ahead), Ok(()));
}

#[test]
fn where_nothing_more_can_be_remembered_nobody_is_let_in_and_no_proof_is_blamed() {
    let side = Side::new(ProofChecker::new().replay_store(RecentProofs::new(1)));
    let token = bound_to(&ALICE);
    side.check(&token, &ALICE.prove(&good(&token)), Ok(()));
    let second = ALICE.prove(&ProofClaims { jti: "2".to_owned(), ..good(&token) });
    let full = side.show(&token, &second, NOW).map(drop);
    assert_eq!(full, Err(ProveError::ReplayUnknown { retry_after: Duration::from_secs(71) }));
    assert_eq!(
        side.show(&token, &second, UnixTime(NOW.0 + 60)).map(drop).unwrap_err().to_string(),
        "it cannot be told whether the proof was used before"
    );
}

#[test]
fn the_proofs_of_one_key_leave_room_for_those_of_others() {
    let side = Side::new(ProofChecker::new().replay_store(RecentProofs::new(100)));
    let prove = |prover: &Prover, jti: usize| {
        let token = bound_to(prover);
        let claims = ProofClaims { jti: jti.to_string(), ..good(&token) };
        side.show(&token, &prover.prove(&claims), NOW).map(drop)
    };
    let of_alice = (0..100).filter(|jti| prove(&ALICE, *jti).is_ok()).count();
    assert_eq!(prove(&MALLORY, 0), Ok(()));
    assert_eq!(of_alice, 51);
    let too_many = prove(&ALICE, 100).unwrap_err();
    assert_eq!(too_many, ProveError::TooManyProofs { retry_after: Duration::from_secs(71) });
    assert_eq!(too_many.to_string(), "the key has shown more proofs than can be remembered of one key");
    assert_eq!(prove(&ALICE, 0), Err(ProofRefusal::Replayed.into()));
}

#[test]
fn where_nonces_are_asked_for_a_good_one_must_be_in_the_proof() {
    let nonces = Nonces::with_secret(&[7; 32]);
    let side = Side::new(ProofChecker::new().nonces(nonces.clone()));
    let token = bound_to(&ALICE);
    let check = |jti: &str, nonce: Option<String>, expected| {
        let claims = ProofClaims { nonce, jti: jti.to_owned(), ..good(&token) };
        let outcome = side.show(&token, &ALICE.prove(&claims), NOW);
        assert_eq!(outcome.map(|proven| proven.next_nonce.is_some()), expected, "{jti}");
    };
    let at = |seconds: i64| Some(nonces.make(UnixTime(NOW.0 - seconds)));
    check("1", None, Err(ProofRefusal::NonceMissing.into()));
    check("1", Some("x".to_owned()), Err(ProofRefusal::NonceStale.into()));
    check("1", Some(Nonces::new().make(NOW)), Err(ProofRefusal::NonceStale.into()));
    check("1", at(301), Err(ProofRefusal::NonceStale.into()));
    check("1", at(-1), Err(ProofRefusal::NonceStale.into()));
    check("1", at(0), Ok(false));
    check("2", at(151), Ok(true));
    assert_eq!(side.checker.make_nonce(NOW), Some(nonces.make(NOW)));
    assert_eq!(ProofChecker::new().make_nonce(NOW), None);
    for (refusal, asks) in [
        (ProofRefusal::NonceMissing, true),
        (ProofRefusal::NonceStale, true),
        (ProofRefusal::Replayed, false),
    ] {
        assert_eq!(refusal.asks_for_nonce(), asks);
    }
    // Where none are asked for, one does no harm.
    let claims = ProofClaims { nonce: Some("x".to_owned()), ..good(&token) };
    Side::new(ProofChecker::new()).check(&token, &ALICE.prove(&claims), Ok(()));
}

/// A store that has to be waited for.
#[derive(Debug, Default)]
struct Elsewhere {
    asked: Arc<AtomicUsize>,
    away: bool,
}

impl ReplayStore for Elsewhere {
    fn record(&self, _: &Thumbprint, _: ProofId, _: UnixTime, until: UnixTime) -> Recording {
        assert_eq!(until, UnixTime(NOW.0 + 70));
        let first = self.asked.fetch_add(1, Ordering::SeqCst) == 0;
        let away = self.away;
        Recording::Later(Box::pin(async move {
            tokio::task::yield_now().await;
            match (away, first) {
                (true, _) => Err(StoreUnavailable { retry_after: Duration::ZERO }),
                (false, true) => Ok(Recorded::First),
                (false, false) => Ok(Recorded::Again),
            }
        }))
    }
}

#[tokio::test]
async fn a_store_elsewhere_is_waited_for_and_asked_only_of_good_proofs() {
    let asked = Arc::new(AtomicUsize::new(0));
    let store = Elsewhere { asked: Arc::clone(&asked), away: false };
    let side = Side::new(ProofChecker::new().replay_store(store));
    let token = bound_to(&ALICE);
    side.check(&token, &MALLORY.prove(&good(&token)), Err(ProofRefusal::OtherKey));
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    let show = async |side: &Side| match side.look_up(&token, &ALICE.prove(&good(&token)), NOW).unwrap() {
        ProofLookup::NeedsStore(pending) => {
            assert_eq!(format!("{pending:?}"), "PendingProof { .. }");
            pending.wait().await.map(drop)
        }
        ProofLookup::Ready(ready) => panic!("{ready:?}"),
    };
    assert_eq!(show(&side).await, Ok(()));
    assert_eq!(show(&side).await, Err(ProofRefusal::Replayed.into()));
    let away = Side::new(ProofChecker::new().replay_store(Elsewhere { away: true, ..Elsewhere::default() }));
    assert_eq!(show(&away).await, Err(ProveError::ReplayUnknown { retry_after: Duration::from_secs(1) }));
}
