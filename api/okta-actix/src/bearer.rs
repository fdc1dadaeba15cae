//! A request's token, once it is let in.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use okta_jwt::{AccessClaims, Subject, Verified};
use okta_types::AuthScheme;

use crate::config::BearerConfig;
use crate::rejection::{Reason, Rejection};
use crate::step_up::StepUp;

/// A verified access token, shown as a bearer token or with a proof ([`scheme`](Self::scheme)). A request without a good
/// one is answered 401, or 400 or 503, and the handler does not run.
///
/// Extracted twice in one request, it is checked once. `Debug` shows neither token nor claims.
#[derive(Clone)]
pub struct Bearer {
    verified: Verified<AccessClaims>,
    /// What it was checked under.
    config: Arc<BearerConfig>,
    scheme: AuthScheme,
    next_nonce: Option<Arc<str>>,
}

impl Bearer {
    pub(crate) fn new(
        verified: Verified<AccessClaims>,
        config: Arc<BearerConfig>,
        scheme: AuthScheme,
        next_nonce: Option<Arc<str>>,
    ) -> Self {
        Self { verified, config, scheme, next_nonce }
    }

    /// How it was shown: with [`AuthScheme::DPoP`], by who proved to hold the key that it is bound to.
    pub fn scheme(&self) -> AuthScheme {
        self.scheme
    }

    pub(crate) fn next_nonce(&self) -> Option<&Arc<str>> {
        self.next_nonce.as_ref()
    }

    /// Asks for a token that is bound to a key, where only the handler can tell that one is needed. For a whole route
    /// there is [`WithProof`](crate::WithProof).
    ///
    /// # Errors
    /// Unless it was shown with a proof: a [`Rejection`], 401 that asks for scheme DPoP, for the handler to return.
    pub fn require_proof(&self) -> Result<(), Rejection> {
        match self.scheme {
            AuthScheme::DPoP => Ok(()),
            _ => Err(self.reject(Reason::ProofRequired)),
        }
    }

    fn reject(&self, reason: Reason) -> Rejection {
        self.config.reject(reason, self.scheme)
    }

    /// What the issuer says.
    pub fn claims(&self) -> &AccessClaims {
        self.verified.claims()
    }

    /// Whom the token speaks of: the owner of what the request reads and writes.
    pub fn subject(&self) -> Subject {
        self.verified.subject()
    }

    /// The evidence that it was verified, for code that asks for it.
    pub fn verified(&self) -> &Verified<AccessClaims> {
        &self.verified
    }

    /// Whether the token was granted every one of the space-delimited scopes.
    pub fn has_scopes(&self, scopes: &str) -> bool {
        scopes
            .split(' ')
            .filter(|scope| !scope.is_empty())
            .all(|scope| self.claims().scp.iter().any(|s| s == scope))
    }

    /// Whether the token names the group.
    pub fn in_group(&self, group: &str) -> bool {
        self.claims().groups.as_ref().is_some_and(|groups| groups.iter().any(|g| g == group))
    }

    /// Asks for scopes, where only the handler can tell which are needed. For a whole route there is
    /// [`Scoped`](crate::Scoped).
    ///
    /// ```
    /// # use okta_actix::{Bearer, Rejection};
    /// async fn messages(bearer: Bearer) -> Result<&'static str, Rejection> {
    ///     bearer.require_scopes("messages.read")?;
    ///     Ok("I am a robot.")
    /// }
    /// ```
    ///
    /// # Errors
    /// Unless the token was granted every one of the space-delimited scopes: a [`Rejection`], 403
    /// `insufficient_scope` that names them (RFC 6750 §3.1), for the handler to return.
    pub fn require_scopes(&self, scopes: impl Into<Cow<'static, str>>) -> Result<(), Rejection> {
        let scopes = scopes.into();
        if self.has_scopes(&scopes) { Ok(()) } else { Err(self.reject(Reason::InsufficientScope(scopes))) }
    }

    /// Asks for a group, where only the handler can tell which is needed. For a whole route there is
    /// [`InGroup`](crate::InGroup).
    ///
    /// # Errors
    /// Unless the token names the group: a [`Rejection`], 403 without a challenge, for the handler to return.
    pub fn require_group(&self, group: impl Into<Cow<'static, str>>) -> Result<(), Rejection> {
        let group = group.into();
        if self.in_group(&group) { Ok(()) } else { Err(self.reject(Reason::NotInGroup(group))) }
    }

    /// Asks for a stronger or more recent sign-in, where only the handler can tell that one is needed (an
    /// order above a limit, say). For a whole route there are [`Acr`](crate::Acr) and
    /// [`MaxAge`](crate::MaxAge).
    ///
    /// # Errors
    /// A [`Rejection`] with the challenge of RFC 9470 §3, for the handler to return.
    pub fn step_up(&self, wanted: StepUp) -> Result<(), Rejection> {
        if wanted.is_met_by(self.claims(), self.config.now()) {
            Ok(())
        } else {
            Err(self.reject(Reason::InsufficientAuthentication(wanted)))
        }
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer([redacted])")
    }
}
