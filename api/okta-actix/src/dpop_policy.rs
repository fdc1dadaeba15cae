//! What an app says once about tokens that are bound to a key (RFC 9449).

use std::net::IpAddr;

use okta_jwt::{Issuer, ProofAlgorithm, ProofChecker};
use okta_types::HttpUrl;

use crate::public_url::PublicUrls;

/// Whether, and how, tokens are taken that are bound to a key; for [`BearerConfig::dpop`](crate::BearerConfig::dpop).
///
/// It needs to know where clients reach this server, because their proofs say where they were sent: `https://` and the
/// host, and the path that a gateway in front takes off, if any. What the request says of that (`Host`) does not count,
/// nor do forwarded headers, unless [`trusted_proxy`](Self::trusted_proxy) names who may set them.
///
/// ```
/// use okta_actix::{DpopPolicy, HttpUrl};
///
/// let public_url = HttpUrl::parse("https://api.example.com")?;
/// let while_moving_over = DpopPolicy::accepted(public_url.clone());
/// let afterwards = DpopPolicy::required(public_url);
/// # Ok::<(), okta_actix::UrlError>(())
/// ```
#[derive(Clone, Debug)]
pub struct DpopPolicy {
    takes_bearer: bool,
    bound_issuers: Vec<Issuer>,
    pub(crate) urls: PublicUrls,
    pub(crate) checker: ProofChecker,
}

impl DpopPolicy {
    /// Every token must be bound to a key, and shown with a proof.
    pub fn required(public_url: HttpUrl) -> Self {
        Self { takes_bearer: false, ..Self::accepted(public_url) }
    }

    /// Bound tokens are taken with a proof, and others as bearer tokens.
    pub fn accepted(public_url: HttpUrl) -> Self {
        let (urls, checker) = (PublicUrls::new(public_url), ProofChecker::new());
        Self { takes_bearer: true, bound_issuers: Vec::new(), urls, checker }
    }

    /// Every token of this issuer must be bound, whatever the others' may be. For a single route there is
    /// [`WithProof`](crate::WithProof).
    #[must_use]
    pub fn required_for(mut self, issuer: Issuer) -> Self {
        self.bound_issuers.push(issuer);
        self
    }

    /// Another address by which clients reach this server.
    #[must_use]
    pub fn also_at(mut self, public_url: HttpUrl) -> Self {
        self.urls.add(public_url);
        self
    }

    /// Believes `X-Forwarded-Proto` and `X-Forwarded-Host` of requests from this address, which must replace what its
    /// own clients send in them. The path of the public URL still goes before the request's.
    #[must_use]
    pub fn trusted_proxy(mut self, proxy: IpAddr) -> Self {
        self.urls.trust(proxy);
        self
    }

    /// How old a proof may be, whether nonces are asked for, and where used proofs are remembered.
    #[must_use]
    pub fn checker(mut self, checker: ProofChecker) -> Self {
        self.checker = checker;
        self
    }

    pub(crate) fn takes_bearer(&self) -> bool {
        self.takes_bearer
    }

    pub(crate) fn requires_proof_of(&self, issuer: &str) -> bool {
        self.bound_issuers.iter().any(|bound| bound.as_str() == issuer)
    }
}

/// For the challenge (RFC 9449 §7.1).
pub(crate) fn algorithms() -> String {
    ProofAlgorithm::ALL.map(ProofAlgorithm::as_str).join(" ")
}
