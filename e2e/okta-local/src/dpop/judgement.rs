//! Whether a proof is good for a request (RFC 9449 §4.3), in the order of the checks there.

use std::time::Duration;

use actix_web::http::header::{HeaderMap, HeaderName};
use okta_types::{DpopProof, HttpUrl, Htu, ProofClaims, ProofError, Thumbprint, UnixTime, access_token_hash};

use super::nonces::Nonces;
use super::signature;
use super::used_proofs::UsedProofs;
use crate::catalogue::Code;
use crate::unverified::PROOF_AHEAD;

/// The header that carries a proof.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("dpop");

/// The header that carries a nonce.
pub(crate) const NONCE_HEADER: HeaderName = HeaderName::from_static("dpop-nonce");

/// The oldest proof that is accepted, from its `iat`.
const OLDEST: Duration = Duration::from_secs(5 * 60);

/// What a proof has to fit.
pub(crate) struct Expected<'a> {
    /// The method of the request.
    pub(crate) method: &'a str,
    /// The public address of the request, as the org names itself.
    pub(crate) url: &'a str,
    /// Whether it has to hold a nonce.
    pub(crate) nonce: bool,
    /// The access token beside it.
    pub(crate) access_token: Option<&'a str>,
    /// The key that it has to be of, and what another one is refused with.
    pub(crate) key: Option<(&'a Thumbprint, Code)>,
    /// The org's time.
    pub(crate) now: UnixTime,
}

/// What an org remembers of proofs.
#[derive(Debug, Default)]
pub(crate) struct Dpop {
    /// The nonces that it issued.
    pub(crate) nonces: Nonces,
    used: UsedProofs,
}

impl Dpop {
    /// The key that a request has, by the one proof in its headers.
    ///
    /// # Errors
    /// The catalogue's reason. A proof that was refused may be sent again.
    pub(crate) fn judge(&self, headers: &HeaderMap, expected: &Expected<'_>) -> Result<Thumbprint, Code> {
        let mut given = headers.get_all(HEADER);
        let text = given.next().ok_or(Code::InvalidDpopProofMissingHeader)?;
        if given.next().is_some() {
            return Err(Code::InvalidDpopProofMultipleHeadersNotAllowed);
        }
        let text = text.to_str().map_err(|_| Code::InvalidDpopProofInvalidJwt)?;
        let proof = DpopProof::parse(text).map_err(malformed)?;
        if !signature::is_good(&proof) {
            return Err(Code::InvalidDpopProofInvalidSignature);
        }
        let claims = &proof.unverified_claims;
        check_request(claims, expected)?;
        check_times(claims, expected.now)?;
        let nonce = || claims.nonce.as_ref().is_some_and(|nonce| self.nonces.accepts(nonce, expected.now));
        if expected.nonce && !nonce() {
            return Err(Code::UseDpopNonce);
        }
        check_token(claims, expected)?;
        let thumbprint = proof.unverified_header.key.thumbprint();
        if let Some((_, refusal)) = expected.key.filter(|(key, _)| **key != thumbprint) {
            return Err(refusal);
        }
        let too_old_at = claims.iat + OLDEST + Duration::from_secs(1);
        match self.used.take(thumbprint.as_str(), &claims.jti, too_old_at, expected.now) {
            true => Ok(thumbprint),
            false => Err(Code::DpopProofAlreadyUsed),
        }
    }
}

fn malformed(error: ProofError) -> Code {
    match error {
        ProofError::TooLong | ProofError::Malformed => Code::InvalidDpopProofInvalidJwt,
        ProofError::Type => Code::InvalidDpopProofInvalidType,
        ProofError::Algorithm => Code::InvalidDpopProofInvalidSignatureAlgorithm,
        ProofError::ClaimMissing(name) | ProofError::ClaimType(name) => match name {
            "htm" => Code::InvalidDpopProofInvalidHtm,
            "htu" => Code::InvalidDpopProofInvalidHtu,
            "iat" => Code::InvalidDpopProofInvalidIat,
            "jti" => Code::InvalidDpopProofInvalidJti,
            "ath" => Code::DpopProofInvalidAth,
            _ => Code::InvalidDpopProof,
        },
        _ => Code::InvalidDpopProof,
    }
}

/// Addresses are compared in their normal form (RFC 3986 §6.2.2); that of the proof has neither query nor fragment.
fn check_request(claims: &ProofClaims, expected: &Expected<'_>) -> Result<(), Code> {
    if claims.htm != expected.method {
        return Err(Code::InvalidDpopProofInvalidHtm);
    }
    let here = HttpUrl::parse(expected.url).ok().and_then(|url| Htu::of_request(&url).ok());
    let is_here = here.is_some_and(|here| Htu::of_proof(&claims.htu).is_ok_and(|htu| htu == here));
    if is_here { Ok(()) } else { Err(Code::InvalidDpopProofInvalidHtu) }
}

fn check_times(claims: &ProofClaims, now: UnixTime) -> Result<(), Code> {
    if claims.iat + OLDEST < now {
        return Err(Code::InvalidDpopProofJwtTooOld);
    }
    if now + PROOF_AHEAD < claims.iat {
        return Err(Code::InvalidDpopProofJwtIssuedInFuture);
    }
    match claims.exp {
        Some(exp) if exp <= now => Err(Code::InvalidDpopProofJwtExpired),
        _ => Ok(()),
    }
}

fn check_token(claims: &ProofClaims, expected: &Expected<'_>) -> Result<(), Code> {
    let Some(token) = expected.access_token else { return Ok(()) };
    let fits = claims.ath.as_deref() == Some(&*access_token_hash(token));
    if fits { Ok(()) } else { Err(Code::DpopProofInvalidAth) }
}
