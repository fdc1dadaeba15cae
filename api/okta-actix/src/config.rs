//! What an app says once about its bearer tokens.

use std::sync::Arc;

use okta_jwt::{UnixTime, Verifier, system_time};

use crate::rejection::{Reason, Rejection};

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
}

impl BearerConfig {
    /// With no realm and the machine's clock.
    pub fn new(verifier: Verifier) -> Self {
        Self { verifier, realm: None, clock: system_time }
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

    /// The verifier, e.g. for a readiness probe.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    pub(crate) fn reject(&self, reason: Reason) -> Rejection {
        let cause = std::error::Error::source(&reason).map(ToString::to_string);
        tracing::debug!(%reason, cause, "refused a request");
        Rejection::new(reason, self.realm.clone())
    }

    pub(crate) fn now(&self) -> UnixTime {
        (self.clock)()
    }
}
