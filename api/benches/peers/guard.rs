//! Whom Actix lets in: anybody, or who shows a token that the crate jsonwebtoken takes, as its documentation shows it, with
//! the key at hand. What a proof must say (RFC 9449 §4.3) the crate leaves to whoever uses it.

use std::collections::{HashSet, VecDeque};
use std::env;
use std::future::{Ready, ready};
use std::sync::{LazyLock, Mutex};

use actix_web::dev::Payload;
use actix_web::error::ErrorUnauthorized;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{Error, FromRequest, HttpRequest, web};
use jsonwebtoken::jwk::ThumbprintHash;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use okta_types::{Jwk, base64url};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::actix::{Shown, now};
use crate::server::{CLIENT_ID, ISSUER, KEY};
use crate::shop::Person;
use crate::workload::PERSON;

/// For how long a proof is good, in seconds.
const WINDOW: i64 = 60;

static ISSUER_SAID: LazyLock<String> = LazyLock::new(|| env::var(ISSUER).unwrap());
static CLIENT_SAID: LazyLock<String> = LazyLock::new(|| env::var(CLIENT_ID).unwrap());

static TOKENS: LazyLock<(DecodingKey, Validation)> = LazyLock::new(|| {
    let key: Jwk = serde_json::from_str(&env::var(KEY).unwrap()).unwrap();
    let key = DecodingKey::from_rsa_components(&key.n.unwrap(), &key.e.unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[&*ISSUER_SAID]);
    validation.set_audience(&["api://default"]);
    (key, validation)
});

static PROOFS: LazyLock<Validation> = LazyLock::new(|| {
    let mut validation = Validation::new(Algorithm::ES256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
});

#[derive(Deserialize)]
struct Claims {
    iss: String,
    cid: String,
    uid: String,
    cnf: Option<Confirmation>,
}

#[derive(Deserialize)]
struct Confirmation {
    jkt: String,
}

#[derive(Deserialize)]
struct ProofClaims {
    htm: String,
    htu: String,
    iat: i64,
    jti: String,
    ath: String,
}

/// The proofs that were used.
#[derive(Default)]
pub(crate) struct Guard(Mutex<Used>);

#[derive(Default)]
struct Used {
    known: HashSet<String>,
    by_end: VecDeque<(i64, String)>,
}

impl Guard {
    /// Whether this is its first use.
    fn is_first(&self, proof: String) -> bool {
        let (mut used, now) = (self.0.lock().unwrap(), now());
        while let Some((_, ended)) = used.by_end.pop_front_if(|(end, _)| *end < now) {
            used.known.remove(&ended);
        }
        let is_first = used.known.insert(proof.clone());
        used.by_end.push_back((now + 2 * WINDOW, proof));
        is_first
    }
}

/// Who says who they are.
pub(crate) struct Anybody(Person);

/// Somebody with a bearer token.
pub(crate) struct Bearer(Person);

/// Somebody with a bearer token, or with one that is bound to a key and a proof of it.
pub(crate) struct Holder;

impl Shown for Anybody {
    fn person(self) -> Person {
        self.0
    }
}

impl Shown for Bearer {
    fn person(self) -> Person {
        self.0
    }
}

impl FromRequest for Anybody {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.headers().get(PERSON).unwrap().to_str().unwrap().to_owned();
        ready(Ok(Self(Person { iss: ISSUER_SAID.clone(), id })))
    }
}

impl FromRequest for Bearer {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let claims = credentials(request, "Bearer ").and_then(claims).filter(|claims| claims.cnf.is_none());
        let bearer = claims.map(|claims| Self(Person { iss: claims.iss, id: claims.uid }));
        ready(bearer.ok_or_else(|| ErrorUnauthorized("invalid_token")))
    }
}

impl FromRequest for Holder {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let Some(token) = credentials(request, "DPoP ") else {
            return ready(Bearer::from_request(request, payload).into_inner().map(|_| Self));
        };
        let proven = claims(token).and_then(|claims| prove(request, token, &claims.cnf?.jkt));
        ready(proven.map(|()| Self).ok_or_else(|| ErrorUnauthorized("invalid_dpop_proof")))
    }
}

fn credentials<'a>(request: &'a HttpRequest, scheme: &str) -> Option<&'a str> {
    request.headers().get(AUTHORIZATION)?.to_str().ok()?.strip_prefix(scheme)
}

fn claims(token: &str) -> Option<Claims> {
    let (key, validation) = &*TOKENS;
    let claims: Claims = decode(token, key, validation).ok()?.claims;
    (claims.cid == *CLIENT_SAID).then_some(claims)
}

/// The checks of a proof, but for its form.
fn prove(request: &HttpRequest, token: &str, thumbprint: &str) -> Option<()> {
    let proof = request.headers().get("DPoP")?.to_str().ok()?;
    let header = decode_header(proof).ok()?;
    let key = header.jwk.filter(|_| header.typ.as_deref() == Some("dpop+jwt"))?;
    let said: ProofClaims = decode(proof, &DecodingKey::from_jwk(&key).ok()?, &PROOFS).ok()?.claims;
    let connection = request.connection_info();
    let url = format!("{}://{}{}", connection.scheme(), connection.host(), request.path());
    let is_good = key.thumbprint(ThumbprintHash::SHA256).ok()? == thumbprint
        && said.htm == request.method().as_str()
        && said.htu == url
        && (now() - said.iat).abs() <= WINDOW
        && said.ath == base64url::encode(Sha256::digest(token));
    let guard = request.app_data::<web::Data<Guard>>()?;
    (is_good && guard.is_first(format!("{thumbprint} {}", said.jti))).then_some(())
}
