//! The two extractors. What they refuse becomes a [`Rejection`]; nothing else leaves them.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use futures_util::future::{Either, LocalBoxFuture, Ready, ready};
use futures_util::{FutureExt as _, TryFutureExt as _};
use okta_jwt::{AccessClaims, Lookup, PendingVerification, Subject, Verdict, Verified, VerifyError};

use crate::authorization::{self, Credentials, is_meant_for_token};
use crate::config::BearerConfig;
use crate::rejection::{MalformedRequest, Reason, Rejection};
use crate::step_up::StepUp;

/// A verified access token. A request without a good one is answered 401, or 400 or 503, and the handler
/// does not run.
///
/// Extracted twice in one request, its signature is checked once (Actix runs a handler's extractors side by side, so
/// those that wait for a key together do not share the work). `Debug` shows neither token nor claims.
#[derive(Clone)]
pub struct Bearer {
    verified: Verified<AccessClaims>,
    /// What it was checked under.
    config: Arc<BearerConfig>,
}

/// [`Bearer`] for a route that is open to all: without credentials it holds nothing. Bad credentials are
/// refused all the same, for who sends some does not want to pass for a stranger. (Actix's own
/// `Option<Bearer>` swallows every refusal.)
#[derive(Clone, Debug)]
pub struct OptionalBearer(pub Option<Bearer>);

impl Bearer {
    /// What the issuer says.
    pub fn claims(&self) -> &AccessClaims {
        self.verified.claims()
    }

    /// Whom the token speaks of: the owner of what the request reads and writes.
    pub fn subject(&self) -> Subject {
        self.verified.subject()
    }

    /// The proof itself, for code that asks for one.
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
        if self.has_scopes(&scopes) {
            Ok(())
        } else {
            Err(self.config.reject(Reason::InsufficientScope(scopes)))
        }
    }

    /// Asks for a group, where only the handler can tell which is needed. For a whole route there is
    /// [`InGroup`](crate::InGroup).
    ///
    /// # Errors
    /// Unless the token names the group: a [`Rejection`], 403 without a challenge, for the handler to return.
    pub fn require_group(&self, group: impl Into<Cow<'static, str>>) -> Result<(), Rejection> {
        let group = group.into();
        if self.in_group(&group) { Ok(()) } else { Err(self.config.reject(Reason::NotInGroup(group))) }
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
            Err(self.config.reject(Reason::InsufficientAuthentication(wanted)))
        }
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer([redacted])")
    }
}

impl FromRequest for Bearer {
    type Error = Rejection;
    type Future = Either<Ready<Result<Self, Rejection>>, LocalBoxFuture<'static, Result<Self, Rejection>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        match look(request) {
            Ok(Extracted::Bearer(bearer)) => Either::Left(ready(Ok(bearer))),
            Ok(Extracted::Nothing(config)) => Either::Left(ready(Err(config.reject(Reason::Missing)))),
            Ok(Extracted::Later(config, pending)) => {
                Either::Right(extract(request.clone(), config, pending).boxed_local())
            }
            Err(rejection) => Either::Left(ready(Err(rejection))),
        }
    }
}

impl FromRequest for OptionalBearer {
    type Error = Rejection;
    type Future = Either<Ready<Result<Self, Rejection>>, LocalBoxFuture<'static, Result<Self, Rejection>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        match look(request) {
            Ok(Extracted::Bearer(bearer)) => Either::Left(ready(Ok(Self(Some(bearer))))),
            Ok(Extracted::Nothing(_)) => Either::Left(ready(Ok(Self(None)))),
            Ok(Extracted::Later(config, pending)) => {
                let bearer = extract(request.clone(), config, pending);
                Either::Right(bearer.map_ok(|bearer| Self(Some(bearer))).boxed_local())
            }
            Err(rejection) => Either::Left(ready(Err(rejection))),
        }
    }
}

/// The configuration in force for this request.
pub(crate) fn config(request: &HttpRequest) -> Result<Arc<BearerConfig>, Rejection> {
    match request.app_data::<web::Data<BearerConfig>>() {
        Some(config) => Ok(config.clone().into_inner()),
        None => {
            tracing::error!("{}", Reason::NotConfigured);
            Err(Rejection::new(Reason::NotConfigured, None))
        }
    }
}

/// What can be said of a request without waiting.
enum Extracted {
    Bearer(Bearer),
    Nothing(Arc<BearerConfig>),
    /// The token is shown properly; to judge it something must be fetched.
    Later(Arc<BearerConfig>, PendingVerification),
}

/// Nearly every request ends here: nothing is copied and nobody waits.
fn look(request: &HttpRequest) -> Result<Extracted, Rejection> {
    let config = config(request)?;
    if let Some(verdict) = remembered(request, &config) {
        return verdict.map(Extracted::Bearer);
    }
    let token = match authorization::read(request).map_err(|malformed| config.reject(malformed.into()))? {
        Credentials::Absent => return Ok(Extracted::Nothing(config)),
        Credentials::OtherScheme => return Err(config.reject(Reason::Missing)),
        Credentials::Bearer(token) => token,
    };
    match config.verifier().look_up(token, config.now()) {
        // Not remembered: to look once more takes no longer than that.
        Lookup::Ready { verdict, cached: true } => judge(&config, verdict).map(Extracted::Bearer),
        Lookup::Ready { verdict: Err(VerifyError::Malformed(_)), .. } if !is_meant_for_token(token) => {
            Err(config.reject(MalformedRequest::Syntax.into()))
        }
        Lookup::Ready { verdict, cached: false } => settle(request, &config, verdict).map(Extracted::Bearer),
        Lookup::NeedsIssuer(pending) => Ok(Extracted::Later(config, pending)),
    }
}

async fn extract(
    request: HttpRequest,
    config: Arc<BearerConfig>,
    pending: PendingVerification,
) -> Result<Bearer, Rejection> {
    let verdict = pending.wait().await;
    settle(&request, &config, verdict)
}

fn settle(request: &HttpRequest, config: &Arc<BearerConfig>, verdict: Verdict) -> Result<Bearer, Rejection> {
    let verdict = judge(config, verdict);
    let remembered = Remembered { under: Arc::as_ptr(config), verdict: verdict.clone() };
    request.extensions_mut().insert(remembered);
    verdict
}

fn judge(config: &Arc<BearerConfig>, verdict: Verdict) -> Result<Bearer, Rejection> {
    match verdict {
        Ok(verified) => Ok(Bearer { verified, config: Arc::clone(config) }),
        Err(error) => Err(config.reject(error.into())),
    }
}

/// What was found out about the request's token, and under which configuration: the pointer is compared and
/// never followed.
struct Remembered {
    under: *const BearerConfig,
    verdict: Result<Bearer, Rejection>,
}

/// What an earlier extraction in the same request found, under the same configuration.
fn remembered(request: &HttpRequest, config: &Arc<BearerConfig>) -> Option<Result<Bearer, Rejection>> {
    let extensions = request.extensions();
    let found =
        extensions.get::<Remembered>().filter(|found| std::ptr::eq(found.under, Arc::as_ptr(config)))?;
    Some(found.verdict.clone())
}
