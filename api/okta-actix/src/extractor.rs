//! The two extractors. What they refuse becomes a [`Rejection`]; nothing else leaves them.

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::{Either, LocalBoxFuture, Ready, ready};
use futures_util::{FutureExt as _, TryFutureExt as _};
use okta_jwt::{
    BoundToken, Lookup, PendingVerification, ProofLookup, ProveError, Proven, Verdict, VerifyError,
};
use okta_types::AuthScheme;

use crate::authorization::{self, Credentials, is_meant_for_token};
use crate::bearer::Bearer;
use crate::config::BearerConfig;
use crate::dpop_policy::DpopPolicy;
use crate::proof::ReceivedProof;
use crate::rejection::{MalformedRequest, Reason, Rejection};
use crate::remembered::{Awaited, Known, Outcome, remember, remembered};

/// [`Bearer`] for a route that is open to all: without credentials it holds nothing. Bad credentials are
/// refused all the same, for who sends some does not want to pass for a stranger. (Actix's own
/// `Option<Bearer>` swallows every refusal.)
#[derive(Clone, Debug)]
pub struct OptionalBearer(pub Option<Bearer>);

impl FromRequest for Bearer {
    type Error = Rejection;
    type Future = Either<Ready<Outcome>, LocalBoxFuture<'static, Outcome>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        match look(request) {
            Ok(Extracted::Bearer(bearer)) => Either::Left(ready(Ok(bearer))),
            Ok(Extracted::Nothing(config)) => {
                Either::Left(ready(Err(config.reject(Reason::Missing, AuthScheme::Bearer))))
            }
            Ok(Extracted::Later(awaited)) => Either::Right(awaited.boxed_local()),
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
            Ok(Extracted::Later(awaited)) => {
                Either::Right(awaited.map_ok(|bearer| Self(Some(bearer))).boxed_local())
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
            Err(Rejection::not_configured())
        }
    }
}

/// What can be said of a request without waiting.
enum Extracted {
    Bearer(Bearer),
    Nothing(Arc<BearerConfig>),
    /// The token is shown properly; to judge it something must be fetched.
    Later(Awaited),
}

impl From<Known> for Result<Extracted, Rejection> {
    fn from(known: Known) -> Self {
        match known {
            Known::Outcome(outcome) => outcome.map(Extracted::Bearer),
            Known::Awaited(awaited) => Ok(Extracted::Later(awaited)),
        }
    }
}

/// Nearly every request ends here: nothing is copied and nobody waits.
fn look(request: &HttpRequest) -> Result<Extracted, Rejection> {
    let config = config(request)?;
    if let Some(known) = remembered(request, &config) {
        return known.into();
    }
    let credentials = authorization::read(request)
        .map_err(|malformed| config.reject(malformed.into(), config.first_scheme()))?;
    match (credentials, config.dpop_policy()) {
        (Credentials::Absent, _) => Ok(Extracted::Nothing(config)),
        (Credentials::Bearer(token), _) if config.takes_bearer() => look_at_bearer(request, config, token),
        (Credentials::DPoP(token), Some(policy)) => look_at_bound(request, &config, policy, token),
        _ => Err(config.reject(Reason::Missing, AuthScheme::Bearer)),
    }
}

fn look_at_bearer(
    request: &HttpRequest,
    config: Arc<BearerConfig>,
    token: &[u8],
) -> Result<Extracted, Rejection> {
    match config.verifier().look_up(token, config.now()) {
        // Not remembered: to look once more takes no longer than that.
        Lookup::Ready { verdict, cached: true } => judge(config, verdict).map(Extracted::Bearer),
        Lookup::Ready { verdict: Err(error), .. } if !is_token(&error, token) => {
            Err(config.reject(MalformedRequest::Syntax.into(), AuthScheme::Bearer))
        }
        Lookup::Ready { verdict, cached: false } => {
            let outcome = judge(Arc::clone(&config), verdict);
            remember(request, &config, Known::Outcome(outcome.clone()));
            outcome.map(Extracted::Bearer)
        }
        Lookup::NeedsIssuer(pending) => {
            let under = Arc::clone(&config);
            let awaited = async move { judge(under, pending.wait().await) }.boxed_local().shared();
            remember(request, &config, Known::Awaited(awaited.clone()));
            Ok(Extracted::Later(awaited))
        }
    }
}

/// Whether what stood in the token's place was refused for what it is, and not for its form.
fn is_token(error: &VerifyError, token: &[u8]) -> bool {
    !matches!(error, VerifyError::Malformed(_)) || is_meant_for_token(token)
}

fn judge(config: Arc<BearerConfig>, verdict: Verdict) -> Outcome {
    let reject = |reason| config.reject(reason, AuthScheme::Bearer);
    let verified = verdict.map_err(|error| reject(error.into()))?;
    if config.dpop_policy().is_some_and(|policy| policy.requires_proof_of(verified.subject().iss())) {
        return Err(reject(Reason::ProofRequired));
    }
    Ok(Bearer::new(verified, config, AuthScheme::Bearer, None))
}

/// Always remembered: a second look at the proof would take it for a replay.
fn look_at_bound(
    request: &HttpRequest,
    config: &Arc<BearerConfig>,
    policy: &DpopPolicy,
    token: &[u8],
) -> Result<Extracted, Rejection> {
    let reject = |reason| config.reject(reason, AuthScheme::DPoP);
    let received = ReceivedProof::read(request, policy).map_err(reject)?;
    let known = match config.verifier().look_up_bound(token, config.now()) {
        Lookup::Ready { verdict: Err(error), .. } if !is_token(&error, token) => {
            return Err(reject(MalformedRequest::Syntax.into()));
        }
        Lookup::Ready { verdict, .. } => {
            look_at_proof(config, policy, verdict.map_err(|error| reject(error.into()))?, &received)
        }
        Lookup::NeedsIssuer(pending) => {
            Known::Awaited(wait_for_issuer(Arc::clone(config), pending, received).boxed_local().shared())
        }
    };
    remember(request, config, known.clone());
    known.into()
}

fn look_at_proof(
    config: &Arc<BearerConfig>,
    policy: &DpopPolicy,
    token: BoundToken,
    received: &ReceivedProof,
) -> Known {
    match policy.checker.look_up(token, &received.shown(), config.now()) {
        ProofLookup::Ready(proven) => Known::Outcome(judge_proven(config, proven)),
        ProofLookup::NeedsStore(pending) => {
            let config = Arc::clone(config);
            Known::Awaited(async move { judge_proven(&config, pending.wait().await) }.boxed_local().shared())
        }
    }
}

async fn wait_for_issuer(
    config: Arc<BearerConfig>,
    pending: PendingVerification<BoundToken>,
    received: ReceivedProof,
) -> Outcome {
    let reject = |reason| config.reject(reason, AuthScheme::DPoP);
    let token = pending.wait().await.map_err(|error| reject(error.into()))?;
    let policy = config.dpop_policy().ok_or_else(|| reject(Reason::Missing))?;
    match look_at_proof(&config, policy, token, &received) {
        Known::Outcome(outcome) => outcome,
        Known::Awaited(awaited) => awaited.await,
    }
}

fn judge_proven(config: &Arc<BearerConfig>, proven: Result<Proven, ProveError>) -> Outcome {
    let Proven { verified, next_nonce } =
        proven.map_err(|error| config.reject(error.into(), AuthScheme::DPoP))?;
    Ok(Bearer::new(verified, Arc::clone(config), AuthScheme::DPoP, next_nonce.map(Arc::from)))
}
