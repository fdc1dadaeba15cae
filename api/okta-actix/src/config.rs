//! What an app says once about its bearer tokens.

use std::sync::Arc;

use okta_jwt::{UnixTime, Verifier, system_time};
use okta_types::AuthScheme;

use crate::dpop_policy::DpopPolicy;
use crate::rejection::{Asked, Reason, Rejection, Schemes};

/// How bearer tokens are checked; register it as `web::Data<BearerConfig>`.
///
/// ```no_run
/// # fn wrap(verifier: okta_actix::Verifier) {
/// use actix_web::{App, web};
/// let bearer = web::Data::new(okta_actix::BearerConfig::new(verifier).realm("shop"));
/// let app = App::new().app_data(bearer);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct BearerConfig {
    verifier: Verifier,
    realm: Option<Arc<str>>,
    clock: fn() -> UnixTime,
    dpop: Option<Arc<DpopPolicy>>,
}

impl BearerConfig {
    /// With no realm and the machine's clock, for bearer tokens alone: one that is bound to a key is refused.
    pub fn new(verifier: Verifier) -> Self {
        Self { verifier, realm: None, clock: system_time, dpop: None }
    }

    /// The protection space that challenges name (RFC 9110 §11.5).
    #[must_use]
    pub fn realm(mut self, realm: impl Into<Arc<str>>) -> Self {
        self.realm = Some(realm.into());
        self
    }

    /// Where the time comes from: an app with a clock of its own passes that.
    #[must_use]
    pub fn clock(mut self, clock: fn() -> UnixTime) -> Self {
        self.clock = clock;
        self
    }

    /// Takes tokens that are bound to a key as well, or those alone, each with a proof of that key.
    #[must_use]
    pub fn dpop(mut self, policy: DpopPolicy) -> Self {
        self.dpop = Some(Arc::new(policy));
        self
    }

    /// The verifier, e.g. for a readiness probe.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// `scheme` is the one that the request was made in.
    pub(crate) fn reject(&self, reason: Reason, scheme: AuthScheme) -> Rejection {
        let cause = std::error::Error::source(&reason).map(ToString::to_string);
        tracing::debug!(%reason, cause, "refused a request");
        let policy = self.dpop.as_deref();
        let nonce = policy
            .filter(|_| reason.asks_for_nonce())
            .and_then(|policy| policy.checker.make_nonce(self.now()));
        Rejection::new(reason, Asked { realm: self.realm.clone(), schemes: self.schemes(), scheme, nonce })
    }

    pub(crate) fn now(&self) -> UnixTime {
        (self.clock)()
    }

    pub(crate) fn dpop_policy(&self) -> Option<&DpopPolicy> {
        self.dpop.as_deref()
    }

    pub(crate) fn takes_bearer(&self) -> bool {
        self.schemes() != Schemes::DPoP
    }

    /// The scheme that a request is told of where it shows none that can be read.
    pub(crate) fn first_scheme(&self) -> AuthScheme {
        if self.takes_bearer() { AuthScheme::Bearer } else { AuthScheme::DPoP }
    }

    fn schemes(&self) -> Schemes {
        match self.dpop.as_deref() {
            None => Schemes::Bearer,
            Some(policy) if policy.takes_bearer() => Schemes::Both,
            Some(_) => Schemes::DPoP,
        }
    }
}
