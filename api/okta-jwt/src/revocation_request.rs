//! Okta's request to end a person's sessions and tokens everywhere (Universal Logout), by a signed message from the org
//! (draft-parecki-oauth-global-token-revocation; Okta, "Build Universal Logout for your app").

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use okta_types::{Issuer, UnixTime};

use crate::claims::{Claims, at_latest, audience, name, not_before};
use crate::denylist::Revocation;
use crate::error::{ConfigError, KeyError, Refusal, VerifyError};
use crate::fingerprint::PresentedToken;
use crate::header::TokenKind;
use crate::keys::{KeySet, KeySetLimits, Source};
use crate::policy::Times;
use crate::subject_identifier::{SubjectError, SubjectIdentifier};
use crate::unverified::Unverified;
use crate::verifier::Verifier;

/// How far the org's clock and this machine's may differ, as for access tokens.
const LEEWAY: Duration = Duration::from_secs(120);

/// The longest time from `iat` to `exp`; Okta's documentation says five minutes.
const MAX_LIFETIME: Duration = Duration::from_secs(3600);

/// Checks requests for revocation that an org sends to one endpoint of this API.
///
/// Needs a tokio runtime: the org's keys are fetched, and kept fresh, in a task of their own.
pub struct RevocationRequests {
    org: Issuer,
    /// What `aud` may say: where the org sends its requests, to the letter.
    endpoints: Vec<String>,
    /// The org's, beside those at its own address.
    issuers: Vec<Issuer>,
    keys: KeySet,
    used: Mutex<HashMap<String, UsedMessage>>,
}

/// A message is for one request: its body is not signed, and another one beside the same message is not the org's.
struct UsedMessage {
    exp: UnixTime,
    body: [u8; 32],
}

/// A request that is the org's.
#[derive(Debug)]
pub struct RevocationRequest<'a> {
    org: &'a Issuer,
    issuers: &'a [Issuer],
    subject: SubjectIdentifier,
    issued: UnixTime,
}

/// Why a request is not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RevocationRequestError {
    /// The message is not the org's, or not for now and here: answer 401. Or its keys are not known: 503.
    #[error(transparent)]
    Message(#[from] VerifyError),
    /// The body does not say whose: answer 400.
    #[error("the body names no person: {0}")]
    Subject(#[from] SubjectError),
}

impl RevocationRequests {
    /// From the org at this address, e.g. `https://dev-1.okta.com`, to the endpoint of this address, e.g.
    /// `https://shop.example/api/global-token-revocation`. Fetches nothing: see [`warm`](Self::warm).
    ///
    /// # Errors
    /// Where the org's address is not safe to fetch keys from.
    pub fn new(org: Issuer, endpoint: impl Into<String>) -> Result<Self, ConfigError> {
        let limits = KeySetLimits::default();
        let keys = KeySet::new(Source::new(org.clone(), None, limits.clone())?, limits, None);
        Ok(Self { org, endpoints: vec![endpoint.into()], issuers: Vec::new(), keys, used: Mutex::default() })
    }

    /// Another address of the same endpoint.
    #[must_use]
    pub fn also_at(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoints.push(endpoint.into());
        self
    }

    /// An authorization server of the org that goes by another domain.
    #[must_use]
    pub fn issuer(mut self, issuer: Issuer) -> Self {
        self.issuers.push(issuer);
        self
    }

    /// Fetches the org's keys unless they are known, and keeps them fresh from then on.
    ///
    /// # Errors
    /// Why they could not be had; fetching goes on in the background.
    pub async fn warm(&self) -> Result<(), KeyError> {
        self.keys.warm().await
    }

    /// Checks the message that stood after `Bearer ` and reads the body, which is JSON.
    ///
    /// Waits for the network only where the message names a key that is not known yet.
    ///
    /// # Errors
    /// [`RevocationRequestError`]; nothing is to be revoked then.
    pub async fn verify(
        &self,
        message: impl AsRef<[u8]>,
        body: &[u8],
        now: UnixTime,
    ) -> Result<RevocationRequest<'_>, RevocationRequestError> {
        let message = PresentedToken::new(message.as_ref()).map_err(VerifyError::from)?;
        let text = message.text().map_err(VerifyError::from)?;
        let unverified = Unverified::read(text, TokenKind::RevocationRequest)?;
        let key = self.keys.find(&unverified.kid).await.map_err(VerifyError::from)?;
        if !key.has_signed(&unverified.signing_input, &unverified.signature) {
            return Err(VerifyError::from(Refusal::Signature).into());
        }
        let mut claims = Claims(unverified.payload);
        let (issued, exp) = self.judge(&mut claims, now).map_err(VerifyError::from)?;
        let jti = claims.required("jti", name).map_err(VerifyError::from)?;
        // Before the message counts as used: it is good for a body that can be read.
        let subject = SubjectIdentifier::of_body(body)?;
        self.use_once(jti, exp, body, now).map_err(VerifyError::from)?;
        Ok(RevocationRequest { org: &self.org, issuers: &self.issuers, subject, issued })
    }

    /// Whether it is the org's, for this endpoint and for now. `sub`, of which Okta's documentation does not say what it
    /// names, is not asked.
    fn judge(&self, claims: &mut Claims, now: UnixTime) -> Result<(UnixTime, UnixTime), Refusal> {
        if claims.required("iss", name)? != self.org.as_str() {
            return Err(Refusal::Issuer);
        }
        if !claims.required("aud", audience)?.iter().any(|aud| self.endpoints.iter().any(|url| aud == url)) {
            return Err(Refusal::Audience);
        }
        let (iat, exp) = (claims.required("iat", not_before)?, claims.required("exp", at_latest)?);
        let nbf = claims.optional("nbf", not_before)?;
        Times { iat, exp, nbf }.judge(MAX_LIFETIME, LEEWAY, now)?;
        Ok((iat, exp))
    }

    /// The same request may come again, where its answer was lost.
    fn use_once(&self, jti: String, exp: UnixTime, body: &[u8], now: UnixTime) -> Result<(), Refusal> {
        let mut digested = [0; 32];
        digested.copy_from_slice(digest(&SHA256, body).as_ref());
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.retain(|_, message| now < message.exp + LEEWAY);
        let message = used.entry(jti).or_insert(UsedMessage { exp, body: digested });
        if message.body == digested { Ok(()) } else { Err(Refusal::Reused) }
    }
}

impl fmt::Debug for RevocationRequests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevocationRequests").field("org", &self.org).finish_non_exhaustive()
    }
}

impl RevocationRequest<'_> {
    /// What is to be refused from now on, and of which of the verifier's issuers: those at the org's own address, and
    /// those that were named as the org's. None where the request speaks of another org's person.
    pub fn revocations<'a>(
        &'a self,
        verifier: &'a Verifier,
    ) -> impl Iterator<Item = (&'a Issuer, Revocation)> {
        let origin = self.org.origin();
        let ours = move |issuer: &&Issuer| issuer.origin() == origin || self.issuers.contains(*issuer);
        verifier.issuers().filter(ours).filter_map(|issuer| {
            let issued_until = self.issued;
            let revocation = match &self.subject {
                SubjectIdentifier::IssuerAndSubject { iss, sub } => {
                    let is_meant = iss == self.org.as_str() || iss == issuer.as_str();
                    is_meant.then(|| Revocation::Person { id: sub.clone(), issued_until })?
                }
                SubjectIdentifier::Opaque { id } => Revocation::Person { id: id.clone(), issued_until },
                SubjectIdentifier::Email { email } => {
                    Revocation::Login { login: email.clone(), issued_until }
                }
            };
            Some((issuer, revocation))
        })
    }
}
