//! An issuer on this machine: metadata, keys, and tokens signed with them.

use std::net::TcpListener;
use std::sync::{LazyLock, Mutex};

use actix_web::rt::spawn;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{self, KeyPair as _, RsaEncoding, RsaKeyPair};
use okta_jwt::{Issuer, Verifier, VerifierBuilder};
use okta_types::{UnixTime, base64url};
use serde_json::{Value, json};

/// The moment of all tests.
pub(crate) const NOW: UnixTime = UnixTime(1_800_000_000);

static KEY: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());
static STRANGER: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());

/// A running issuer.
pub(crate) struct FakeIssuer {
    url: String,
    state: web::Data<State>,
}

struct State {
    url: String,
    keys: Mutex<Keys>,
    /// The paths that were asked for.
    asked: Mutex<Vec<String>>,
}

/// How the key endpoint answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    Published,
    /// And the metadata likewise: the issuer is down.
    Failing,
    Hanging,
    Huge,
    Malformed,
    /// To a place with a stranger's keys.
    Redirecting,
    Limiting,
}

impl FakeIssuer {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/oauth2/default", listener.local_addr().unwrap());
        let (keys, asked) = (Mutex::new(Keys::Published), Mutex::default());
        let state = web::Data::new(State { url: url.clone(), keys, asked });
        let data = state.clone();
        let server =
            HttpServer::new(move || App::new().app_data(data.clone()).default_service(web::to(answer)));
        spawn(server.workers(1).disable_signals().listen(listener).unwrap().run());
        Self { url, state }
    }

    pub(crate) fn go_down(&self) {
        self.answer_with(Keys::Failing);
    }

    pub(crate) fn come_back(&self) {
        self.answer_with(Keys::Published);
    }

    pub(crate) fn answer_with(&self, keys: Keys) {
        *self.state.keys.lock().unwrap() = keys;
    }

    /// How often a path that ends like this was asked for.
    pub(crate) fn asked_for(&self, end: &str) -> usize {
        self.state.asked.lock().unwrap().iter().filter(|path| path.ends_with(end)).count()
    }

    pub(crate) fn verifier(&self) -> Verifier {
        self.builder().build().unwrap()
    }

    pub(crate) fn builder(&self) -> VerifierBuilder {
        let issuer = Issuer::parse(&self.url).unwrap();
        Verifier::builder(issuer).audience("api://default").client_id("0oaShop")
    }

    /// A token of alice's; `changes` replaces claims.
    pub(crate) fn token(&self, changes: Value) -> String {
        let mut claims = self.claims();
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        seal(&header().to_string(), &claims.to_string(), rs256)
    }

    /// What the issuer says of alice.
    pub(crate) fn claims(&self) -> Value {
        json!({
            "ver": 1, "jti": "AT.x", "iss": self.url, "aud": "api://default", "iat": NOW.0 - 600, "exp": NOW.0 + 3000,
            "cid": "0oaShop", "uid": "00uAlice", "scp": ["openid", "messages.read"], "sub": "alice@example.com",
            "auth_time": NOW.0 - 620,
        })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// The header of the issuer's tokens.
pub(crate) fn header() -> Value {
    json!({"kid": "k1", "alg": "RS256"})
}

/// Any two texts, sealed as a token.
pub(crate) fn seal(header: &str, payload: &str, sign: impl FnOnce(&str) -> Vec<u8>) -> String {
    let message = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
    let signature = base64url::encode(sign(&message));
    format!("{message}.{signature}")
}

/// The issuer's signature.
pub(crate) fn rs256(message: &str) -> Vec<u8> {
    sign(&KEY, &signature::RSA_PKCS1_SHA256, message)
}

/// Signatures that the issuer's key can make and does not.
pub(crate) fn rs384(message: &str) -> Vec<u8> {
    sign(&KEY, &signature::RSA_PKCS1_SHA384, message)
}

pub(crate) fn ps256(message: &str) -> Vec<u8> {
    sign(&KEY, &signature::RSA_PSS_SHA256, message)
}

/// A signature by a key that no issuer ever published.
pub(crate) fn strangers(message: &str) -> Vec<u8> {
    sign(&STRANGER, &signature::RSA_PKCS1_SHA256, message)
}

/// The stranger's public key, for tokens that bring their own.
pub(crate) fn strangers_jwk() -> Value {
    jwk(&STRANGER, "stranger")
}

/// The issuer's public key in the forms that a careless verifier could take for a shared secret.
pub(crate) fn public_key_as_secret() -> [(&'static str, Vec<u8>); 4] {
    let der = KEY.public_key().as_ref().to_vec();
    // 270 bytes: the standard alphabet makes the difference, there is no padding.
    let base64 = base64url::encode(&der).replace('-', "+").replace('_', "/");
    let lines: Vec<_> = base64.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
    let pem = format!("-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n", lines.join("\n"));
    let n = KEY.public_key().modulus().big_endian_without_leading_zero().to_vec();
    [("PEM", pem.into_bytes()), ("DER", der), ("modulus", n), ("nothing", Vec::new())]
}

fn sign(key: &RsaKeyPair, encoding: &'static dyn RsaEncoding, message: &str) -> Vec<u8> {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(encoding, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    signature
}

fn jwk(key: &RsaKeyPair, kid: &str) -> Value {
    let n = base64url::encode(key.public_key().modulus().big_endian_without_leading_zero());
    json!({"kty": "RSA", "kid": kid, "use": "sig", "e": "AQAB", "n": n})
}

async fn answer(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    state.asked.lock().unwrap().push(request.path().to_owned());
    let keys = *state.keys.lock().unwrap();
    match request.path() {
        _ if keys == Keys::Failing => HttpResponse::InternalServerError().finish(),
        "/oauth2/default/.well-known/openid-configuration" => HttpResponse::Ok()
            .json(json!({"issuer": state.url, "jwks_uri": format!("{}/v1/keys", state.url)})),
        "/oauth2/default/v1/keys" => answer_for_keys(keys).await,
        "/elsewhere" => HttpResponse::Ok().json(json!({"keys": [strangers_jwk()]})),
        _ => HttpResponse::NotFound().finish(),
    }
}

async fn answer_for_keys(keys: Keys) -> HttpResponse {
    let published = || json!({"keys": [jwk(&KEY, "k1")]}).to_string();
    let json = |body| HttpResponse::Ok().content_type("application/json").body(body);
    match keys {
        Keys::Published | Keys::Failing => json(published()),
        Keys::Hanging => std::future::pending().await,
        Keys::Huge => json(published() + &" ".repeat(64 * 1024 * 1024)),
        Keys::Malformed => json(published()[1..].to_owned()),
        Keys::Redirecting => HttpResponse::Found().insert_header(("Location", "/elsewhere")).finish(),
        Keys::Limiting => HttpResponse::TooManyRequests().insert_header(("Retry-After", 30)).finish(),
    }
}
