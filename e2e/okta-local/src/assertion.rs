//! Client assertions: a client shows who it is by a signed token (RFC 7523 §2.2, §3; OpenID Connect Core §9), made with
//! a key that it registered (`private_key_jwt`) or with its secret (`client_secret_jwt`).

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};
use okta_types::{Audience, CompactJws, UnixTime, base64url};
use serde::Deserialize;
use serde_json::Value;

use crate::catalogue::{Code, Refusal};
use crate::expiring::ExpiringMap;
use crate::org::app_kind::AuthMethod;
use crate::org::client::Client;

/// The only value of `client_assertion_type`.
pub(crate) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// No assertion is longer, in bytes.
const MAX_LENGTH: usize = 16 * 1024;

/// The furthest end of an assertion, as Okta has it.
const MAX_LIFETIME: Duration = Duration::from_secs(60 * 60);

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: UnixTime,
    nbf: Option<UnixTime>,
    jti: Option<String>,
}

/// An assertion that was read; nothing of it is certain before [`Self::verify`].
pub(crate) struct Assertion<'a> {
    jws: CompactJws<'a>,
    unverified: Claims,
}

impl<'a> Assertion<'a> {
    /// Reads one; `None` for what is none.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let jws = CompactJws::parse(text, MAX_LENGTH).ok()?;
        let unverified = serde_json::from_slice(&jws.unverified_payload).ok()?;
        Some(Self { jws, unverified })
    }

    /// Whom it is about, if it is good.
    pub(crate) fn unverified_client_id(&self) -> &str {
        &self.unverified.sub
    }

    /// Whether this client made it for one of these audiences, and it is good now. `fetched`: the client's keys that do
    /// not stand at the org.
    ///
    /// # Errors
    /// The catalogue's reason. It does not tell more than that it is not good.
    pub(crate) fn verify(
        &self,
        client: &Client,
        fetched: &[Value],
        audiences: &[String],
        now: UnixTime,
    ) -> Result<(), Refusal> {
        self.check_signature(client, fetched)?;
        let claims = &self.unverified;
        let is_own = claims.iss == client.id && claims.sub == client.id;
        let is_for_us = claims.aud.iter().any(|given| audiences.iter().any(|audience| audience == given));
        let in_time = now < claims.exp
            && claims.exp <= now + MAX_LIFETIME
            && claims.nbf.is_none_or(|not_before| not_before <= now);
        if is_own && is_for_us && in_time { Ok(()) } else { Err(Code::InvalidClient.into()) }
    }

    fn check_signature(&self, client: &Client, fetched: &[Value]) -> Result<(), Refusal> {
        let header = &self.jws.unverified_header;
        let good = header.crit.is_none()
            && match client.auth_method {
                AuthMethod::PrivateKeyJwt => client.keys().chain(fetched).any(|key| self.is_signed_by(key)),
                AuthMethod::ClientSecretJwt => self.is_signed_with_secret(client)?,
                _ => false,
            };
        if good { Ok(()) } else { Err(Code::InvalidClient.into()) }
    }

    /// Whether it was signed with the private part of this key.
    pub(crate) fn is_signed_by(&self, key: &Value) -> bool {
        let header = &self.jws.unverified_header;
        let may_sign = key["status"] != "INACTIVE" && key["use"] != "enc";
        let is_named = header.kid.as_deref().is_none_or(|kid| key["kid"] == kid);
        let fits = key.get("alg").is_none_or(|alg| *alg == header.alg.as_str());
        may_sign && is_named && fits && self.verify_with(key).is_some()
    }

    /// With an RSA or elliptic key (RFC 7518 §3.3, §3.4, §6.2, §6.3).
    fn verify_with(&self, key: &Value) -> Option<()> {
        let number = |name: &str| base64url::decode(key[name].as_str()?);
        let (message, signature) = (self.jws.signing_input.as_bytes(), &self.jws.signature);
        let rsa = match self.jws.unverified_header.alg.as_str() {
            "RS256" => &signature::RSA_PKCS1_2048_8192_SHA256,
            "RS384" => &signature::RSA_PKCS1_2048_8192_SHA384,
            "RS512" => &signature::RSA_PKCS1_2048_8192_SHA512,
            _ => return self.verify_with_point(key, &number("x")?, &number("y")?),
        };
        let key = RsaPublicKeyComponents { n: number("n")?, e: number("e")? };
        key.verify(rsa, message, signature).ok()
    }

    fn verify_with_point(&self, key: &Value, x: &[u8], y: &[u8]) -> Option<()> {
        let (curve, algorithm) = match self.jws.unverified_header.alg.as_str() {
            "ES256" => ("P-256", &signature::ECDSA_P256_SHA256_FIXED),
            "ES384" => ("P-384", &signature::ECDSA_P384_SHA384_FIXED),
            "ES512" => ("P-521", &signature::ECDSA_P521_SHA512_FIXED),
            _ => return None,
        };
        if key["kty"] != "EC" || !key["crv"].is_null() && key["crv"] != curve {
            return None;
        }
        // Uncompressed (SEC 1 §2.3.3).
        let point = [&[4], x, y].concat();
        UnparsedPublicKey::new(algorithm, point)
            .verify(self.jws.signing_input.as_bytes(), &self.jws.signature)
            .ok()
    }

    /// With a secret of the client (RFC 7518 §3.2), which has to be as long as the digest.
    fn is_signed_with_secret(&self, client: &Client) -> Result<bool, Refusal> {
        let (algorithm, length) = match self.jws.unverified_header.alg.as_str() {
            "HS256" => (hmac::HMAC_SHA256, 32),
            "HS384" => (hmac::HMAC_SHA384, 48),
            "HS512" => (hmac::HMAC_SHA512, 64),
            _ => return Ok(false),
        };
        let secrets = || client.secret.iter().flat_map(|secrets| secrets.active());
        let mut long_enough = secrets().filter(|secret| secret.expose().len() >= length).peekable();
        if long_enough.peek().is_none() {
            return Err(Code::ClientAssertionInvalidSecretLength.into());
        }
        let message = self.jws.signing_input.as_bytes();
        Ok(long_enough.any(|secret| {
            let key = hmac::Key::new(algorithm, secret.expose().as_bytes());
            hmac::verify(&key, message, &self.jws.signature).is_ok()
        }))
    }
}

/// Names of assertions that were used, until they end: none is good twice (RFC 7523 §3, `jti`).
#[derive(Debug, Default)]
pub(crate) struct UsedAssertions(Mutex<ExpiringMap<String, ()>>);

impl UsedAssertions {
    /// Notes that it was used; `false` where it was used before. One without a name can be used again.
    pub(crate) fn take(&self, assertion: &Assertion<'_>, now: UnixTime) -> bool {
        let Claims { sub, exp, jti, .. } = &assertion.unverified;
        let Some(jti) = jti else { return true };
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let name = format!("{sub} {jti}");
        let is_new = used.get_mut(&name, now).is_none();
        used.insert(name, (), *exp, now);
        is_new
    }
}
