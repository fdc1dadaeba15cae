//! A client that proves its key, made by hand, so that it can make every mistake.

use std::cell::RefCell;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use okta_local::{App, RunningOrg};
use okta_types::{Form, base64url};
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::browser::{
    ALICE, Answer, Browser, CALLBACK, HOME, ORIGIN, builder, changed, http, redemption, text,
};

/// An org with an app whose tokens are bound to a key, and one whose are not.
pub(super) async fn org() -> RunningOrg {
    let bound = App::spa("Grove").redirect_uri(CALLBACK).post_logout_redirect_uri(HOME);
    let plain = App::spa("Plain").redirect_uri(CALLBACK);
    let service = App::service("Bound service").dpop_bound_access_tokens();
    let org = builder().app(bound.dpop_bound_access_tokens()).app(plain).app(service).control_port(0);
    org.start().await.expect("an org on any port starts")
}

/// A key on the curve P-256.
pub(super) struct Key(EcdsaKeyPair);

impl Key {
    pub(super) fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"))
    }

    pub(super) fn jwk(&self) -> Value {
        let point = self.0.public_key().as_ref();
        let (x, y) = (base64url::encode(&point[1..33]), base64url::encode(&point[33..]));
        json!({"kty": "EC", "crv": "P-256", "x": x, "y": y})
    }

    /// RFC 7638 §3.
    pub(super) fn thumbprint(&self) -> String {
        let jwk = self.jwk();
        let (x, y) = (text(&jwk, "x"), text(&jwk, "y"));
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        base64url::encode(Sha256::digest(canonical))
    }

    fn sign(&self, input: &str) -> Vec<u8> {
        self.0.sign(&SystemRandom::new(), input.as_bytes()).expect("a signature").as_ref().to_vec()
    }
}

/// A proof that is not signed yet.
#[derive(Clone)]
pub(super) struct Proof {
    header: Value,
    claims: Value,
}

impl Proof {
    /// A good one for a request of that method and address, made now by the org's clock.
    pub(super) fn new(org: &RunningOrg, key: &Key, method: &str, url: &str) -> Self {
        let jti = base64url::encode(random());
        Self {
            header: json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": key.jwk()}),
            claims: json!({"jti": jti, "htm": method, "htu": url, "iat": org.now().0}),
        }
    }

    /// With another claim; null takes it away.
    pub(super) fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        set(&mut self.claims, name, value.into());
        self
    }

    /// With another member of the header; null takes it away.
    pub(super) fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        set(&mut self.header, name, value.into());
        self
    }

    /// With another member of the key in the header.
    pub(super) fn key_member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header["jwk"][name] = value.into();
        self
    }

    pub(super) fn sign(&self, key: &Key) -> String {
        self.sign_with(|input| key.sign(input))
    }

    pub(super) fn sign_with(&self, sign: impl FnOnce(&str) -> Vec<u8>) -> String {
        let part = |value: &Value| base64url::encode(value.to_string());
        let input = format!("{}.{}", part(&self.header), part(&self.claims));
        format!("{input}.{}", base64url::encode(sign(&input)))
    }
}

fn set(object: &mut Value, name: &str, value: Value) {
    match value {
        Value::Null => _ = object.as_object_mut().expect("an object").remove(name),
        value => object[name] = value,
    }
}

fn random() -> [u8; 16] {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).expect("randomness");
    bytes
}

/// An app with a key and the newest nonce.
pub(super) struct Client<'a> {
    pub(super) org: &'a RunningOrg,
    pub(super) key: Key,
    pub(super) nonce: RefCell<Option<String>>,
}

impl<'a> Client<'a> {
    pub(super) fn new(org: &'a RunningOrg) -> Self {
        Self { org, key: Key::new(), nonce: RefCell::default() }
    }

    pub(super) fn url(&self, endpoint: &str) -> String {
        format!("{}/v1/{endpoint}", self.org.issuer())
    }

    /// A good proof for `/token`, with the nonce if there is one.
    pub(super) fn proof(&self) -> Proof {
        let proof = Proof::new(self.org, &self.key, "POST", &self.url("token"));
        proof.claim("nonce", self.nonce.borrow().clone())
    }

    /// A good proof for `/userinfo` with that token.
    pub(super) fn proof_for(&self, token: &str) -> Proof {
        let ath = base64url::encode(Sha256::digest(token));
        Proof::new(self.org, &self.key, "GET", &self.url("userinfo")).claim("ath", ath)
    }

    /// Posts a form to `/token` with these headers `DPoP`, and notes the nonce of the answer.
    pub(super) async fn post(&self, form: &Form, proofs: &[&str]) -> Answer {
        self.post_to(&self.url("token"), form, proofs).await
    }

    pub(super) async fn post_to(&self, url: &str, form: &Form, proofs: &[&str]) -> Answer {
        let request = http().post(url).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = request.header("Origin", ORIGIN);
        let request = proofs.iter().fold(request, |request, proof| request.header("DPoP", *proof));
        let answer = Answer::to(request.body(form.as_str().to_owned())).await;
        if let Some(nonce) = answer.header("dpop-nonce") {
            *self.nonce.borrow_mut() = Some(nonce.to_owned());
        }
        answer
    }

    /// Posts a form with a good proof, and once more where a nonce is asked for.
    pub(super) async fn ask(&self, form: &Form) -> Answer {
        let first = self.post(form, &[&self.proof().sign(&self.key)]).await;
        if first.status == 400 && first.error().0 == "use_dpop_nonce" {
            return self.post(form, &[&self.proof().sign(&self.key)]).await;
        }
        first
    }

    pub(super) async fn code(&self) -> String {
        Browser::new(self.org).code_for(ALICE, &[]).await
    }

    /// The whole way to alice's tokens.
    pub(super) async fn sign_in(&self) -> Value {
        let answer = self.ask(&redemption(self.org, &self.code().await, &[])).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    pub(super) fn renewal(&self, token: &str) -> Form {
        let client_id = self.org.client_id();
        changed(&[("grant_type", "refresh_token"), ("client_id", client_id), ("refresh_token", token)], &[])
    }

    /// Asks `/userinfo` under that scheme with these proofs.
    pub(super) async fn userinfo(&self, scheme: &str, token: &str, proofs: &[&str]) -> Answer {
        let request = http().get(self.url("userinfo")).header("Origin", ORIGIN);
        let request = request.header("Authorization", format!("{scheme} {token}"));
        Answer::to(proofs.iter().fold(request, |request, proof| request.header("DPoP", *proof))).await
    }
}
